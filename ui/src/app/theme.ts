// Puts the chosen theme on the page and tells the drawn parts about its colours.

import { readPalette } from '../render/palette';
import type { Stage } from '../render/stage';
import type { SettingsStore } from '../store/settings';

export function followTheme(settings: SettingsStore, stage: Stage): void {
  const root = document.documentElement;
  const systemLight = matchMedia('(prefers-color-scheme: light)');
  const apply = (): void => {
    const choice = settings.getState().theme;
    const theme = choice === 'system' ? (systemLight.matches ? 'light' : 'dark') : choice;
    if (root.dataset['theme'] !== theme) root.dataset['theme'] = theme;
    stage.picture.setPalette(readPalette(root));
  };
  apply();
  let shown = settings.getState().theme;
  settings.subscribe((state) => {
    if (state.theme === shown) return;
    shown = state.theme;
    apply();
  });
  systemLight.addEventListener('change', apply);
  // The root font grows with the window, and labels on canvases with it.
  let fontSize = getComputedStyle(root).fontSize;
  window.addEventListener('resize', () => {
    const next = getComputedStyle(root).fontSize;
    if (next === fontSize) return;
    fontSize = next;
    apply();
  });
}
