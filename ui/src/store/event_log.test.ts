import { describe, expect, it, vi } from 'vitest';
import { busEvent, deleted, edited, marker } from '../base/testing/bus_events';
import { EVERYTHING } from '../base/event_filter';
import { HostFailure } from '../host/errors';
import type { HostEvents, LogPage } from '../host/events';
import { createEventLog } from './event_log';

const rows = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => busEvent({ seq: from - i }));

describe('log', () => {
  it('is read page by page to its end', async () => {
    const pages: LogPage[] = [{ events: rows(9, 7), nextBefore: 7 }, { events: rows(6, 4), nextBefore: 4 }, { events: rows(3, 1), nextBefore: null }];
    const ask = vi.fn<HostEvents['log']>((query) => Promise.resolve(pages[query.before === undefined ? 0 : query.before === 7 ? 1 : 2]!));
    const log = createEventLog(ask);
    await log.open({ ...EVERYTHING, channels: ['device'], severities: ['error'], text: ' fan ', range: { session: 's', startFrame: 1, endFrame: 5 } });
    expect(ask).toHaveBeenLastCalledWith({ channels: ['device'], severities: ['error'], text: 'fan', session: 's', fromFrame: 1, toFrame: 5, limit: 200 });
    await Promise.all([log.older(), log.older()]);
    await log.older();
    await log.older();
    expect(ask).toHaveBeenCalledTimes(3);
    expect(log.getState()).toMatchObject({ loading: false, more: false, error: null });
    expect(log.getState().events.map((event) => event.seq)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('folds markers over pages', async () => {
    const pages: LogPage[] = [{ events: [edited(9, 'm', { label: 'door' }), deleted(8, 'n'), busEvent({ seq: 7 })], nextBefore: 7 }, { events: [marker(6, 'm', 'Marker 1'), marker(5, 'n', 'Marker 2')], nextBefore: null }];
    const log = createEventLog(({ before }) => Promise.resolve(pages[before === undefined ? 0 : 1]!));
    await log.open(EVERYTHING);
    await log.older();
    expect(log.getState().events.map((event) => event.message)).toEqual(['Event 7.', 'door']);
  });

  it('says what went wrong and reads the same page again when asked', async () => {
    let broken = false;
    const ask = vi.fn<HostEvents['log']>(({ before }) =>
      broken ? Promise.reject(new HostFailure('internal', 'The journal could not be read.')) : Promise.resolve({ events: rows(before === undefined ? 4 : 2, before === undefined ? 3 : 1), nextBefore: before === undefined ? 3 : null }));
    const log = createEventLog(ask);
    await log.open(EVERYTHING);
    broken = true;
    await log.older();
    expect(log.getState()).toMatchObject({ loading: false, error: 'The journal could not be read.' });
    expect(log.getState().events).toHaveLength(2);
    broken = false;
    await log.older();
    expect(log.getState()).toMatchObject({ more: false, error: null });
    expect(log.getState().events.map((event) => event.seq)).toEqual([4, 3, 2, 1]);
  });

  it('drops answers to what is no longer asked', async () => {
    const answers: ((page: LogPage) => void)[] = [];
    const log = createEventLog(() => new Promise((resolve) => answers.push(resolve)));
    const first = log.open(EVERYTHING);
    const second = log.open({ ...EVERYTHING, text: 'x' });
    answers[1]!({ events: rows(2, 2), nextBefore: null });
    answers[0]!({ events: rows(9, 1), nextBefore: 1 });
    await Promise.all([first, second]);
    expect(log.getState().events.map((event) => event.seq)).toEqual([2]);
    expect(log.getState().more).toBe(false);
  });
});
