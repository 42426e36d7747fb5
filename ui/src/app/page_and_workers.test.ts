// The page and its workers agree on which columns are where, whatever is clicked in whatever order.

import { expect, test, vi } from 'vitest';
import { EngineClient } from '../engine/client';
import { COLUMN_BYTES } from '../engine/column_plan';
import { EnginePool } from '../engine/pool';
import type { StftSettings } from '../engine/protocol';
import { RingModel } from '../engine/testing/ring_model';
import { SessionWorker, settle } from '../engine/testing/session_worker';
import { Stage } from '../render/stage';

const RATE = 8000;
const SETTINGS: StftSettings[] = [
  { window: 'hann', size: 256, hop: 64, pad: 1 },
  { window: 'hann', size: 512, hop: 128, pad: 1 },
  // More columns than a layer holds: two layers.
  { window: 'hann', size: 256, hop: 16, pad: 1 },
];

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Rig {
  readonly ring = new RingModel({ sampleRateHz: RATE, capacityFrames: 160_000, channels: 5, blockFrames: 128, sample: (c, n) => Math.sin(n * 0.03 * (c + 1)) });
  readonly workers: SessionWorker[] = [];
  readonly ignore = (): void => {};
  readonly stage = new Stage({
    following: this.ignore,
    stream: this.ignore,
    grid: this.ignore,
    ready: this.ignore,
    loss: this.ignore,
    trouble: this.ignore,
    quality: this.ignore,
    transport: this.ignore,
  });
  nowMs = 0;
  channels: number[] = [0, 1, 2];

  constructor(workers: number) {
    this.ring.writeTo(150_000);
    const pool = new EnginePool((message) => this.stage.receive(message), {
      cores: 8,
      workers,
      connect: (onMessage) =>
        new EngineClient(onMessage, () => {
          const worker = new SessionWorker(this.ring, () => this.nowMs);
          this.workers.push(worker);
          return worker;
        }),
    });
    this.stage.connect(pool);
    this.stage.columnBytes = COLUMN_BYTES;
    this.stage.setStft(SETTINGS[0]!);
    pool.send({ type: 'open', endpoint: { kind: 'fetch', url: 'test:' }, columnBudgetBytes: COLUMN_BYTES });
    this.stage.setChannels(this.channels);
    this.stage.setPlotWidth(400);
  }

  async frames(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.nowMs += 17;
      this.ring.writeTo(150_000 + (this.nowMs * RATE) / 1000);
      vi.setSystemTime(this.nowMs);
      this.stage.tick(performance.now());
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      await settle();
    }
  }

  /** Frames until the worker owes nothing in view. */
  async rest(): Promise<void> {
    for (let i = 0; i < 60; i++) {
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      await this.frames(3);
      if (i > 2 && this.stage.columnsPending === 0) return;
    }
    throw new Error('columns in view stay due');
  }

  /** Columns of the view that the page lacks. */
  holes(): string[] {
    const { picture } = this.stage;
    const { firstFrame, endFrame } = picture.state!;
    const holes: string[] = [];
    for (const channel of this.channels) {
      const layer = picture.columns.lane(channel)?.current;
      if (!layer) return [`channel ${channel} has nothing`];
      const { spacing, origin } = layer.stamps;
      const { firstPx, widthPx, framesPerPx } = picture.scale;
      const { size } = layer.grid.settings;
      // Whole entries of what was readable a moment ago.
      const from = Math.max(firstPx * framesPerPx, firstFrame + spacing + RATE);
      const to = Math.min((firstPx + widthPx) * framesPerPx, endFrame - size - spacing - RATE / 10);
      for (let entry = Math.ceil((from - origin) / spacing); (entry + 1) * spacing + origin < to; entry++) {
        if (layer.offsetOf(entry) < 0) holes.push(`channel ${channel}, level ${layer.level}, entry ${entry}`);
      }
    }
    return holes;
  }
}

test.each([1, 2])('with %d worker(s) no column in view is missing once nothing is due', async (workers) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  const rig = new Rig(workers);
  const random = mulberry(workers);
  const { stage } = rig;
  const pick = (): void => {
    rig.channels = [0, 1, 2, 3, 4].filter(() => random() < 0.6);
    if (rig.channels.length === 0) rig.channels = [3];
    stage.setChannels(rig.channels);
  };
  const actions: (() => void)[] = [
    pick,
    // Off and on between two frame messages.
    () => {
      const before = rig.channels;
      stage.setChannels(before.slice(1));
      stage.setChannels(before);
    },
    () => stage.view.zoomTo(0.5 + random() * 300, 200),
    () => stage.view.freeze(),
    () => stage.view.pan(-Math.floor(random() * 400)),
    () => stage.view.follow(),
    () => stage.setStft(SETTINGS[Math.floor(random() * 3)]!),
    () => rig.workers.at(-1)!.alive && random() < 0.3 && rig.workers.at(-1)!.crash('test'),
  ];
  await rig.frames(10);
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 1 + random() * 3; i++) {
      actions[Math.floor(random() * actions.length)]!();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      if (random() < 0.5) await rig.frames(1);
    }
    vi.advanceTimersByTime(8000);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await rig.rest();
    expect(rig.holes(), `round ${round}`).toEqual([]);
  }
  vi.useRealTimers();
});
