// Neighbouring columns that say the same are drawn as one.

/** Calls back with runs [from, end) of columns of one value, left to right. Nothing is said of value 0. */
export function forRuns(columns: number, valueOf: (x: number) => number, visit: (from: number, end: number, value: number) => void): void {
  let from = 0;
  let value = 0;
  for (let x = 0; x <= columns; x++) {
    const next = x < columns ? valueOf(x) : 0;
    if (next === value) continue;
    if (value !== 0) visit(from, x, value);
    from = x;
    value = next;
  }
}
