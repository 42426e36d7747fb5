import { expect, test } from 'vitest';
import { createSession } from '../store/session';
import { createSettings } from '../store/settings';
import type { SessionStatus } from '../host/generated/SessionStatus';
import { tellRing } from './ring_news';

const withStream = (streamId: string | null, revision: number): { status: SessionStatus } =>
  ({ status: { streamId, revision } as SessionStatus });

test('the engine hears of every new stream and every turn of the setting, once', () => {
  const settings = createSettings(null);
  const session = createSession();
  const heard: unknown[] = [];
  tellRing({ send: ({ streamId, mayMap }) => heard.push([streamId, mayMap]) }, { mapRing: () => new ArrayBuffer(0) }, settings, session);
  expect(session.getState().canMap).toBe(true);
  session.setState(withStream('aa', 1));
  session.setState(withStream('aa', 2));
  settings.getState().set({ size: 4096 });
  settings.getState().set({ sharedMemory: false });
  session.setState(withStream('bb', 3));
  settings.getState().set({ sharedMemory: true });
  session.setState(withStream(null, 4));
  expect(heard).toEqual([[null, true], ['aa', true], ['aa', false], ['bb', false], ['bb', true], [null, true]]);
});

test('where nothing can be mapped nothing is said', () => {
  const session = createSession();
  tellRing({ send: () => expect.fail('not to be told') }, { mapRing: null }, createSettings(null), session);
  session.setState(withStream('aa', 1));
  expect(session.getState().canMap).toBe(false);
});
