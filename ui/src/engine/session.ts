// One engine: a source that follows the ring, the analysis that draws from it, and the messages between them and the
// page. Everything the worker does that is not loading.

import { colormap, colormap_names } from '../../wasm/audiotab_wasm.js';
import { ColumnBudget } from './budget';
import { BufferPool } from './buffers';
import { bytesPerChannel } from './column_plan';
import { MeteredSource } from './metered_source';
import type { FromWorker, MapRequest, StreamState, ToWorker, Transport, ViewRequest } from './protocol';
import { QualityControl } from './quality';
import { RingLink } from './ring_link';
import type { RingHeader } from './source';
import { Spectra, type SpectraFrame } from './spectra';
import { TransportError, type openTransport } from './transport';
import { checkView } from './view_check';
import { WasmMemory } from './wasm_memory';
import { Waveforms } from './waveforms';

export interface SessionOptions {
  memory: WebAssembly.Memory;
  post: (message: FromWorker | MapRequest, transfer: Transferable[]) => void;
  nowMs?: () => number;
  connect?: typeof openTransport;
}

export class EngineSession {
  readonly #post: (message: FromWorker | MapRequest, transfer: Transferable[]) => void;
  readonly #nowMs: () => number;
  readonly #link: RingLink;
  readonly #memory: WasmMemory;
  readonly #pool = new BufferPool();
  readonly #waveforms: Waveforms;
  #spectra: Spectra | null = null;
  readonly #budget = new ColumnBudget();
  readonly #quality = new QualityControl();
  /** The newest settings, and whether they are still to be put in force. */
  #stft: Extract<ToWorker, { type: 'stft' }> | null = null;
  #stftIsNew = false;
  #columnBudgetBytes = 0;

