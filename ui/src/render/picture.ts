// Everything a view may look at while it draws one frame.

import { frequencyScale, type FrequencyBand, type FrequencyScale, type FrequencyScaleKind } from '../base/frequency_scale';
import type { TimeScale } from '../base/time_scale';
import type { StreamInfo, StreamState } from '../engine/protocol';
import { fillColourTable } from './colours';
import type { ColumnStore } from './column_store';
import type { Cursor } from './cursor';
import type { Palette } from './palette';
import type { PaintColours } from './spectrogram_painter';
import type { ViewModel } from './view_model';
import type { WaveformData } from './waveform_data';

/** What the user chose about how things look; none of it costs the worker anything. */
export interface Look {
  colormap: Uint8Array;
  minDb: number;
  maxDb: number;
  frequency: FrequencyScaleKind;
  /** What a zoomed frequency axis shows; null for all there is. */
  bandHz: FrequencyBand | null;
  /** Waveforms are drawn this much taller, dB. */
  gainDb: number;
}

export class Picture {
  readonly colours: PaintColours = { table: new Uint32Array(65_536), empty: 0, gap: [0, 0] };
  /** Changes with anything in `look` or `palette`. */
  lookRevision = 0;
  look: Look = { colormap: new Uint8Array(768), minDb: -120, maxDb: 0, frequency: 'log', bandHz: null, gainDb: 0 };
  palette: Palette | null = null;
  stream: StreamInfo | null = null;
  state: StreamState | null = null;
  frequency: FrequencyScale = frequencyScale('log', 48_000);
  scale: TimeScale = { firstPx: 0, framesPerPx: 1, widthPx: 1 };
  /** Right edge of a live view, frames. */
  liveFrame = 0;
  /** `performance.now()` after which painting puts off what can wait. */
  deadlineMs = 0;

  constructor(
    readonly view: ViewModel,
    readonly columns: ColumnStore,
    readonly waveform: WaveformData,
    readonly overview: WaveformData,
    readonly cursor: Cursor,
  ) {}

  setLook(look: Look): void {
    this.look = look;
    fillColourTable(this.colours.table, { map: look.colormap, minDb: look.minDb, maxDb: look.maxDb });
    this.#refresh();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.colours.empty = palette.plotPixel;
    this.colours.gap = palette.gapPixels;
    this.#refresh();
  }

  setStream(stream: StreamInfo | null): void {
    this.stream = stream;
    this.state = null;
    this.#refresh();
  }

  #refresh(): void {
    this.frequency = frequencyScale(this.look.frequency, this.stream?.sampleRateHz ?? 48_000, this.look.bandHz);
    this.lookRevision++;
  }
}

/** Something that draws once per frame. */
export interface PicturePart {
  draw(picture: Picture, nowMs: number): void;
}
