// The page and the worker are one program, yet a view with a NaN in it must cost a sentence, not the worker.

import type { ViewRequest } from './protocol';

const MOST_PX = 32_768;
const MOST_CHANNELS = 256;

/** One sentence about what is wrong with the view, null when nothing is. */
export function checkView(view: ViewRequest): string | null {
  if (!(view.framesPerPx > 0 && view.framesPerPx <= 2 ** 40)) {
    return `A view needs a positive number of frames per pixel, not ${view.framesPerPx}.`;
  }
  if (!Number.isInteger(view.widthPx) || view.widthPx < 0 || view.widthPx > MOST_PX) {
    return `A view is 0 to ${MOST_PX} whole pixels wide, not ${view.widthPx}.`;
  }
  if (!Number.isSafeInteger(view.firstPx) || !Number.isSafeInteger(Math.ceil(view.firstPx * view.framesPerPx))) {
    return `A view begins at a whole pixel within the stream, not at ${view.firstPx}.`;
  }
  const sound = view.channels.every((channel) => Number.isInteger(channel) && channel >= 0);
  if (!sound || view.channels.length > MOST_CHANNELS) {
    return `A view shows up to ${MOST_CHANNELS} channels by their numbers, not ${view.channels.join(', ')}.`;
  }
  return null;
}
