// Checks every frame that a running ring holds against the test signal that is written into it.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** A generated tone is right to rounding; a lost, doubled or shifted frame is off by orders of magnitude more. */
const TOLERANCE = 1e-9;
/** Frames next to the oldest that the writer may take away while they are being copied, s. */
const MARGIN_S = 1.5;

/** Follows one channel of `signal:multitone?freq=200&level=LEVEL`: channel c is a sine of 200·(c+1) Hz. */
export class RingWatch {
  #audiotab;
  #path;
  #channel;
  #folder;
  #checkedTo = 0;
  checkedFrames = 0;
  lostFrames = 0;
  wrongFrames = 0;
  /** Frames that went by between two looks: zero, or the claim about the others is none. */
  unseenFrames = 0;

  constructor({ audiotab, path, channel, folder }) {
    this.#audiotab = audiotab;
    this.#path = path;
    this.#channel = channel;
    this.#folder = folder;
  }

  /** Looks at everything new; call it at least once per ring length. Returns what the header says. */
  async look(amplitude) {
    const info = JSON.parse(await run(this.#audiotab, ['ring', 'info', this.#path, '--json']));
    const marginFrames = Math.ceil(MARGIN_S * info.sample_rate_hz);
    const start = Math.max(this.#checkedTo, info.first_frame === 0 ? 0 : info.first_frame + marginFrames);
    if (this.#checkedTo > 0) this.unseenFrames += start - this.#checkedTo;
    const frames = info.end_frame - start;
    if (frames <= 0) return info;
    const out = join(this.#folder, 'look.npy');
    const range = ['--start', String(start), '--frames', String(frames), '--out', out];
    await run(this.#audiotab, ['ring', 'dump', this.#path, '--channel', String(this.#channel), ...range]);
    this.#check(readNpy(out), start, info.sample_rate_hz, amplitude);
    rmSync(out);
    this.#checkedTo = info.end_frame;
    return info;
  }

  #check(samples, start, rateHz, amplitude) {
    const hz = 200 * (this.#channel + 1);
    for (let i = 0; i < samples.length; i++) {
      const value = samples[i];
      // Whole hertz: the phase repeats every second, so it is reduced before it loses digits.
      const phase = (((start + i) % rateHz) * hz) % rateHz / rateHz;
      if (Number.isNaN(value)) this.lostFrames++;
      else if (Math.abs(value - amplitude * Math.sin(2 * Math.PI * phase)) > TOLERANCE) this.wrongFrames++;
    }
    this.checkedFrames += samples.length;
  }
}

/** The values of a version 1.0 file of little-endian f64. */
function readNpy(path) {
  const bytes = readFileSync(path);
  const at = 10 + bytes.readUInt16LE(8);
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + bytes.length));
}
