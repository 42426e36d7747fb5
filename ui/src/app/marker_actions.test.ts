import { expect, test, vi } from 'vitest';
import type { Services } from '../components/services';
import { HostFailure } from '../host/errors';
import type { EventDraft } from '../host/events';
import type { Host } from '../host/types';
import { markedFrame, markerActions } from './marker_actions';

const STREAM = { streamId: 's', sampleRateHz: 48_000, channels: 1, capacityFrames: 1_440_000, blockFrames: 1024, startTimeUnixMs: null };

function picture(following: boolean, xPx: number | null, framesPerPx = 100, endFrame = 500_000) {
  return {
    view: { following },
    cursor: { place: xPx === null ? null : { xPx } },
    scale: { framesPerPx, firstPx: 4000, widthPx: 1000 },
    state: { endFrame },
    stream: STREAM,
  } as unknown as Parameters<typeof markedFrame>[0];
}

test('a live view is marked at its newest visible frame, wherever the crosshair is', () => {
  expect(markedFrame(picture(true, 20))).toBe(499_999);
  // The picture stands a little behind the sound.
  expect(markedFrame(picture(true, 20, 100, 600_000))).toBe(499_999);
  expect(markedFrame(picture(true, 20, 100, 450_000))).toBe(449_999);
});

test('a standing view is marked under the crosshair, in the column it is on, else in its middle', () => {
  for (const xPx of [0, 1, 417.6, 999]) {
    expect(Math.floor(markedFrame(picture(false, xPx))! / 100)).toBe(4000 + Math.floor(xPx));
  }
  expect(markedFrame(picture(false, null))).toBe(450_050);
  // Several columns in a frame: that frame.
  expect(markedFrame(picture(false, 35, 1 / 16))).toBe(252);
});

test('nothing is marked where there is no sound', () => {
  expect(markedFrame(picture(false, 10, 100, 0))).toBeNull();
  expect(markedFrame({ ...picture(true, 1), stream: null } as Parameters<typeof markedFrame>[0])).toBeNull();
});

function setUp(emit: (draft: EventDraft) => Promise<unknown>) {
  const notices = { say: vi.fn(), clear: vi.fn() };
  const events = { select: vi.fn() };
  const services = { stage: { picture: picture(false, 5) }, events, notices } as unknown as Services;
  return { notices, events, actions: markerActions({ events: { emit } } as unknown as Host, services) };
}

test('a mark, its new name and its removal are events that name it', async () => {
  const told: EventDraft[] = [];
  const { actions, events } = setUp((draft) => Promise.resolve({ id: `id${told.push(draft)}` }));
  await actions.addMarker();
  await actions.addMarker();
  await actions.renameMarker('id1', 'Door');
  await actions.deleteMarker('id1');
  expect(told).toEqual([
    { kind: 'marker.added', frame: 400_550, session: 's', payload: { label: 'Marker 1' } },
    { kind: 'marker.added', frame: 400_550, session: 's', payload: { label: 'Marker 2' } },
    { kind: 'marker.edited', payload: { of: 'id1', label: 'Door' } },
    { kind: 'marker.deleted', payload: { of: 'id1' } },
  ]);
  expect(events.select.mock.calls).toEqual([['id1'], ['id2']]);
});

test('a bus that refuses is a sentence, and the same name is tried again', async () => {
  let refuses = true;
  const told: EventDraft[] = [];
  const { actions, notices } = setUp((draft) => {
    told.push(draft);
    return refuses ? Promise.reject(new HostFailure('internal', 'The disk is full.')) : Promise.resolve({ id: 'x' });
  });
  await actions.addMarker();
  expect(notices.say).toHaveBeenCalledWith('error', 'marker', 'The disk is full.');
  refuses = false;
  await actions.addMarker();
  expect(notices.clear).toHaveBeenCalledWith('marker');
  expect(told.map((draft) => draft.payload?.['label'])).toEqual(['Marker 1', 'Marker 1']);
});