  constructor(options: SessionOptions) {
    this.#post = options.post;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    const events = {
      stream: (header: RingHeader | null) => this.#streamChanged(header),
      recovered: (header: RingHeader | null) => this.#announce(header),
      loss: (startFrame: number, frames: number) => this.#post({ type: 'loss', startFrame, frames }, []),
      trouble: (error: unknown) => this.#trouble('transport', error),
      transport: (transport: Transport, reason: string | null) => this.#post({ type: 'transport', transport, reason }, []),
      needMapping: () => this.#post({ type: 'map' }, []),
    };
    this.#link = new RingLink(events, this.#nowMs, options.connect);
    this.#memory = new WasmMemory(options.memory);
    this.#waveforms = new Waveforms(this.#memory, this.#pool);
  }

  receive(message: ToWorker): void {
    try {
      switch (message.type) {
        case 'open':
          return this.#open(message);
        case 'ring':
          return this.#link.ringChanged(message.streamId, message.mayMap);
        case 'mapped':
          return this.#link.mapped(message.buffer, message.reason);
        case 'stft':
          return this.#setStft(message);
        case 'frame':
          return this.#frame(message);
        case 'probe':
          return this.#probe(message);
        default:
          message satisfies never;
      }
    } catch (error) {
      this.#trouble('internal', error);
    }
  }

  /** Call about every 100 ms: keeps the history complete while nobody draws. */
  tick(): void {
    this.#link.tick();
  }

  close(): void {
    this.#link.close();
    this.#spectra?.free();
    this.#spectra = null;
    this.#waveforms.clear();
  }

  #open(message: Extract<ToWorker, { type: 'open' }>): void {
    this.close();
    this.#columnBudgetBytes = message.columnBudgetBytes;
    this.#stftIsNew = this.#stft !== null;
    const colormaps = Object.fromEntries(colormap_names().map((name) => [name, colormap(name)]));
    this.#post({ type: 'ready', colormaps }, []);
    this.#link.open(message.endpoint);
  }

  /** Settings may come faster than frames: only those in force when a frame is asked for are planned. */
  #setStft(message: Extract<ToWorker, { type: 'stft' }>): void {
    this.#stft = message;
    this.#stftIsNew = true;
  }

  #adoptStft(): void {
    const stft = this.#stft;
    if (!stft || !this.#stftIsNew) return;
    this.#stftIsNew = false;
    let next: Spectra;
    try {
      const parts = { memory: this.#memory, pool: this.#pool, budget: this.#budget, nowMs: this.#nowMs };
      const channelBytes = bytesPerChannel(this.#columnBudgetBytes, stft.sharers ?? 1);
      next = new Spectra(parts, stft.generation, stft.settings, channelBytes);
    } catch (error) {
      // The former settings stay in force.
      return this.#trouble('settings', error);
    }
    this.#spectra?.free();
    this.#spectra = next;
    this.#quality.choose(stft.chosen ?? stft.settings, stft.adaptiveWindow ?? false);
    this.#followQuality();
    this.#announceGrid(this.#link.header());
  }

  /** The page may have reduced the settings further, for another worker's sake. */
  #followQuality(): void {
    const { rung } = this.#quality;
    const own = rung?.stft.size === this.#spectra?.settings.size && rung?.stft.hop === this.#spectra?.settings.hop;
    this.#spectra?.setStride(own ? (rung?.stride ?? 1) : 1);
    this.#spectra?.setFrameDivisor(rung?.frameDivisor ?? 1);
  }

  #noteLoad(header: RingHeader, view: ViewRequest, busyMs: number, made: SpectraFrame): void {
    const spectra = this.#spectra;
    if (!spectra || !header.running) return;
    const framesPerSecond = header.sampleRateHz * view.channels.length;
    const load = { nowMs: this.#nowMs(), columnMs: this.#budget.costMs, framesPerSecond, otherMs: busyMs - made.busyMs };
    const quality = this.#quality.note(load, spectra.settings);
    if (!quality) return;
    this.#followQuality();
    this.#post({ type: 'quality', quality }, []);
  }

  #streamChanged(header: RingHeader | null): void {
    this.#waveforms.clear();
    this.#spectra?.forgetSent();
    this.#announce(header);
    this.#announceGrid(header);
  }

  #announce(header: RingHeader | null): void {
    if (!header) return this.#post({ type: 'stream', info: null }, []);
    const { streamId, sampleRateHz, channels, capacityFrames, blockFrames, startTimeUnixMs } = header;
    const info = { streamId, sampleRateHz, channels, capacityFrames, blockFrames, startTimeUnixMs };
    this.#post({ type: 'stream', info }, []);
  }

  #announceGrid(header: RingHeader | null): void {
    if (header && this.#spectra) this.#post({ type: 'grid', grid: this.#spectra.grid(header) }, []);
  }

  #frame(message: Extract<ToWorker, { type: 'frame' }>): void {
    const startedMs = this.#nowMs();
    const { id, view } = message;
    this.#pool.give(message.done);
    const broken = checkView(view);
    if (broken) {
      this.#trouble('internal', new Error(broken));
      return this.#answerNothing(id, view);
    }
    if (!view.waveformOnly) this.#link.setVisible(view.channels);
    this.#link.frame();
    if (!view.waveformOnly) this.#adoptStft();
    const source = this.#link;
    const header = source.header();
    if (!header) return this.#answerNothing(id, view);

    const reader = new MeteredSource(source);
    const transfer: Transferable[] = [];
    const { completeFrom, waveform, samples } = this.#waveforms.draw(reader, header, view);
    transfer.push(waveform.buffer);
    if (samples) transfer.push(samples.values.buffer);
    const spectra = view.waveformOnly ? null : this.#spectra?.compute(reader, header, view);
    const columns = spectra?.columns ?? [];
    for (const batch of columns) transfer.push(batch.codes.buffer);
    const state: StreamState = {
      firstFrame: header.firstFrame,
      endFrame: header.endFrame,
      lostFrames: header.lostFrames,
      running: header.running,
      // Since the epoch: the page has another time origin and takes off its own.
      seenAtMs: performance.timeOrigin + source.seenAtMs,
    };
    const busyMs = this.#nowMs() - startedMs;
    this.#post(
      {
        type: 'frame',
        id,
        state,
        view,
        completeFrom,
        waveform,
        samples,
        columns,
        level: spectra?.level ?? 0,
        busyMs,
        columnsComputed: spectra?.computed ?? 0,
        columnsPending: spectra?.pending ?? 0,
        columnsDropped: spectra?.dropped ?? 0,
        bytesCopied: reader.bytesCopied,
      },
      transfer,
    );
    if (spectra) this.#noteLoad(header, view, busyMs, spectra);
  }

  /** The page's frame loop waits for an answer, also when there is nothing to show. */
  #answerNothing(id: number, view: ViewRequest): void {
    const waveform = new Float32Array(0);
    const nothing = { completeFrom: 0, samples: null, columns: [], level: 0, busyMs: 0, bytesCopied: 0 };
    const none = { columnsComputed: 0, columnsPending: 0, columnsDropped: 0 };
    this.#post({ type: 'frame', id, state: null, view, waveform, ...nothing, ...none }, [waveform.buffer]);
  }

  #probe(message: Extract<ToWorker, { type: 'probe' }>): void {
    const { id, frame, frequencyHz } = message;
    const header = this.#link.header();
    const result =
      header && this.#spectra
        ? this.#spectra.probe(this.#link, header, message)
        : { frame, frequencyHz, dbfs: NaN, peak: null };
    this.#post({ type: 'probe', id, ...result }, []);
  }

  #trouble(kind: 'transport' | 'settings' | 'internal', error: unknown): void {
    const known = error instanceof TransportError || error instanceof Error;
    this.#post({ type: 'trouble', kind, message: known ? error.message : String(error) }, []);
  }
}
