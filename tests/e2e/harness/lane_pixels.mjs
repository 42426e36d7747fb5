// Columns of a screenshot: where the lane of events has a colour at its foot, and where the waveform has a spike.

import { difference } from './colours.mjs';

/**
 * @typedef {import('./png.mjs').Picture} Picture
 * @typedef {import('./colours.mjs').Rgb} Rgb
 * @typedef {{ x: number, y: number, width: number, height: number }} Box whole pixels of the screenshot
 */

const SAME_COLOUR = 24;
/** From the lower edge of the lane, CSS px: within the ticks, above the line they stand on. */
const TICK_HEIGHT = 6;
/** A spike leaves at least this share of the lane's half height; single samples of silence leave none. */
const SPIKE_SHARE = 0.3;

/** Columns from the lane's left edge in which ticks of this colour stand. @param {Picture} picture @param {Box} lane @param {Rgb} colour @param {number} ratio device pixels per CSS pixel */
export function ticks(picture, lane, colour, ratio) {
  const row = lane.y + lane.height - Math.round(TICK_HEIGHT * ratio);
  return columns(lane.width, (x) => difference(picture.rgb(lane.x + x, row), colour) <= SAME_COLOUR);
}

/** Columns from the left edge in which the trace stands out above the middle. @param {Picture} picture @param {Box} plot @param {Rgb} trace */
export function spikes(picture, plot, trace) {
  const row = plot.y + Math.round((plot.height / 2) * (1 - SPIKE_SHARE));
  return columns(plot.width, (x) => difference(picture.rgb(plot.x + x, row), trace) <= SAME_COLOUR);
}

/** @param {number} width @param {(x: number) => boolean} check */
const columns = (width, check) => Array.from({ length: width }, (_, x) => x).filter(check);
