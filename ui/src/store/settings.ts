// The settings, kept over restarts. A storage that is full, forbidden or damaged costs persistence, nothing else.

import { createStore } from 'zustand/vanilla';
import { readSettings, type Settings } from './settings_schema';

export const STORAGE_KEY = 'audiotab.settings';
/** Dragging a slider writes once, when it rests, ms. */
const WRITE_DELAY_MS = 250;

export type SettingsStorage = Pick<Storage, 'getItem' | 'setItem'>;

export interface SettingsState extends Settings {
  set(change: Partial<Settings>): void;
}

function load(storage: SettingsStorage | null): Settings {
  try {
    return readSettings(JSON.parse(storage?.getItem(STORAGE_KEY) ?? 'null'));
  } catch {
    return readSettings(null);
  }
}

export type SettingsStore = ReturnType<typeof createSettings>;

export function createSettings(storage: SettingsStorage | null) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const store = createStore<SettingsState>()((set) => ({
    ...load(storage),
    set: (change) => set((state) => ({ ...readSettings({ ...state, ...change }) })),
  }));
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    try {
      storage?.setItem(STORAGE_KEY, JSON.stringify(readSettings(store.getState())));
    } catch {
      // Private windows and full disks: the settings hold until the window closes.
    }
  };
  store.subscribe(() => {
    timer ??= setTimeout(write, WRITE_DELAY_MS);
  });
  return Object.assign(store, {
    /** Writes now what is still waiting, as when the page goes away. */
    flush: (): void => {
      if (timer !== undefined) write();
    },
  });
}

/** The browser's own storage, null where it is forbidden. */
export function browserStorage(): SettingsStorage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
