import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { busEvent } from '../base/testing/bus_events';
import type { BusEvent } from '../base/bus_event';
import { createEvents } from '../store/events';
import { createNotices } from '../store/notices';
import { tellToasts } from './event_toasts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function page() {
  const events = createEvents();
  const notices = createNotices();
  tellToasts(events, notices);
  let changes = 0;
  notices.subscribe(() => changes++);
  return {
    notices,
    changes: () => changes,
    tell: (told: BusEvent[], history = false) => events.hear({ type: 'batch', data: { window_start: 0, window_end: 50, events: told, summary: {} }, history }),
    past: (told: BusEvent[]) => events.hearPast(told),
  };
}

describe('toasts', () => {
  it('are for live warnings and errors', () => {
    const { notices, tell, past } = page();
    tell([busEvent({ seq: 1 }), busEvent({ seq: 2, severity: 'success' })]);
    past([busEvent({ seq: 3, severity: 'error' })]);
    tell([busEvent({ seq: 4, severity: 'error', kind: 'old.trouble' })], true);
    tell([busEvent({ seq: 5, severity: 'error', replayed: true })]);
    expect(notices.getState().entries).toEqual([]);
    tell([busEvent({ seq: 6, severity: 'warning', kind: 'audio.clip', message: '' }), busEvent({ seq: 7, severity: 'error', kind: 'journal.degraded', message: 'The disk is full.' })]);
    expect(notices.getState().entries).toMatchObject([
      { level: 'warning', kind: 'audio.clip', message: 'audio.clip', eventId: 'event-6' },
      { level: 'error', kind: 'journal.degraded', message: 'The disk is full.', eventId: 'event-7' },
    ]);
  });

  it('do not repeat what the page says where it happens', () => {
    const { notices, tell } = page();
    const kinds = ['device.lost', 'ui.quality_reduced', 'ring.reader_gap', 'audio.silence_started'];
    tell(kinds.map((kind, i) => busEvent({ seq: i + 1, kind, severity: 'warning' })));
    expect(notices.getState().entries).toEqual([]);
  });

  it('say a loss by its own warning, with all its frames', () => {
    const { notices, tell } = page();
    tell([busEvent({ seq: 1, kind: 'audio.overrun', severity: 'warning', frame: 0, dur_frames: 512 }), busEvent({ seq: 2, kind: 'audio.overrun', severity: 'warning', frame: 9000, dur_frames: 100 })]);
    expect(notices.getState()).toMatchObject({ entries: [], loss: { frames: 612 } });
  });

  it('stay few in a storm', () => {
    const { notices, tell, changes } = page();
    for (let b = 0; b < 20; b++) tell(Array.from({ length: 1000 }, (_, i) => busEvent({ seq: 1000 * b + i + 1, severity: 'error', kind: 'plant.alarm' })));
    expect(notices.getState().entries).toMatchObject([{ kind: 'plant.alarm', count: 20_000 }]);
    expect(changes()).toBe(20);
    tell(Array.from({ length: 1000 }, (_, i) => busEvent({ seq: 50_000 + i, severity: 'error', kind: `plant.k${i}` })));
    expect(notices.getState().entries).toHaveLength(4);
  });
});
