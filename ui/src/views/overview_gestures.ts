// Dragging on the overview: its window scrubs, the window's ends zoom, a press beside the window brings it there. What it
// shows in the end is brushed: `onBrush` is called on every step.

import { endFrame, startFrame } from '../base/time_scale';
import type { Stage } from '../render/stage';

type Grip = 'window' | 'start' | 'end';

/** Keys move the window by this share of itself. */
const KEY_STEP = 0.1;

export function attachOverviewGestures(strip: HTMLElement, slider: HTMLElement, stage: Stage, onBrush: () => void): () => void {
  let grip: Grip | null = null;
  let grabbedFrame = 0;
  let range: [start: number, end: number] = [0, 0];

  const frameAt = (clientX: number): number => {
    const box = strip.getBoundingClientRect();
    const scale = stage.overviewScale;
    const x = (clientX - box.left - strip.clientLeft) * (window.devicePixelRatio || 1);
    return (scale.firstPx + Math.max(0, Math.min(scale.widthPx, x))) * scale.framesPerPx;
  };

  const visible = (): [number, number] => [startFrame(stage.view.scale), endFrame(stage.view.scale)];

  const gripAt = (target: EventTarget | null): Grip | null => {
    if (!(target instanceof HTMLElement) || !slider.contains(target)) return null;
    const edge = target.dataset['edge'];
    return edge === 'start' || edge === 'end' ? edge : 'window';
  };

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !stage.picture.stream) return;
    const frame = frameAt(event.clientX);
    grip = gripAt(event.target);
    range = visible();
    if (grip === null) {
      // Beside the window: its middle comes under the pointer and goes with it.
      grip = 'window';
      stage.view.moveTo(frame - (range[1] - range[0]) / 2);
      range = visible();
      onBrush();
    }
    grabbedFrame = frame;
    slider.dataset['dragging'] = 'true';
    strip.setPointerCapture(event.pointerId);
    slider.focus({ preventScroll: true });
    event.preventDefault();
  };

  const onMove = (event: PointerEvent): void => {
    if (grip === null) return;
    const frame = frameAt(event.clientX);
    const [start, end] = range;
    const least = stage.view.scale.widthPx / 32;
    if (grip === 'window') {
      const moved = frame - grabbedFrame;
      // A window that follows the live edge stays there until it is really dragged away.
      if (!(stage.view.following && moved >= 0) && moved !== 0) stage.view.moveTo(start + moved);
    } else if (grip === 'start') {
      if (stage.view.following) stage.view.zoomTo((endFrame(stage.view.scale) - frame) / stage.view.scale.widthPx, 0);
      else stage.view.showRange(Math.min(frame, end - least), end);
    } else {
      stage.view.showRange(start, Math.max(frame, start + least));
    }
    onBrush();
  };

  const onUp = (): void => {
    grip = null;
    delete slider.dataset['dragging'];
  };

  const onKey = (event: KeyboardEvent): void => {
    const { view } = stage;
    const width = view.scale.widthPx;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => view.pan(-width * KEY_STEP),
      ArrowDown: () => view.pan(-width * KEY_STEP),
      ArrowRight: () => view.pan(width * KEY_STEP),
      ArrowUp: () => view.pan(width * KEY_STEP),
      PageDown: () => view.pan(-width),
      PageUp: () => view.pan(width),
      Home: () => view.jumpToOldest(),
      End: () => view.follow(),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    move();
    onBrush();
  };

  strip.addEventListener('pointerdown', onDown);
  strip.addEventListener('pointermove', onMove);
  strip.addEventListener('pointerup', onUp);
  strip.addEventListener('pointercancel', onUp);
  slider.addEventListener('keydown', onKey);
  return () => {
    strip.removeEventListener('pointerdown', onDown);
    strip.removeEventListener('pointermove', onMove);
    strip.removeEventListener('pointerup', onUp);
    strip.removeEventListener('pointercancel', onUp);
    slider.removeEventListener('keydown', onKey);
  };
}
