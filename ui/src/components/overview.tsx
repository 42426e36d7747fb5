// The whole history in one strip. Its window is a slider: drag it to scrub, drag an end to zoom.

import { useEffect, useRef } from 'react';
import { observePlotSize } from '../render/plot_size';
import { attachOverviewGestures } from '../views/overview_gestures';
import { EventBrush } from '../views/event_brush';
import { OverviewView } from '../views/overview_view';
import css from './overview.module.css';
import { useServices, useSession } from './services';

export function Overview() {
  const { stage, events } = useServices();
  const strip = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const slider = useRef<HTMLDivElement>(null);
  const seconds = useSession((s) => (s.stream ? Math.round(s.stream.capacityFrames / s.stream.sampleRateHz) : 30));
  const present = useSession((s) => s.stream !== null);
  useEffect(() => {
    if (!strip.current || !canvas.current || !slider.current) return;
    const view = new OverviewView({ canvas: canvas.current, window: slider.current }, () => stage.overviewScale, {
      timeline: events.timeline,
      range: () => events.getState().filter.range,
    });
    const brush = new EventBrush((range) => events.setRange(range));
    const stop = [
      observePlotSize(strip.current, (size) => {
        view.resize(size);
        stage.setOverviewWidth(size.widthPx);
      }),
      stage.addPart(view),
      attachOverviewGestures(strip.current, slider.current, stage, brush.touch),
      stage.addPart(brush),
    ];
    return () => stop.forEach((end) => end());
  }, [stage, events]);
  return (
    <section className={css['overview']} aria-label="History" data-testid="overview">
      <span className={css['edge']}>&minus;{seconds} s</span>
      <div className={css['strip']} ref={strip} data-testid="overview-strip">
        <canvas ref={canvas} aria-hidden="true" />
        <div
          className={css['window']}
          ref={slider}
          role="slider"
          tabIndex={present ? 0 : -1}
          aria-label="Visible part of the history"
          aria-orientation="horizontal"
          aria-valuemin={-seconds}
          aria-valuemax={0}
          aria-valuenow={0}
          aria-disabled={!present}
          data-testid="overview-window"
        >
          <div className={css['handle']} data-edge="start" data-testid="overview-start" />
          <div className={css['handle']} data-edge="end" data-testid="overview-end" />
        </div>
      </div>
      <span className={css['edge']}>{present ? 'now' : ''}</span>
    </section>
  );
}
