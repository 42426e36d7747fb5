// Puts the parts together: stores, stage, engine and host, and the wires between them.

import type { Services } from '../components/services';
import { COLUMN_BYTES } from '../engine/column_plan';
import type { FromWorker, Quality } from '../engine/protocol';
import type { Host } from '../host/types';
import type { EnginePort } from '../render/engine_port';
import { FrameLoop } from '../render/frame_loop';
import { Stage } from '../render/stage';
import { qualityText } from '../render/vitals';
import { createEventLog } from '../store/event_log';
import { createEvents } from '../store/events';
import { createFrequencyZoom } from '../store/frequency_zoom';
import { createNotices } from '../store/notices';
import { createSession } from '../store/session';
import { browserStorage, createSettings } from '../store/settings';
import { stftSettings, type Settings } from '../store/settings_schema';
import { createViewing } from '../store/viewing';
import { LaneRegistry } from '../views/lane_registry';
import { followBus, tellBus, tellLoad } from './event_flow';
import { markerActions } from './marker_actions';
import { tellRing } from './ring_news';
import { sessionActions, watchSession } from './session_flow';
import { followTheme } from './theme';

export type ConnectEngine = (onMessage: (message: FromWorker) => void, mapRing: Host['mapRing']) => EnginePort;

const VITALS_INTERVAL_MS = 250;
const TRANSPORT_NOTICE = 'transport';

export function assemble(host: Host, connect: ConnectEngine): { services: Services; loop: FrameLoop } {
  const settings = createSettings(browserStorage());
  const session = createSession();
  const notices = createNotices();
  const viewing = createViewing();
  const events = createEvents();
  const loop = new FrameLoop();
  let quality: Quality | null = null;
  const bus = tellBus(host, () => stage.picture);
  const stage = new Stage({
    following: (following) => viewing.setState({ following }),
    stream: (stream) => {
      notices.clear(TRANSPORT_NOTICE);
      session.setState({ stream });
      events.setSession(stream?.streamId ?? null);
    },
    grid: ({ generation, settings: stft, bins, columnsKept, enbwBins }) =>
      session.setState({ grid: { generation, settings: stft, bins, columnsKept, enbwBins } }),
    ready: (colormaps) => {
      session.setState({ colormaps });
      applyLook(settings.getState());
    },
    transport: (transport, reason) => session.setState({ transport: { kind: transport, reason } }),
    quality: (next) => {
      quality = next;
      bus.quality(next);
      loop.setDivisor(next?.frameDivisor ?? 1);
    },
    loss: (startFrame, frames) => {
      notices.lost(frames);
      bus.loss(startFrame, frames);
    },
    trouble: (kind, message) => notices.say(kind === 'transport' ? 'warning' : 'error', kind === 'transport' ? TRANSPORT_NOTICE : kind, message),
  });

  function applyLook(s: Settings): void {
    const colormap = session.getState().colormaps[s.colormap];
    if (colormap) stage.picture.setLook({ colormap, minDb: s.minDb, maxDb: s.maxDb, frequency: s.frequency, bandHz: s.bandHz, gainDb: s.gainDb });
  }

  const engine = connect((message) => stage.receive(message), host.mapRing);
  tellRing(engine, host, settings, session);
  stage.connect(engine);
  stage.columnBytes = COLUMN_BYTES;
  stage.initialSpanS = settings.getState().spanS;
  stage.setStft(stftSettings(settings.getState()), settings.getState().adaptiveWindow);
  engine.send({ type: 'open', endpoint: host.ringEndpoint(), columnBudgetBytes: COLUMN_BYTES });

  const stftOf = (s: Settings): string => JSON.stringify([stftSettings(s), s.adaptiveWindow]);
  let stft = stftOf(settings.getState());
  settings.subscribe((s) => {
    applyLook(s);
    const next = stftOf(s);
    if (next !== stft) stage.setStft(stftSettings(s), s.adaptiveWindow);
    stft = next;
  });
  followTheme(settings, stage);

  loop.add((nowMs) => stage.tick(nowMs));
  setInterval(() => reportVitals(), VITALS_INTERVAL_MS);

  function reportVitals(): void {
    const nowMs = performance.now();
    const { busy, columnsPerSecond, bytesPerSecond } = stage.load.rate(nowMs);
    const stream = stage.picture.stream;
    const live = stream !== null && stage.view.following;
    const [latencyP50Ms = NaN, latencyP99Ms = NaN] = live ? stage.latency.percentiles(0.5, 0.99) : [];
    const { framesPerPx, widthPx } = stage.view.scale;
    const spanS = stream && widthPx > 1 ? (framesPerPx * widthPx) / stream.sampleRateHz : 0;
    viewing.setState({
      spanS,
      vitals: {
        fps: loop.fps,
        latencyP50Ms,
        latencyP99Ms,
        workerBusy: Math.min(1, busy),
        pageBusy: Math.min(1, loop.busy),
        lostFrames: stage.picture.state?.lostFrames ?? 0,
        columnsPending: stage.columnsPending,
        columnsPerSecond,
        columnsDropped: stage.load.totals.columnsDropped,
        bytesPerSecond,
        quality: quality && { text: qualityText(quality, settings.getState()), reason: quality.reason },
      },
    });
    if (spanS > 0 && Math.abs(spanS - settings.getState().spanS) > 1e-6 * spanS) {
      stage.initialSpanS = spanS;
      settings.getState().set({ spanS });
    }
  }

  const stores = { settings, session, notices };
  const frequencies = createFrequencyZoom(settings, session);
  const actions = { ...sessionActions(host, stores), ...markerActions(host, { stage, events, notices }) };
  const services: Services = { ...stores, viewing, events, eventLog: createEventLog(host.events), stage, frequencies, lanes: new LaneRegistry(), actions };
  watchSession(host, stores);
  tellLoad(followBus(host, { events, notices }), () => loop.busy);
  window.addEventListener('pagehide', () => settings.flush());
  return { services, loop };
}
