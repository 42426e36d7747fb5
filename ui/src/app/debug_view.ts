// A read-only window for tests and scripts: where things are on the page, how the picture is doing, what happens.

import { endFrame, startFrame } from '../base/time_scale';
import type { Services } from '../components/services';
import type { FrameLoop } from '../render/frame_loop';
import { eventClient } from './event_client';

const MOST_LISTED = 200;

export function debugView({ stage, lanes, session, viewing, events }: Services, loop: FrameLoop): object {
  return Object.freeze({
    events: eventClient(events),
    /** The events of the stream on screen, those in view one by one. */
    get eventLane() {
      const { scale } = stage.view;
      const inView = events.timeline.between(startFrame(scale), endFrame(scale)).slice(0, MOST_LISTED);
      const { selected, filter } = events.getState();
      return {
        size: events.timeline.size,
        selected,
        range: filter.range && { ...filter.range },
        inView: inView.map(({ id, kind, frame, dur_frames: durFrames, message }) => ({ id, kind, frame, durFrames, message })),
      };
    },
    get fps() {
      return loop.fps;
    },
    get frameTimes() {
      const [p50, p95] = loop.intervalMs(0.5, 0.95);
      const [drawP50, drawP95] = loop.workMs(0.5, 0.95);
      return { p50, p95, drawP50, drawP95 };
    },
    get view() {
      return { ...stage.view.scale, following: stage.view.following };
    },
    get laneRects() {
      return lanes.rects();
    },
    get head() {
      const { state, liveFrame } = stage.picture;
      return { firstFrame: state?.firstFrame ?? 0, endFrame: state?.endFrame ?? 0, liveFrame, running: state?.running ?? false };
    },
    get frequency() {
      return { ...stage.picture.frequency };
    },
    get range() {
      const { minDb, maxDb } = stage.picture.look;
      return { minDb, maxDb };
    },
    get latency() {
      const [p50, p99] = stage.latency.percentiles(0.5, 0.99);
      return { p50, p99 };
    },
    get renderer() {
      const { kind, note, work } = viewing.getState().drawing;
      return { kind, note, work: work && { ...work } };
    },
    get columnsPending() {
      return stage.columnsPending;
    },
    get work() {
      const { workerBusy, pageBusy } = viewing.getState().vitals;
      return { ...stage.load.totals, workerBusy, pageBusy };
    },
    get quality() {
      const { quality } = viewing.getState().vitals;
      return quality && { ...quality };
    },
    get stream() {
      return stage.picture.stream ? { ...stage.picture.stream } : null;
    },
    get grid() {
      const grid = session.getState().grid;
      return grid ? { ...grid, settings: { ...grid.settings } } : null;
    },
    get status() {
      const status = session.getState().status;
      return status ? { ...status } : null;
    },
  });
}
