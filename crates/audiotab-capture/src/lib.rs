//! Sound sources (devices, files, test signals) written block by block into a ring.
