// Where the sound comes from: a device, a file or a test signal.

import { Popover } from '@base-ui/react/popover';
import { Tabs } from '@base-ui/react/tabs';
import { AudioLines, AudioWaveform, ChevronDown, FileAudio, Mic } from 'lucide-react';
import { useState } from 'react';
import { sampleRate } from '../base/format';
import controls from './controls.module.css';
import { classes } from './controls';
import { DeviceList } from './device_list';
import { FileEntry } from './file_entry';
import css from './input_picker.module.css';
import { useServices, useSession } from './services';
import { SignalEntry } from './signal_entry';
import top from './top_bar.module.css';

type Tab = 'devices' | 'file' | 'signal';

const tabOf = (input: string | null | undefined): Tab =>
  input?.startsWith('file:') ? 'file' : input?.startsWith('signal:') ? 'signal' : 'devices';

export function InputPicker() {
  const { actions } = useServices();
  const status = useSession((s) => s.status);
  const [open, setOpen] = useState(false);
  const [tab, setTab] = useState<Tab>('devices');
  const start = (address: string): void => {
    setOpen(false);
    void actions.start(address);
  };
  const onOpenChange = (next: boolean): void => {
    setOpen(next);
    if (!next) return;
    setTab(tabOf(status?.input));
    void actions.refreshDevices();
  };
  const Icon = tabOf(status?.input) === 'file' ? FileAudio : tabOf(status?.input) === 'signal' ? AudioLines : Mic;
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger className={classes(controls['button'], top['input'])} data-testid="input-picker" aria-label="Input">
        <Icon aria-hidden />
        <span className={top['inputName']} data-testid="input-name">
          {status?.label || (status ? 'No input' : 'Connecting\u2026')}
        </span>
        {status && status.sampleRateHz > 0 && (
          <span className={top['inputFacts']}>
            {sampleRate(status.sampleRateHz)} &middot; {status.channels} ch
          </span>
        )}
        <ChevronDown aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className={controls['positioner']} sideOffset={6} align="start">
          <Popover.Popup className={controls['popup']} aria-label="Choose an input">
            <Tabs.Root className={css['popup']} value={tab} onValueChange={(next: Tab) => setTab(next)}>
              <Tabs.List className={css['tabs']}>
                <Tabs.Tab className={css['tab']} value="devices" data-testid="input-tab-devices">
                  <Mic aria-hidden /> Devices
                </Tabs.Tab>
                <Tabs.Tab className={css['tab']} value="file" data-testid="input-tab-file">
                  <FileAudio aria-hidden /> File
                </Tabs.Tab>
                <Tabs.Tab className={css['tab']} value="signal" data-testid="input-tab-signal">
                  <AudioWaveform aria-hidden /> Test signal
                </Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel className={css['panel']} value="devices">
                <DeviceList onPick={start} />
              </Tabs.Panel>
              <Tabs.Panel className={css['panel']} value="file">
                <FileEntry onOpen={start} />
              </Tabs.Panel>
              <Tabs.Panel className={css['panel']} value="signal">
                <SignalEntry onStart={start} />
              </Tabs.Panel>
            </Tabs.Root>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
