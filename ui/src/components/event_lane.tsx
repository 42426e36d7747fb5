// What happened, on the time axis of the signal. React makes the boxes; the view draws into them.

import { useEffect, useRef, useState, type RefObject } from 'react';
import { lookOf, type PlacedEvent } from '../base/event_timeline';
import { markerLabel } from '../base/marker_fold';
import { observePlotSize } from '../render/plot_size';
import { attachEventGestures } from '../views/event_gestures';
import { EventLaneView, type LaneEvents } from '../views/event_lane_view';
import { EventTipView } from '../views/event_tip_view';
import { MarkLinesView } from '../views/mark_lines_view';
import { classes } from './controls';
import { iconName, IconShelf } from './event_icons';
import css from './event_lane.module.css';
import { MarkerEditor } from './marker_editor';
import { useServices } from './services';

const isMarker = (event: PlacedEvent): boolean => lookOf(event) === 'marker';
const labelOf = (event: PlacedEvent): string => (isMarker(event) ? markerLabel(event) : event.message) || event.kind;

interface EventLaneProps {
  /** Over the lanes above: where marks are lines, and what the selected event covers. */
  lines: RefObject<HTMLElement | null>;
  selection: RefObject<HTMLElement | null>;
}

export function EventLane({ lines, selection }: EventLaneProps) {
  const { stage, events } = useServices();
  const plot = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const shelf = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLDivElement>(null);
  const [edited, setEdited] = useState<PlacedEvent | null>(null);
  useEffect(() => {
    if (!plot.current || !canvas.current || !shelf.current || !tip.current || !title.current || !detail.current) return;
    if (!lines.current || !selection.current) return;
    const source: LaneEvents = {
      timeline: events.timeline,
      selected: () => events.getState().selected,
      icon: iconsOf(shelf.current),
      label: labelOf,
    };
    const view = new EventLaneView(canvas.current, source);
    const marks = new MarkLinesView({ lines: lines.current, selection: selection.current }, view, source);
    const stop = [
      observePlotSize(plot.current, (size) => view.resize(size)),
      stage.addPart(view),
      stage.addPart(new EventTipView(view, { tip: tip.current, title: title.current, detail: detail.current }, labelOf)),
      stage.addPart(marks),
      () => marks.destroy(),
      attachEventGestures(plot.current, {
        view: stage.view,
        onPoint: (xPx) => view.pointAt(xPx),
        onClick: (xPx) => events.select(view.eventAt(stage.picture, xPx)?.id ?? null),
        onDoubleClick: (xPx) => {
          const event = view.eventAt(stage.picture, xPx);
          if (event && isMarker(event)) setEdited(event);
        },
      }),
    ];
    return () => stop.forEach((end) => end());
  }, [stage, events, lines, selection]);
  return (
    <div className={css['row']} data-testid="event-lane">
      <span className={css['caption']}>Events</span>
      <div className={css['plot']} ref={plot} title="" data-testid="event-plot">
        <canvas ref={canvas} aria-hidden="true" />
        {edited && <MarkerEditor key={edited.id} marker={edited} onDone={() => setEdited(null)} />}
      </div>
      <div className={css['tips']}>
        <div className={classes(css['tip'])} ref={tip} role="tooltip" data-testid="event-tip">
          <div className={css['title']} ref={title} />
          <div className={css['detail']} ref={detail} />
        </div>
      </div>
      <IconShelf ref={shelf} />
    </div>
  );
}

function iconsOf(shelf: HTMLElement): LaneEvents['icon'] {
  const icons = new Map<string, { name: string; svg: SVGElement }>();
  for (const svg of shelf.querySelectorAll<SVGElement>('[data-icon]')) {
    const name = svg.dataset['icon']!;
    icons.set(name, { name, svg });
  }
  return ({ kind, source }) => icons.get(iconName(kind, source.startsWith('external:'))) ?? null;
}
