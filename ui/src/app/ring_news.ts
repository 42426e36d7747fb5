// Tells the engine which stream there is and whether its ring may be mapped, at once and on every change of either.

import type { ToWorker } from '../engine/protocol';
import type { Host } from '../host/types';
import type { SessionStore } from '../store/session';
import type { SettingsStore } from '../store/settings';

interface Listener {
  send(message: Extract<ToWorker, { type: 'ring' }>): void;
}

export function tellRing(engine: Listener, host: Pick<Host, 'mapRing'>, settings: SettingsStore, session: SessionStore): void {
  session.setState({ canMap: host.mapRing !== null });
  // Where nothing can be mapped, packets bring the news themselves.
  if (host.mapRing === null) return;
  let toldStreamId: string | null | undefined;
  let toldMayMap: boolean | undefined;
  const tell = (): void => {
    const streamId = session.getState().status?.streamId ?? null;
    const mayMap = settings.getState().sharedMemory;
    if (streamId === toldStreamId && mayMap === toldMayMap) return;
    toldStreamId = streamId;
    toldMayMap = mayMap;
    engine.send({ type: 'ring', streamId, mayMap });
  };
  tell();
  session.subscribe(tell);
  settings.subscribe(tell);
}
