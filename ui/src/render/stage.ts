// Between the worker and the views: asks for what the view needs, keeps what comes back, and lets every part draw it.
// One call of `tick` per animation frame does all of it.

import { endFrame, sameScale, snapFramesPerPx, type TimeScale } from '../base/time_scale';
import type { ColumnGrid, FromWorker, Quality, StftSettings, StreamInfo, ToWorker, Transport, ViewRequest } from '../engine/protocol';
import { Aiming } from './aim';
import { Analysis } from './analysis';
import { ColumnStore } from './column_store';
import { Cursor } from './cursor';
import type { EnginePort } from './engine_port';
import { HeadClock } from './head_clock';
import { channelsThatFit } from './kept_channels';
import { Picture, type PicturePart } from './picture';
import { ViewModel, type HistoryLimits } from './view_model';
import { latencyStats, WorkerLoad } from './vitals';
import { WaveformData } from './waveform_data';

export interface StageEvents {
  following(following: boolean): void;
  stream(info: StreamInfo | null): void;
  grid(grid: ColumnGrid): void;
  ready(colormaps: Record<string, Uint8Array>): void;
  loss(startFrame: number, frames: number): void;
  /** Less than everything is computed, or, with null, everything again. */
  quality(quality: Quality | null): void;
  trouble(kind: 'transport' | 'settings' | 'internal', message: string): void;
  transport(transport: Transport, reason: string | null): void;
}

/** Columns asked for beyond both edges, so that a pan shows a waveform at once, px. */
const OVERSCAN_PX = 48;
/** The overview changes by a pixel every 25 ms at most; this often is enough, ms. */
const OVERVIEW_INTERVAL_MS = 150;
/** A standing picture still learns how the stream goes on, ms. */
const IDLE_INTERVAL_MS = 150;
/** Main-thread time per frame for painting spectrograms, ms; on a slow machine this share of a frame. */
const PAINT_BUDGET_MS = 7;
const PAINT_SHARE = 0.3;

export class Stage {
  readonly view: ViewModel;
  readonly picture: Picture;
  readonly clock = new HeadClock();
  readonly latency = latencyStats();
  readonly load = new WorkerLoad();
  /** Memory for the columns of all channels, bytes. */
  columnBytes = 0;
  /** Seconds shown when a stream begins. */
  initialSpanS = 10;
  columnsPending = 0;
  readonly #events: StageEvents;
  readonly #parts = new Set<PicturePart>();
  #engine: EnginePort | null = null;
  #channels: readonly number[] = [];
  readonly #analysis = new Analysis();
  #overviewWidthPx = 0;
  #nextId = 1;
  #overviewIds = new Set<number>();
  #asked: { scale: TimeScale; channels: readonly number[]; atMs: number } | null = null;
  #overviewAskedMs = -Infinity;
  #done: ArrayBuffer[] = [];
  #begun = false;
  readonly #aiming = new Aiming();
  #drawnMs = NaN;
  /** How far the newest result of a live view reaches; null while there is none. */
  #liveKnownFrame: number | null = null;

  constructor(events: StageEvents) {
    this.#events = events;
    this.view = new ViewModel((following) => {
      this.latency.clear();
      this.#liveKnownFrame = null;
      events.following(following);
    });
    this.picture = new Picture(this.view, new ColumnStore(), new WaveformData(), new WaveformData(), new Cursor());
  }

  connect(engine: EnginePort): void {
    this.#engine = engine;
  }

  addPart(part: PicturePart): () => void {
    this.#parts.add(part);
    return () => this.#parts.delete(part);
  }

  /** The user's settings; `adaptiveWindow` allows a shorter window on a machine that cannot keep up. */
  setStft(settings: StftSettings, adaptiveWindow = false): void {
    this.#engine?.send(this.#analysis.choose(settings, adaptiveWindow));
    this.#events.quality(null);
  }

