// One suite for every way to the samples: the ring's own memory, the desktop window's scheme, the browser's WebSocket.

import { afterEach, describe, expect, vi } from 'vitest';
import './testing/wasm';
import { SPARE_BLOCKS } from './mapped';
import { RingLink } from './ring_link';
import { StreamedSource } from './streamed';
import { ringSourceConformance, type SourceUnderTest } from './testing/conformance';
import { ModelSocket, schemeOf } from './testing/model_endpoints';
import { RingModel, type RingModelOptions } from './testing/ring_model';
import { fetchTransport, socketTransport, type PacketTransport } from './transport';

const nothing = (): void => {};
afterEach(() => vi.unstubAllGlobals());

function mapped(options: RingModelOptions): SourceUnderTest {
  const ring = new RingModel(options);
  let mapping = ring.image();
  const needMapping = (): void => link.mapped((mapping = ring.image()), '');
  const link: RingLink = new RingLink(
    { stream: nothing, recovered: nothing, loss: nothing, trouble: nothing, transport: nothing, needMapping },
    () => 0,
    () => expect.fail('nothing is streamed'),
  );
  link.ringChanged(null, true);
  link.open({ kind: 'fetch', url: 'test:' });
  const settle = async (): Promise<void> => {
    ring.image(mapping);
    link.ringChanged(ring.streamHex, true);
  };
  return { ring, source: link, spareBlocks: SPARE_BLOCKS, settle };
}

function streamed(options: RingModelOptions, open: (ring: () => RingModel) => PacketTransport): SourceUnderTest {
  const ring = new RingModel(options);
  let nowMs = 0;
  const transport = open(() => {
    // A ms per request: a poll fetches a few pieces of history, not all.
    nowMs += 1;
    return ring;
  });
  const source = new StreamedSource({ transport, nowMs: () => nowMs, events: { stream: nothing, loss: nothing } });
  source.setVisible([0, 1]);
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) {
      // oxlint-disable-next-line no-await-in-loop -- polls follow each other
      await source.poll();
      const header = source.header()!;
      const isComplete = [0, 1].every((channel) => source.completeFrom(channel) <= header.firstFrame);
      if (header.endFrame === ring.readableEnd && isComplete) return;
    }
    throw new Error('never complete');
  };
  return { ring, source, settle };
}

describe('mapped', () => ringSourceConformance(mapped));

describe('streamed by the scheme of the desktop window', () =>
  ringSourceConformance((options) =>
    streamed(options, (ring) => {
      vi.stubGlobal('fetch', schemeOf(ring));
      return fetchTransport('ring://localhost/packet');
    })));

describe('streamed by the WebSocket of the server', () =>
  ringSourceConformance((options) =>
    streamed(options, (ring) => socketTransport('ws://127.0.0.1/ws/ring', () => new ModelSocket(ring) as unknown as WebSocket))));
