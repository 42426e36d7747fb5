// All lanes under one crosshair, their common time axis and the colour bar.

import { useEffect, useMemo, useRef, useState } from 'react';
import { observePlotSize } from '../render/plot_size';
import { GAINS_DB } from '../store/settings_schema';
import { channelName } from '../store/session';
import { CrosshairView } from '../views/crosshair_view';
import { attachFrequencyGestures } from '../views/frequency_gestures';
import { attachGestures } from '../views/gestures';
import { HistoryEdgeView } from '../views/history_edge_view';
import { TimeAxisView } from '../views/time_axis_view';
import { ColourBar } from './colour_bar';
import { SurfaceContext, useDrawingSurface } from './drawing_surface';
import { EmptyState } from './empty_state';
import { EventLane } from './event_lane';
import { Lane } from './lane';
import { laneHeights, lanesInSight } from './lane_layout';
import css from './lanes.module.css';
import { useServices, useSession, useSettings, useViewing } from './services';

/** Waveforms with a plot of their own, 5 ms each without a GPU; more of them do not fit into a frame and share one way. */
const MOST_LARGE = { webgl: 8, canvas: 1 } as const;

export function Lanes() {
  const { stage } = useServices();
  const channels = useSession((s) => s.channels);
  const present = useSession((s) => s.stream !== null);
  const status = useSession((s) => s.status);
  const mode = useSettings((s) => s.lanes);
  const wish = useSettings((s) => s.laneHeight);
  const drawing = useViewing((s) => s.drawing.kind);
  const scroller = useRef<HTMLDivElement>(null);
  const foot = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const selection = useRef<HTMLDivElement>(null);
  const [available, setAvailable] = useState(0);
  const shown = useMemo(() => (present ? channels : []), [present, channels]);
  const heights = useMemo(() => laneHeights(available, shown.length, mode, wish), [available, shown.length, mode, wish]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = (): void => setAvailable(element.clientHeight - (foot.current?.offsetHeight ?? 0));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // Only channels in sight travel.
    const report = (): void => {
      const [first, end] = lanesInSight(heights, element.scrollTop, available);
      stage.setChannels(shown.slice(first, end));
    };
    report();
    element.addEventListener('scroll', report, { passive: true });
    return () => element.removeEventListener('scroll', report);
  }, [stage, shown, heights, available]);

  return (
    <main className={css['lanes']} data-testid="lanes">
      <div className={css['scroller']} ref={scroller}>
        <LaneSurface lines={lines} selection={selection}>
          {shown.map((channel, i) => (
            <Lane key={channel} channel={channel} name={channelName(status, channel)} heights={heights[i]!} many={shown.length > MOST_LARGE[drawing]} />
          ))}
        </LaneSurface>
        <div className={css['foot']} ref={foot}>
          <EventLane lines={lines} selection={selection} />
          <TimeRow />
        </div>
      </div>
      <ColourBar />
      <HistoryBanner />
      <EmptyState />
    </main>
  );
}

interface LaneSurfaceProps {
  lines: React.RefObject<HTMLDivElement | null>;
  selection: React.RefObject<HTMLDivElement | null>;
  children: React.ReactNode;
}

function LaneSurface({ lines, selection, children }: LaneSurfaceProps) {
  const { stage, lanes, settings, viewing, frequencies } = useServices();
  const surface = useRef<HTMLDivElement>(null);
  const vertical = useRef<HTMLDivElement>(null);
  const horizontal = useRef<HTMLDivElement>(null);
  const shade = useRef<HTMLDivElement>(null);
  const drawing = useDrawingSurface(surface);
  useEffect(() => {
    const element = surface.current;
    if (!element || !vertical.current || !horizontal.current || !shade.current) return;
    const { cursor } = stage.picture;
    const stop = [
      attachGestures(element, {
        view: stage.view,
        placeAt: (x, y) => lanes.placeAt(x, y),
        xPxAt: (x) => lanes.xPxAt(x),
        onCursor: (place) => cursor.moveTo(place),
        onGain: (steps) => {
          const at = GAINS_DB.indexOf(settings.getState().gainDb as (typeof GAINS_DB)[number]);
          const next = GAINS_DB[Math.min(GAINS_DB.length - 1, Math.max(0, at + steps))];
          settings.getState().set({ gainDb: next });
        },
        onFrequencyZoom: frequencies.zoomBy,
      }),
      attachFrequencyGestures(element, { axisAt: (x, y) => lanes.axisAt(x, y), ...frequencies }),
      stage.addPart(
        new CrosshairView({ vertical: vertical.current, horizontal: horizontal.current }, (channel, kind) =>
          lanes.topWithin(element, channel, kind),
        ),
      ),
      stage.addPart(new HistoryEdgeView(shade.current, (overwritten) => viewing.setState({ overwritten }))),
    ];
    return () => stop.forEach((end) => end());
  }, [stage, lanes, settings, viewing, frequencies]);
  return (
    <div
      className={css['content']}
      ref={surface}
      tabIndex={0}
      role="region"
      aria-label="Waveforms and spectrograms. Arrow keys scrub, plus and minus zoom, C moves the crosshair here."
      data-testid="lane-surface"
    >
      <SurfaceContext value={drawing}>{children}</SurfaceContext>
      <div className={css['overlay']}>
        <div className={css['shade']} ref={shade} data-testid="overwritten-shade" />
        <div className={css['selection']} ref={selection} data-testid="event-selection" />
        <div className={css['marks']} ref={lines} data-testid="mark-lines" />
        <div className={css['vertical']} ref={vertical} data-testid="crosshair-x" />
        <div className={css['horizontal']} ref={horizontal} data-testid="crosshair-y" />
      </div>
    </div>
  );
}

function TimeRow() {
  const { stage } = useServices();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current?.parentElement) return;
    const view = new TimeAxisView(canvas.current);
    const stop = [
      observePlotSize(canvas.current.parentElement, (size) => {
        view.resize(size);
        // As wide as every plot above it, and always there.
        stage.setPlotWidth(size.widthPx);
      }),
      stage.addPart(view),
    ];
    return () => stop.forEach((end) => end());
  }, [stage]);
  return (
    <div className={css['timeRow']} data-testid="time-axis">
      <span className={css['timeUnit']}>m:s</span>
      <div className={css['timePlot']}>
        <canvas ref={canvas} aria-hidden="true" />
      </div>
    </div>
  );
}

function HistoryBanner() {
  const overwritten = useViewing((s) => s.overwritten);
  const seconds = useSession((s) => (s.stream ? s.stream.capacityFrames / s.stream.sampleRateHz : 0));
  if (overwritten === 'no') return null;
  const kept = `AudioTab keeps the last ${Math.round(seconds)} seconds.`;
  return (
    <div className={css['banner']} role="status" data-testid="overwritten">
      {overwritten === 'partly' ? `The shaded part of this view has been overwritten. ${kept}` : `This view has been overwritten. ${kept} Press L for live.`}
    </div>
  );
}
