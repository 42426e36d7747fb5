// Marks of the user: made by one key, named afterwards. They are events like all others; the bus brings them back.

import type { MarkerActions, Services } from '../components/services';
import { endFrame, frameAtX } from '../base/time_scale';
import { hostFailure } from '../host/errors';
import type { EventDraft } from '../host/events';
import type { Host } from '../host/types';
import type { Picture } from '../render/picture';

const MARKER_NOTICE = 'marker';

/** Where a mark falls: the newest visible frame of a live view; the crosshair of a standing one, else its middle. */
export function markedFrame({ view, cursor, scale, state, stream }: Picture): number | null {
  if (!stream || !state || state.endFrame === 0) return null;
  const newest = state.endFrame - 1;
  const asked = view.following ? Math.ceil(endFrame(scale)) - 1 : frameAtX(scale, cursor.place?.xPx ?? scale.widthPx / 2);
  return Math.max(0, Math.min(newest, Math.floor(asked)));
}

export function markerActions(host: Host, { stage, events, notices }: Pick<Services, 'stage' | 'events' | 'notices'>): MarkerActions {
  let count = 0;

  async function tell(draft: EventDraft, fallback: string): Promise<string | null> {
    try {
      const event = await host.events.emit(draft);
      notices.clear(MARKER_NOTICE);
      return event.id;
    } catch (cause) {
      notices.say('error', MARKER_NOTICE, hostFailure(cause, fallback).message);
      return null;
    }
  }

  return {
    async addMarker() {
      const { picture } = stage;
      const frame = markedFrame(picture);
      if (frame === null || !picture.stream) return;
      const draft = { kind: 'marker.added', frame, session: picture.stream.streamId, payload: { label: `Marker ${count + 1}` } };
      const id = await tell(draft, 'The marker could not be kept; try again.');
      if (id === null) return;
      count++;
      events.select(id);
    },
    async renameMarker(id, label) {
      await tell({ kind: 'marker.edited', payload: { of: id, label } }, 'The marker could not be changed; try again.');
    },
    async noteMarker(id, note) {
      await tell({ kind: 'marker.edited', payload: { of: id, note } }, 'The note could not be kept; try again.');
    },
    async deleteMarker(id) {
      await tell({ kind: 'marker.deleted', payload: { of: id } }, 'The marker could not be deleted; try again.');
    },
  };
}
