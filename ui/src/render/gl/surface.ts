// One canvas and one context for all lanes: browsers allow no more than a few. The canvas lies under the lanes inside the
// scrolled content and reaches beyond both edges of what is in sight, so that scrolling moves picture and labels as one.

import type { Picture, PicturePart } from '../picture';
import type { SpectrogramPicture } from '../spectrogram_renderer';
import type { ShapeLook } from '../waveform_shape';
import type { GlDevice } from './device';
import { SurfaceFrame } from './surface_frame';
import { SpectrogramLane } from './spectrogram_lane';
import { SpectrogramPrograms, UNIT } from './spectrogram_programs';
import { WaveformLanes } from './waveform_lanes';

interface Entry {
  channel: number;
  element: HTMLElement;
  lane: SpectrogramLane;
}

interface WaveformEntry {
  channel: number;
  element: HTMLElement;
  heightPx: number;
}

/** One plot on the surface. */
export interface SurfacePlot {
  resize(widthPx: number, heightPx: number): void;
  remove(): void;
}

export class GlSurface implements PicturePart {
  readonly #device: GlDevice;
  readonly #frame: SurfaceFrame;
  readonly #programs: SpectrogramPrograms;
  readonly #entries = new Set<Entry>();
  readonly #waveforms: WaveformLanes;
  readonly #waveformEntries = new Set<WaveformEntry>();
  readonly #lookOf: (picture: Picture) => ShapeLook;
  #lookRevision = -1;
  #drawn = '';

  /** `canvas` is a child of `content`, the element that scrolls. */
  constructor(device: GlDevice, canvas: HTMLCanvasElement, content: HTMLElement, lookOf: (picture: Picture) => ShapeLook) {
    this.#device = device;
    this.#frame = new SurfaceFrame(canvas, content);
    this.#programs = new SpectrogramPrograms(device);
    this.#waveforms = new WaveformLanes(device);
    this.#lookOf = lookOf;
  }

  /** Draws a channel where `element` is, as large as `resize` says. */
  addSpectrogram(channel: number, element: HTMLElement): SurfacePlot {
    const entry = { channel, element, lane: new SpectrogramLane(this.#programs) };
    this.#entries.add(entry);
    this.#frame.moved();
    return {
      resize: (widthPx, heightPx) => {
        entry.lane.resize(widthPx, heightPx);
        this.#frame.resize(element, widthPx, heightPx);
      },
      remove: () => {
        this.#entries.delete(entry);
        this.#frame.remove(element);
        entry.lane.destroy();
      },
    };
  }

  /** The same for a waveform, for many lanes. */
  addWaveform(channel: number, element: HTMLElement): SurfacePlot {
    const entry = { channel, element, heightPx: 0 };
    this.#waveformEntries.add(entry);
    return {
      resize: (widthPx, heightPx) => {
        entry.heightPx = heightPx;
        this.#waveforms.setLanes([...this.#waveformEntries]);
        this.#frame.resize(element, widthPx, heightPx);
      },
      remove: () => {
        this.#waveformEntries.delete(entry);
        this.#waveforms.setLanes([...this.#waveformEntries]);
        this.#frame.remove(element);
      },
    };
  }

  draw(picture: Picture): void {
    const { gl, work } = this.#device;
    if (!picture.palette || gl.isContextLost()) return;
    const views = [...this.#entries].map((entry) => ({ ...entry, view: laneView(picture, entry.channel) }));
    this.#programs.spans.begin();
    let changed = false;
    for (const { lane, view } of views) changed = lane.prepare(view) || changed;
    if (changed) {
      this.#programs.spans.upload();
      gl.useProgram(this.#programs.combine);
      for (const { lane, view } of views) lane.combine(view);
    }
    const look = this.#lookOf(picture);
    changed = this.#waveforms.prepare(picture, look) || changed;
    const placed = this.#frame.place();
    const key = `${picture.scale.firstPx} ${picture.scale.framesPerPx} ${picture.lookRevision} ${placed}`;
    if (!changed && key === this.#drawn) return;
    this.#drawn = key;
    work.framesDrawn++;
    if (this.#lookRevision !== picture.lookRevision) this.#programs.setColours(picture.colours);
    this.#lookRevision = picture.lookRevision;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.useProgram(this.#programs.colour);
    this.#programs.bind(UNIT.table, gl.TEXTURE_2D, this.#programs.looks.colours);
    for (const { lane, view, element } of views) {
      const plot = this.#frame.plotOf(element);
      if (plot) lane.colour(view, plot);
    }
    if (this.#waveformEntries.size > 0) this.#drawWaveforms(picture, look);
  }

  #drawWaveforms(picture: Picture, look: ShapeLook): void {
    this.#waveforms.begin(look);
    [...this.#waveformEntries].forEach(({ element }, row) => {
      const plot = this.#frame.plotOf(element);
      if (plot) this.#waveforms.draw(picture, look, row, plot);
    });
  }

  destroy(): void {
    for (const { lane } of this.#entries) lane.destroy();
    this.#entries.clear();
    this.#waveforms.destroy();
    this.#frame.destroy();
  }
}

function laneView(picture: Picture, channel: number): SpectrogramPicture {
  return {
    scale: picture.scale,
    lane: picture.columns.lane(channel),
    frequency: picture.frequency,
    colours: picture.colours,
    coloursRevision: picture.lookRevision,
    deadlineMs: Infinity,
  };
}
