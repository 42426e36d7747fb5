// Input devices, grouped by the sound system they belong to. Picking one starts it.

import { Check, RefreshCw } from 'lucide-react';
import { sampleRate } from '../base/format';
import type { SessionState } from '../store/session';
import { Button } from './controls';
import css from './input_picker.module.css';
import { useServices, useSession } from './services';

type Device = NonNullable<SessionState['devices']>[number];

function rates(device: Device): string {
  const all = device.sampleRatesHz;
  if (all.length <= 1) return sampleRate(all[0] ?? device.defaultSampleRateHz);
  return `${sampleRate(all[0]!).replace(' kHz', '')}\u2013${sampleRate(all[all.length - 1]!)}`;
}

export function DeviceList({ onPick }: { onPick(address: string): void }) {
  const { actions } = useServices();
  const devices = useSession((s) => s.devices);
  const error = useSession((s) => s.devicesError);
  const input = useSession((s) => s.status?.input);
  const hosts = [...new Set(devices?.map((device) => device.host))];
  return (
    <div data-testid="device-list">
      <div className={css['head']}>
        <span>{devices ? `${devices.length} ${devices.length === 1 ? 'device' : 'devices'}` : 'Looking for devices\u2026'}</span>
        <Button look="quiet" icon aria-label="Look for devices again" onClick={() => void actions.refreshDevices()} data-testid="devices-refresh">
          <RefreshCw aria-hidden />
        </Button>
      </div>
      {error && (
        <p className={css['note']} role="alert" data-testid="devices-error">
          {error}
        </p>
      )}
      <DeviceRow
        device={null}
        chosen={input === 'default'}
        name="Default input"
        facts="Whatever the system prefers"
        address="default"
        onPick={onPick}
      />
      {hosts.map((host) => (
        <section key={host} aria-label={host}>
          <h3 className={css['group']}>{host}</h3>
          {devices
            ?.filter((device) => device.host === host)
            .map((device) => (
              <DeviceRow
                key={device.id}
                device={device}
                chosen={input === device.id}
                name={device.name}
                facts={`${device.channels} ${device.channels === 1 ? 'channel' : 'channels'} \u00b7 ${rates(device)}`}
                address={device.id}
                onPick={onPick}
              />
            ))}
        </section>
      ))}
      {devices?.length === 0 && !error && (
        <p className={css['note']}>No input device is connected. Plug one in, or use a file or a test signal.</p>
      )}
    </div>
  );
}

interface RowProps {
  device: Device | null;
  chosen: boolean;
  name: string;
  facts: string;
  address: string;
  onPick(address: string): void;
}

function DeviceRow({ device, chosen, name, facts, address, onPick }: RowProps) {
  return (
    <button type="button" className={css['device']} aria-pressed={chosen} onClick={() => onPick(address)} data-testid={`device-${address}`}>
      {chosen ? <Check aria-hidden /> : <span />}
      <span className={css['deviceName']} title={name}>
        {name}
      </span>
      <span className={css['deviceFacts']}>{facts}</span>
      {device?.isDefault && <span className={css['badge']}>default</span>}
    </button>
  );
}