  /** Channels on screen, in lane order. */
  setChannels(channels: readonly number[]): void {
    this.#channels = channels;
    this.#tell(this.#analysis.share(channels.length));
  }

  #tell(message: ToWorker | null): void {
    if (message) this.#engine?.send(message);
  }

  setPlotWidth(widthPx: number): void {
    this.view.resize(widthPx);
    this.#begin();
  }

  setOverviewWidth(widthPx: number): void {
    this.#overviewWidthPx = widthPx;
  }

  /** Zoom at which the overview shows the whole history in its width. */
  get overviewScale(): TimeScale {
    const widthPx = Math.max(1, this.#overviewWidthPx);
    const framesPerPx = snapFramesPerPx((this.picture.stream?.capacityFrames ?? widthPx) / widthPx);
    return { widthPx, framesPerPx, firstPx: Math.floor(this.picture.liveFrame / framesPerPx) - widthPx };
  }

  receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        return this.#events.ready(message.colormaps);
      case 'stream':
        return this.#setStream(message.info);
      case 'grid':
        this.picture.columns.setGrid(message.grid);
        return this.#events.grid(message.grid);
      case 'frame':
        return this.#accept(message);
      case 'probe':
        return this.picture.cursor.answer(message);
      case 'quality':
        this.#tell(this.#analysis.reduce(message.quality));
        return this.#events.quality(this.#analysis.quality);
      case 'loss':
        return this.#events.loss(message.startFrame, message.frames);
      case 'trouble':
        return this.#events.trouble(message.kind, message.message);
      case 'transport':
        return this.#events.transport(message.transport, message.reason);
      default:
        message satisfies never;
    }
  }

  tick(nowMs: number): void {
    const { picture, view } = this;
    if (picture.stream) {
      picture.state = this.clock.state;
      // After a hidden tab the last result says nothing about how late results are.
      if (nowMs - this.#drawnMs > 1000) this.#liveKnownFrame = null;
      if (this.#liveKnownFrame !== null) this.clock.noteKnown(this.#liveKnownFrame, nowMs);
      picture.liveFrame = this.clock.liveFrame(nowMs);
      if (this.#begun) view.advance(this.#limits());
    }
    picture.scale = view.scale;
    this.#ask(nowMs);
    this.#draw(nowMs);
    this.#askCursor(nowMs);
    if (view.following && picture.state?.running) this.#measureLatency(nowMs);
  }

  #draw(nowMs: number): void {
    const intervalMs = Math.min(250, nowMs - this.#drawnMs || 0);
    this.#drawnMs = nowMs;
    const budgetMs = Math.max(PAINT_BUDGET_MS, PAINT_SHARE * intervalMs);
    const startMs = performance.now();
    let drawn = 0;
    for (const part of this.#parts) {
      // Each part may use its share of the time and what those before it left over.
      this.picture.deadlineMs = startMs + (budgetMs * ++drawn) / this.#parts.size;
      part.draw(this.picture, nowMs);
    }
  }

  #limits(): HistoryLimits {
    return {
      firstFrame: this.clock.state?.firstFrame ?? 0,
      liveFrame: this.picture.liveFrame,
      capacityFrames: this.picture.stream?.capacityFrames ?? 1,
    };
  }

  #setStream(info: StreamInfo | null): void {
    // The same stream again says that a transport came back.
    if (info?.streamId !== this.picture.stream?.streamId || !info) {
      this.clock.begin(info);
      this.picture.setStream(info);
      this.picture.columns.beginStream(info?.streamId ?? '');
      this.picture.waveform.clear();
      this.picture.overview.clear();
      this.picture.liveFrame = 0;
      this.#asked = null;
      this.columnsPending = 0;
      this.#begun = false;
      this.#begin();
    }
    this.#events.stream(info);
  }

  /** The first view of a stream needs both its rate and the width of the plots. */
  #begin(): void {
    const stream = this.picture.stream;
    if (this.#begun || !stream || this.view.scale.widthPx <= 1) return;
    this.#begun = true;
    this.view.begin(this.#limits(), this.initialSpanS * stream.sampleRateHz);
  }

  #accept(message: Extract<FromWorker, { type: 'frame' }>): void {
    this.load.add(performance.now(), message);
    if (message.state && this.picture.stream) this.clock.observe(message.state);
    if (this.#overviewIds.delete(message.id)) {
      this.#done.push(...this.picture.overview.accept(message));
      return;
    }
    this.#done.push(...this.picture.waveform.accept(message));
    const { firstPx, widthPx, framesPerPx } = message.view;
    const atHead = message.state && message.state.endFrame <= (firstPx + widthPx) * framesPerPx;
    this.#liveKnownFrame = this.view.following && atHead ? this.picture.waveform.knownFrames[1] : null;
    for (const batch of message.columns) {
      this.picture.columns.put(batch);
      this.#done.push(batch.codes.buffer as ArrayBuffer);
    }
    this.picture.columns.show(message.level);
    this.columnsPending = message.columnsPending;
    if (message.columnsPending === 0 && message.state) this.picture.columns.settle();
  }

  #ask(nowMs: number): void {
    const engine = this.#engine;
    if (!engine || engine.busy || !this.#begun) return;
    const { view } = this;
    const idle =
      this.#asked !== null &&
      !view.following &&
      this.columnsPending === 0 &&
      this.#asked.channels === this.#channels &&
      sameScale(this.#asked.scale, view.scale) &&
      nowMs - this.#asked.atMs < IDLE_INTERVAL_MS;
    if (!idle) {
      this.#asked = { scale: view.scale, channels: this.#channels, atMs: nowMs };
      const kept = this.#analysis.kept.list(this.#channels, channelsThatFit(this.columnBytes, this.picture.columns.grid));
      // Here and nowhere else: the worker forgets the same channels when it reads this message.
      this.picture.columns.retain(kept);
      this.#send(engine, { ...this.#request(view.scale), kept });
    }
    if (this.#overviewWidthPx > 0 && nowMs - this.#overviewAskedMs >= OVERVIEW_INTERVAL_MS) {
      this.#overviewAskedMs = nowMs;
      this.#overviewIds.clear();
      this.#overviewIds.add(this.#nextId);
      const { firstPx, framesPerPx, widthPx } = this.overviewScale;
      const channels = [...this.#channels];
      this.#send(engine, { firstPx: firstPx - 2, framesPerPx, widthPx: widthPx + 8, channels, waveformOnly: true });
    }
  }

  #request(scale: TimeScale): ViewRequest {
    // To the right reach as far as the head: the picture will be there when the answer comes.
    const ahead = Math.min(scale.widthPx, Math.ceil(this.clock.marginFrames / scale.framesPerPx));
    return {
      framesPerPx: scale.framesPerPx,
      firstPx: scale.firstPx - OVERSCAN_PX,
      widthPx: scale.widthPx + OVERSCAN_PX + Math.max(OVERSCAN_PX, ahead),
      channels: [...this.#channels],
    };
  }

  #send(engine: EnginePort, view: ViewRequest): void {
    engine.send({ type: 'frame', id: this.#nextId++, view, done: this.#done });
    this.#done = [];
  }

  #askCursor(nowMs: number): void {
    const { cursor, frequency, scale, columns } = this.picture;
    const place = cursor.place;
    if (!place || place.kind !== 'spectrogram' || !this.#engine || !this.picture.stream) return;
    const aim = this.#aiming.at(place.xPx, place.yPx, place.heightPx, scale, frequency, columns.lane(place.channel));
    cursor.ask(this.#engine, aim, nowMs);
  }

  #measureLatency(nowMs: number): void {
    const { state, scale, stream } = this.picture;
    if (!state || !stream) return;
    const shownFrame = Math.min(endFrame(scale), state.endFrame);
    this.latency.add(((this.clock.headFrame(nowMs) - shownFrame) / stream.sampleRateHz) * 1000);
  }
}
