//! Times and the random stream id, as far as the target has them.

/// Monotonic time in ns, comparable between the processes of one boot on Unix; 0 where there is no clock.
#[cfg(unix)]
pub(crate) fn monotonic_ns() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

/// Monotonic time in ns since this process first asked: enough to see a heartbeat move.
#[cfg(all(not(unix), not(target_arch = "wasm32")))]
pub(crate) fn monotonic_ns() -> u64 {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    u64::try_from(FIRST.get_or_init(std::time::Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// wasm32-unknown-unknown has no clock.
#[cfg(target_arch = "wasm32")]
pub(crate) fn monotonic_ns() -> u64 {
    0
}

/// Unix time in ns, 0 if unknown.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn unix_ns() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_nanos()).ok())
        .unwrap_or(0)
}

/// wasm32-unknown-unknown has no clock.
#[cfg(target_arch = "wasm32")]
pub(crate) fn unix_ns() -> u64 {
    0
}

/// A random number other than 0.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn random_id() -> Result<u64, crate::RingError> {
    Ok(getrandom::u64().map_err(|_| crate::RingError::NoRandom)?.max(1))
}

/// wasm32-unknown-unknown has no randomness; a heap ring there is seen by its own module only, so a count will do.
#[cfg(target_arch = "wasm32")]
pub(crate) fn random_id() -> Result<u64, crate::RingError> {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    Ok(COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}
