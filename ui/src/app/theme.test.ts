import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

/** Colours of a theme by name; the light one changes some of the dark one. */
function colours(theme: 'dark' | 'light'): Map<string, string> {
  const blocks = theme === 'dark' ? [/^:root \{([^}]*)\}/m] : [/^:root \{([^}]*)\}/m, /^:root\[data-theme='light'\] \{([^}]*)\}/m];
  const found = new Map<string, string>();
  for (const block of blocks) for (const [, name, hex] of block.exec(css)![1]!.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)) found.set(name!, hex!);
  return found;
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test.each(['dark', 'light'] as const)('%s: events and their labels stand out from the lane they are drawn on', (theme) => {
  const found = colours(theme);
  for (const name of ['info', 'live', 'warn', 'error', 'marker', 'text', 'text-soft']) {
    expect(contrast(found.get(name)!, found.get('plot')!), name).toBeGreaterThanOrEqual(4.5);
  }
  const five = ['info', 'live', 'warn', 'error', 'marker'].map((name) => found.get(name));
  expect(new Set(five).size).toBe(5);
});
