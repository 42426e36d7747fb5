import { describe, expect, it, vi } from 'vitest';
import { busEvent, deleted, edited, marker } from '../base/testing/bus_events';
import { EVERYTHING } from '../base/event_filter';
import { HostFailure } from '../host/errors';
import type { HostEvents, LogPage } from '../host/events';
import { createEventLog } from './event_log';

const rows = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => busEvent({ seq: from - i }));

const none: HostEvents['summary'] = () => Promise.resolve([]);

describe('log', () => {
  it('is read page by page to its end', async () => {
    const pages: LogPage[] = [{ events: rows(180, 121), nextBefore: 121, damaged: [] }, { events: rows(120, 61), nextBefore: 61, damaged: [] }, { events: rows(60, 1), nextBefore: null, damaged: [] }];
    const ask = vi.fn<HostEvents['log']>((query) => Promise.resolve(pages[query.before === undefined ? 0 : query.before === 121 ? 1 : 2]!));
    const log = createEventLog({ log: ask, summary: none });
    await log.open({ ...EVERYTHING, channels: ['device'], severities: ['error'], text: ' fan ', range: { session: 's', startFrame: 1, endFrame: 5 } });
    expect(ask).toHaveBeenLastCalledWith({ channels: ['device'], severities: ['error'], text: 'fan', session: 's', fromFrame: 1, toFrame: 5, limit: 200 });
    await Promise.all([log.older(), log.older()]);
    await log.older();
    await log.older();
    expect(ask).toHaveBeenCalledTimes(3);
    expect(log.getState()).toMatchObject({ loading: false, more: false, error: null });
    expect(log.getState().events.map((event) => event.seq)).toEqual(rows(180, 1).map((event) => event.seq));
  });

  it('folds markers over pages', async () => {
    const pages: LogPage[] = [{ events: [edited(9, 'm', { label: 'door' }), deleted(8, 'n'), busEvent({ seq: 7 })], nextBefore: 7, damaged: [] }, { events: [marker(6, 'm', 'Marker 1'), marker(5, 'n', 'Marker 2')], nextBefore: null, damaged: [] }];
    const log = createEventLog({ log: ({ before }) => Promise.resolve(pages[before === undefined ? 0 : 1]!), summary: none });
    await log.open(EVERYTHING);
    await log.older();
    const messages = (): string[] => log.getState().events.map((event) => event.message);
    expect(messages()).toEqual(['Event 7.', 'door']);
    log.hear([busEvent({ seq: 10 }), edited(11, 'm', { label: 'gate' })]);
    expect(messages()).toEqual(['Event 7.', 'gate']);
    log.hear([deleted(12, 'm'), edited(13, 'other', { label: 'x' })]);
    expect(messages()).toEqual(['Event 7.']);
  });

  it('says what went wrong and reads the same page again when asked', async () => {
    let broken = false;
    const ask = vi.fn<HostEvents['log']>(({ before }) =>
      broken ? Promise.reject(new HostFailure('internal', 'The journal could not be read.')) : Promise.resolve({ events: before === undefined ? rows(120, 61) : rows(60, 1), nextBefore: before === undefined ? 61 : null, damaged: [] }));
    const log = createEventLog({ log: ask, summary: none });
    await log.open(EVERYTHING);
    broken = true;
    await log.older();
    expect(log.getState()).toMatchObject({ loading: false, error: 'The journal could not be read.' });
    expect(log.getState().events).toHaveLength(60);
    broken = false;
    await log.older();
    expect(log.getState()).toMatchObject({ more: false, error: null });
    expect(log.getState().events.map((event) => event.seq)).toEqual(rows(120, 1).map((event) => event.seq));
  });

  it('reads on over pages of a search that found little, and counts what is withheld', async () => {
    const pages: LogPage[] = [
      { events: [], nextBefore: 900, damaged: [{ from_seq: 950, to_seq: 951 }] },
      { events: rows(899, 899), nextBefore: 800, damaged: [] },
      { events: rows(799, 700), nextBefore: 600, damaged: [{ from_seq: 650, to_seq: 650 }] },
    ];
    let asked = 0;
    const log = createEventLog({ log: () => Promise.resolve(pages[asked++]!), summary: none });
    await log.open({ ...EVERYTHING, text: 'needle' });
    expect(asked).toBe(3);
    expect(log.getState()).toMatchObject({ more: true, loading: false, damaged: 3 });
    expect(log.getState().events).toHaveLength(101);
  });

  it('knows the channels of the last days', async () => {
    const line = (day: string, channel: string, events: number) => ({ day, channel, events, info: events, success: 0, warning: 0, error: 0 });
    const days = vi.fn<HostEvents['summary']>(() => Promise.resolve([line('2026-02-04', 'marks', 2), line('2026-02-04', 'device', 1), line('2026-02-03', 'marks', 3)]));
    const log = createEventLog({ log: () => Promise.reject(new Error()), summary: days });
    await log.countDays();
    expect(days).toHaveBeenCalledWith(7);
    expect(log.getState().channels).toEqual([{ name: 'device', events: 1 }, { name: 'marks', events: 5 }]);
    const without = createEventLog({ log: () => Promise.reject(new Error()), summary: () => Promise.reject(new Error()) });
    await without.countDays();
    expect(without.getState().channels).toEqual([]);
  });

  it('drops answers to what is no longer asked', async () => {
    const answers: ((page: LogPage) => void)[] = [];
    const log = createEventLog({ log: () => new Promise((resolve) => answers.push(resolve)), summary: none });
    const first = log.open(EVERYTHING);
    const second = log.open({ ...EVERYTHING, text: 'x' });
    answers[1]!({ events: rows(2, 2), nextBefore: null, damaged: [] });
    answers[0]!({ events: rows(9, 1), nextBefore: 1, damaged: [] });
    await Promise.all([first, second]);
    expect(log.getState().events.map((event) => event.seq)).toEqual([2]);
    expect(log.getState().more).toBe(false);
  });
});
