// Text that ends with an ellipsis where there is no more room, measured once and not in every frame.

const MOST_KEPT = 500;
/** Room is taken in steps of this, so that a label does not change with every pixel of it. */
const ROOM_STEP_PX = 16;

type Measure = Pick<CanvasRenderingContext2D, 'measureText' | 'font'>;

export class FittedText {
  readonly #kept = new Map<string, string>();

  /** As much of `text` as fits into `roomPx` in the context's font; nothing when that is not worth it. */
  fit(context: Measure, text: string, roomPx: number): string {
    const room = Math.floor(roomPx / ROOM_STEP_PX) * ROOM_STEP_PX;
    const key = `${room} ${context.font} ${text}`;
    let fitted = this.#kept.get(key);
    if (fitted !== undefined) return fitted;
    fitted = shortened(context, text, room);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, fitted);
    return fitted;
  }
}

/** More is never on a line. */
const MOST_CHARACTERS = 200;

function shortened(context: Measure, text: string, room: number): string {
  // Lines and control characters are drawn as boxes. Whole characters: half of a pair is drawn as one, too.
  // oxlint-disable-next-line no-control-regex -- these are the characters it is about
  const characters = [...text.slice(0, 2 * MOST_CHARACTERS).replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')].slice(0, MOST_CHARACTERS);
  const whole = characters.join('');
  if (context.measureText(whole).width <= room) return whole;
  let fits = 0;
  let end = characters.length;
  while (fits < end) {
    const middle = (fits + end + 1) >>> 1;
    if (context.measureText(`${characters.slice(0, middle).join('')}\u2026`).width <= room) fits = middle;
    else end = middle - 1;
  }
  return fits < 2 ? '' : `${characters.slice(0, fits).join('').trimEnd()}\u2026`;
}
