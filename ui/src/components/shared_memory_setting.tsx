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
        Off takes effect at once. While AudioTab may use it, one memory hardening of the webview is relaxed; to keep that
        too, start it with --transport streamed.
      </p>
    </section>
  );
}
