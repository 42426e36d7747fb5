//! One running session: capture into a ring, its status, and the packets viewers ask for.

pub mod wire;
