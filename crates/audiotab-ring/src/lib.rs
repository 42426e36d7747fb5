//! The sample ring: byte layout, writer, reader; heap, file and memfd storage.
