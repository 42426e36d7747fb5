// Markers as they are now. Events never change: an edit is an event that names the marker, and so is its removal.

import type { BusEvent } from './bus_event';

/** Kept for markers that have not been seen yet: a history may come after the live events that edit it. */
interface Change {
  seq: number;
  deleted: boolean;
  fields: Record<string, unknown>;
}

export const isMarker = (event: BusEvent): boolean => event.kind === 'marker.added';
export const isMarkerChange = (event: BusEvent): boolean => event.kind === 'marker.edited' || event.kind === 'marker.deleted';

export const markerLabel = (event: BusEvent): string => {
  const label = event.payload['label'];
  return typeof label === 'string' ? label : event.message;
};

export const markerNote = (event: BusEvent): string => {
  const note = event.payload['note'];
  return typeof note === 'string' ? note : '';
};

export class MarkerFold {
  readonly #changes = new Map<string, Change>();

  /** Remembers what this event says about a marker; its id when that is news, else null. */
  hear(event: BusEvent): string | null {
    const of = event.payload['of'];
    if (!isMarkerChange(event) || typeof of !== 'string') return null;
    const known = this.#changes.get(of);
    const newer = !known || event.seq >= known.seq;
    const { of: _of, ...fields } = event.payload;
    this.#changes.set(of, {
      seq: Math.max(event.seq, known?.seq ?? 0),
      deleted: event.kind === 'marker.deleted' || (known?.deleted ?? false),
      fields: newer ? { ...known?.fields, ...fields } : { ...fields, ...known.fields },
    });
    return of;
  }

  /** The marker as it is now, null when it is deleted. Other events as they are. */
  now(event: BusEvent): BusEvent | null {
    const change = isMarker(event) ? this.#changes.get(event.id) : undefined;
    if (!change) return event;
    if (change.deleted) return null;
    const { label } = change.fields;
    return { ...event, payload: { ...event.payload, ...change.fields }, message: typeof label === 'string' ? label : event.message };
  }

  clear(): void {
    this.#changes.clear();
  }
}
