// The event bus: what it takes to tell of something, from a real-time thread and from any other.

import { example } from './measure.mjs';
import { figure, limit, ratio } from './table.mjs';

/** A block of 1024 frames at 192 kHz, and the share of it that 64 events may take. */
const BLOCK_US = (1024 / 192_000) * 1e6;
const BLOCK_SHARE_PERCENT = 1;

export async function measureBus() {
  return example('audiotab-events', 'bus_speed');
}

export function busRows(bus) {
  const us = (ns) => ns / 1000;
  return [
    { section: 'Event bus' },
    limit('emit_rt, median', us(bus.emit_rt.p50_ns), 'µs', 0.2),
    limit('emit_rt, 99.9th percentile', us(bus.emit_rt.p99_9_ns), 'µs', 2),
    limit('emit_rt, events lost', bus.emit_rt.lost + bus.emit_rt_64.lost, '', 0),
    limit('64 × emit_rt in a block, share of its time', (100 * us(bus.emit_rt_64.p50_ns)) / BLOCK_US, '%', BLOCK_SHARE_PERCENT),
    figure('the standard channel instead, median', us(bus.standard_channel.p50_ns), 'µs'),
    ratio('  standard channel / emit_rt, 99.9th percentile', bus.standard_channel.p99_9_ns, bus.emit_rt.p99_9_ns, 1),
    limit('emit, nobody subscribed, median', us(bus.emit.burst.p50_ns), 'µs', 10),
    limit('emit with 10 subscribers, in a burst, median', us(bus.emit_10_subscribers.burst.p50_ns), 'µs', 10),
    limit('emit with 10 subscribers, all asleep, median', us(bus.emit_10_subscribers.spaced.p50_ns), 'µs', 10),
  ];
}
