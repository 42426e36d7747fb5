// The desktop window. The only file that may import Tauri's JavaScript side.

import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { open } from '@tauri-apps/plugin-dialog';
import { hostFailure } from './errors';
import type { DeviceInfo } from './generated/DeviceInfo';
import type { SessionStatus } from './generated/SessionStatus';
import { tauriEvents } from './tauri_events';
import type { Host } from './types';

declare global {
  interface Window {
    /** Put there by the web-process extension, on Linux, when the window was started with shared memory. */
    readonly audiotabMapRing?: () => ArrayBuffer;
  }
}

const AUDIO_EXTENSIONS = ['wav', 'wave', 'flac', 'mp3', 'ogg', 'oga', 'aiff', 'aif', 'm4a', 'caf'];

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (cause) {
    throw hostFailure(cause, `The application did not answer \u201c${command}\u201d; restart AudioTab.`);
  }
}

export function tauriHost(): Host {
  // WebView2 maps custom schemes to http://<scheme>.localhost; the other webviews have the scheme itself.
  const ringUrl = navigator.userAgent.includes('Windows') ? 'http://ring.localhost/packet' : 'ring://localhost/packet';
  return {
    kind: 'tauri',
    devices: () => call<DeviceInfo[]>('devices'),
    start: (address) => call<SessionStatus>('start', { address }),
    stop: () => call<SessionStatus>('stop'),
    status: () => call<SessionStatus>('status'),
    watch(onStatus) {
      let over = false;
      const subscription = listen<SessionStatus>('status', (event) => {
        if (!over) onStatus(event.payload);
      });
      return () => {
        over = true;
        void subscription.then((unlisten) => unlisten());
      };
    },
    async pickFile() {
      const path = await open({
        multiple: false,
        directory: false,
        title: 'Open a sound file',
        filters: [{ name: 'Sound', extensions: AUDIO_EXTENSIONS }],
      });
      return typeof path === 'string' ? path : null;
    },
    ringEndpoint: () => ({ kind: 'fetch', url: ringUrl }),
    events: tauriEvents(call),
    share: { start: () => call<{ url: string }>('share_start'), stop: () => call<void>('share_stop') },
    mapRing: window.audiotabMapRing ?? null,
    lacksGpu: new URLSearchParams(location.search).get('gpu') === 'none',
  };
}
