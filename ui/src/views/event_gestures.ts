// Pointer on the lane of events: it scrubs and zooms as on the lanes above, a click selects, a double click edits.

import type { CursorPlace } from '../render/cursor';
import type { ViewModel } from '../render/view_model';
import { attachGestures } from './gestures';

export interface EventGestureTarget {
  view: ViewModel;
  /** Device pixels from the left edge; null when the pointer has left. */
  onPoint(xPx: number | null): void;
  onClick(xPx: number): void;
  onDoubleClick(xPx: number): void;
}

/** A press that moves no further than this is a click, CSS px. */
const CLICK_SLACK = 4;

export function attachEventGestures(element: HTMLElement, target: EventGestureTarget): () => void {
  let pressedX = NaN;
  const xPxAt = (clientX: number): number => (clientX - element.getBoundingClientRect().left) * (window.devicePixelRatio || 1);
  const placeAt = (clientX: number, clientY: number): CursorPlace | null => {
    const box = element.getBoundingClientRect();
    const inside = clientX >= box.left && clientX < box.right && clientY >= box.top && clientY < box.bottom;
    return inside ? { channel: 0, kind: 'waveform', xPx: xPxAt(clientX), yPx: 0, heightPx: 1, by: 'pointer' } : null;
  };
  const onDown = (event: PointerEvent): void => {
    if (event.button === 0) pressedX = event.clientX;
  };
  const onClick = (event: MouseEvent): void => {
    if (Math.abs(event.clientX - pressedX) <= CLICK_SLACK) target.onClick(xPxAt(event.clientX));
  };
  const onDoubleClick = (event: MouseEvent): void => target.onDoubleClick(xPxAt(event.clientX));
  const stop = attachGestures(element, {
    view: target.view,
    placeAt,
    xPxAt,
    onCursor: (place) => target.onPoint(place && place.xPx),
    onGain: () => {},
    onFrequencyZoom: () => {},
  });
  element.addEventListener('pointerdown', onDown);
  element.addEventListener('click', onClick);
  element.addEventListener('dblclick', onDoubleClick);
  return () => {
    stop();
    element.removeEventListener('pointerdown', onDown);
    element.removeEventListener('click', onClick);
    element.removeEventListener('dblclick', onDoubleClick);
  };
}
