// Names of pitches in equal temperament, A4 = 440 Hz.

const NAMES = ['C', 'C\u266f', 'D', 'D\u266f', 'E', 'F', 'F\u266f', 'G', 'G\u266f', 'A', 'A\u266f', 'B'];

export interface Note {
  /** Scientific pitch notation: `B5`. */
  name: string;
  /** Deviation from that pitch, -50 to 50 cents. */
  cents: number;
}

/** The nearest note, null outside the range that has names (C-1 at 8.2 Hz to 30 kHz). */
export function noteOfHz(hz: number): Note | null {
  if (!(hz >= 8) || hz > 30_000) return null;
  const midi = 69 + 12 * Math.log2(hz / 440);
  const nearest = Math.round(midi);
  const octave = Math.floor(nearest / 12) - 1;
  return { name: `${NAMES[((nearest % 12) + 12) % 12]}${octave < 0 ? `\u2212${-octave}` : octave}`, cents: Math.round((midi - nearest) * 100) };
}
