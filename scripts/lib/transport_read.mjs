// Runs in the page: how fast frames of the mapped ring come into WebAssembly memory, and a plain copy beside it.

/**
 * Pieces of this many bytes, as they would be read channel by channel. Both sources are as large as the ring, so that
 * neither stays in the processor's cache. One function without outside names: its source is sent to the page.
 */
export function readMapped(pieceBytes) {
  const HEADER_BYTES = 4096;
  const ROUNDS = 7;
  const ROUND_BYTES = 1 << 30;
  const SEQUENCE = 5;
  const CLAIM = 7;
  const length = pieceBytes / 8;
  const wasm = new WebAssembly.Memory({ initial: pieceBytes / 65_536 });
  const dest = new Float64Array(wasm.buffer);

  const mapping = window.audiotabMapRing();
  const words = new BigInt64Array(mapping, 0, 16);
  const ring = new Float64Array(mapping, HEADER_BYTES);
  const plain = new Float64Array(Math.min(ring.length, 1 << 26)).fill(0.5);

  let at = 0;
  const fromRing = () => {
    const before = Number(Atomics.load(words, SEQUENCE));
    dest.set(ring.subarray(at, at + length));
    if (Number(Atomics.load(words, CLAIM)) < before) throw new Error('the ring went backwards');
    at = at + 2 * length <= plain.length ? at + length : 0;
  };
  const fromPlain = () => {
    dest.set(plain.subarray(at, at + length));
    at = at + 2 * length <= plain.length ? at + length : 0;
  };
  const megabytesPerS = (copy) => {
    const times = Math.ceil(ROUND_BYTES / pieceBytes);
    at = 0;
    const begin = performance.now();
    for (let i = 0; i < times; i++) copy();
    return (times * pieceBytes) / 1e3 / (performance.now() - begin);
  };
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

  // Once each, so that every page is there.
  megabytesPerS(fromRing);
  megabytesPerS(fromPlain);
  const mapped = [];
  const copied = [];
  for (let round = 0; round < ROUNDS; round++) {
    mapped.push(megabytesPerS(fromRing));
    copied.push(megabytesPerS(fromPlain));
  }
  mapping.transfer?.(0);
  return { mappedMBs: median(mapped), copiedMBs: median(copied) };
}
