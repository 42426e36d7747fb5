// Between the host and the stores: starting, stopping, devices, and what every new status means.

import type { Services, SessionActions } from '../components/services';
import { hostFailure } from '../host/errors';
import type { SessionStatus } from '../host/generated/SessionStatus';
import type { Host } from '../host/types';
import { pickedChannels } from '../store/session';
import { withPick } from '../store/settings_schema';

type Stores = Pick<Services, 'session' | 'settings' | 'notices'>;

/** Kind of the notice that repeats the machine's own message. */
const STATUS_NOTICE = 'session';
const START_NOTICE = 'start';
const SHARE_NOTICE = 'share';

export function sessionActions(host: Host, stores: Stores): SessionActions {
  const { session, settings, notices } = stores;
  const take = statusTaker(stores);

  async function call(busy: 'starting' | 'stopping', run: () => Promise<SessionStatus>, fallback: string): Promise<boolean> {
    session.setState({ busy });
    notices.clear(START_NOTICE);
    try {
      take(await run());
      return true;
    } catch (cause) {
      const { message } = hostFailure(cause, fallback);
      notices.say('error', START_NOTICE, message);
      return false;
    } finally {
      session.setState({ busy: null });
    }
  }

  return {
    async start(address) {
      const ok = await call('starting', () => host.start(address), `The input ${address} could not be started; try another one.`);
      if (ok) settings.getState().set({ input: address });
    },
    async stop() {
      await call('stopping', () => host.stop(), 'The input could not be stopped; close AudioTab to end it.');
    },
    async refreshDevices() {
      try {
        session.setState({ devices: await host.devices(), devicesError: null });
      } catch (cause) {
        const { message } = hostFailure(cause, 'The devices could not be listed; try again.');
        session.setState({ devices: session.getState().devices ?? [], devicesError: message });
      }
    },
    async pickFile() {
      try {
        return (await host.pickFile?.()) ?? null;
      } catch (cause) {
        notices.say('error', 'file', hostFailure(cause, 'The file dialog could not be opened; type the path instead.').message);
        return null;
      }
    },
    async setShared(shared) {
      if (!host.share) return;
      notices.clear(SHARE_NOTICE);
      try {
        if (shared) session.setState({ sharedAt: (await host.share.start()).url });
        else {
          await host.share.stop();
          session.setState({ sharedAt: null });
        }
      } catch (cause) {
        notices.say('error', SHARE_NOTICE, hostFailure(cause, 'The page could not be shared; restart AudioTab and try again.').message);
      }
    },
    setChannels(channels) {
      session.setState({ channels });
      const input = session.getState().status?.input;
      if (input) settings.getState().set({ channelPicks: withPick(settings.getState(), input, channels) });
    },
  };
}

/** Takes over a status; a new stream also decides which channels have lanes. */
function statusTaker({ session, settings, notices }: Stores): (status: SessionStatus) => void {
  return (status) => {
    const before = session.getState().status;
    const newStream = status.streamId !== before?.streamId || status.channels !== before.channels;
    session.setState({ status, reachable: true });
    if (newStream && status.channels > 0) {
      const picked = settings.getState().channelPicks[status.input ?? ''];
      session.setState({ channels: pickedChannels(picked, status.channels) });
    }
    if (status.message === before?.message && status.notice === before?.notice) return;
    notices.clear(STATUS_NOTICE);
    // Waiting and failed inputs speak where the lanes would be.
    const elsewhere = status.notice === 'waiting' || (status.state === 'failed' && status.streamId === null);
    if (!status.message || elsewhere) return;
    notices.say(status.notice === 'error' ? 'error' : 'warning', STATUS_NOTICE, status.message);
  };
}

/** Follows the machine from now on. */
export function watchSession(host: Host, stores: Stores): () => void {
  const take = statusTaker(stores);
  stores.session.setState({ host: host.kind, canPickFile: host.pickFile !== null, lacksGpu: host.lacksGpu, canShare: host.share !== null });
  const lost = (): void => stores.session.setState({ reachable: false });
  host.status().then(take, lost);
  return host.watch(take, lost);
}
