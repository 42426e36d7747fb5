// How the picture is doing: what the status bar shows and tests read.

import { RunningStats } from '../base/running_stats';
import type { Quality, StftSettings } from '../engine/protocol';

/** What one answer of the worker has cost. */
export interface Work {
  busyMs: number;
  columnsComputed: number;
  columnsDropped: number;
  bytesCopied: number;
}

export interface WorkRate {
  /** Share of the last second the worker spent on frames, 0 to 1. */
  busy: number;
  columnsPerSecond: number;
  bytesPerSecond: number;
}

export class WorkerLoad {
  #samples: (Work & { atMs: number })[] = [];
  readonly #totals = { columnsComputed: 0, columnsDropped: 0, bytesCopied: 0 };

  /** Since the start: columns computed, columns in view that went by uncomputed, bytes of samples copied. */
  get totals(): Readonly<Omit<Work, 'busyMs'>> {
    return this.#totals;
  }

  add(atMs: number, { busyMs, columnsComputed, columnsDropped, bytesCopied }: Work): void {
    this.#totals.columnsComputed += columnsComputed;
    this.#totals.columnsDropped += columnsDropped;
    this.#totals.bytesCopied += bytesCopied;
    this.#samples.push({ atMs, busyMs, columnsComputed, columnsDropped, bytesCopied });
    this.#trim(atMs);
  }

  /** Over the second before `nowMs`. */
  rate(nowMs: number): WorkRate {
    this.#trim(nowMs);
    const sum = { busy: 0, columnsPerSecond: 0, bytesPerSecond: 0 };
    for (const sample of this.#samples) {
      sum.busy += sample.busyMs / 1000;
      sum.columnsPerSecond += sample.columnsComputed;
      sum.bytesPerSecond += sample.bytesCopied;
    }
    return sum;
  }

  #trim(nowMs: number): void {
    const old = this.#samples.findIndex((sample) => sample.atMs > nowMs - 1000);
    this.#samples.splice(0, old < 0 ? this.#samples.length : old);
  }
}

/** What a reduced quality means, for a badge: what is less than it should be. */
export function qualityText({ effective, frameDivisor }: Quality, chosen: Pick<StftSettings, 'size'>): string {
  const overlap = Math.round((1 - effective.hop / effective.size) * 100);
  const parts = [`overlap ${overlap} %`];
  if (frameDivisor > 1) parts.push(`1/${frameDivisor} frame rate`);
  if (effective.size !== chosen.size) parts.push(`window ${effective.size}`);
  return parts.join(' · ');
}

export const latencyStats = (): RunningStats => new RunningStats(300);
