// Which way the lanes are drawn: the surface they share on the GPU, or none.

import { createContext, useLayoutEffect, useState, type RefObject } from 'react';
import { attachSurface } from '../render/gl/attach';
import type { GlSurface } from '../render/gl/surface';
import type { PicturePart } from '../render/picture';
import { ShapeLooks } from '../views/shape_looks';
import { useServices, useSession, useSettings } from './services';

/** Shared by all lanes, so that what is the same for them is worked out once a frame. */
export const SHAPE_LOOKS = new ShapeLooks();

/** Undefined until it is decided. */
export const SurfaceContext = createContext<GlSurface | null | undefined>(undefined);

export function useDrawingSurface(content: RefObject<HTMLElement | null>): GlSurface | null | undefined {
  const { stage, viewing } = useServices();
  const choice = useSettings((s) => s.drawing);
  const lacksGpu = useSession((s) => s.lacksGpu);
  const [surface, setSurface] = useState<GlSurface | null>();
  // Before anything is painted: lanes shall not begin one way and go on in the other.
  useLayoutEffect(() => {
    if (!content.current) return;
    const addPart = (part: PicturePart): (() => void) => stage.addPart(part);
    return attachSurface(content.current, choice === 'auto' && lacksGpu ? 'none' : choice, addPart, (picture) => SHAPE_LOOKS.of(picture), (drawing) => {
      viewing.setState({ drawing: { kind: drawing.surface ? 'webgl' : 'canvas', note: drawing.note, work: drawing.work } });
      setSurface(drawing.surface);
    });
  }, [choice, lacksGpu, content, stage, viewing]);
  return surface;
}
