// The table of `npm run bench`: one line per figure, its ratio to what it is compared with, and its goal.

import { say } from '../lib/progress.mjs';

const WIDTHS = { what: 64, value: 16, ratio: 10 };

/** `rows` is a list of `{ section }` and of what `row` makes. */
export function printTable(rows) {
  for (const row of rows) {
    if (row.section) {
      say(`\n${row.section}`);
      continue;
    }
    const value = row.value === null ? 'not installed' : `${amount(row.value)} ${row.unit}`.trim();
    const times = row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} ×`;
    const verdict = row.goal ? `goal ${row.goal}: ${row.met ? 'met' : 'MISSED'}` : (row.note ?? '');
    say(`  ${row.what.padEnd(WIDTHS.what)}${value.padStart(WIDTHS.value)}${times.padStart(WIDTHS.ratio)}   ${verdict}`.trimEnd());
  }
}

/** A figure of ours or of somebody else's, no goal attached. `value` null: not installed, `note` says how to get it. */
export function figure(what, value, unit, note) {
  return { what, value, unit, note };
}

/** A ratio with the least (or, `atMost`, the largest) that is good. Null when a side of it is missing. */
export function ratio(what, ours, theirs, goal, { atMost = false } = {}) {
  if (ours === null || theirs === null) return { what, value: null, unit: '', note: 'nothing to compare with' };
  const value = ours / theirs;
  const met = atMost ? value <= goal : value >= goal;
  return { what, value: '', unit: '', ratio: value, goal: `${atMost ? '≤' : '≥'} ${goal} ×`, met };
}

/** A figure that must stay at or below (or, `atLeast`, above) a limit. */
export function limit(what, value, unit, goal, { atLeast = false } = {}) {
  return { what, value, unit, goal: `${atLeast ? '≥' : '≤'} ${goal} ${unit}`.trim(), met: atLeast ? value >= goal : value <= goal };
}

function amount(value) {
  if (typeof value === 'string') return value;
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(4)));
}
