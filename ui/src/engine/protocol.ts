// Every message between the page and the engine worker: two discriminated unions, matched exhaustively.
// Buffers in `FrameResult` are transferred, never cloned.

import type { RingEndpoint } from '../host/types';

/** Names are those of the CLI; `kaiser:BETA` carries its parameter. */
export type WindowName =
  | 'hann'
  | 'hamming'
  | 'blackman'
  | 'blackman-harris'
  | 'nuttall'
  | 'flat-top'
  | 'rectangular'
  | `kaiser:${number}`;

export interface StftSettings {
  window: WindowName;
  /** Window length in frames, a power of two from 256 to 32768. */
  size: number;
  /** Frames from one column to the next, at least 16 and at most `size`. */
  hop: number;
  /** FFT length is `size * pad`: 1, 2, 4 or 8. */
  pad: number;
}

/** What the page wants to draw: pixel column p covers frames [p * framesPerPx, (p + 1) * framesPerPx). */
export interface ViewRequest {
  /** Device pixels; below 1 several pixels share a sample. */
  framesPerPx: number;
  /** First pixel column of the view on the absolute pixel grid above. May be negative (before frame 0). */
  firstPx: number;
  widthPx: number;
  /** Channels on screen, in lane order. Only these travel. */
  channels: number[];
  /**
   * Channels whose columns the page keeps, those on screen and some that were: the worker forgets what it sent of all
   * others, in the same moment as the page does. Absent: those on screen.
   */
  kept?: number[];
  /**
   * True for the overview: only min and max are wanted. No columns are computed, sent or planned for such a view, and
   * what was planned for the last full view goes on. Its `channels` are those of the last full view; `kept` says nothing.
   */
  waveformOnly?: boolean;
}

/** How samples reach a worker: read from the ring's own memory, or fetched in packets. */
export type Transport = 'mapped' | 'streamed';

export type ToWorker =
  /**
   * Which stream there is now, and whether its ring may be mapped. Sent before `open` and on every change; without it
   * samples are streamed.
   */
  | { type: 'ring'; streamId: string | null; mayMap: boolean }
  /** The answer to `map`, from `EngineClient`. A transferred buffer over the ring that runs now, or why there is none. */
  | { type: 'mapped'; buffer: ArrayBuffer | null; reason: string }
  /**
   * First of the others. The worker loads its WASM, opens the transport and answers `ready`. The budget is that of all
   * channels together, on the page.
   */
  | { type: 'open'; endpoint: RingEndpoint; columnBudgetBytes: number }
  /**
   * New STFT settings; `generation` comes back with every column, older generations are dropped. `sharers`: so many
   * channels share the column budget, 1 unless said. `chosen`: what the user set, when quality has reduced it.
   * `adaptiveWindow`: quality may shorten the window.
   */
  | {
      type: 'stft';
      generation: number;
      settings: StftSettings;
      sharers?: number;
      chosen?: StftSettings;
      adaptiveWindow?: boolean;
    }
  /** One per animation frame. `done` returns the buffers of the previous result for reuse. */
  | { type: 'frame'; id: number; view: ViewRequest; done: ArrayBuffer[] }
  /** The exact spectrum value under the cursor and the strongest peak within `reachHz` of it, in f64 from the samples. */
  | { type: 'probe'; id: number; channel: number; frame: number; frequencyHz: number; reachHz: number };

/** The ring header as the page needs it. All counts are exact integers below 2^53. */
export interface StreamInfo {
  /** Hex of the ring's stream id: a new one means a new stream, all caches are void. */
  streamId: string;
  sampleRateHz: number;
  channels: number;
  capacityFrames: number;
  blockFrames: number;
  startTimeUnixMs: number | null;
}

export interface StreamState {
  /** Frames [firstFrame, endFrame) can be read now. */
  firstFrame: number;
  endFrame: number;
  lostFrames: number;
  running: boolean;
  /**
   * When `endFrame` was first seen, on the page's `performance.now()` clock. The worker, which has another time origin,
   * sends ms since the epoch; `EngineClient` converts.
   */
  seenAtMs: number;
}

