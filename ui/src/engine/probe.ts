// The exact spectrum at the cursor, f64.

import { entryOfFrame, stampGrid } from '../base/column_grid';
import type { ColumnMaker } from './column_maker';
import type { SampleReader } from './metered_source';
import type { FromWorker } from './protocol';
import type { RingHeader } from './source';

/** Bins of an unpadded spectrum that are always near, however close the zoom: half of a flat-top's main lobe. */
const LEAST_REACH_BINS = 4;

export type ProbeAnswer = Omit<Extract<FromWorker, { type: 'probe' }>, 'type' | 'id'>;

export interface ProbeRequest {
  channel: number;
  frame: number;
  frequencyHz: number;
  reachHz: number;
}

export function probe(maker: ColumnMaker, reader: SampleReader, header: RingHeader, request: ProbeRequest): ProbeAnswer {
  const { size, hop, pad } = maker.settings;
  const column = entryOfFrame(stampGrid(size, hop, 0), request.frame);
  const binHz = header.sampleRateHz / (size * pad);
  const bin = Math.min((size * pad) / 2, Math.max(0, Math.round(request.frequencyHz / binHz)));
  const reachBins = Math.max(LEAST_REACH_BINS * pad, Math.ceil(request.reachHz / binHz));
  const at = { frame: column * hop + size / 2, frequencyHz: bin * binHz };
  const nothing = { ...at, dbfs: NaN, peak: null };
  // The staging memory is shared: an open entry stages anew anyway.
  if (!(column >= 0) || maker.stage(reader, request.channel, column, 1)) return nothing;
  const [dbfs = NaN, peakBin = NaN, peakDbfs = NaN] = maker.engine.probe(bin, reachBins);
  const peak = Number.isNaN(peakBin) ? null : { frequencyHz: peakBin * binHz, dbfs: peakDbfs };
  return { ...at, dbfs, peak };
}
