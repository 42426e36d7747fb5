// Keys that work anywhere in the window, unless a control or a text field has its own use for them.

import type { Services } from '../components/services';
import type { CursorPlace } from '../render/cursor';
import type { PanelTab } from '../store/settings_schema';

const ZOOM_STEP = Math.SQRT2;
const PAN_SHARE = 0.1;
/** Crosshair steps by keys, CSS px; with Shift ten times that. */
const CURSOR_STEP = 1;

const TYPING = 'input, textarea, select, [contenteditable="true"], [role="textbox"], [role="spinbutton"]';
/** Of a slider these keys are its own. */
const SLIDING = /^(Arrow|Page|Home$|End$)/;
const WIDGET = '[role="listbox"], [role="option"], [role="menu"], [role="tablist"], [role="tab"], [role="dialog"]';

export function attachKeyboard(services: Services): () => void {
  const { stage, settings, lanes, frequencies, events } = services;
  const { view } = stage;

  let swallowedKeyUp = '';
  /** How the focus came to where it is. `:focus-visible` turns true with the very key that asks. */
  let byPointer = true;

  const moveCursor = (dx: number, dy: number): void => {
    const { cursor } = stage.picture;
    const place = cursor.place ?? lanes.start('spectrogram');
    if (!place) return;
    const ratio = window.devicePixelRatio || 1;
    const next: CursorPlace = {
      ...place,
      by: 'keyboard',
      xPx: Math.max(0, Math.min(view.scale.widthPx - 1, Math.floor(place.xPx) + dx * ratio + 0.5)),
      yPx: Math.max(0, Math.min(place.heightPx - 1, Math.floor(place.yPx) + dy * ratio + 0.5)),
    };
    cursor.moveTo(next);
  };

  /** Or hides it, when it is what is shown. */
  const showPanel = (panelTab: PanelTab): void => {
    const shown = settings.getState();
    shown.set({ panelTab, panelOpen: !(shown.panelOpen && shown.panelTab === panelTab) });
  };

  const deleteSelected = (): void => {
    const id = events.getState().selected;
    if (id !== null && events.timeline.get(id)?.kind === 'marker.added') void services.actions.deleteMarker(id);
  };

  const onPointer = (): void => {
    byPointer = true;
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') byPointer = false;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(TYPING) || target?.closest(WIDGET)) return;
    if (SLIDING.test(event.key) && target?.closest('[role="slider"]')) return;
    // A row of a list goes to the next one by them.
    if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && target?.closest('[role="listitem"]')) return;
    const step = event.shiftKey ? 10 * CURSOR_STEP : CURSOR_STEP;
    if (event.altKey) {
      const moves: Record<string, [number, number]> = {
        ArrowLeft: [-step, 0],
        ArrowRight: [step, 0],
        ArrowUp: [0, -step],
        ArrowDown: [0, step],
      };
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      return moveCursor(...move);
    }
    // A button reached by keys keeps the keys that press it. One that was clicked has had its turn: Space freezes again.
    const pressing = event.key === ' ' || event.key === 'Enter';
    if (pressing && target?.closest('button, [role="button"], [role="combobox"], [role="checkbox"], a, label')) {
      if (event.key === 'Enter' || !byPointer) return;
      swallowedKeyUp = event.key;
    }
    const width = view.scale.widthPx;
    const share = event.shiftKey ? 1 : PAN_SHARE;
    const actions: Record<string, () => void> = {
      ' ': () => (view.following ? view.freeze() : view.follow()),
      l: () => view.follow(),
      End: () => view.follow(),
      Home: () => view.jumpToOldest(),
      ArrowLeft: () => view.pan(-width * share),
      ArrowRight: () => view.pan(width * share),
      '+': () => view.zoomBy(1 / ZOOM_STEP, width / 2),
      '=': () => view.zoomBy(1 / ZOOM_STEP, width / 2),
      '-': () => view.zoomBy(ZOOM_STEP, width / 2),
      '0': () => view.showAll(),
      f: () => frequencies.showAll(),
      c: () => moveCursor(0, 0),
      // One press is one mark, however long it lasts.
      m: () => void (event.repeat || services.actions.addMarker()),
      Delete: () => deleteSelected(),
      s: () => showPanel('settings'),
      e: () => showPanel('events'),
      Escape: () => {
        stage.picture.cursor.moveTo(null);
        events.select(null);
      },
    };
    // On an axis that shows everything these scroll the lanes.
    if (settings.getState().bandHz) {
      actions['ArrowUp'] = () => frequencies.panBy(PAN_SHARE);
      actions['ArrowDown'] = () => frequencies.panBy(-PAN_SHARE);
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[key];
    if (!action || (stage.picture.stream === null && key !== 's' && key !== 'e')) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  // The key that froze the view must not press the button under it when it comes up.
  const onKeyUp = (event: KeyboardEvent): void => {
    if (event.key !== swallowedKeyUp) return;
    swallowedKeyUp = '';
    event.preventDefault();
    event.stopPropagation();
  };
  // Before the controls see it: what is not theirs must not reach them.
  window.addEventListener('keydown', onKey, true);
  window.addEventListener('keyup', onKeyUp, true);
  window.addEventListener('pointerdown', onPointer, true);
  return () => {
    window.removeEventListener('keydown', onKey, true);
    window.removeEventListener('keyup', onKeyUp, true);
    window.removeEventListener('pointerdown', onPointer, true);
  };
}
