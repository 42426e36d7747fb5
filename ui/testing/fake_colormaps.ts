// Nine points of each published map, joined by straight lines: near enough to work on the interface.

const POINTS: Record<string, string> = {
  viridis: '440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725',
  plasma: '0d0887 4c02a1 7e03a8 aa2395 cc4778 e66c5c f89540 fdc527 f0f921',
  inferno: '000004 1f0c48 550f6d 88226a ba3655 e35933 f98e09 f9cb35 fcffa4',
  magma: '000004 1d1147 51127c 832681 b73779 e75263 fc8961 fec488 fcfdbf',
  cividis: '00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 fee838',
  turbo: '30123b 4662d7 36aaf9 1ae4b6 72fe5e c8ef34 faba39 f66b19 7a0403',
  gray: '000000 202020 404040 606060 808080 a0a0a0 c0c0c0 e0e0e0 ffffff',
};

const channelsOf = (hex: string): number[] => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));

export function fakeColormaps(): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(POINTS).map(([name, text]) => {
      const points = text.split(' ').map(channelsOf);
      const map = new Uint8Array(768);
      for (let i = 0; i < 256; i++) {
        const at = (i / 255) * (points.length - 1);
        const left = Math.min(points.length - 2, Math.floor(at));
        for (let c = 0; c < 3; c++) {
          const a = points[left]![c]!;
          map[3 * i + c] = Math.round(a + (points[left + 1]![c]! - a) * (at - left));
        }
      }
      return [name, map];
    }),
  );
}
