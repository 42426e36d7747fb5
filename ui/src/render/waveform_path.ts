// The shapes of a waveform lane in canvas coordinates.

export interface PathSink {
  rect(x: number, y: number, width: number, height: number): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

export interface LaneBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Canvas y of an amplitude, +1/gain at the top edge. */
export const yOfAmplitude = (box: LaneBox, amplitude: number, gain: number): number =>
  box.top + (1 - Math.min(1, Math.max(-1, amplitude * gain))) * 0.5 * box.height;

/**
 * One bar per pixel column from its minimum to its maximum, at least `thin` high, and long enough to meet its neighbour:
 * the outline is a continuous line at every zoom. A gap breaks it.
 */
export function envelopePath(path: PathSink, box: LaneBox, min: Float32Array, max: Float32Array, gain: number, thin: number): void {
  const width = Math.min(min.length, Math.round(box.width));
  let lastTop = NaN;
  let lastBottom = NaN;
  for (let x = 0; x < width; x++) {
    const low = min[x]!;
    const high = max[x]!;
    if (Number.isNaN(low) || Number.isNaN(high)) {
      lastTop = NaN;
      lastBottom = NaN;
      continue;
    }
    const ownTop = yOfAmplitude(box, high, gain);
    const ownBottom = yOfAmplitude(box, low, gain);
    // Reach to the neighbour's nearest end, no further: the line is whole and no peak grows.
    let top = lastBottom < ownTop ? lastBottom : ownTop;
    let bottom = lastTop > ownBottom ? lastTop : ownBottom;
    lastTop = ownTop;
    lastBottom = ownBottom;
    if (bottom - top < thin) {
      const middle = (top + bottom) / 2;
      top = middle - thin / 2;
      bottom = middle + thin / 2;
    }
    path.rect(box.left + x, top, 1, bottom - top);
  }
}

/** Runs of columns where the signal touches full scale, as marks at the top and bottom edge. */
export function clipMarks(path: PathSink, box: LaneBox, min: Float32Array, max: Float32Array, markPx: number): void {
  const width = Math.min(min.length, Math.round(box.width));
  for (let x = 0; x < width; x++) {
    if (max[x]! >= 1) path.rect(box.left + x, box.top, 1, markPx);
    if (min[x]! <= -1) path.rect(box.left + x, box.top + box.height - markPx, 1, markPx);
  }
}

/** A line through single samples; `dots` gets a square on each when there is room. */
export function samplePath(
  line: PathSink,
  dots: PathSink | null,
  box: LaneBox,
  values: Float32Array,
  xOfSample: (index: number) => number,
  gain: number,
  dotPx: number,
): void {
  let drawing = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      drawing = false;
      continue;
    }
    const x = box.left + xOfSample(i);
    const y = yOfAmplitude(box, value, gain);
    if (drawing) line.lineTo(x, y);
    else line.moveTo(x, y);
    drawing = true;
    dots?.rect(x - dotPx / 2, y - dotPx / 2, dotPx, dotPx);
  }
}

/** Calls back with runs [from, end) of columns without data. */
export function forGaps(min: Float32Array, width: number, visit: (from: number, end: number) => void): void {
  let from = -1;
  for (let x = 0; x <= width; x++) {
    const gap = x < width && Number.isNaN(min[x]!);
    if (gap && from < 0) from = x;
    if (!gap && from >= 0) {
      visit(from, x);
      from = -1;
    }
  }
}
