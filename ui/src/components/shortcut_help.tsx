// Every key and gesture in one place.

import { Popover } from '@base-ui/react/popover';
import { Keyboard } from 'lucide-react';
import { classes } from './controls';
import controls from './controls.module.css';
import css from './shortcut_help.module.css';

const KEYS: [keys: string[], effect: string][] = [
  [['Space'], 'Freeze the view, or return to live'],
  [['L', 'End'], 'Jump to live'],
  [['Home'], 'Oldest sound there is'],
  [['\u2190', '\u2192'], 'Scrub by a tenth of the view; with Shift by a whole one'],
  [['+', '\u2212'], 'Zoom in time'],
  [['0'], 'Show the whole history'],
  [['C'], 'Crosshair by keys; then Alt with the arrow keys'],
  [['M'], 'Mark: at the live edge, or at the crosshair of a standing view'],
  [['Double click'], 'Name a mark'],
  [['Delete'], 'Remove the selected mark'],
  [['S'], 'Settings'],
  [['E'], 'Events'],
  [['Drag'], 'Scrub'],
  [['Wheel', 'Pinch'], 'Zoom at the pointer'],
  [['Shift', 'Wheel'], 'Scrub'],
  [['Alt', 'Wheel'], 'Height of a waveform, zoom of a spectrogram'],
  [['\u2191', '\u2193'], 'Move along a zoomed frequency axis'],
  [['F'], 'Show all frequencies, as a double click on the axis does'],
];

export function ShortcutHelp() {
  return (
    <Popover.Root>
      <Popover.Trigger
        className={classes(controls['button'], controls['icon'])}
        aria-label="Keys and gestures"
        title="Keys and gestures"
        data-testid="shortcuts"
      >
        <Keyboard aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={controls['positioner']} sideOffset={6} align="end">
          <Popover.Popup className={classes(controls['popup'], css['popup'])}>
            <Popover.Title className={css['title']}>Keys and gestures</Popover.Title>
            <dl className={css['rows']}>
              {KEYS.map(([keys, effect]) => (
                <KeyRow key={effect} keys={keys} effect={effect} />
              ))}
            </dl>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function KeyRow({ keys, effect }: { keys: string[]; effect: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key} className={controls['key']}>
            {key}
          </kbd>
        ))}
      </dt>
      <dd>{effect}</dd>
    </>
  );
}