/**
 * Spectrum columns of one channel on the STFT grid, at `2^level` columns max-combined into one:
 * entry i is the maximum over STFT columns [ (firstIndex + i) << level, (firstIndex + i + 1) << level ).
 * STFT column k covers frames [k * hop, k * hop + size) and is stamped at its centre. A gap in any of them makes the
 * whole entry a gap in that row. The last entry of a stream that has ended may stand for fewer columns.
 *
 * The page keeps entry i of a level in slot i mod `columnsKept`, and the worker never sends again what must still be
 * there. It takes everything for forgotten when generation or stream change, and a channel's when a view did not list
 * it as kept. A generation has one level, or two: see `planLayers`.
 */
export interface ColumnBatch {
  generation: number;
  streamId: string;
  channel: number;
  level: number;
  firstIndex: number;
  count: number;
  /** Rows per column; row r stands for `binEdgesHz[r]` to `binEdgesHz[r + 1]` of the current `ColumnGrid`. */
  bins: number;
  /** [count * bins], column after column. Code 0 = gap (touches lost samples); else dBFS = code / 100 - 300. */
  codes: Uint16Array;
}

/** What rows and columns of the current generation mean. Sent once per `stft` message and per stream. */
export interface ColumnGrid {
  generation: number;
  settings: StftSettings;
  bins: number;
  /** Lower edge in Hz of each row, `bins + 1` values: row r covers [binEdgesHz[r], binEdgesHz[r + 1]). */
  binEdgesHz: Float64Array;
  /** Entries the page keeps per channel and level (ring length), so that memory stays within the budget. */
  columnsKept: number;
  /** Equivalent noise bandwidth in bins of the window; RBW = enbwBins * rate / size. */
  enbwBins: number;
}

/** How much is attempted on a machine that cannot do everything. */
export interface Quality {
  /** 0: everything. */
  level: number;
  /** Only every so-manieth column is transformed. */
  stride: number;
  /** Of so many pictures one should be drawn. */
  frameDivisor: number;
  /** The settings to be in force: the page sends them when they are others than now. */
  stft: StftSettings;
  /** What the picture amounts to: these with the stride in the hop. */
  effective: StftSettings;
  /** One sentence. */
  reason: string;
}

export type FromWorker =
  | { type: 'ready'; colormaps: Record<string, Uint8Array> }
  /** A new stream, or none. The same stream again says that trouble with the transport is over. */
  | { type: 'stream'; info: StreamInfo | null }
  | { type: 'grid'; grid: ColumnGrid }
  | {
      type: 'frame';
      id: number;
      state: StreamState | null;
      view: ViewRequest;
      /**
       * Per channel of the view, in order, `2 * widthPx` values: min, max of each pixel column, NaN where there is
       * nothing. When `framesPerPx < 1`: the samples themselves instead, see `samples`.
       */
      waveform: Float32Array;
      /** Set when framesPerPx < 1: per channel `samplesPerChannel` samples from `firstSample` on. */
      /** Frames before this one have not all arrived yet: NaN there is not (yet) a gap. */
      completeFrom: number;
      samples: { firstSample: number; samplesPerChannel: number; values: Float32Array } | null;
      columns: ColumnBatch[];
      /** The level this view is drawn from: all columns here are of it, and there may be none. */
      level: number;
      /** Worker time spent on this frame, ms, and columns computed in it. */
      busyMs: number;
      columnsComputed: number;
      /** STFT columns still missing in the view after this frame. */
      columnsPending: number;
      /** STFT columns in view that the ring overwrote before they were computed. */
      columnsDropped: number;
      /** Bytes of samples copied for this frame. */
      bytesCopied: number;
    }
  | {
      type: 'probe';
      id: number;
      /** Centre frame of the STFT column the value comes from, and the bin's exact frequency. */
      frame: number;
      frequencyHz: number;
      /** NaN in a gap or outside the history. */
      dbfs: number;
      /** Peak near the cursor refined by parabolic interpolation; null when there is no local peak. */
      peak: { frequencyHz: number; dbfs: number } | null;
    }
  /** The quality changed, because of the load or its end. */
  | { type: 'quality'; quality: Quality }
  /** Frames were overwritten before they could be fetched. */
  | { type: 'loss'; startFrame: number; frames: number }
  /** How samples reach this worker from now on; `reason` is a sentence when a mapping could not be had. */
  | { type: 'transport'; transport: Transport; reason: string | null }
  | { type: 'trouble'; kind: 'transport' | 'settings' | 'internal'; message: string };

/** What a worker asks of the page's end: a mapping of its own, since a transferred buffer is gone. See `mapped`. */
export interface MapRequest {
  type: 'map';
}
