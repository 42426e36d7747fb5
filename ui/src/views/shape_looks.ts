// How small waveform lanes look right now: the same grid, gain and colours as the large ones have.

import { pixelOfHex } from '../render/colours';
import type { Picture } from '../render/picture';
import type { ShapeLook } from '../render/waveform_shape';
import type { TimeScale } from '../base/time_scale';
import { sameScale } from '../base/time_scale';
import { timeTicks } from './time_ticks';

/** Least distance of vertical grid lines, CSS px. */
export const GRID_SPACING_CSS = 96;

export class ShapeLooks {
  #revision = -1;
  #ratio = 0;
  #look: ShapeLook | null = null;

  of(picture: Picture): ShapeLook {
    const ratio = window.devicePixelRatio || 1;
    if (!this.#look || this.#revision !== picture.lookRevision || this.#ratio !== ratio) {
      this.#revision = picture.lookRevision;
      this.#ratio = ratio;
      this.#look = makeLook(picture, ratio);
    }
    return this.#look;
  }
}

function makeLook({ palette, colours, look, stream }: Picture, ratio: number): ShapeLook {
  let last: TimeScale = { firstPx: 0, framesPerPx: 0, widthPx: 0 };
  let ticks: readonly number[] = [];
  return {
    gain: 10 ** (look.gainDb / 20),
    thinPx: Math.max(1, Math.round(ratio)),
    // Every lane asks for the same columns.
    ticks: (scale) => {
      if (stream && !sameScale(scale, last)) {
        ticks = timeTicks(scale, stream.sampleRateHz, GRID_SPACING_CSS * ratio)
          .filter((tick) => tick.label)
          .map((tick) => tick.xPx);
        last = scale;
      }
      return ticks;
    },
    colours: {
      plot: colours.empty,
      trace: pixelOfHex(palette?.trace ?? ''),
      grid: pixelOfHex(palette?.grid ?? ''),
      gridStrong: pixelOfHex(palette?.gridStrong ?? ''),
      clip: pixelOfHex(palette?.clip ?? ''),
      gap: colours.gap,
    },
  };
}
