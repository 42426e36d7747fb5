// Icons as small pictures in any colour: an SVG of the page, drawn once, copied as often as it is needed.

/** Side of the square in which the icons are drawn, their own units. */
const ICON_UNITS = 24;
const STROKE_UNITS = 2.25;
/** A theme has a handful of colours and the table of kinds a few dozen icons. */
const MOST_SPRITES = 400;

export class IconSprites {
  readonly #sprites = new Map<string, HTMLCanvasElement>();
  readonly #paths = new WeakMap<SVGElement, Path2D>();

  clear(): void {
    this.#sprites.clear();
  }

  /** `key` names the icon; `sizePx` is its side, device pixels. `filled`: solid, with lines around it. */
  of(key: string, icon: SVGElement, colour: string, sizePx: number, filled = false): HTMLCanvasElement {
    const name = `${key} ${colour} ${sizePx} ${filled}`;
    let sprite = this.#sprites.get(name);
    if (sprite) return sprite;
    sprite = document.createElement('canvas');
    sprite.width = sizePx;
    sprite.height = sizePx;
    const context = sprite.getContext('2d');
    if (context) {
      context.scale(sizePx / ICON_UNITS, sizePx / ICON_UNITS);
      context.lineWidth = STROKE_UNITS;
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.strokeStyle = colour;
      context.fillStyle = colour;
      const path = this.#path(icon);
      if (filled) context.fill(path);
      context.stroke(path);
    }
    if (this.#sprites.size >= MOST_SPRITES) this.#sprites.clear();
    this.#sprites.set(name, sprite);
    return sprite;
  }

  #path(icon: SVGElement): Path2D {
    let path = this.#paths.get(icon);
    if (!path) {
      path = new Path2D();
      for (const shape of icon.children) path.addPath(pathOf(shape));
      this.#paths.set(icon, path);
    }
    return path;
  }
}

/** The shapes that icons are made of; others add nothing. */
function pathOf(shape: Element): Path2D {
  const number = (name: string): number => Number(shape.getAttribute(name) ?? 0);
  const path = new Path2D(shape.tagName === 'path' ? (shape.getAttribute('d') ?? '') : '');
  switch (shape.tagName) {
    case 'circle':
      path.arc(number('cx'), number('cy'), number('r'), 0, 2 * Math.PI);
      break;
    case 'ellipse':
      path.ellipse(number('cx'), number('cy'), number('rx'), number('ry'), 0, 0, 2 * Math.PI);
      break;
    case 'rect':
      path.roundRect(number('x'), number('y'), number('width'), number('height'), number('rx'));
      break;
    case 'line':
      path.moveTo(number('x1'), number('y1'));
      path.lineTo(number('x2'), number('y2'));
      break;
    case 'polyline':
    case 'polygon':
      return new Path2D(`M${shape.getAttribute('points') ?? '0 0'}${shape.tagName === 'polygon' ? 'Z' : ''}`);
  }
  return path;
}
