"""Reads the newest frames of one channel of a live AudioTab ring, with mmap and struct alone: PATH CHANNEL FRAMES."""
import mmap, struct, sys
path, channel, wanted = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
file = open(path, "rb")
ring = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
magic, version, rate, channels, capacity, sequence, block = struct.unpack_from("<8s6Q", ring)
assert magic == b"AUDITAB!" and version == 1 and channel < channels
first = max(sequence * block - wanted, (sequence + 1) * block - capacity, 0)
at = [4096 + 8 * (channel * capacity + frame % capacity) for frame in range(first, sequence * block)]
samples = [struct.unpack_from("<d", ring, offset)[0] for offset in at]
(claim,) = struct.unpack_from("<Q", ring, 56)  # read again: was a frame we took being overwritten meanwhile?
print(f"overwritten {first}" if first < claim * block - capacity else f"{rate} {first}", *samples)
