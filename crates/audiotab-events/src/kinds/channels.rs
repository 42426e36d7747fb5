//! The channels that events are shown in.

/// One channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Name on the wire.
    pub name: &'static str,
    /// Name of its icon, from the lucide set.
    pub icon: &'static str,
}

const fn channel(name: &'static str, icon: &'static str) -> Channel {
    Channel { name, icon }
}

/// Ours first, then those of programs that speak of training runs.
pub const CHANNELS: &[Channel] = &[
    channel("system", "settings"),
    channel("jobs", "list-checks"),
    channel("capture", "mic"),
    channel("analysis", "chart-spline"),
    channel("archive", "archive"),
    channel("marks", "bookmark"),
    channel("debug", "bug"),
    channel("data", "package"),
    channel("takes", "disc-3"),
    channel("device", "audio-lines"),
    channel("level", "gauge"),
    channel("training", "trending-up"),
    channel("eval", "chart-column"),
    channel("vault", "vault"),
    channel("guild", "castle"),
    channel("checkpoint", "save"),
];
