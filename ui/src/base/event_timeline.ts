// The events of one stream on its sample clock: what lies where, how many in each pixel column, which one is nearest.

import type { BusEvent } from './bus_event';
import { EventTrack, isPlaced, type PlacedEvent } from './event_track';

export type { PlacedEvent } from './event_track';

/** How an event looks: by how much it matters, and marks of the user apart. What comes later is drawn over what comes earlier. */
export const EVENT_LOOKS = ['info', 'success', 'warning', 'error', 'marker'] as const;
export type EventLook = (typeof EVENT_LOOKS)[number];

export const lookOf = (event: BusEvent): EventLook => (event.kind === 'marker.added' ? 'marker' : event.severity);

/** Not drawn: levels come many times a second, and what changes a marker is drawn as the marker. */
const UNSEEN = new Set(['level.sample', 'engine.sample', 'marker.edited', 'marker.deleted']);

/** Pixel columns of a range: lists of `widthPx` values, one per look. */
export interface EventDensity {
  widthPx: number;
  /** Events that begin in the column. */
  counts: Record<EventLook, Uint32Array>;
  /** The first of them, for `eventAt`; means nothing where the count is 0. */
  firsts: Record<EventLook, Uint32Array>;
  /** 1 where an event shares a frame with the column. */
  covered: Record<EventLook, Uint8Array>;
}

/** Enough for days; the oldest go first. */
const MOST_EVENTS = 200_000;
/** Dropped at once, so that it happens seldom. */
const DROPPED_SHARE = 0.1;

export class EventTimeline {
  readonly #tracks: Record<EventLook, EventTrack> = perLook(() => new EventTrack());
  readonly #byId = new Map<string, PlacedEvent>();
  readonly #most: number;
  #session: string | null = null;
  #revision = 0;

  constructor(most = MOST_EVENTS) {
    this.#most = most;
  }

  /** Changes with every change of the events. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Frames looked at since the last `clear`: what the questions cost. */
  get steps(): number {
    return EVENT_LOOKS.reduce((sum, look) => sum + this.#tracks[look].steps, 0);
  }

  /** The stream whose frames these are. */
  get session(): string | null {
    return this.#session;
  }

  /** Another stream, and nothing known of it. */
  begin(session: string | null): void {
    this.#session = session;
    this.clear();
  }

  clear(): void {
    this.#byId.clear();
    for (const look of EVENT_LOOKS) this.#tracks[look] = new EventTrack();
    this.#revision++;
  }

  get(id: string): PlacedEvent | undefined {
    return this.#byId.get(id);
  }

  /** Takes those that have a place in this stream, in any order; one with a known id takes the place of the known one. */
  add(events: readonly BusEvent[]): void {
    const fresh = new Map<string, PlacedEvent>();
    for (const event of events) {
      if (isPlaced(event) && event.session === this.#session && !UNSEEN.has(event.kind)) fresh.set(event.id, event);
    }
    if (fresh.size === 0) return;
    const byLook = perLook<PlacedEvent[]>(() => []);
    for (const event of fresh.values()) {
      const known = this.#byId.get(event.id);
      if (known) this.#tracks[lookOf(known)].remove(known);
      this.#byId.set(event.id, event);
      byLook[lookOf(event)].push(event);
    }
    for (const look of EVENT_LOOKS) this.#tracks[look].add(byLook[look]);
    if (this.size > this.#most) this.#dropOldest(this.size - Math.floor(this.#most * (1 - DROPPED_SHARE)));
    this.#revision++;
  }

  remove(id: string): void {
    const known = this.#byId.get(id);
    if (!known) return;
    this.#byId.delete(id);
    this.#tracks[lookOf(known)].remove(known);
    this.#revision++;
  }

  /** Events that share a frame with [startFrame, endFrame), by first frame. */
  between(startFrame: number, endFrame: number): PlacedEvent[] {
    const found: PlacedEvent[] = [];
    for (const look of EVENT_LOOKS) this.#tracks[look].between(startFrame, endFrame, (event) => found.push(event));
    return found.sort((a, b) => a.frame - b.frame || a.seq - b.seq);
  }

  /**
   * `widthPx` columns of `framesPerPx` frames, column x from startFrame + x * framesPerPx on. Costs a few steps per column,
   * however many events there are. An answer that is no longer needed may be given back as `into`.
   */
  density(startFrame: number, framesPerPx: number, widthPx: number, into?: EventDensity): EventDensity {
    const density = into?.widthPx === widthPx ? into : emptyDensity(widthPx);
    for (const look of EVENT_LOOKS) this.#columns(look, startFrame, framesPerPx, density);
    return density;
  }

  eventAt(look: EventLook, index: number): PlacedEvent | undefined {
    return this.#tracks[look].at(index);
  }

  /** The event nearest to a frame, null when none is within `toleranceFrames`. Of equally near ones the one drawn on top. */
  nearest(frame: number, toleranceFrames: number): PlacedEvent | null {
    let best: PlacedEvent | null = null;
    let bestDistance = toleranceFrames;
    for (const look of EVENT_LOOKS) {
      const track = this.#tracks[look];
      const next = track.seek(frame + 1, 0);
      const furthest = track.furthestOf(next);
      // What began last, even if something older reaches further: it is the shorter one where both are.
      const before = next > 0 && track.endAt(next - 1) > frame ? next - 1 : furthest;
      if (before >= 0) {
        const distance = Math.max(0, frame - (track.endAt(before) - 1));
        if (distance <= bestDistance) [best, bestDistance] = [track.at(before)!, distance];
      }
      const after = track.at(next);
      if (after && after.frame - frame <= bestDistance && after.frame - frame > 0) {
        // A tie within one look stays with the earlier one.
        if (!best || lookOf(best) !== look || after.frame - frame < bestDistance) [best, bestDistance] = [after, after.frame - frame];
      }
    }
    return best;
  }

  #columns(look: EventLook, startFrame: number, framesPerPx: number, density: EventDensity): void {
    const track = this.#tracks[look];
    const counts = density.counts[look];
    const firsts = density.firsts[look];
    const covered = density.covered[look];
    if (track.size === 0) {
      counts.fill(0);
      covered.fill(0);
      return;
    }
    let index = track.seek(startFrame, 0);
    for (let x = 0; x < density.widthPx; x++) {
      const next = track.seek(startFrame + (x + 1) * framesPerPx, index);
      counts[x] = next - index;
      firsts[x] = index;
      index = next;
      const furthest = track.furthestOf(next);
      covered[x] = furthest >= 0 && track.endAt(furthest) > startFrame + x * framesPerPx ? 1 : 0;
    }
  }

  #dropOldest(count: number): void {
    const drop = perLook(() => 0);
    for (let i = 0; i < count; i++) {
      let oldest: EventLook = 'info';
      let oldestFrame = Infinity;
      for (const look of EVENT_LOOKS) {
        const frame = this.#tracks[look].at(drop[look])?.frame ?? Infinity;
        if (frame < oldestFrame) [oldest, oldestFrame] = [look, frame];
      }
      drop[oldest]++;
    }
    for (const look of EVENT_LOOKS) for (const event of this.#tracks[look].shift(drop[look])) this.#byId.delete(event.id);
  }
}

function perLook<T>(make: () => T): Record<EventLook, T> {
  return { info: make(), success: make(), warning: make(), error: make(), marker: make() };
}

function emptyDensity(widthPx: number): EventDensity {
  return {
    widthPx,
    counts: perLook(() => new Uint32Array(widthPx)),
    firsts: perLook(() => new Uint32Array(widthPx)),
    covered: perLook(() => new Uint8Array(widthPx)),
  };
}
