// Written by audiotab-ring's test `layout_bindings`. Do not edit.

/** The first eight bytes, read as a little-endian number. */
export const RING_MAGIC = 0x2142415449445541n;
export const RING_VERSION = 1n;
/** Where the first sample of channel 0 begins. */
export const RING_HEADER_BYTES = 4096;
/** Value of the word STATE once the stream has ended. */
export const RING_ENDED = 2n;
/** Index of each header field among the ring's 8-byte words. */
export const RING_WORD = {
  MAGIC: 0,
  VERSION: 1,
  SAMPLE_RATE_HZ: 2,
  CHANNELS: 3,
  CAPACITY_FRAMES: 4,
  WRITE_SEQUENCE: 5,
  SAMPLES_PER_WRITE: 6,
  CLAIM_SEQUENCE: 7,
  START_TIME_UNIX_NS: 8,
  STREAM_ID: 9,
  LOST_FRAMES: 10,
  STATE: 11,
  END_FRAME: 13,
} as const;
