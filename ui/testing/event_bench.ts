// Times the lane of events and its part of the overview: live frames of many events, from half a minute to single samples.

import type { BusEvent, Severity } from '../src/base/bus_event';
import { EventTimeline } from '../src/base/event_timeline';
import { Picture } from '../src/render/picture';
import { ColumnStore } from '../src/render/column_store';
import { Cursor } from '../src/render/cursor';
import type { Palette } from '../src/render/palette';
import { ViewModel } from '../src/render/view_model';
import { WaveformData } from '../src/render/waveform_data';
import { EventLaneView } from '../src/views/event_lane_view';

const RATE = 48_000;
const HISTORY_S = 30;
const SIZE = { widthPx: 1400, heightPx: 38, widthCss: 1400, heightCss: 38, pixelRatio: 1 };
const SEVERITIES: Severity[] = ['info', 'info', 'success', 'warning', 'error'];

export interface EventBenchResult {
  primitives: number;
  /** Ms of the page's own thread: best and median of sixty frames, each a column further. */
  bestMs: number;
  medianMs: number;
}

function event(i: number, count: number): BusEvent {
  const frame = Math.floor((i / count) * HISTORY_S * RATE);
  const kind = i % 97 === 0 ? 'marker.added' : 'lab.step';
  const rest = { topic: 'lab', channel: 'jobs', source: 'external:lab', actor: 'external', audio_ch: [], payload: {}, replayed: false };
  return { seq: i + 1, id: `e${i}`, ts: 0, frame, dur_frames: i % 40 ? null : 4800, kind, severity: SEVERITIES[(i * 7) % 5]!, session: 's', message: `Event ${i}`, ...rest };
}

export function benchEvents(content: HTMLElement, count: number, spanS: number): EventBenchResult {
  const timeline = new EventTimeline();
  timeline.begin('s');
  timeline.add(Array.from({ length: count }, (_, i) => event(i, count)));
  const canvas = document.createElement('canvas');
  content.replaceChildren(canvas);
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.innerHTML = '<circle cx="12" cy="12" r="9"/><path d="M12 8v4l3 2"/>';
  const view = new EventLaneView(canvas, { timeline, selected: () => null, icon: () => ({ name: 'clock', svg: icon }), label: (e) => e.message });
  view.resize(SIZE);
  const picture = new Picture(new ViewModel(), new ColumnStore(), new WaveformData(), new WaveformData(), new Cursor());
  picture.setStream({ streamId: 's', sampleRateHz: RATE, channels: 1, capacityFrames: HISTORY_S * RATE, blockFrames: 1024, startTimeUnixMs: null });
  const colours = { gridStrong: '#2d3641', text: '#dfe5ec', textSoft: '#a0abb8', marker: '#e79cf2', info: '#86b8ea', live: '#45d483', warn: '#f2b94b', error: '#ff8178' };
  picture.setPalette({ ...colours, plotPixel: 0xff0f0b09, gapPixels: [0, 0], labelFont: 'sans-serif', labelSizePx: 10.5 } as unknown as Palette);
  const framesPerPx = Math.max(1 / 32, Math.round(((spanS * RATE) / SIZE.widthPx) * 1024) / 1024);
  const firstPx = Math.floor((HISTORY_S * RATE) / 2 / framesPerPx) - SIZE.widthPx / 2;
  const frames = Array.from({ length: 60 }, (_, i) => {
    picture.scale = { framesPerPx, firstPx: firstPx + i, widthPx: SIZE.widthPx };
    const startMs = performance.now();
    view.draw(picture);
    // Reading a pixel makes a canvas do what it was told.
    canvas.getContext('2d')?.getImageData(0, 0, 1, 1);
    return performance.now() - startMs;
  }).sort((a, b) => a - b);
  return { primitives: view.layout.primitives, bestMs: frames[0]!, medianMs: frames[30]! };
}
