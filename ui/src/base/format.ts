// Numbers as the screen shows them: fixed digits, so that a changing value never moves its neighbours.

import { minus } from './ticks';

/** Figure space: as wide as a digit. */
const PAD = '\u2007';

export function fixed(value: number, digits: number, width = 0): string {
  const text = minus(value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1'));
  return text.padStart(width, PAD);
}

/** `0:12.345`, `-0:01.200`, `1:02:03.4`: stream time with as many decimals as asked. */
export function clock(seconds: number, decimals: number): string {
  const scale = 10 ** decimals;
  const units = Math.round(Math.abs(seconds) * scale);
  const whole = Math.floor(units / scale);
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = String(whole % 60).padStart(2, '0');
  const fraction = decimals > 0 ? `.${String(units % scale).padStart(decimals, '0')}` : '';
  const head = h > 0 ? `${h}:${String(m).padStart(2, '0')}` : String(m);
  return `${seconds < 0 && units > 0 ? '\u2212' : ''}${head}:${s}${fraction}`;
}

/** The lowest level that the analysis tells: digital silence, since no sound is so faint. */
const SILENCE_DB = -300;

/** Level with one decimal more than the display needs; silence is a sentence of its own. */
export function decibels(db: number, digits = 1): string {
  if (Number.isNaN(db)) return 'gap';
  return db <= SILENCE_DB ? '\u2212\u221e' : fixed(db, digits);
}

/** Hz with about five significant figures: `987.4 Hz`, `12.345 kHz`. */
export function hertz(hz: number): string {
  if (hz >= 10_000) return `${(hz / 1000).toFixed(3)} kHz`;
  return `${hz.toFixed(hz >= 1000 ? 1 : 2)} Hz`;
}

/** A duration for people: `12.0 s`, `250 ms`, `42.7 ms`, `120 µs`. */
export function duration(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(seconds >= 10 ? 1 : 2)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(seconds >= 0.1 ? 0 : 1)} ms`;
  return `${(seconds * 1e6).toFixed(0)} µs`;
}

/** `48 kHz`, `44.1 kHz`. */
export function sampleRate(hz: number): string {
  return `${Number((hz / 1000).toFixed(3))} kHz`;
}

/** Thousands in groups, with a narrow no-break space as ISO has it. */
export function grouped(n: number): string {
  return minus(String(Math.round(n))).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
