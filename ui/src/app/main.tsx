// Entry of the page.

import './language';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseHost } from '../host';
import { App } from './app';
import { assemble, type ConnectEngine } from './assembly';
import { debugView } from './debug_view';
import { attachKeyboard } from './keyboard';
import './theme.css';

async function chooseEngine(kind: string): Promise<ConnectEngine> {
  if (import.meta.env.DEV && kind === 'fake') {
    const { FakeEngine } = await import('../../testing/fake_engine');
    return (onMessage) => new FakeEngine(onMessage);
  }
  const [{ EngineClient }, { EnginePool }] = await Promise.all([import('../engine/client'), import('../engine/pool')]);
  const forced = import.meta.env.DEV ? Number(new URLSearchParams(location.search).get('workers')) : 0;
  const options = { cores: navigator.hardwareConcurrency || 2, ...(forced > 0 ? { workers: forced } : {}) };
  return (onMessage, mapRing) =>
    new EnginePool(onMessage, { ...options, connect: (hear) => new EngineClient(hear, undefined, mapRing ?? undefined) });
}

const host = await chooseHost();
const { services, loop } = assemble(host, await chooseEngine(host.kind));
attachKeyboard(services);
Object.defineProperty(window, 'audiotab', { value: debugView(services, loop) });
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App services={services} />
  </StrictMode>,
);
loop.start();
