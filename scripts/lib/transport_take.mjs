// Runs in the page: takes over every new frame of all channels, sixty times a second, by one way and nothing else.

/**
 * Starts taking by `way` (mapped, streamed or none); `stop` ends it and returns what was taken. One function without
 * outside names: its source is sent to the page.
 */
export function takeFrames({ way, channels }) {
  const HEADER_BYTES = 4096;
  const TICK_MS = 1000 / 60;
  const [CHANNELS, CAPACITY, SEQUENCE, BLOCK, CLAIM] = [3, 4, 5, 6, 7];
  const PACKET_HEAD_BYTES = 160;
  const running = window.transportTake;
  if (way === 'stop') {
    clearInterval(running.timer);
    running.mapping?.transfer?.(0);
    return { bytes: running.bytes, ms: performance.now() - running.begin, failed: running.failed };
  }
  const take = { begin: performance.now(), bytes: 0, failed: 0, timer: 0, mapping: null };
  window.transportTake = take;
  const dest = new Float64Array(new WebAssembly.Memory({ initial: 256 }).buffer);

  if (way === 'mapped') {
    take.mapping = window.audiotabMapRing();
    const words = new BigInt64Array(take.mapping, 0, 16);
    const load = (word) => Number(Atomics.load(words, word));
    const ring = new Float64Array(take.mapping, HEADER_BYTES);
    const [capacity, block, count] = [load(CAPACITY), load(BLOCK), load(CHANNELS)];
    let seen = load(SEQUENCE) * block;
    take.timer = setInterval(() => {
      const end = load(SEQUENCE) * block;
      for (let channel = 0; channel < count; channel++) {
        const index = channel * capacity + (seen % capacity);
        const frames = Math.min(end - seen, (channel + 1) * capacity - index);
        dest.set(ring.subarray(index, index + frames));
        if (frames < end - seen) dest.set(ring.subarray(channel * capacity, channel * capacity + end - seen - frames), frames);
      }
      if (seen < load(CLAIM) * block - capacity) take.failed++;
      take.bytes += 8 * count * (end - seen);
      seen = end;
    }, TICK_MS);
  }
  if (way === 'streamed') {
    const all = Array.from({ length: channels }, (_, c) => c).join();
    let seen = -1;
    let busy = false;
    take.timer = setInterval(async () => {
      if (busy) return;
      busy = true;
      try {
        const query = seen < 0 ? 'start=0&frames=0&channels=0' : `start=${seen}&frames=65536&channels=${all}`;
        const packet = await (await fetch(`ring://localhost/packet?${query}`, { cache: 'no-store' })).arrayBuffer();
        const field = (offset) => Number(new DataView(packet).getBigUint64(offset, true));
        if (seen < 0) seen = field(40) * field(48);
        else {
          const samples = new Float64Array(packet, PACKET_HEAD_BYTES + 8 * channels);
          dest.set(samples.subarray(0, dest.length));
          take.bytes += samples.byteLength;
          if (field(128) > seen && samples.length > 0) take.failed++;
          seen = field(128) + field(136);
        }
      } catch {
        take.failed++;
      } finally {
        busy = false;
      }
    }, TICK_MS);
  }
  return null;
}
