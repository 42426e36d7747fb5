// The line at the bottom: how the measurement is doing. Every field keeps its width.

import { fixed, grouped, sampleRate } from '../base/format';
import { resolution } from '../store/derived';
import { WINDOWS } from '../store/settings_schema';
import { classes } from './controls';
import { useSession, useSettings, useViewing } from './services';
import css from './status_bar.module.css';

export function StatusBar() {
  const status = useSession((s) => s.status);
  const rate = useSession((s) => s.stream?.sampleRateHz ?? 0);
  return (
    <footer className={css['bar']} data-testid="status-bar" aria-label="Status">
      <span className={css['item']}>
        <span className={css['name']} data-testid="status-input" title={status?.input ?? undefined}>
          {status?.label || 'No input'}
        </span>
      </span>
      <span className={css['item']}>
        <Value width="8ch" testId="status-rate">
          {rate > 0 ? sampleRate(rate) : '\u2013'}
        </Value>
      </span>
      <Vitals />
      <TransportField />
      <span className={css['spacer']} />
      <Analysis />
    </footer>
  );
}

function TransportField() {
  const transport = useSession((s) => s.transport);
  if (!transport) return null;
  const mapped = transport.kind === 'mapped';
  const how = mapped
    ? 'Samples are read from the memory the capture writes to; the price is one hardening of the webview, see Settings'
    : 'Samples come in packets, only of channels on screen';
  return (
    <span className={css['item']} title={transport.reason ? `${how}. ${transport.reason}` : how} data-testid="status-transport">
      {transport.kind}
    </span>
  );
}

function Value({ width, testId, bad = false, children }: { width: string; testId: string; bad?: boolean; children: React.ReactNode }) {
  return (
    <span className={classes(css['number'], bad && css['bad'])} style={{ minWidth: width }} data-testid={testId}>
      {children}
    </span>
  );
}

const ms = (value: number): string => (Number.isFinite(value) ? fixed(value, 0) : '\u2013');

function Vitals() {
  const vitals = useViewing((s) => s.vitals);
  const drawing = useViewing((s) => s.drawing);
  const { fps, latencyP50Ms, latencyP99Ms, workerBusy, lostFrames, columnsPending } = vitals;
  const { pageBusy, columnsDropped, quality } = vitals;
  return (
    <>
      {quality && (
        <span className={classes(css['item'], css['bad'])} title={quality.reason} data-testid="status-quality">
          {quality.text}
        </span>
      )}
      <span className={css['item']} title={`Drawn by the ${drawing.kind === 'webgl' ? 'GPU' : 'CPU'}: ${drawing.note}`} data-testid="status-drawing" data-drawing={drawing.kind}>
        <Value width="3ch" testId="status-fps">
          {fps}
        </Value>
        fps
      </span>
      <span className={css['item']} title="Age of the newest drawn sample since its arrival: median and 99th percentile">
        latency
        <Value width="3ch" testId="status-latency-p50">
          {ms(latencyP50Ms)}
        </Value>
        ms, p99
        <Value width="3ch" testId="status-latency-p99">
          {ms(latencyP99Ms)}
        </Value>
      </span>
      <span className={css['item']} title="Frames lost since the start of the stream; they are drawn as gaps">
        lost
        <Value width="3ch" testId="status-lost" bad={lostFrames > 0}>
          {grouped(lostFrames)}
        </Value>
      </span>
      <span className={css['item']} title="Spectrum columns in view that are not computed yet">
        columns due
        <Value width="4ch" testId="status-columns">
          {grouped(columnsPending)}
        </Value>
        {columnsDropped > 0 && (
          <Value width="6ch" testId="status-dropped" bad>
            {grouped(columnsDropped)} missed
          </Value>
        )}
      </span>
      <span className={css['item']} title="Share of the time the analysis worker and the drawing of the page were busy">
        worker
        <Value width="6ch" testId="status-worker">
          {fixed(workerBusy * 100, 1)} %
        </Value>
        page
        <Value width="6ch" testId="status-page">
          {fixed(pageBusy * 100, 1)} %
        </Value>
      </span>
    </>
  );
}

function Analysis() {
  const window = useSettings((s) => s.window);
  const size = useSettings((s) => s.size);
  const hopDivisor = useSettings((s) => s.hopDivisor);
  const pad = useSettings((s) => s.pad);
  const rate = useSession((s) => s.stream?.sampleRateHz ?? 0);
  const enbw = useSession((s) => s.grid?.enbwBins ?? null);
  if (rate === 0) return null;
  const { rbwHz } = resolution({ size, hopDivisor, pad }, rate, enbw);
  return (
    <span className={css['item']} data-testid="status-analysis">
      <span className={css['value']}>
        {WINDOWS.find((w) => w.id === window)?.label} {size}
      </span>
      {rbwHz !== null && (
        <span className={css['wide']}>
          RBW{' '}
          <Value width="7ch" testId="status-rbw">
            {rbwHz.toFixed(rbwHz < 10 ? 2 : 1)} Hz
          </Value>
        </span>
      )}
    </span>
  );
}
