// What the machine and the engine say: status, devices, stream, columns. Small facts only; samples never come here.

import { createStore } from 'zustand/vanilla';
import type { ColumnGrid, StreamInfo, Transport } from '../engine/protocol';
import type { DeviceInfo } from '../host/generated/DeviceInfo';
import type { SessionStatus } from '../host/generated/SessionStatus';
import type { Host } from '../host/types';

export type HostKind = Host['kind'];

/** The part of a column grid that a reader of numbers needs. */
export type GridFacts = Pick<ColumnGrid, 'generation' | 'settings' | 'bins' | 'columnsKept' | 'enbwBins'>;

export interface SessionState {
  /** Null until the host is known. */
  host: HostKind | null;
  canPickFile: boolean;
  /** Known before anything is drawn. */
  lacksGpu: boolean;
  /** The host can map the ring into the page. */
  canMap: boolean;
  /** How samples arrive; `reason` says why not mapped. Null until the engine has said it. */
  transport: { kind: Transport; reason: string | null } | null;
  status: SessionStatus | null;
  /** A call that takes its time. */
  busy: 'starting' | 'stopping' | null;
  /** False while the machine does not answer. */
  reachable: boolean;
  devices: DeviceInfo[] | null;
  devicesError: string | null;
  /** Whether this page can be shared with browsers of this machine, and where it is reached while it is. */
  canShare: boolean;
  sharedAt: string | null;
  stream: StreamInfo | null;
  grid: GridFacts | null;
  colormaps: Record<string, Uint8Array>;
  /** Channels with a lane, ascending. */
  channels: number[];
}

export type SessionStore = ReturnType<typeof createSession>;

export function createSession() {
  return createStore<SessionState>()(() => ({
    host: null,
    canPickFile: false,
    lacksGpu: false,
    canMap: false,
    transport: null,
    status: null,
    busy: null,
    reachable: true,
    devices: null,
    devicesError: null,
    canShare: false,
    sharedAt: null,
    stream: null,
    grid: null,
    colormaps: {},
    channels: [],
  }));
}

/** Lanes shown when nothing was picked yet: all of a small input, the first of a large one. */
const FIRST_LANES = 4;

export function pickedChannels(picked: readonly number[] | undefined, channels: number): number[] {
  const valid = picked?.filter((channel) => channel < channels);
  // An empty pick is a choice; a pick none of which exists is a leftover of another device.
  if (valid && (valid.length > 0 || picked?.length === 0)) return [...new Set(valid)].sort((a, b) => a - b);
  return Array.from({ length: Math.min(channels, FIRST_LANES) }, (_, c) => c);
}

export function channelName(status: SessionStatus | null, channel: number): string {
  return status?.channelNames[channel] || `Channel ${channel + 1}`;
}
