// Between the bus and the page: what happened comes in, first the newest past, then live; what the page itself notices
// goes out.

import type { Services } from '../components/services';
import type { Quality } from '../engine/protocol';
import type { EventDraft, EventFeed, FeedMessage } from '../host/events';
import type { Host } from '../host/types';
import type { Picture } from '../render/picture';
import { LOSS_WARNING } from '../store/notices';
import { tellToasts } from './event_toasts';

type Stores = Pick<Services, 'events' | 'notices'>;

/** Rows of the journal that the list begins with. */
const FIRST_ROWS = 500;
/** The journal is this much behind the bus at most, and the sound on screen is as old, ms. */
const RECENT_MS = 30_000;

/** The engine puts it among its gauges every second. */
const LOAD_INTERVAL_MS = 1000;

/** Says how much of its time this page spends on drawing. One that is hidden draws nothing and says nothing. */
export function tellLoad(feed: EventFeed, busy: () => number): void {
  setInterval(() => {
    if (!document.hidden) feed.send({ type: 'load', render_load: Math.min(1, busy()) });
  }, LOAD_INTERVAL_MS);
}

/** Follows the bus from now on. */
export function followBus(host: Host, { events, notices }: Stores): EventFeed {
  let lastSeq: number | null = null;

  async function readPast(newestMs: number): Promise<void> {
    feed.send({ type: 'history', from_ms: newestMs - RECENT_MS, to_ms: newestMs });
    try {
      events.hearPast((await host.events.log({ limit: FIRST_ROWS })).events);
    } catch {
      // Without a journal the memory of the bus has to do.
      feed.send({ type: 'history', from_ms: 0, to_ms: newestMs });
    }
  }

  const hear = (message: FeedMessage): void => {
    if (message.type === 'connected') {
      // Nothing here shows them, and they are measured only for who wants them.
      feed.send({ type: 'filter', levels: false });
      const anew = lastSeq !== null && message.last_seq < lastSeq;
      if (anew) events.clear();
      if ((anew || lastSeq === null) && message.newest_timestamp_ms !== null) void readPast(message.newest_timestamp_ms);
      lastSeq = message.after_seq;
    } else if (message.type === 'batch' && !message.history) lastSeq = message.data.events.at(-1)?.seq ?? lastSeq;
    events.hear(message);
  };

  tellToasts(events, notices);
  const feed = host.events.open(hear, (state) => events.setState({ feed: state }));
  return feed;
}

/** What happens in the page itself, told to the bus. A bus that does not answer costs the event, nothing else. */
export function tellBus(host: Host, picture: () => Picture) {
  let told: string | null = null;
  const emit = (draft: EventDraft): void => void host.events.emit(draft).catch(() => {});
  const here = (): Pick<EventDraft, 'frame' | 'session'> => {
    const { stream, state } = picture();
    return stream && state ? { frame: Math.max(0, state.endFrame - 1), session: stream.streamId } : {};
  };
  return {
    quality(quality: Quality | null): void {
      const reason = quality?.reason ?? null;
      if (reason === told) return;
      const kind = reason === null ? 'ui.quality_restored' : 'ui.quality_reduced';
      told = reason;
      const payload = quality ? { reason, level: quality.level, stride: quality.stride, window_size: quality.effective.size } : {};
      emit({ kind, ...here(), payload });
    },

    /** Frames this page came too late for; the capture has them. */
    loss(startFrame: number, frames: number): void {
      const streamId = picture().stream?.streamId;
      emit({
        kind: 'ring.reader_gap',
        severity: 'warning',
        message: LOSS_WARNING,
        frame: startFrame,
        dur_frames: frames,
        ...(streamId !== undefined && { session: streamId }),
      });
    },
  };
}
