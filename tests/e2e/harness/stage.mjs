// What a scenario can do with the app, the same in a browser and in the desktop window. Positions are CSS pixels.

/**
 * How samples reach the page.
 * @typedef {'mapped' | 'streamed'} Transport
 */

/**
 * @typedef {object} Stage
 * @property {'browser' | 'desktop'} kind
 * @property {<A, R>(work: (argument: A) => R, argument?: A) => Promise<Awaited<R>>} evaluate runs in the page
 * @property {(css: string) => Promise<void>} click a real click in the middle of the element
 * @property {(css: string, text: string) => Promise<void>} fill replaces the text of an input
 * @property {(key: string) => Promise<void>} press one key by its DOM name, such as Escape or f
 * @property {(x: number, y: number) => Promise<void>} move
 * @property {(from: [number, number], to: [number, number]) => Promise<void>} drag
 * @property {(x: number, y: number, deltaY: number) => Promise<void>} wheel
 * @property {() => Promise<Buffer>} screenshot PNG of the whole page
 * @property {() => Promise<void>} reload
 * @property {(ms: number) => Promise<void>} sleep stops the page's process for a while, as a sleeping tab; capture goes on
 * @property {number} appPid process that captures
 * @property {() => number[]} [pagePids] processes that draw, in the desktop window
 * @property {() => Promise<void>} close
 */

/**
 * Middle of an element in the page, once it stands still; for the stages' own clicks.
 * @param {string} css
 */
export function middleOf(css) {
  const element = document.querySelector(css);
  if (!element) return null;
  element.scrollIntoView({ block: 'nearest' });
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
}
