// The fields of the readout. Their text is written by the view, once per drawn frame at most; React only lays them out.

import { useEffect, useRef } from 'react';
import { channelName } from '../store/session';
import { READOUT_FIELDS, type ReadoutField } from '../views/readout';
import { ReadoutView } from '../views/readout_view';
import { useServices } from './services';

/** Widths in digits, wide enough for any value so that nothing moves. */
const LAYOUT: Record<ReadoutField, { caption: string; width: string }> = {
  channel: { caption: 'Channel', width: '12ch' },
  relative: { caption: 'From live', width: '10ch' },
  absolute: { caption: 'Stream time', width: '11ch' },
  frame: { caption: 'Frame', width: '12ch' },
  frequency: { caption: 'Frequency', width: '10.5ch' },
  note: { caption: 'Note', width: '7.5ch' },
  level: { caption: 'Level', width: '9.5ch' },
  peak: { caption: 'Peak nearby', width: '22ch' },
};

interface Props {
  className: string;
  cellClass: string;
  captionClass: string;
  valueClass: string;
}

export function ReadoutFields({ className, cellClass, captionClass, valueClass }: Props) {
  const { stage, session, lanes } = useServices();
  const root = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!root.current || !spoken.current) return;
    const found = READOUT_FIELDS.map((field) => [field, root.current!.querySelector<HTMLElement>(`[data-readout=${field}]`)!] as const);
    const nameOf = (channel: number): string => `${channel + 1} ${channelName(session.getState().status, channel)}`;
    const view = new ReadoutView(Object.fromEntries(found) as Record<ReadoutField, HTMLElement>, spoken.current, nameOf, (channel, xPx) =>
      lanes.peakAt(channel, xPx),
    );
    return stage.addPart(view);
  }, [stage, session, lanes]);
  return (
    <div className={className} ref={root} data-testid="readout" aria-label="Crosshair">
      {READOUT_FIELDS.map((field) => (
        <div key={field} className={cellClass} data-field={field}>
          <span className={captionClass}>{LAYOUT[field].caption}</span>
          <span className={valueClass} style={{ width: LAYOUT[field].width }} data-readout={field} data-testid={`readout-${field}`}>
            {'\u2013'}
          </span>
        </div>
      ))}
      <div className="visually-hidden" role="status" aria-live="polite" ref={spoken} data-testid="readout-spoken" />
    </div>
  );
}
