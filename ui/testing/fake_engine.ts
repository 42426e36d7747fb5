// An engine without a worker, a ring or a microphone, for working on the interface: answers the same messages with the
// synthetic sound of fake_signal.ts. Development builds load it with `?fake`; it is in no production bundle.
//   fake&gap: half a second of lost frames every 9 s   fake&loss: a loss message every 8 s   fake&age=SECONDS of stream

import { entryOfFrame, stampGrid } from '../src/base/column_grid';
import { columnsBefore, entriesAvailable, entriesInView, intersect, levelFor } from '../src/engine/column_plan';
import type { ColumnBatch, ColumnGrid, FromWorker, StftSettings, StreamInfo, ToWorker, ViewRequest } from '../src/engine/protocol';
import { SentEntries } from '../src/engine/sent_entries';
import type { EnginePort } from '../src/render/engine_port';
import { fakeColormaps } from './fake_colormaps';
import { ExtentCache, hash, partialsAt, sampleAt } from './fake_signal';

const BLOCK = 1024;
const HISTORY_S = 30;
const COLUMNS_PER_FRAME = 240;
const ENBW: Record<string, number> = { hann: 1.5, hamming: 1.3628, blackman: 1.7268, 'blackman-harris': 2.0044, nuttall: 1.9761, 'flat-top': 3.7702, rectangular: 1 };

export class FakeEngine implements EnginePort {
  readonly #post: (message: FromWorker) => void;
  readonly #query = new URLSearchParams(location.search);
  readonly #startedMs: number;
  #info: StreamInfo | null = null;
  #grid: ColumnGrid | null = null;
  #sent = new Map<number, SentEntries>();
  #level = 0;
  #inFlight = 0;
  readonly #extents = new ExtentCache();

