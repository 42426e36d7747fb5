// A synthetic sound that can be asked for at any frame: its samples for waveforms, its spectrum for columns. Made of a
// hum, a voice-like harmonic series with vibrato, a rising chirp, clicks and noise, different on every channel.

export interface Partial {
  hz: number;
  dbfs: number;
}

const TAU = 2 * Math.PI;
const CHIRP_S = 6;

/** Deterministic noise from 0 to 1. */
export function hash(a: number, b: number): number {
  let h = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h ^= h >>> 12;
  return (h >>> 0) / 2 ** 32;
}

/** How loud channel `c` is at `t` s, 0 to 1: phrases with pauses between them. */
function phrase(channel: number, t: number): number {
  const local = (t * (0.31 + 0.02 * channel) + 0.37 * channel) % 1;
  return Math.max(0, Math.sin(Math.PI * Math.min(1, local * 1.35))) ** 1.5;
}

const pitch = (channel: number, t: number): number =>
  (110 + 36 * channel) * 2 ** ([0, 4, 7, 12, 5, 2][Math.floor(t * 0.62 + channel) % 6]! / 12) * (1 + 0.006 * Math.sin(TAU * 5.2 * t));

/** Spectral lines at time `t`, s. */
export function partialsAt(channel: number, t: number, nyquistHz: number): Partial[] {
  const lines: Partial[] = [{ hz: 1000 * (1 + 0.25 * channel), dbfs: -26 }];
  const loud = phrase(channel, t);
  const f0 = pitch(channel, t);
  for (let k = 1; k <= 24; k++) {
    const formant = 14 * Math.exp(-(((k * f0 - 720) / 420) ** 2)) + 11 * Math.exp(-(((k * f0 - 2600) / 700) ** 2));
    lines.push({ hz: k * f0, dbfs: -22 - 1.9 * k + formant + 34 * (loud - 1) });
  }
  const sweep = (t / CHIRP_S) % 1;
  lines.push({ hz: 60 * (nyquistHz / 66) ** sweep, dbfs: -38 });
  return lines.filter((line) => line.hz < nyquistHz && line.dbfs > -118);
}

export function sampleAt(channel: number, frame: number, rate: number): number {
  const t = frame / rate;
  const f0 = pitch(channel, t);
  const loud = phrase(channel, t);
  const voice = Math.sin(TAU * f0 * t) + 0.5 * Math.sin(TAU * 2 * f0 * t + 0.7) + 0.33 * Math.sin(TAU * 3 * f0 * t + 2);
  return 0.05 * Math.sin(TAU * 1000 * (1 + 0.25 * channel) * t) + 0.34 * loud * voice + 0.02 * (hash(frame, channel) - 0.5);
}

/** Smallest and largest sample of [start, end): exact for short runs, from an envelope for long ones. */
export function extentOf(channel: number, start: number, end: number, rate: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  const step = Math.max(1, (end - start) / 12);
  for (let f = Math.ceil(start); f < end; f += step) {
    const v = sampleAt(channel, Math.floor(f), rate);
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return low > high ? [NaN, NaN] : [low, high];
}

/** Pixel columns on the absolute grid never change, so each is computed once. */
export class ExtentCache {
  readonly #columns = new Map<string, Map<number, [number, number]>>();

  of(channel: number, framesPerPx: number, px: number, rate: number): [number, number] {
    const key = `${channel} ${framesPerPx}`;
    let lane = this.#columns.get(key);
    if (!lane) {
      if (this.#columns.size > 64) this.#columns.clear();
      this.#columns.set(key, (lane = new Map()));
    }
    let pair = lane.get(px);
    if (!pair) {
      if (lane.size > 20_000) lane.clear();
      lane.set(px, (pair = extentOf(channel, px * framesPerPx, (px + 1) * framesPerPx, rate)));
    }
    return pair;
  }
}
