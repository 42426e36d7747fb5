// Colours of the theme for everything that is drawn rather than styled. The style sheet is the only place they are set.

import { pixelOfHex } from './colours';

const NAMES = {
  plot: '--plot',
  trace: '--trace',
  traceSoft: '--trace-soft',
  clip: '--clip',
  grid: '--grid',
  gridStrong: '--grid-strong',
  text: '--text',
  textSoft: '--text-soft',
  gapDark: '--gap-dark',
  gapLight: '--gap-light',
  marker: '--marker',
  info: '--info',
  live: '--live',
  warn: '--warn',
  error: '--error',
} as const;

export type Palette = Record<keyof typeof NAMES, string> & {
  /** `plot`, `gapDark` and `gapLight` as canvas pixels. */
  plotPixel: number;
  gapPixels: [number, number];
  /** Font of canvas labels at 1 CSS pixel per unit: `11px ...`. */
  labelFont: string;
  labelSizePx: number;
};

export function readPalette(root: HTMLElement): Palette {
  const style = getComputedStyle(root);
  const entries = Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  const colours = Object.fromEntries(entries) as Record<keyof typeof NAMES, string>;
  const labelSizePx = Math.round(parseFloat(style.fontSize) * 0.88 * 2) / 2;
  return {
    ...colours,
    plotPixel: pixelOfHex(colours.plot),
    gapPixels: [pixelOfHex(colours.gapDark), pixelOfHex(colours.gapLight)],
    labelFont: style.fontFamily,
    labelSizePx,
  };
}
