// Which machine is under the page: the desktop window, a browser on our server, or nothing (development).

import type { Host } from './types';

export async function chooseHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./tauri')).tauriHost();
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    return (await import('./fake')).fakeHost(new URLSearchParams(location.search));
  }
  return (await import('./web')).webHost(location);
}
