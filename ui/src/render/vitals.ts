// How the picture is doing: what the status bar shows and tests read.

import { RunningStats } from '../base/running_stats';

export interface VitalSigns {
  fps: number;
  frameP50Ms: number;
  frameP95Ms: number;
  /** Time this thread draws per frame, ms. */
  drawP95Ms: number;
  /** Age of the newest drawn sample, from its arrival to the frame that shows it, ms; NaN while not live. */
  latencyP50Ms: number;
  latencyP99Ms: number;
  /** Share of the last second the worker spent on frames, 0 to 1. */
  workerBusy: number;
  lostFrames: number;
  /** STFT columns in view that the worker still owes. */
  columnsPending: number;
  columnsPerSecond: number;
}

interface WorkSample {
  atMs: number;
  busyMs: number;
  columns: number;
}

export class WorkerLoad {
  #samples: WorkSample[] = [];

  add(atMs: number, busyMs: number, columns: number): void {
    this.#samples.push({ atMs, busyMs, columns });
    this.#trim(atMs);
  }

  /** Over the second before `nowMs`. */
  rate(nowMs: number): { busy: number; columnsPerSecond: number } {
    this.#trim(nowMs);
    let busyMs = 0;
    let columns = 0;
    for (const sample of this.#samples) {
      busyMs += sample.busyMs;
      columns += sample.columns;
    }
    return { busy: busyMs / 1000, columnsPerSecond: columns };
  }

  #trim(nowMs: number): void {
    const old = this.#samples.findIndex((sample) => sample.atMs > nowMs - 1000);
    this.#samples.splice(0, old < 0 ? this.#samples.length : old);
  }
}

export const latencyStats = (): RunningStats => new RunningStats(300);
