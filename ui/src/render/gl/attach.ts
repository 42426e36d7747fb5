// Keeps a GPU surface under the lanes while there can be one: opens it, gives it up when the context is lost or fails,
// and takes it up again when the browser restores it. Whoever listens draws on Canvas 2D meanwhile.

import type { Picture, PicturePart } from '../picture';
import type { ShapeLook } from '../waveform_shape';
import { openDevice, type GlWork } from './device';
import { GlSurface } from './surface';

export interface Drawing {
  /** Null: lanes draw themselves on Canvas 2D. */
  surface: GlSurface | null;
  /** The GPU's name, or why there is none. */
  note: string;
  work: GlWork | null;
}

type AddPart = (part: PicturePart) => () => void;

/** What the user wants: a GPU if there is one, WebGL2 even without one, or neither; or `none`: there is no GPU to want. */
export type DrawingWish = 'auto' | 'webgl' | 'canvas' | 'none';

export function attachSurface(
  content: HTMLElement,
  wish: DrawingWish,
  addPart: AddPart,
  lookOf: (picture: Picture) => ShapeLook,
  onDrawing: (drawing: Drawing) => void,
): () => void {
  if (wish === 'canvas' || wish === 'none') {
    onDrawing({ surface: null, note: wish === 'none' ? 'there is no GPU here' : 'as set', work: null });
    return () => {};
  }
  const canvas = document.createElement('canvas');
  canvas.ariaHidden = 'true';
  canvas.style.position = 'absolute';
  let surface: GlSurface | null = null;
  let removePart = (): void => {};

  const giveUp = (note: string): void => {
    removePart();
    surface?.destroy();
    surface = null;
    canvas.remove();
    onDrawing({ surface: null, note, work: null });
  };
  const open = (): void => {
    const device = openDevice(canvas, wish === 'webgl');
    if ('refused' in device) return giveUp(device.refused);
    try {
      surface = new GlSurface(device, canvas, content, lookOf);
    } catch (error) {
      return giveUp(String(error));
    }
    content.prepend(canvas);
    removePart = addPart({ draw: (picture) => drawOr(picture, giveUp) });
    onDrawing({ surface, note: device.name, work: device.work });
  };
  const drawOr = (picture: Picture, otherwise: (note: string) => void): void => {
    try {
      surface?.draw(picture);
    } catch (error) {
      otherwise(String(error));
    }
  };
  const onLost = (event: Event): void => {
    // A context that was refused is let go the same way.
    if (!surface) return;
    // Without this the browser never restores it.
    event.preventDefault();
    giveUp('the GPU was lost');
  };
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', open);
  open();
  return () => {
    canvas.removeEventListener('webglcontextlost', onLost);
    canvas.removeEventListener('webglcontextrestored', open);
    removePart();
    surface?.destroy();
    canvas.remove();
    // Contexts are few; this one would live on until the next garbage collection.
    canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
  };
}
