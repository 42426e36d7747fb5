// At the side of the picture: how it is made, or what happened.

import type { PanelTab } from '../store/settings_schema';
import { Segments } from './controls';
import { EventsPanel } from './events_panel/events_panel';
import { useServices, useSettings } from './services';
import { SettingsPanel } from './settings_panel';
import css from './side_panel.module.css';

const TABS: { value: PanelTab; label: string }[] = [
  { value: 'settings', label: 'Settings' },
  { value: 'events', label: 'Events' },
];

export function SidePanel() {
  const { settings } = useServices();
  const tab = useSettings((s) => s.panelTab);
  return (
    <aside className={css['panel']} aria-label={tab === 'events' ? 'Events' : 'Settings'} data-testid="side-panel">
      <div className={css['tabs']}>
        <Segments<PanelTab> label="Side panel" value={tab} choices={TABS} onChange={(next) => settings.getState().set({ panelTab: next })} testId="panel-tab" />
      </div>
      {tab === 'events' ? <EventsPanel /> : <SettingsPanel />}
    </aside>
  );
}
