//! The periodic (DFT-even) window functions and their figures of merit.
//!
//! Coefficients are those of `scipy.signal.get_window(name, n, fftbins=True)`.

use std::f64::consts::TAU;
use std::fmt;
use std::str::FromStr;

use crate::DspError;

/// A window function. Text form (`FromStr`, `Display`): `hann`, `hamming`, `blackman`, `blackman-harris`,
/// `nuttall`, `flat-top`, `kaiser:BETA`, `rectangular`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Window {
    /// Raised cosine, the everyday window.
    #[default]
    Hann,
    /// Raised cosine on a pedestal: lower first sidelobe, no decay.
    Hamming,
    /// Three-term Blackman (0.42, 0.50, 0.08).
    Blackman,
    /// Four-term Blackman-Harris, sidelobes at -92 dB.
    BlackmanHarris,
    /// Four-term Nuttall with minimum sidelobes, -98 dB.
    Nuttall,
    /// Five-term flat-top: reads levels between bins to 0.01 dB.
    FlatTop,
    /// Kaiser-Bessel with shape parameter `beta`, 0 (rectangular) to 100.
    Kaiser {
        /// Shape: larger means lower sidelobes and a wider main lobe.
        beta: f64,
    },
    /// No weighting.
    Rectangular,
}

/// Largest accepted Kaiser beta: above it the main lobe is wider than any display can use.
const MAX_KAISER_BETA: f64 = 100.0;

impl Window {
    /// Checks the window's parameter. Every window without one passes.
    ///
    /// # Errors
    /// [`DspError::KaiserBeta`] when beta is not a number from 0 to 100.
    pub fn validate(&self) -> Result<(), DspError> {
        match *self {
            Self::Kaiser { beta } if !(0.0..=MAX_KAISER_BETA).contains(&beta) => {
                Err(DspError::KaiserBeta(beta.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// The `n` coefficients of the periodic window; the largest is 1 (at index n/2) except for the flat-top,
    /// whose published coefficients sum to 1.000000003.
    #[must_use]
    pub fn coefficients(&self, n: usize) -> Vec<f64> {
        match *self {
            Self::Hann => cosine_sum(n, &[0.5, 0.5]),
            Self::Hamming => cosine_sum(n, &[0.54, 0.46]),
            Self::Blackman => cosine_sum(n, &[0.42, 0.50, 0.08]),
            Self::BlackmanHarris => cosine_sum(n, &[0.35875, 0.48829, 0.14128, 0.01168]),
            Self::Nuttall => cosine_sum(n, &[0.3635819, 0.4891775, 0.1365995, 0.0106411]),
            Self::FlatTop => {
                cosine_sum(n, &[0.215_578_95, 0.416_631_58, 0.277_263_158, 0.083_578_947, 0.006_947_368])
            }
            Self::Kaiser { beta } => kaiser(n, n as f64, beta),
            Self::Rectangular => vec![1.0; n],
        }
    }

    /// Mean of the coefficients: what a DC of 1 reads before correction.
    #[must_use]
    pub fn coherent_gain(&self, n: usize) -> f64 {
        self.coefficients(n).iter().sum::<f64>() / n as f64
    }

    /// Equivalent noise bandwidth in bins, `n * sum(w^2) / sum(w)^2`. Times `rate / n` it is the resolution
    /// bandwidth in Hz (`n` = window length, whatever the zero padding).
    #[must_use]
    pub fn enbw_bins(&self, n: usize) -> f64 {
        let w = self.coefficients(n);
        let sum: f64 = w.iter().sum();
        let sum_of_squares: f64 = w.iter().map(|c| c * c).sum();
        n as f64 * sum_of_squares / (sum * sum)
    }
}

/// `sum_j (-1)^j a_j cos(2 pi j i / n)` for i in 0..n.
fn cosine_sum(n: usize, terms: &[f64]) -> Vec<f64> {
    let coefficient = |i: usize| {
        let phase = TAU * i as f64 / n as f64;
        let signed = |j: usize, a: f64| if j.is_multiple_of(2) { a } else { -a };
        terms.iter().enumerate().map(|(j, &a)| signed(j, a) * (j as f64 * phase).cos()).sum()
    };
    (0..n).map(coefficient).collect()
}

/// `n` samples of a Kaiser window whose last (possibly unsampled) point lies at `span`: `span = n` makes it
/// periodic, `span = n - 1` symmetric.
pub(crate) fn kaiser(n: usize, span: f64, beta: f64) -> Vec<f64> {
    let scale = 1.0 / bessel_i0(beta);
    let coefficient = |i: usize| {
        let x = if span > 0.0 { 2.0 * i as f64 / span - 1.0 } else { 0.0 };
        bessel_i0(beta * (1.0 - x * x).max(0.0).sqrt()) * scale
    };
    (0..n).map(coefficient).collect()
}

/// Modified Bessel function of the first kind, order 0, by its power series `sum ((x/2)^k / k!)^2`. All terms are
/// positive, so nothing cancels and the result is good to a few ulp up to the largest beta accepted.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut k = 1.0;
    while term > sum * 1e-18 {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hann => f.write_str("hann"),
            Self::Hamming => f.write_str("hamming"),
            Self::Blackman => f.write_str("blackman"),
            Self::BlackmanHarris => f.write_str("blackman-harris"),
            Self::Nuttall => f.write_str("nuttall"),
            Self::FlatTop => f.write_str("flat-top"),
            Self::Kaiser { beta } => write!(f, "kaiser:{beta}"),
            Self::Rectangular => f.write_str("rectangular"),
        }
    }
}

impl FromStr for Window {
    type Err = DspError;

    fn from_str(text: &str) -> Result<Self, DspError> {
        if let Some(beta_text) = text.strip_prefix("kaiser:") {
            let beta = beta_text.parse().map_err(|_| DspError::KaiserBeta(beta_text.to_owned()))?;
            let window = Self::Kaiser { beta };
            return window.validate().map(|()| window);
        }
        Ok(match text {
            "hann" => Self::Hann,
            "hamming" => Self::Hamming,
            "blackman" => Self::Blackman,
            "blackman-harris" => Self::BlackmanHarris,
            "nuttall" => Self::Nuttall,
            "flat-top" => Self::FlatTop,
            "rectangular" => Self::Rectangular,
            "kaiser" => return Err(DspError::KaiserBeta("missing".to_owned())),
            _ => return Err(DspError::UnknownWindow(text.to_owned())),
        })
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
