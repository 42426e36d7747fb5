// Which way the lanes are drawn: the surface they share on the GPU, or none.

import { createContext, useLayoutEffect, useState, type RefObject } from 'react';
import { attachSurface } from '../render/gl/attach';
import type { GlSurface } from '../render/gl/surface';
import { useServices, useSettings } from './services';

/** Undefined until it is decided. */
export const SurfaceContext = createContext<GlSurface | null | undefined>(undefined);

export function useDrawingSurface(content: RefObject<HTMLElement | null>): GlSurface | null | undefined {
  const { stage, viewing } = useServices();
  const choice = useSettings((s) => s.drawing);
  const [surface, setSurface] = useState<GlSurface | null>();
  // Before anything is painted: lanes shall not begin one way and go on in the other.
  useLayoutEffect(() => {
    if (!content.current) return;
    return attachSurface(content.current, choice, (part) => stage.addPart(part), (drawing) => {
      viewing.setState({ drawing: { kind: drawing.surface ? 'webgl' : 'canvas', note: drawing.note, work: drawing.work } });
      setSurface(drawing.surface);
    });
  }, [choice, content, stage, viewing]);
  return surface;
}
