//! The one error type of the crate: each message names the wrong value and the range that is right.

/// Why a setting, an address or a buffer was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DspError {
    /// No window has this name.
    #[error(
        "There is no window called \"{0}\"; use hann, hamming, blackman, blackman-harris, nuttall, flat-top, \
         kaiser:BETA or rectangular."
    )]
    UnknownWindow(String),
    /// The Kaiser parameter is not a number in the accepted range.
    #[error("The Kaiser window's beta is {0}; it must be a number from 0 to 100, for example kaiser:8.6.")]
    KaiserBeta(String),
    /// Window length out of range or not a power of two.
    #[error("The STFT size is {0} frames; it must be a power of two from 256 to 32768.")]
    Size(usize),
    /// Hop out of range.
    #[error("The STFT hop is {hop} frames; it must be from 16 to the window size, {size}.")]
    Hop {
        /// The refused hop, frames.
        hop: usize,
        /// The window length it was refused for, frames.
        size: usize,
    },
    /// Zero padding factor not offered.
    #[error("The zero padding factor is {0}; it must be 1, 2, 4 or 8.")]
    Pad(usize),
    /// Decimation factor out of range.
    #[error("The decimation factor is {0}; it must be from 1 to 4096.")]
    DecimationFactor(usize),
    /// A buffer handed to a transform has the wrong length.
    #[error("The {what} buffer holds {actual} values where {expected} are needed.")]
    Length {
        /// Which buffer.
        what: &'static str,
        /// Values needed.
        expected: usize,
        /// Values given.
        actual: usize,
    },
}

/// Checks that `actual` is exactly `expected`.
pub(crate) fn check_length(what: &'static str, expected: usize, actual: usize) -> Result<(), DspError> {
    if actual == expected { Ok(()) } else { Err(DspError::Length { what, expected, actual }) }
}