  constructor(onMessage: (message: FromWorker) => void) {
    this.#post = onMessage;
    this.#startedMs = performance.now() - Number(this.#query.get('age') ?? 47) * 1000;
    if (this.#query.has('loss')) {
      setInterval(() => this.#post({ type: 'loss', startFrame: 0, frames: 512 }), 8000);
      setTimeout(() => this.#post({ type: 'loss', startFrame: 0, frames: 512 }), 500);
    }
    const silent = ['idle', 'failed'].includes(this.#query.get('state') ?? '');
    setTimeout(() => {
      this.#post({ type: 'ready', colormaps: fakeColormaps() });
      if (silent) return;
      this.#info = {
        streamId: '00000000000000f1',
        sampleRateHz: Number(this.#query.get('rate') ?? 48_000),
        channels: Number(this.#query.get('channels') ?? 2),
        capacityFrames: HISTORY_S * Number(this.#query.get('rate') ?? 48_000),
        blockFrames: BLOCK,
        startTimeUnixMs: null,
      };
      this.#post({ type: 'stream', info: this.#info });
      if (this.#grid) this.#setStft(this.#grid.generation, this.#grid.settings);
    }, 50);
  }

  get busy(): boolean {
    return this.#inFlight > 0;
  }

  send(message: ToWorker): void {
    if (message.type === 'stft') this.#setStft(message.generation, message.settings);
    else if (message.type === 'frame') {
      this.#inFlight++;
      setTimeout(() => {
        this.#inFlight--;
        this.#post(this.#frame(message.id, message.view));
      }, 2);
    } else if (message.type === 'probe') setTimeout(() => this.#probe(message), 2);
  }

  #rate(): number {
    return this.#info?.sampleRateHz ?? 48_000;
  }

  #lost(frame: number): boolean {
    return this.#query.has('gap') && (frame / this.#rate()) % 9 > 8.5;
  }

  #setStft(generation: number, settings: StftSettings): void {
    const all = (settings.size * settings.pad) / 2 + 1;
    const bins = Math.min(all, 4097);
    const edges = Float64Array.from({ length: bins + 1 }, (_, r) => Math.max(0, (((r - 0.5) * this.#rate()) / 2) * (1 / (bins - 1))));
    this.#grid = {
      generation,
      settings,
      bins,
      binEdgesHz: edges,
      columnsKept: 4096,
      enbwBins: settings.window.startsWith('kaiser') ? 1.72 : (ENBW[settings.window] ?? 1.5),
    };
    this.#sent.clear();
    this.#post({ type: 'grid', grid: this.#grid });
  }

  #end(): number {
    return Math.floor(((performance.now() - this.#startedMs) * this.#rate()) / 1000 / BLOCK) * BLOCK;
  }

  #frame(id: number, view: ViewRequest): FromWorker {
    const startedMs = performance.now();
    const endFrame = this.#end();
    const firstFrame = Math.max(0, endFrame - HISTORY_S * this.#rate() + BLOCK);
    const within = (f: number): boolean => f >= firstFrame && f < endFrame && !this.#lost(f);
    const waveform = new Float32Array(view.framesPerPx < 1 ? 0 : 2 * view.widthPx * view.channels.length).fill(NaN);
    let samples = null;
    if (view.framesPerPx < 1) {
      const firstSample = Math.floor(view.firstPx * view.framesPerPx) - 2;
      const n = Math.ceil(view.widthPx * view.framesPerPx) + 5;
      const values = new Float32Array(n * view.channels.length);
      view.channels.forEach((channel, lane) => {
        for (let i = 0; i < n; i++) values[lane * n + i] = within(firstSample + i) ? sampleAt(channel, firstSample + i, this.#rate()) : NaN;
      });
      samples = { firstSample, samplesPerChannel: n, values };
    } else {
      view.channels.forEach((channel, lane) => {
        for (let x = 0; x < view.widthPx; x++) {
          const from = (view.firstPx + x) * view.framesPerPx;
          if (!within(from)) continue;
          waveform.set(this.#extents.of(channel, view.framesPerPx, view.firstPx + x, this.#rate()), 2 * (lane * view.widthPx + x));
        }
      });
    }
    const spectra = view.waveformOnly ? { columns: [], computed: 0, pending: 0 } : this.#columns(view, firstFrame, endFrame);
    const lostFrames = this.#query.has('gap') ? 4608 : 0;
    return {
      type: 'frame',
      id,
      state: { firstFrame, endFrame, lostFrames, running: this.#query.get('state') !== 'ended', seenAtMs: performance.now() },
      view,
      waveform,
      samples,
      columns: spectra.columns,
      busyMs: Math.min(4, performance.now() - startedMs),
      columnsComputed: spectra.computed,
      completeFrom: 0,
      columnsPending: spectra.pending,
      level: this.#level,
      columnsDropped: 0,
      bytesCopied: 0,
    };
  }

  #columns(view: ViewRequest, firstFrame: number, endFrame: number): { columns: ColumnBatch[]; computed: number; pending: number } {
    const grid = this.#grid;
    if (!grid || !this.#info) return { columns: [], computed: 0, pending: 0 };
    const level = levelFor(view, grid.settings, { baseLevel: 0, kept: grid.columnsKept });
    if (level !== this.#level) this.#sent.clear();
    this.#level = level;
    const visible = intersect(entriesInView(view, grid.settings, level), entriesAvailable(firstFrame, endFrame, false, grid.settings, level));
    const columns: ColumnBatch[] = [];
    let left = COLUMNS_PER_FRAME;
    let pending = 0;
    for (const channel of this.#sent.keys()) if (!view.channels.includes(channel)) this.#sent.delete(channel);
    for (const channel of view.channels) {
      let sent = this.#sent.get(channel);
      if (!sent) this.#sent.set(channel, (sent = new SentEntries(grid.columnsKept)));
      for (let entry = visible.end - 1; entry >= visible.first && left > 0; entry--) {
        if (sent.has(entry)) continue;
        const codes = this.#column(channel, entry, level, grid);
        columns.push({ generation: grid.generation, streamId: this.#info.streamId, channel, level, firstIndex: entry, count: 1, bins: grid.bins, codes });
        sent.mark(entry, 1);
        left--;
      }
      pending += sent.missing(visible);
    }
    return { columns, computed: COLUMNS_PER_FRAME - left, pending };
  }

  #column(channel: number, entry: number, level: number, grid: ColumnGrid): Uint16Array {
    const { size, hop } = grid.settings;
    const [start, end] = [(entry << level) * hop, (entry << level) * hop + size];
    const codes = new Uint16Array(grid.bins);
    if (this.#lost(start) || this.#lost(end)) return codes;
    const binHz = this.#rate() / 2 / (grid.bins - 1);
    const centre = (start + end) / 2 / this.#rate();
    const lobe = (grid.enbwBins * this.#rate()) / size / binHz;
    for (let b = 0; b < grid.bins; b++) codes[b] = Math.round((300 - 104 - 10 * Math.log10(size / 2048) + 10 * Math.log10(0.05 + hash(entry * 7919 + channel, b))) * 100);
    for (const { hz, dbfs } of partialsAt(channel, centre, this.#rate() / 2)) {
      const at = hz / binHz;
      const reach = Math.ceil(4 * lobe);
      for (let b = Math.max(0, Math.floor(at) - reach); b <= Math.min(grid.bins - 1, Math.floor(at) + reach); b++) {
        const db = dbfs - 6 * ((b - at) / lobe) ** 2 * (1 / 1.4);
        codes[b] = Math.max(codes[b]!, Math.round((300 + Math.max(db, -140)) * 100));
      }
    }
    return codes;
  }

  #probe(message: Extract<ToWorker, { type: 'probe' }>): void {
    const grid = this.#grid;
    if (!grid) return;
    const column = entryOfFrame(stampGrid(grid.settings.size, grid.settings.hop, 0), message.frame);
    const known = column >= 0 && column < columnsBefore(this.#end(), grid.settings);
    const codes = known ? this.#column(message.channel, column, 0, grid) : null;
    const binHz = this.#rate() / 2 / (grid.bins - 1);
    const bin = Math.min(grid.bins - 1, Math.round(message.frequencyHz / binHz));
    const near = partialsAt(message.channel, message.frame / this.#rate(), this.#rate() / 2).find((p) => Math.abs(p.hz - message.frequencyHz) < 4 * binHz);
    this.#post({
      type: 'probe',
      id: message.id,
      frame: column * grid.settings.hop + grid.settings.size / 2,
      frequencyHz: bin * binHz,
      dbfs: codes && codes[bin] ? codes[bin]! / 100 - 300 : NaN,
      peak: near ? { frequencyHz: near.hz, dbfs: near.dbfs } : null,
    });
  }
}
