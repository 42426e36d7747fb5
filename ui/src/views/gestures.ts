// Pointer and wheel on the lanes: drag scrubs, wheel and pinch zoom at the pointer, hovering moves the crosshair.

import type { CursorPlace } from '../render/cursor';
import type { ViewModel } from '../render/view_model';
import { wheelZoom } from './frequency_gestures';

export interface GestureTarget {
  view: ViewModel;
  /** The plot under a point of the page, null beside all plots. */
  placeAt(clientX: number, clientY: number): CursorPlace | null;
  /** Device pixels from the plots' left edge. */
  xPxAt(clientX: number): number;
  onCursor(place: CursorPlace | null): void;
  onGain(steps: number): void;
  /** Alt and wheel on a spectrogram; `position` is 0 at its bottom and 1 at its top. */
  onFrequencyZoom(factor: number, position: number): void;
}

/** One notch of a wheel is about 100 units: a fifth of an octave. */
const ZOOM_PER_UNIT = 2 ** (1 / 500);
const PINCH_PER_UNIT = 2 ** (1 / 60);
const LINE_UNITS = 33;

export function attachGestures(surface: HTMLElement, target: GestureTarget): () => void {
  const pointers = new Map<number, number>();
  let lastX = 0;
  let restPx = 0;
  let pinchPx = 0;

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !target.placeAt(event.clientX, event.clientY)) return;
    surface.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event.clientX);
    lastX = event.clientX;
    restPx = 0;
    pinchPx = spread(pointers);
    surface.dataset['dragging'] = 'true';
  };

  const onMove = (event: PointerEvent): void => {
    if (pointers.has(event.pointerId)) {
      pointers.set(event.pointerId, event.clientX);
      if (pointers.size >= 2) {
        const wide = spread(pointers);
        const xs = [...pointers.values()];
        const centre = (xs[0]! + xs[1]!) / 2;
        if (wide > 20 && pinchPx > 20) target.view.zoomBy(pinchPx / wide, target.xPxAt(centre));
        pinchPx = wide;
      } else {
        const ratio = window.devicePixelRatio || 1;
        restPx += (lastX - event.clientX) * ratio;
        const whole = Math.trunc(restPx);
        restPx -= whole;
        lastX = event.clientX;
        target.view.pan(whole);
      }
    }
    target.onCursor(target.placeAt(event.clientX, event.clientY));
  };

  const onUp = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    lastX = [...pointers.values()][0] ?? lastX;
    pinchPx = spread(pointers);
    if (pointers.size === 0) delete surface.dataset['dragging'];
  };

  const onLeave = (): void => {
    if (pointers.size === 0) target.onCursor(null);
  };

  const onWheel = (event: WheelEvent): void => {
    const place = target.placeAt(event.clientX, event.clientY);
    if (!place) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_UNITS : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const ratio = window.devicePixelRatio || 1;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    // Browsers report a pinch on a touchpad as a wheel with the control key.
    if (event.ctrlKey) target.view.zoomBy(PINCH_PER_UNIT ** clamp(dy, 60), target.xPxAt(event.clientX));
    else if (event.altKey && place.kind === 'spectrogram') target.onFrequencyZoom(wheelZoom(event), 1 - place.yPx / place.heightPx);
    else if (event.altKey) target.onGain(-Math.sign(dy));
    else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) target.view.pan((dx || dy) * ratio);
    else target.view.zoomBy(ZOOM_PER_UNIT ** clamp(dy, 500), target.xPxAt(event.clientX));
  };

  const listeners: [string, (event: never) => void][] = [
    ['pointerdown', onDown],
    ['pointermove', onMove],
    ['pointerup', onUp],
    ['pointercancel', onUp],
    ['pointerleave', onLeave],
  ];
  for (const [type, listener] of listeners) surface.addEventListener(type, listener as EventListener);
  surface.addEventListener('wheel', onWheel, { passive: false });
  return () => {
    for (const [type, listener] of listeners) surface.removeEventListener(type, listener as EventListener);
    surface.removeEventListener('wheel', onWheel);
  };
}

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));

function spread(pointers: Map<number, number>): number {
  const [a, b] = [...pointers.values()];
  return a === undefined || b === undefined ? 0 : Math.abs(a - b);
}
