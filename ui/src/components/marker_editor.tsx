// The label of a marker, edited where it stands: Enter keeps it, Escape leaves it as it was.

import { useEffect, useRef, useState } from 'react';
import type { PlacedEvent } from '../base/event_timeline';
import { markerLabel } from '../base/marker_fold';
import { columnOf } from '../views/event_layout';
import css from './event_lane.module.css';
import { useServices } from './services';

/** Longest label, characters. */
const MOST_CHARACTERS = 200;

export function MarkerEditor({ marker, onDone }: { marker: PlacedEvent; onDone(): void }) {
  const { stage, actions } = useServices();
  const box = useRef<HTMLInputElement>(null);
  const [label, setLabel] = useState(() => markerLabel(marker));
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
    // The picture may go on moving under it.
    return stage.addPart({
      draw({ scale }) {
        if (!box.current) return;
        const ratio = window.devicePixelRatio || 1;
        const most = scale.widthPx / ratio - box.current.offsetWidth;
        const left = Math.max(0, Math.min(most, columnOf(scale, marker.frame) / ratio));
        box.current.style.transform = `translateX(${Math.round(left)}px)`;
      },
    });
  }, [stage, marker]);
  const keep = (): void => {
    const next = label.trim();
    if (next && next !== markerLabel(marker)) void actions.renameMarker(marker.id, next);
    onDone();
  };
  return (
    <input
      ref={box}
      className={css['editor']}
      value={label}
      maxLength={MOST_CHARACTERS}
      aria-label="Label of the marker"
      data-testid="marker-editor"
      onChange={(event) => setLabel(event.target.value)}
      onBlur={keep}
      onPointerDown={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
        else if (event.key === 'Escape') onDone();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
