// Wheel, drag and double click on a frequency axis, beside the spectrogram it belongs to.

/** A frequency axis under the pointer. */
export interface AxisPlace {
  /** 0 at the bottom of the axis, 1 at its top. */
  position: number;
  /** CSS px. */
  height: number;
}

export interface FrequencyGestureTarget {
  axisAt(clientX: number, clientY: number): AxisPlace | null;
  zoomBy(factor: number, position: number): void;
  panBy(share: number): void;
  showAll(): void;
}

/** One notch of a wheel is about 100 units: a fifth of an octave of zoom. */
const ZOOM_PER_UNIT = 2 ** (1 / 500);
const LINE_UNITS = 33;
const MOST_UNITS = 500;

/** How much more (above 1) or less a turn of the wheel shows. */
export function wheelZoom(event: WheelEvent): number {
  const units = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE_UNITS : event.deltaY;
  return ZOOM_PER_UNIT ** Math.max(-MOST_UNITS, Math.min(MOST_UNITS, units));
}

export function attachFrequencyGestures(surface: HTMLElement, target: FrequencyGestureTarget): () => void {
  let drag: { pointerId: number; lastY: number; height: number } | null = null;

  const onWheel = (event: WheelEvent): void => {
    const axis = target.axisAt(event.clientX, event.clientY);
    if (!axis) return;
    event.preventDefault();
    if (event.shiftKey) target.panBy((Math.sign(event.deltaY || event.deltaX) * -1) / 10);
    else target.zoomBy(wheelZoom(event), axis.position);
  };
  const onDown = (event: PointerEvent): void => {
    const axis = event.button === 0 ? target.axisAt(event.clientX, event.clientY) : null;
    if (!axis) return;
    surface.setPointerCapture(event.pointerId);
    drag = { pointerId: event.pointerId, lastY: event.clientY, height: axis.height };
  };
  const onMove = (event: PointerEvent): void => {
    if (drag?.pointerId !== event.pointerId) return;
    target.panBy((event.clientY - drag.lastY) / drag.height);
    drag.lastY = event.clientY;
  };
  const onUp = (): void => {
    drag = null;
  };
  const onDouble = (event: MouseEvent): void => {
    if (target.axisAt(event.clientX, event.clientY)) target.showAll();
  };

  surface.addEventListener('wheel', onWheel, { passive: false });
  surface.addEventListener('pointerdown', onDown);
  surface.addEventListener('pointermove', onMove);
  surface.addEventListener('pointerup', onUp);
  surface.addEventListener('pointercancel', onUp);
  surface.addEventListener('dblclick', onDouble);
  return () => {
    surface.removeEventListener('wheel', onWheel);
    surface.removeEventListener('pointerdown', onDown);
    surface.removeEventListener('pointermove', onMove);
    surface.removeEventListener('pointerup', onUp);
    surface.removeEventListener('pointercancel', onUp);
    surface.removeEventListener('dblclick', onDouble);
  };
}
