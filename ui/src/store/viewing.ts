// How the picture is doing, a few times a second: enough for the status bar, far from every frame.

import { createStore } from 'zustand/vanilla';

export interface ViewingState {
  /** The view follows the live edge. */
  following: boolean;
  /** Visible time, s. */
  spanS: number;
  overwritten: 'no' | 'partly' | 'wholly';
  /** What draws the lanes; `note` names the GPU or says why it is not used, `work` counts what it is sent. */
  drawing: { kind: 'webgl' | 'canvas'; note: string; work: object | null };
  vitals: {
    fps: number;
    latencyP50Ms: number;
    latencyP99Ms: number;
    workerBusy: number;
    /** Share of the time the page's own thread draws. */
    pageBusy: number;
    lostFrames: number;
    columnsPending: number;
    columnsPerSecond: number;
    /** Columns in view that the ring overwrote before they were computed. */
    columnsDropped: number;
    /** Samples copied from the ring into the analysis. */
    bytesPerSecond: number;
    /** What is computed when not everything is: a short text, its reason as a sentence. */
    quality: { text: string; reason: string } | null;
  };
}

export type ViewingStore = ReturnType<typeof createViewing>;

export function createViewing() {
  return createStore<ViewingState>()(() => ({
    following: true,
    spanS: 0,
    overwritten: 'no',
    drawing: { kind: 'canvas', note: '', work: null },
    vitals: {
      fps: 0,
      latencyP50Ms: NaN,
      latencyP99Ms: NaN,
      workerBusy: 0,
      pageBusy: 0,
      lostFrames: 0,
      columnsPending: 0,
      columnsPerSecond: 0,
      columnsDropped: 0,
      bytesPerSecond: 0,
      quality: null,
    },
  }));
}
