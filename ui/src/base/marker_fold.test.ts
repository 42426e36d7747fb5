import { describe, expect, it } from 'vitest';
import { busEvent, deleted, edited, marker } from './testing/bus_events';
import { markerLabel, markerNote, MarkerFold } from './marker_fold';

describe('markers', () => {
  it('are as their last edit says, in whatever order the edits came', () => {
    const edits = [edited(2, 'm', { label: 'door' }), edited(3, 'm', { note: 'left hinge' }), edited(4, 'm', { label: 'gate' })];
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
      const fold = new MarkerFold();
      for (const i of order) expect(fold.hear(edits[i]!)).toBe('m');
      const now = fold.now(marker(1, 'm', 'Marker 1'))!;
      expect([markerLabel(now), markerNote(now), now.message, now.seq]).toEqual(['gate', 'left hinge', 'gate', 1]);
    }
  });

  it('stay deleted', () => {
    const fold = new MarkerFold();
    fold.hear(deleted(5, 'm'));
    fold.hear(edited(6, 'm', { label: 'back' }));
    expect(fold.now(marker(1, 'm', 'Marker 1'))).toBeNull();
    expect(fold.now(marker(2, 'n', 'Marker 2'))).not.toBeNull();
  });

  it('are the only events that change', () => {
    const fold = new MarkerFold();
    fold.hear(edited(5, 'event-1', { label: 'x' }));
    const other = busEvent({ seq: 1 });
    expect(fold.now(other)).toBe(other);
    expect(fold.hear(other)).toBeNull();
    expect(fold.hear(busEvent({ seq: 2, kind: 'marker.edited', payload: { of: 7 } }))).toBeNull();
  });
});
