// Sets of frames as sorted, disjoint, half-open ranges. They hold a handful of entries, so plain arrays are best.

export interface FrameRange {
  startFrame: number;
  /** Exclusive. */
  endFrame: number;
}

export class RangeSet {
  #ranges: FrameRange[] = [];

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Sorted by start; do not change. */
  get ranges(): readonly FrameRange[] {
    return this.#ranges;
  }

  /** The range that reaches furthest, null when empty. */
  get newest(): FrameRange | null {
    return this.#ranges[this.#ranges.length - 1] ?? null;
  }

  /** Total number of frames. */
  get frames(): number {
    return this.#ranges.reduce((sum, range) => sum + range.endFrame - range.startFrame, 0);
  }

  clear(): void {
    this.#ranges = [];
  }

  /** Adds [startFrame, endFrame); touching ranges become one. */
  add(startFrame: number, endFrame: number): void {
    if (endFrame <= startFrame) return;
    const merged = { startFrame, endFrame };
    const before: FrameRange[] = [];
    const after: FrameRange[] = [];
    for (const range of this.#ranges) {
      if (range.endFrame < startFrame) before.push(range);
      else if (range.startFrame > endFrame) after.push(range);
      else {
        merged.startFrame = Math.min(merged.startFrame, range.startFrame);
        merged.endFrame = Math.max(merged.endFrame, range.endFrame);
      }
    }
    this.#ranges = [...before, merged, ...after];
  }

  /** Takes [startFrame, endFrame) out and returns the parts that were in the set, oldest first. */
  remove(startFrame: number, endFrame: number): FrameRange[] {
    if (endFrame <= startFrame || this.#ranges.length === 0) return [];
    const kept: FrameRange[] = [];
    const removed: FrameRange[] = [];
    for (const range of this.#ranges) {
      const from = Math.max(range.startFrame, startFrame);
      const to = Math.min(range.endFrame, endFrame);
      if (from >= to) {
        kept.push(range);
        continue;
      }
      removed.push({ startFrame: from, endFrame: to });
      if (range.startFrame < from) kept.push({ startFrame: range.startFrame, endFrame: from });
      if (to < range.endFrame) kept.push({ startFrame: to, endFrame: range.endFrame });
    }
    this.#ranges = kept;
    return removed;
  }

  /** The newest range that shares a frame with [startFrame, endFrame), or null. */
  overlap(startFrame: number, endFrame: number): FrameRange | null {
    if (endFrame <= startFrame) return null;
    for (let i = this.#ranges.length - 1; i >= 0; i--) {
      const range = this.#ranges[i]!;
      if (range.startFrame < endFrame && startFrame < range.endFrame) return range;
      if (range.endFrame <= startFrame) return null;
    }
    return null;
  }
}
