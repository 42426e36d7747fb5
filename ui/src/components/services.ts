// What components reach besides their props: the stores, the stage and the calls that leave the page.

import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Stage } from '../render/stage';
import type { EventLogState, EventLogStore } from '../store/event_log';
import type { EventsState, EventsStore } from '../store/events';
import type { FrequencyZoom } from '../store/frequency_zoom';
import type { NoticesState, NoticesStore } from '../store/notices';
import type { SessionState, SessionStore } from '../store/session';
import type { SettingsState, SettingsStore } from '../store/settings';
import type { ViewingState, ViewingStore } from '../store/viewing';
import type { LaneRegistry } from '../views/lane_registry';

export interface SessionActions {
  start(address: string): Promise<void>;
  stop(): Promise<void>;
  refreshDevices(): Promise<void>;
  pickFile(): Promise<string | null>;
  setChannels(channels: number[]): void;
  /** Opens this page to browsers and programs of this machine, or closes it to them. */
  setShared(shared: boolean): Promise<void>;
}

export interface MarkerActions {
  /** At the newest visible frame of a live view, at the crosshair of a standing one. */
  addMarker(): Promise<void>;
  renameMarker(id: string, label: string): Promise<void>;
  /** An empty note is none. */
  noteMarker(id: string, note: string): Promise<void>;
  deleteMarker(id: string): Promise<void>;
}

export type Actions = SessionActions & MarkerActions;

export interface Services {
  settings: SettingsStore;
  session: SessionStore;
  notices: NoticesStore;
  viewing: ViewingStore;
  events: EventsStore;
  eventLog: EventLogStore;
  stage: Stage;
  lanes: LaneRegistry;
  frequencies: FrequencyZoom;
  actions: Actions;
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('Components of AudioTab live inside its ServicesContext.');
  return services;
}

export const useSettings = <T>(select: (state: SettingsState) => T): T => useStore(useServices().settings, select);
export const useSession = <T>(select: (state: SessionState) => T): T => useStore(useServices().session, select);
export const useNotices = <T>(select: (state: NoticesState) => T): T => useStore(useServices().notices, select);
export const useEvents = <T>(select: (state: EventsState) => T): T => useStore(useServices().events, select);
export const useEventLog = <T>(select: (state: EventLogState) => T): T => useStore(useServices().eventLog, select);
export const useViewing = <T>(select: (state: ViewingState) => T): T => useStore(useServices().viewing, select);
