import { describe, expect, test } from 'vitest';
import { MappedSource, SPARE_BLOCKS } from './mapped';
import { RING_WORD } from './generated/ring_layout';
import { RingModel } from './testing/ring_model';

/** A ring that has wrapped, and a source over its memory. */
function wrapped() {
  const ring = new RingModel({ capacityFrames: 1000, blockFrames: 64 });
  ring.writeTo(4096);
  const mapping = ring.image();
  return { ring, mapping, words: new BigInt64Array(mapping, 0, 16), source: new MappedSource(mapping, () => 5) };
}

/** A destination whose filling is the moment at which the writer does something. */
function meanwhile(length: number, writer: () => void): Float64Array {
  const dest = new Float64Array(length);
  dest.set = (values: ArrayLike<number>, at?: number) => {
    Float64Array.prototype.set.call(dest, values, at);
    writer();
  };
  return dest;
}

describe('the writer runs into a copy', () => {
  test('a claim made meanwhile shuts out its block and one more', () => {
    const { words, source } = wrapped();
    const { firstFrame } = source.header();
    let looks = 0;
    const claim = (): void => {
      looks++;
      words[RING_WORD.CLAIM_SEQUENCE] = 65n;
    };
    // Block 64 is in flight: it takes the place of the frames before 65 * 64 - 1000, and one block more is spare.
    const kept = (65 + SPARE_BLOCKS) * 64 - 1000;
    expect(firstFrame).toBe(kept);
    expect(source.copyInto(0, kept, 8, meanwhile(8, claim))).toEqual({ kind: 'copied' });
    words[RING_WORD.CLAIM_SEQUENCE] = 64n;
    looks = 0;
    const two = (): void => {
      looks++;
      words[RING_WORD.CLAIM_SEQUENCE] = 66n;
    };
    expect(source.copyInto(0, kept, 8, meanwhile(8, two))).toEqual({ kind: 'overwritten', firstFrame: kept + 64 });
    expect(looks, 'tried again three times').toBe(4);
  });

  test('a copy torn once is right the second time', () => {
    const { ring, mapping, words, source } = wrapped();
    const { firstFrame } = source.header();
    let torn = true;
    const dest = meanwhile(64, () => {
      words[RING_WORD.CLAIM_SEQUENCE] = torn ? 70n : 64n;
      torn = false;
      ring.image(mapping);
      if (words[RING_WORD.CLAIM_SEQUENCE] !== 64n) throw new Error('the model resets the claim');
    });
    expect(source.copyInto(1, firstFrame, 64, dest)).toEqual({ kind: 'copied' });
    expect([...dest]).toEqual(Array.from({ length: 64 }, (_, n) => ring.expected(1, firstFrame + n)));
  });

  test('a writer without claims may always be one block ahead', () => {
    const { words, source } = wrapped();
    words[RING_WORD.CLAIM_SEQUENCE] = 0n;
    const { firstFrame } = source.header();
    expect(source.copyInto(0, firstFrame, 8, new Float64Array(8)).kind).toBe('copied');
    const one = (): void => void (words[RING_WORD.WRITE_SEQUENCE] = 65n);
    expect(source.copyInto(0, firstFrame, 8, meanwhile(8, one)).kind).toBe('overwritten');
  });
});

describe('a mapping', () => {
  test('that is no ring, of another version or not as long as it says, is refused with a sentence', () => {
    const broken: [(view: BigInt64Array) => void, RegExp][] = [
      [(words) => (words[RING_WORD.MAGIC] = 1n), /no ring/],
      [(words) => (words[RING_WORD.VERSION] = 2n), /no ring of this version/],
      [(words) => (words[RING_WORD.CHANNELS] = 3n), /not as long/],
      [(words) => (words[RING_WORD.CAPACITY_FRAMES] = -1n), /not as long/],
      [(words) => (words[RING_WORD.SAMPLES_PER_WRITE] = 0n), /not as long/],
    ];
    for (const [damage, sentence] of broken) {
      const { mapping, words } = wrapped();
      damage(words);
      expect(() => new MappedSource(mapping)).toThrow(sentence);
    }
    expect(() => new MappedSource(new ArrayBuffer(100))).toThrow(/too short/);
  });

  test('whose header changes later leads nowhere else', () => {
    const { words, source } = wrapped();
    words[RING_WORD.CHANNELS] = 99n;
    words[RING_WORD.CAPACITY_FRAMES] = 1n;
    words[RING_WORD.STREAM_ID] = 7n;
    expect(source.header()).toMatchObject({ channels: 2, capacityFrames: 1000, streamId: 'feed000000000001' });
    expect(source.copyInto(2, 4000, 1, new Float64Array(1)).kind).toBe('no-such-channel');
    for (const channel of [-1, NaN, Infinity]) {
      expect(source.copyInto(channel, 4000, 1, new Float64Array(1)).kind).toBe('no-such-channel');
    }
  });

  test('is given back when it is released', () => {
    const { mapping, source } = wrapped();
    source.release();
    expect(mapping.byteLength).toBe(0);
  });
});
