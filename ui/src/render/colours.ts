// From a level code to a pixel in one lookup. Changing the dB range or the colormap rebuilds the table, nothing else.

/** dBFS of a code: 0 is a gap, else code / 100 - 300. */
export const dbfsOfCode = (code: number): number => (code === 0 ? NaN : code / 100 - 300);

/** Index into a 256-entry colormap for v from 0 to 1; outside it saturates. */
export const mapIndex = (v: number): number => Math.min(255, Math.max(0, Math.floor(256 * v)));

/** One pixel as canvas stores it (bytes R, G, B, A; every machine we run on is little-endian). */
export const pixel = (r: number, g: number, b: number): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/** `#rrggbb` to a pixel; anything else is black. */
export function pixelOfHex(hex: string): number {
  const match = /^#([0-9a-f]{6})$/i.exec(hex.trim());
  const rgb = match ? parseInt(match[1]!, 16) : 0;
  return pixel(rgb >> 16, (rgb >> 8) & 255, rgb & 255);
}

/** The same pixel for a canvas' fill style. */
export const cssOfPixel = (value: number): string => `rgb(${value & 255} ${(value >> 8) & 255} ${(value >> 16) & 255})`;

export interface ColourRange {
  /** 768 bytes: 256 times R, G, B. */
  map: Uint8Array;
  minDb: number;
  maxDb: number;
}

/** Pixels for all 65,536 codes. Entry 0 (gap) is not used by painters; they hatch gaps. */
export function fillColourTable(table: Uint32Array, range: ColourRange): void {
  const palette = new Uint32Array(256);
  for (let i = 0; i < 256; i++) palette[i] = pixel(range.map[3 * i] ?? 0, range.map[3 * i + 1] ?? 0, range.map[3 * i + 2] ?? 0);
  const span = range.maxDb - range.minDb;
  table[0] = palette[0]!;
  for (let code = 1; code < 65_536; code++) table[code] = palette[mapIndex((code / 100 - 300 - range.minDb) / span)]!;
}
