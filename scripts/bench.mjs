// `npm run bench`: every speed claim measured in one run on this machine, beside what a user would pick instead, with its
// ratio and its goal. The numbers go to bench-results/ as JSON as well.
//
//   npm run bench [-- --stall-seconds 60]   how long the ring is written to with the disk kept busy, twice

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { busRows, measureBus } from './bench/bus.mjs';
import { columnRows, measureColumns } from './bench/columns.mjs';
import { buildPlainWasm, buildRivals } from './bench/programs.mjs';
import { measureSignal, signalRows } from './bench/signal.mjs';
import { printTable } from './bench/table.mjs';
import { cargoBuild } from './lib/cargo.mjs';
import { ROOT } from './lib/paths.mjs';
import { say, step } from './lib/progress.mjs';
import { ensurePython } from './lib/python.mjs';
import { main } from './lib/run.mjs';
import { setUp } from './setup.mjs';

const { values: options } = parseArgs({ options: { 'stall-seconds': { type: 'string', default: '60' } } });

await main(async () => {
  await setUp('serve');
  const python = await step('numpy and scipy', ensurePython);
  await step('Benches', (note) => cargoBuild('The benches', ['--release', '-p', 'audiotab-dsp', '-p', 'audiotab-ring', '-p', 'audiotab-events', '--examples'], note));
  const plainWasm = await step('The plain STFT in WebAssembly', buildPlainWasm);
  const rivals = buildRivals();

  const columns = await step('Columns', () => measureColumns({ python, rivals, plainWasm }));
  const signal = await step('Accuracy, pyramid, ring', () => measureSignal(Number(options['stall-seconds'])));
  const bus = await step('Event bus', measureBus);
  const rows = [...columnRows(columns), ...signalRows(signal), ...busRows(bus)];
  printTable(rows);

  const results = { cpu: cpus()[0]?.model, node: process.version, columns, signal, bus, rows };
  const folder = join(ROOT, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  say(`\nSaved as ${file}`);
});
