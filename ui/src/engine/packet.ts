// A packet of the ring stream: the query that asks for it and the bytes that answer. The byte layout of the head
// belongs to audiotab-ring; it is parsed there, in WASM.

import { longest_packet_head_bytes, parse_packet_head } from '../../wasm/audiotab_wasm.js';
import type { RingHeader } from './source';

/** Limits of one packet on the sending side. */
export const MAX_PACKET_FRAMES = 65_536;
export const MAX_PACKET_BYTES = 8 * 1024 * 1024;

/** Frames [startFrame, startFrame + frames) of some channels; without `samples` the reply is the header alone. */
export interface PacketQuery {
  /** A reply of another stream carries no samples. */
  streamId: string | null;
  samples: { startFrame: number; frames: number; channels: readonly number[] } | null;
}

export interface Packet {
  header: RingHeader;
  /** Blocks published when the header was taken. */
  sequence: number;
  /** May be later than asked for: what lies between has been overwritten. */
  startFrame: number;
  /** May be fewer than asked for. */
  frames: number;
  channels: number[];
  /** [channels * frames], channel after channel. */
  samples: Float64Array;
}

export function queryString(query: PacketQuery): string {
  const parts: string[] = [];
  if (query.streamId !== null) parts.push(`stream=${query.streamId}`);
  if (query.samples) {
    parts.push(
      `start=${query.samples.startFrame}`,
      `frames=${query.samples.frames}`,
      `channels=${query.samples.channels.join(',')}`,
    );
  }
  return parts.join('&');
}

/** Throws an `Error` with one sentence when the bytes are no packet. */
export function decodePacket(bytes: ArrayBuffer): Packet {
  const headBytes = Math.min(bytes.byteLength, longest_packet_head_bytes());
  const head = parse_packet_head(new Uint8Array(bytes, 0, headBytes), bytes.byteLength);
  return {
    header: {
      streamId: head.streamId,
      sampleRateHz: head.sampleRateHz,
      channels: head.ringChannels,
      capacityFrames: head.capacityFrames,
      blockFrames: head.blockFrames,
      startTimeUnixMs: head.startTimeUnixNs === 0n ? null : Number(head.startTimeUnixNs / 1000n) / 1000,
      firstFrame: exact(head.firstFrame, 'first frame'),
      endFrame: exact(head.endFrame, 'end frame'),
      lostFrames: exact(head.lostFrames, 'lost frames'),
      running: head.running,
    },
    sequence: exact(head.writeSequence, 'write sequence'),
    startFrame: exact(head.startFrame, 'start frame'),
    frames: head.frames,
    channels: Array.from(head.channels),
    samples: new Float64Array(bytes, head.dataOffsetBytes, head.frames * head.channels.length),
  };
}

function exact(value: bigint, what: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`The packet's ${what} ${value} is beyond 2^53; the ring is damaged.`);
  return number;
}
