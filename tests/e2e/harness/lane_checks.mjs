// What a right lane looks like: its waveform swings as far as the tone's amplitude says, its spectrogram has one ridge
// at the tone's frequency in the colour of the tone's level. Many columns are looked at. On a busy machine the sound
// server itself drops a moment of sound now and then; a few columns may show that, the rest must be right.

import { expect } from '@playwright/test';
import { indexOfLevel } from './colours.mjs';
import { Look, rowOfHz } from './looking.mjs';
import { until } from './processes.mjs';
import { RATE_HZ, TONES } from './tones.mjs';

/** Columns looked at, from the right edge: complete spectra, and none of the lanes' labels. */
const COLUMNS_FROM_RIGHT_PX = Array.from({ length: 24 }, (_, i) => 60 + 30 * i);
const LEAST_RIGHT_SHARE = 0.75;
const ROW_TOLERANCE_PX = 1;
const SWING_TOLERANCE_PX = 1.5;
/** The ridge stands out by at least this many colormap entries. */
const STANDS_OUT = 40;

/**
 * Looks until every channel shows its tone, and returns the columns (from the right) that are right in all of them.
 * @param {import('./app.mjs').App} app
 * @param {number[]} channels
 * @param {string} colormap
 */
export async function expectTones(app, channels, colormap) {
  /** @type {string[]} */
  let wrong = [];
  let where = '';
  const right = await until('the tones', async () => {
    const look = await Look.take(app);
    const findings = COLUMNS_FROM_RIGHT_PX.map((column) => channels.flatMap((channel) => faults(look, channel, colormap, column)));
    wrong = findings.flat();
    where = placeOf(look.facts);
    const columns = COLUMNS_FROM_RIGHT_PX.filter((_, i) => findings[i]?.length === 0);
    return columns.length >= LEAST_RIGHT_SHARE * COLUMNS_FROM_RIGHT_PX.length ? columns : null;
  }, 12_000).catch(() => null);
  expect(right, `columns are wrong, ${where}:\n${wrong.slice(0, 12).join('\n')}`).not.toBeNull();
  return right ?? [];
}

/** What is looked at, and what the ring holds. @param {import('./app.mjs').Facts} facts */
function placeOf({ view, head, status }) {
  const seconds = (/** @type {number} */ frame) => (frame / RATE_HZ).toFixed(2);
  const endPx = view.firstPx + view.widthPx;
  return `${seconds(view.firstPx * view.framesPerPx)}-${seconds(endPx * view.framesPerPx)} s in view of ${seconds(head.firstFrame)}-${seconds(head.endFrame)} s, ${status?.lostFrames} frames lost`;
}

/**
 * What is wrong with one channel in one column.
 * @param {Look} look @param {number} channel @param {string} colormap @param {number} fromRight
 * @returns {string[]}
 */
function faults(look, channel, colormap, fromRight) {
  const { frequency, range } = look.facts;
  const tone = /** @type {import('./tones.mjs').Tone} */ (TONES[channel]);
  const where = `channel ${channel}, ${fromRight} px from the right`;
  const found = [];

  const ridge = look.ridge(channel, colormap, fromRight);
  const row = rowOfHz(frequency, tone.frequencyHz, ridge.heightPx);
  if (Math.abs(ridge.y - row) > ROW_TOLERANCE_PX) found.push(`${where}: ridge in row ${ridge.y}, expected ${row.toFixed(1)}`);
  const entry = indexOfLevel(tone.dbfs, range.minDb, range.maxDb);
  if (Math.abs(ridge.index - entry) > 1) found.push(`${where}: colour ${ridge.index}, expected ${entry}`);
  if (ridge.beside > ridge.index - STANDS_OUT) found.push(`${where}: colour ${ridge.beside} away from the ridge of ${ridge.index}`);

  const { up, down, half } = look.swing(channel, fromRight);
  const swing = tone.amplitude * half;
  if (Math.abs(up - swing) > SWING_TOLERANCE_PX || Math.abs(down - swing) > SWING_TOLERANCE_PX) {
    found.push(`${where}: waveform reaches ${up} px up and ${down} px down, expected ${swing.toFixed(1)}`);
  }
  return found;
}
