// The one way the user interface talks to the machine it runs on. Three implementations: tauri, web, fake.
// The wire types are generated from Rust (audiotab-engine, ts-rs) into ./generated.

import type { HostEvents } from './events';
import type { DeviceInfo } from './generated/DeviceInfo';
import type { SessionStatus } from './generated/SessionStatus';

/** Where the worker fetches ring packets. Both answer the same query with the same bytes. */
export type RingEndpoint =
  /** GET `${url}?stream=..&start=..&frames=..&channels=..` (desktop: a custom scheme, no listening port). */
  | { kind: 'fetch'; url: string }
  /** The same query string as a text message, the packet as a binary one, strictly in order. */
  | { kind: 'socket'; url: string };

export interface Host {
  readonly kind: 'tauri' | 'web' | 'fake';
  devices(): Promise<DeviceInfo[]>;
  /** `address` in the one input syntax: default, a device id, file:PATH, signal:KIND?... */
  start(address: string): Promise<SessionStatus>;
  stop(): Promise<SessionStatus>;
  status(): Promise<SessionStatus>;
  /** Calls back on every change (and at least about twice a second while running) until the returned function is called.
   * `onLost` says that the machine does not answer at the moment; watching goes on. */
  watch(onStatus: (status: SessionStatus) => void, onLost?: (error: HostError) => void): () => void;
  /** Native file dialog; null when the host has none. Resolves null when the user cancels. */
  readonly pickFile: (() => Promise<string | null>) | null;
  ringEndpoint(): RingEndpoint;
  /** What happens around the sound. */
  readonly events: HostEvents;
  /** The same page and its events for browsers and programs of this machine, while the user wants it; null where the
   * page is served already. */
  readonly share: HostShare | null;
  /**
   * A fresh mapping of the ring that runs now, read-only and live, to be transferred to one worker; throws an `Error` with
   * a sentence when it cannot be had. Null when this host has no such way.
   */
  readonly mapRing: (() => ArrayBuffer) | null;
  /** The host knows that there is no GPU, so that anything that looks like one is software. */
  readonly lacksGpu: boolean;
}

export interface HostShare {
  /** Answers where it is reached: an address that opens once. While it is shared, the same again. */
  start(): Promise<{ url: string }>;
  stop(): Promise<void>;
}

/** What a failed call rejects with: a kind to match on and one sentence for the user. */
export interface HostError {
  kind: string;
  message: string;
}
