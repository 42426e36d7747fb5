// Accuracy of the columns, cost of the waveform pyramid, speed and steadiness of the ring.

import { join } from 'node:path';
import { TARGET } from '../lib/paths.mjs';
import { example } from './measure.mjs';
import { figure, limit, ratio } from './table.mjs';

export async function measureSignal(stallSeconds) {
  const pyramid = await example('audiotab-dsp', 'pyramid_costs');
  return {
    accuracy: await example('audiotab-dsp', 'display_error'),
    pyramid,
    ring: await example('audiotab-ring', 'ring_speed'),
    // Under target/: on the disk, not in a tmpfs.
    stall: await example('audiotab-ring', 'writer_stall', ['--seconds', String(stallSeconds), '--folder', join(TARGET, 'bench')]),
  };
}

export function signalRows({ accuracy, pyramid, ring, stall }) {
  return [
    { section: 'Accuracy of the display columns against f64, within 80 dB of the column\'s peak, every size and padding' },
    limit(`largest error (at ${accuracy.worst_at})`, accuracy.worst_db, 'dB', 0.01),
    { section: 'Waveform pyramid, 30 s of history, 1600 pixels' },
    ...pyramid.flatMap(pyramidRows),
    { section: 'Ring, 64 channels × 192 kHz' },
    figure('writing a block of 1024 frames', ring.write_us_per_block, 'µs'),
    limit('  share of real time', 100 * ring.write_share, '%', 10),
    figure('reading 1 s of a 48 kHz channel', ring.read_us, 'µs'),
    ratio('  reading / memcpy of the same, time', ring.read_us, ring.memcpy_us, 4, { atMost: true }),
    limit(`periods missed in ${stall.seconds} s with the disk kept busy`, stall.memory.missed_periods, '', 0),
    figure('longest stall in the ring\'s own memory', stall.memory.longest_stall_us, 'µs'),
    figure('longest stall in a ring in a disk file', stall.disk_file.longest_stall_us, 'µs'),
    ratio('  disk file / own memory, longest stall', stall.disk_file.longest_stall_us, stall.memory.longest_stall_us, 10),
  ];
}

function pyramidRows(costs) {
  const name = `${costs.channels} ch × ${costs.sample_rate_hz / 1000} kHz`;
  const goal = costs.channels === 8 ? 15 : 50;
  return [
    limit(`${name}: bytes, of the ring's`, 100 * costs.bytes_share, '%', 2.5),
    limit(`${name}: update, of real time`, 100 * costs.update_share, '%', 2.5),
    figure(`${name}: drawing all channels`, costs.draw_us, 'µs'),
    figure(`${name}: rescan of all samples instead (SIMD)`, costs.rescan_us, 'µs'),
    ratio('  rescan / drawing', costs.rescan_us, costs.draw_us, goal),
  ];
}
