// The status, asked for again and again: one question at a time, whatever the other side takes to answer.

import type { SessionStatus } from './generated/SessionStatus';

/** Twice a second: the counters on screen are for reading, not for measuring. */
const POLL_MS = 500;

/** Calls back with every answer until the returned function is called. */
export function watchByPolling(
  status: () => Promise<SessionStatus>,
  onStatus: (status: SessionStatus) => void,
  onLost: (cause: unknown) => void,
): () => void {
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const poll = async (): Promise<void> => {
    try {
      const next = await status();
      if (!over) onStatus(next);
    } catch (cause) {
      if (!over) onLost(cause);
    }
    if (!over) timer = setTimeout(() => void poll(), POLL_MS);
  };
  void poll();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
