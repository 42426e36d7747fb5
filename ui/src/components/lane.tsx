// One channel: waveform over spectrogram. React makes the boxes; views draw into them.

import { memo, useContext, useEffect, useRef } from 'react';
import type { SurfacePlot } from '../render/gl/surface';
import type { PicturePart } from '../render/picture';
import { observePlotSize, type PlotSize } from '../render/plot_size';
import { Spectrogram2d } from '../render/spectrogram2d';
import type { Stage } from '../render/stage';
import { SmallWaveformView } from '../views/small_waveform_view';
import { SpectrogramView } from '../views/spectrogram_view';
import { WaveformView } from '../views/waveform_view';
import { AmplitudeAxis, FrequencyAxis } from './axes';
import { classes } from './controls';
import { SHAPE_LOOKS, SurfaceContext } from './drawing_surface';
import { isCompact, type LaneHeights } from './lane_layout';
import css from './lanes.module.css';
import { useServices, useSession, useSettings } from './services';

interface LaneProps {
  channel: number;
  name: string;
  heights: LaneHeights;
  /** More lanes than can each have a plot of their own. */
  many: boolean;
}

export const Lane = memo(function Lane({ channel, name, heights, many }: LaneProps) {
  const gainDb = useSettings((s) => s.gainDb);
  const frequency = useSettings((s) => s.frequency);
  const band = useSettings((s) => s.bandHz);
  const sampleRateHz = useSession((s) => s.stream?.sampleRateHz ?? 48_000);
  const { waveform, spectrogram } = heights;
  const compact = isCompact(heights);
  const rows = [waveform, spectrogram].filter((height) => height > 0).map((height) => `${height}px`);
  return (
    <div className={css['lane']} style={{ gridTemplateRows: rows.join(' ') }} data-compact={compact} role="group" title={compact ? name : undefined} aria-label={`Channel ${channel + 1}, ${name}`} data-testid={`lane-${channel}`}>
      {waveform > 0 && (
        <>
          {compact ? <div className={css['axis']} /> : <AmplitudeAxis height={waveform} gainDb={gainDb} />}
          {many ? <SmallWaveformPlot channel={channel} /> : <WaveformPlot channel={channel} />}
        </>
      )}
      {spectrogram > 0 && (
        <>
          {compact ? <div className={css['axis']} /> : <FrequencyAxis height={spectrogram} kind={frequency} sampleRateHz={sampleRateHz} band={band} />}
          <SpectrogramPlot channel={channel} bordered={waveform > 0} />
        </>
      )}
      <span className={css['number']} style={compact ? { fontSize: `min(0.95rem, ${waveform + spectrogram}px)` } : undefined}>
        {channel + 1}
      </span>
      {!compact && <span className={css['name']}>{name}</span>}
    </div>
  );
});

/** A large lane: uPlot draws it. */
function WaveformPlot({ channel }: { channel: number }) {
  const { stage, lanes } = useServices();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const view = new WaveformView(element, channel);
    const stop = [...drawOnCanvas(stage, view, element), lanes.add(channel, 'waveform', element, view), () => view.destroy()];
    return () => stop.forEach((end) => end());
  }, [stage, lanes, channel]);
  return <div className={css['plot']} ref={host} data-testid={`waveform-${channel}`} />;
}

/** One of many. */
function SmallWaveformPlot({ channel }: { channel: number }) {
  const { stage, lanes } = useServices();
  const surface = useContext(SurfaceContext);
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const peaks = { peakAt: (xPx: number) => stage.picture.waveform.peakAt(channel, stage.picture.scale, xPx) };
    return host.current ? lanes.add(channel, 'waveform', host.current, peaks) : undefined;
  }, [stage, lanes, channel]);
  useEffect(() => {
    if (!host.current || surface === undefined) return;
    const stop = surface
      ? drawOnSurface(surface.addWaveform(channel, host.current), host.current)
      : drawOnCanvas(stage, new SmallWaveformView(canvas.current!, channel, SHAPE_LOOKS), host.current);
    return () => stop.forEach((end) => end());
  }, [stage, surface, channel]);
  return (
    <div className={css['plot']} ref={host} data-surface={Boolean(surface)} data-testid={`waveform-${channel}`}>
      {surface === null && <canvas ref={canvas} />}
    </div>
  );
}

function SpectrogramPlot({ channel, bordered }: { channel: number; bordered: boolean }) {
  const { stage, lanes } = useServices();
  const surface = useContext(SurfaceContext);
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (host.current ? lanes.add(channel, 'spectrogram', host.current) : undefined), [lanes, channel]);
  useEffect(() => {
    if (!host.current || surface === undefined) return;
    const stop = surface
      ? drawOnSurface(surface.addSpectrogram(channel, host.current), host.current)
      : drawOnCanvas(stage, new SpectrogramView(new Spectrogram2d(canvas.current!), channel), host.current);
    return () => stop.forEach((end) => end());
  }, [stage, surface, channel]);
  return (
    <div className={classes(css['plot'], bordered && css['spectrogram'])} ref={host} data-surface={Boolean(surface)} data-testid={`spectrogram-${channel}`}>
      {surface === null && <canvas ref={canvas} />}
    </div>
  );
}

type Ends = (() => void)[];

const drawOnSurface = (plot: SurfacePlot, host: HTMLElement): Ends => [
  observePlotSize(host, ({ widthPx, heightPx }) => widthPx > 0 && heightPx > 0 && plot.resize(widthPx, heightPx)),
  () => plot.remove(),
];

const drawOnCanvas = (stage: Stage, view: PicturePart & { resize(size: PlotSize): void }, host: HTMLElement): Ends => [
  observePlotSize(host, (size) => view.resize(size)),
  stage.addPart(view),
];
