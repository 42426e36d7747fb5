// Whether samples come through shared memory: shown where the window can.

import { CheckRow } from './controls';
import { useServices, useSession, useSettings } from './services';
import css from './settings_panel.module.css';

export function SharedMemorySetting() {
  const { settings } = useServices();
  const canMap = useSession((s) => s.canMap);
  const on = useSettings((s) => s.sharedMemory);
  if (!canMap) return null;
  return (
    <section className={css['section']}>
      <h2 className={css['title']}>Samples</h2>
      <CheckRow checked={on} onChange={(next) => settings.getState().set({ sharedMemory: next })} testId="setting-shared-memory">
        Shared memory
      </CheckRow>
      <p className={css['note']}>
        Off takes effect at once. It relaxes one memory hardening of the webview for the whole run; start with --transport
        streamed to keep it.
      </p>
    </section>
  );
}
