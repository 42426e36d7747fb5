// How much the analysis attempts when the machine cannot do everything. Work is shed in the order of what it costs the
// truth: columns per second while every sample is still seen twice, then pictures per second, then, if the user allows
// it, the length of the window. What a step would cost is known before it is taken, from the measured cost of a column,
// so that the way back up cannot overshoot.

import type { Quality, StftSettings } from './protocol';

/** Share of a core that columns and waveforms may take: what the time per drawn frame allows for. */
const MOST_SHARE = 0.55;
/** A step up must leave the share below this. */
const ROOMY_SHARE = 0.4;
/** Overload lasts so long before a step down, ms. */
const DOWN_AFTER_MS = 1000;
/** Room lasts so long before a step up, ms. */
const UP_AFTER_MS = 4000;
/** A pause longer than this is a hidden page and says nothing, ms. */
const PAUSE_MS = 1000;
const SMALLEST_SIZE = 256;
/** Share of the past kept from frame to frame. */
const FADE = 0.95;

export interface Load {
  nowMs: number;
  /** Worker time per column under the settings in force, ms. */
  columnMs: number;
  /** Frames per second of all channels on screen together. */
  framesPerSecond: number;
  /** Worker time for this frame that was not for columns, ms. */
  otherMs: number;
}

/** One step of the ladder; step 0 is everything. */
export interface Rung {
  stride: number;
  frameDivisor: number;
  /** The settings the worker runs with; the stride comes on top. */
  stft: StftSettings;
}

export function ladder(chosen: StftSettings, adaptiveWindow: boolean): Rung[] {
  const rungs: Rung[] = [{ stride: 1, frameDivisor: 1, stft: chosen }];
  let stride = 1;
  while (2 * stride * chosen.hop <= chosen.size / 2) rungs.push({ stride: (stride *= 2), frameDivisor: 1, stft: chosen });
  rungs.push({ stride, frameDivisor: 2, stft: chosen });
  if (!adaptiveWindow) return rungs;
  for (let size = chosen.size / 2; size >= SMALLEST_SIZE; size /= 2) {
    const hop = Math.min(size, chosen.hop * stride);
    rungs.push({ stride: 1, frameDivisor: 2, stft: { ...chosen, size, hop } });
  }
  return rungs;
}

const work = ({ size, pad }: StftSettings): number => size * pad * Math.log2(size * pad);

export class QualityControl {
  #chosen: StftSettings | null = null;
  #adaptiveWindow = false;
  #rungs: Rung[] = [];
  #level = 0;
  #overloadedSinceMs = NaN;
  #roomySinceMs = NaN;
  #lastMs = NaN;
  #frameMs = 1000 / 60;
  #otherMs = 0;

  /** The settings the user chose. Others than before begin at full quality; what they cost is not known. */
  choose(chosen: StftSettings, adaptiveWindow: boolean): void {
    const same = adaptiveWindow === this.#adaptiveWindow && JSON.stringify(chosen) === JSON.stringify(this.#chosen);
    if (same) return;
    this.#chosen = chosen;
    this.#adaptiveWindow = adaptiveWindow;
    this.#rungs = ladder(chosen, adaptiveWindow);
    this.#level = 0;
    this.#forget();
  }

  get rung(): Rung | null {
    return this.#rungs[this.#level] ?? null;
  }

  /** Once per drawn frame of a running stream, under `inForce`; the new quality when it changes. */
  note(load: Load, inForce: StftSettings): Quality | null {
    const intervalMs = load.nowMs - this.#lastMs;
    this.#lastMs = load.nowMs;
    const rung = this.rung;
    if (!rung) return null;
    // Not yet in force, or the first frame, or one after a pause.
    if (!(intervalMs <= PAUSE_MS) || JSON.stringify(inForce) !== JSON.stringify(rung.stft)) {
      this.#forget();
      return null;
    }
    this.#frameMs = FADE * this.#frameMs + (1 - FADE) * (intervalMs / rung.frameDivisor);
    this.#otherMs = FADE * this.#otherMs + (1 - FADE) * load.otherMs;
    const share = (level: number): number => this.#share(this.#rungs[level]!, rung, load);

    const overloaded = share(this.#level) > MOST_SHARE && this.#level + 1 < this.#rungs.length;
    const roomy = this.#level > 0 && share(this.#level - 1) < ROOMY_SHARE;
    this.#overloadedSinceMs = overloaded ? orSince(this.#overloadedSinceMs, load.nowMs) : NaN;
    this.#roomySinceMs = roomy ? orSince(this.#roomySinceMs, load.nowMs) : NaN;
    if (load.nowMs - this.#overloadedSinceMs >= DOWN_AFTER_MS) return this.#step(1, share(this.#level));
    if (load.nowMs - this.#roomySinceMs >= UP_AFTER_MS) return this.#step(-1, share(this.#level));
    return null;
  }

  /** Worker time per second that a rung would take, given what the present one does, s. */
  #share(rung: Rung, present: Rung, load: Load): number {
    const columnMs = (load.columnMs * work(rung.stft)) / work(present.stft);
    const columnsPerSecond = load.framesPerSecond / (rung.stft.hop * rung.stride);
    const picturesPerSecond = 1000 / (this.#frameMs * rung.frameDivisor);
    return (columnMs * columnsPerSecond + this.#otherMs * picturesPerSecond) / 1000;
  }

  #step(by: 1 | -1, share: number): Quality {
    this.#level += by;
    this.#forget();
    const { stride, frameDivisor, stft } = this.rung!;
    const percent = Math.round(share * 100);
    const full = this.#level === 0;
    const reason =
      by > 0
        ? `The analysis would need ${percent} % of a processor core.`
        : full
          ? 'There is room again: everything is computed.'
          : 'There is some room again.';
    return { level: this.#level, stride, frameDivisor, stft, effective: { ...stft, hop: stft.hop * stride }, reason };
  }

  #forget(): void {
    this.#overloadedSinceMs = NaN;
    this.#roomySinceMs = NaN;
  }
}

const orSince = (sinceMs: number, nowMs: number): number => (Number.isNaN(sinceMs) ? nowMs : sinceMs);
