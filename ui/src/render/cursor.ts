// The crosshair: a place on one lane's plot, by pointer or by keys, and what the worker says about it.

import type { FromWorker } from '../engine/protocol';
import type { Aim } from './aim';
import type { EnginePort } from './engine_port';

export type LaneKind = 'waveform' | 'spectrogram';

export interface CursorPlace {
  channel: number;
  kind: LaneKind;
  /** Device pixels from the left and top edge of the lane's plot. */
  xPx: number;
  yPx: number;
  heightPx: number;
  by: 'pointer' | 'keyboard';
}

export type ProbeResult = Omit<Extract<FromWorker, { type: 'probe' }>, 'type' | 'id'> & { channel: number };

/** A steady cursor over a moving picture asks again at this pace, ms. */
const PROBE_INTERVAL_MS = 50;
/** An answer that never comes (worker restarted) must not end the questions, ms. */
const PROBE_TIMEOUT_MS = 1000;

export class Cursor {
  #place: CursorPlace | null = null;
  #revision = 0;
  #probe: ProbeResult | null = null;
  #aim: Aim | null = null;
  #asked: { id: number; channel: number; atMs: number } | null = null;
  #lastAskedMs = -Infinity;
  #nextId = 1;

  get place(): CursorPlace | null {
    return this.#place;
  }

  /** Changes when the cursor moves or an answer comes in. */
  get revision(): number {
    return this.#revision;
  }

  /** The column and bin under the cursor; null beside spectrograms. */
  get aim(): Aim | null {
    return this.#place?.kind === 'spectrogram' ? this.#aim : null;
  }

  /** The newest answer for the lane under the cursor. */
  get probe(): ProbeResult | null {
    return this.#place?.kind === 'spectrogram' && this.#probe?.channel === this.#place.channel ? this.#probe : null;
  }

  moveTo(place: CursorPlace | null): void {
    if (place?.channel !== this.#place?.channel || place?.kind !== this.#place?.kind) this.#probe = null;
    this.#place = place;
    this.#revision++;
  }

  /** Asks for the value at the aim, one question at a time. */
  ask(engine: EnginePort, aim: Aim, nowMs: number): void {
    const place = this.#place;
    this.#aim = aim;
    if (!place || place.kind !== 'spectrogram') return;
    if (this.#asked && nowMs - this.#asked.atMs < PROBE_TIMEOUT_MS) return;
    if (nowMs - this.#lastAskedMs < PROBE_INTERVAL_MS) return;
    const id = this.#nextId++;
    this.#asked = { id, channel: place.channel, atMs: nowMs };
    this.#lastAskedMs = nowMs;
    engine.send({ type: 'probe', id, channel: place.channel, ...aim });
  }

  answer(message: Extract<FromWorker, { type: 'probe' }>): void {
    if (this.#asked?.id !== message.id) return;
    const { frame, frequencyHz, dbfs, peak } = message;
    this.#probe = { channel: this.#asked.channel, frame, frequencyHz, dbfs, peak };
    this.#asked = null;
    this.#revision++;
  }
}
