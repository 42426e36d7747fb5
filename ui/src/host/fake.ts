// A machine made of nothing: for working on the interface in a browser and for browser tests of it. Its sound comes from
// the test engine beside the tests; this side only keeps the session. `?fake` starts it, with
//   channels=N   rate=HZ   state=idle|running|waiting|failed|ended   test-signal   busy (every start fails)   port-taken

import { HostFailure } from './errors';
import type { DeviceInfo } from './generated/DeviceInfo';
import type { SessionStatus } from './generated/SessionStatus';
import { fakeEvents } from './fake_events';
import type { Host } from './types';

const NAMES = ['Front Left', 'Front Right', 'Rear Left', 'Rear Right', 'Front Center', 'LFE', 'Side Left', 'Side Right'];

const channelNames = (channels: number): string[] =>
  Array.from({ length: channels }, (_, c) => (channels === 1 ? 'Mono' : channels === 2 ? ['Left', 'Right'][c]! : (NAMES[c] ?? `Channel ${c + 1}`)));

function device(id: string, name: string, host: string, channels: number, rates: number[], isDefault = false): DeviceInfo {
  return {
    id,
    name,
    host,
    channels,
    channelNames: channelNames(channels),
    sampleRatesHz: rates,
    defaultSampleRateHz: rates.includes(48_000) ? 48_000 : rates[0]!,
    isDefault,
  };
}

const DEVICES: DeviceInfo[] = [
  device('alsa:default', 'Built-in Audio Analog Stereo', 'ALSA', 2, [44_100, 48_000, 96_000], true),
  device('alsa:hw:2,0', 'Scarlett 18i20 USB', 'ALSA', 18, [44_100, 48_000, 88_200, 96_000, 176_400, 192_000]),
  device('pulse:null8.monitor', 'Monitor of Null Output', 'PulseAudio', 8, [48_000]),
  device('pulse:webcam', 'HD Pro Webcam C920 Analogue Stereo With A Very Long Product Name', 'PulseAudio', 2, [32_000, 48_000]),
];

const IDLE: SessionStatus = {
  revision: 0,
  state: 'idle',
  input: null,
  label: '',
  sampleRateHz: 0,
  channels: 0,
  channelNames: [],
  framesWritten: 0,
  lostFrames: 0,
  overruns: 0,
  streamId: null,
  ringPath: null,
  message: null,
  notice: null,
};

function running(address: string, channels: number, sampleRateHz: number, revision: number): SessionStatus {
  const found = DEVICES.find((d) => d.id === address) ?? (address === 'default' ? DEVICES[0] : undefined);
  const count = found && address !== 'default' ? found.channels : channels;
  return {
    ...IDLE,
    revision,
    state: 'running',
    input: address,
    label: found?.name ?? address.replace(/^(file|signal):/, ''),
    sampleRateHz,
    channels: count,
    channelNames: channelNames(count),
    streamId: revision.toString(16).padStart(16, '0'),
  };
}

export function fakeHost(query: URLSearchParams): Host {
  const channels = Number(query.get('channels') ?? 2);
  const rate = Number(query.get('rate') ?? 48_000);
  let revision = 1;
  let status: SessionStatus = first();
  const watchers = new Set<(status: SessionStatus) => void>();

  function first(): SessionStatus {
    const live = running('default', channels, rate, revision);
    switch (query.get('state')) {
      case 'idle':
        return IDLE;
      case 'waiting':
        return { ...live, state: 'waiting', notice: 'waiting', message: 'Waiting for Built-in Audio Analog Stereo; capture goes on as soon as it is back.' };
      case 'failed':
        return { ...IDLE, state: 'failed', notice: 'error', message: 'Scarlett 18i20 USB is in use by another program; close that program or choose another input.' };
      case 'ended':
        return { ...live, state: 'ended' };
      default:
        return query.has('test-signal')
          ? {
              ...running('signal:multitone?channels=2', channels, rate, revision),
              label: 'Test signal: multitone',
              notice: 'test-signal',
              message: 'There is no input device, so the built-in test signal is running; plug one in and choose it under Input.',
            }
          : live;
    }
  }

  function publish(next: SessionStatus): SessionStatus {
    status = next;
    for (const watcher of watchers) watcher(status);
    return status;
  }

  return {
    kind: 'fake',
    devices: () => Promise.resolve(DEVICES),
    start(address) {
      if (query.has('busy')) {
        return Promise.reject(new HostFailure('device-busy', 'Scarlett 18i20 USB is in use by another program; close that program or choose another input.'));
      }
      return Promise.resolve(publish(running(address, channels, rate, ++revision)));
    },
    stop: () => Promise.resolve(publish({ ...IDLE, revision: ++revision })),
    status: () => Promise.resolve(status),
    watch(onStatus) {
      watchers.add(onStatus);
      const timer = setInterval(() => onStatus(status), 500);
      return () => {
        watchers.delete(onStatus);
        clearInterval(timer);
      };
    },
    pickFile: () => Promise.resolve('/home/you/Music/sweep 20 Hz - 20 kHz.flac'),
    mapRing: null,
    lacksGpu: false,
    ringEndpoint: () => ({ kind: 'fetch', url: 'about:blank' }),
    events: fakeEvents(query, rate),
    share: {
      start: () =>
        query.has('port-taken')
          ? Promise.reject(new HostFailure('unsupported', 'Port 9090 is in use by another program; close that program to share.'))
          : Promise.resolve({ url: 'http://127.0.0.1:9090/#once=3f9ac2' }),
      stop: () => Promise.resolve(),
    },
  };
}
