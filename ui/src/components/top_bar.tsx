// The bar on top: what is measured, which channels of it, and how the window looks.

import { Moon, PanelRight, Play, Square, Sun, SunMoon } from 'lucide-react';
import type { ThemeChoice } from '../store/settings_schema';
import { ChannelPicker } from './channel_picker';
import { Button, Hint, Segments } from './controls';
import { InputPicker } from './input_picker';
import { useServices, useSession, useSettings } from './services';
import { ShortcutHelp } from './shortcut_help';
import css from './top_bar.module.css';

const THEME_CHOICES: { value: ThemeChoice; label: string; mark: React.ReactNode }[] = [
  { value: 'dark', label: 'Dark theme', mark: <Moon aria-hidden /> },
  { value: 'light', label: 'Light theme', mark: <Sun aria-hidden /> },
  { value: 'system', label: 'Theme of the system', mark: <SunMoon aria-hidden /> },
];

export function TopBar() {
  const { settings } = useServices();
  const theme = useSettings((s) => s.theme);
  const panelOpen = useSettings((s) => s.panelOpen);
  const set = settings.getState().set;
  return (
    <header className={css['bar']} data-testid="top-bar">
      <div className={css['brand']}>
        <Logo />
        <span>AudioTab</span>
      </div>
      <InputPicker />
      <ChannelPicker />
      <StartStop />
      <div className={css['spacer']} />
      <ShortcutHelp />
      <Segments label="Theme" iconsOnly value={theme} choices={THEME_CHOICES} onChange={(next) => set({ theme: next })} testId="theme" />
      <Hint text={panelOpen ? 'Hide the side panel' : 'Settings and events'} keys="S">
        <Button icon aria-label="Side panel" aria-pressed={panelOpen} onClick={() => set({ panelOpen: !panelOpen })} data-testid="panel-toggle">
          <PanelRight aria-hidden />
        </Button>
      </Hint>
    </header>
  );
}

function StartStop() {
  const { actions, settings } = useServices();
  const state = useSession((s) => s.status?.state ?? 'idle');
  const busy = useSession((s) => s.busy);
  const on = state === 'running' || state === 'waiting' || state === 'starting';
  return (
    <Button
      className={css['run']}
      look={on ? 'normal' : 'primary'}
      disabled={busy !== null}
      onClick={() => void (on ? actions.stop() : actions.start(settings.getState().input))}
      data-testid="start-stop"
      data-state={on ? 'on' : 'off'}
    >
      {on ? <Square aria-hidden className={css['stopMark']} /> : <Play aria-hidden className={css['stopMark']} />}
      {busy === 'starting' ? 'Starting\u2026' : busy === 'stopping' ? 'Stopping\u2026' : on ? 'Stop' : 'Start'}
    </Button>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <g fill="var(--accent)">
        <rect x="3" y="12.5" width="3.4" height="7" rx="1.2" />
        <rect x="8.4" y="8" width="3.4" height="16" rx="1.2" />
        <rect x="13.8" y="4" width="3.4" height="24" rx="1.2" />
        <rect x="19.2" y="9.5" width="3.4" height="13" rx="1.2" />
      </g>
      <rect x="26" y="3" width="2" height="26" rx="1" fill="var(--text)" />
    </svg>
  );
}
