import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNotices, HAPPENING_SHOWN_MS, LOSS_SHOWN_MS } from './notices';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('notices', () => {
  it('shows the loss warning until it has been quiet for five seconds', () => {
    const notices = createNotices();
    notices.lost(512);
    vi.advanceTimersByTime(LOSS_SHOWN_MS - 1);
    notices.lost(100);
    expect(notices.getState().loss).toEqual({ frames: 612 });
    vi.advanceTimersByTime(LOSS_SHOWN_MS - 1);
    expect(notices.getState().loss).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(notices.getState().loss).toBeNull();
  });

  it('says a sentence once, keeps errors, lets hints go', () => {
    const notices = createNotices();
    notices.say('error', 'start', 'Busy.');
    notices.say('error', 'start', 'Busy.');
    notices.say('info', 'hint', 'Tip.');
    expect(notices.getState().entries).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(notices.getState().entries.map((e) => e.message)).toEqual(['Busy.']);
    notices.clear('start');
    expect(notices.getState().entries).toEqual([]);
  });

  it('keeps only the newest few', () => {
    const notices = createNotices();
    for (let i = 0; i < 9; i++) notices.say('error', 'k', `Error ${i}.`);
    expect(notices.getState().entries.map((e) => e.message)).toEqual(['Error 5.', 'Error 6.', 'Error 7.', 'Error 8.']);
    notices.close(notices.getState().entries[0]!.id);
    expect(notices.getState().entries).toHaveLength(3);
  });

  it('counts what happens again, lets it go when it was quiet, and says nothing that is said', () => {
    const notices = createNotices();
    const clip = { level: 'warning' as const, kind: 'audio.clip', message: 'Clipped.', eventId: 'a' };
    notices.happened(clip, 3);
    vi.advanceTimersByTime(HAPPENING_SHOWN_MS - 1);
    notices.happened({ ...clip, message: 'Clipped again.', eventId: 'b' }, 2);
    vi.advanceTimersByTime(HAPPENING_SHOWN_MS - 1);
    expect(notices.getState().entries).toMatchObject([{ message: 'Clipped again.', eventId: 'b', count: 5 }]);
    notices.say('error', 'session', 'The device is gone.');
    notices.happened({ level: 'error', kind: 'device.failed', message: 'The device is gone.', eventId: 'c' }, 1);
    expect(notices.getState().entries).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(notices.getState().entries.map((entry) => entry.kind)).toEqual(['session']);
  });
});
