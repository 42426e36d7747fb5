//! Peaks between bins: a parabola through three levels in dB.
//!
//! Over all positions between two bins the frequency is within 0.016 bin for Hann and 0.0032 bin for
//! Blackman-Harris (without zero padding), the level 0 to +0.32 and 0 to +0.03 dB too high. See J. O. Smith,
//! "Spectral Audio Signal Processing", quadratic interpolation of spectral peaks.

/// A peak refined between bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Position in bins, fractional. Times `rate / fft_len` it is the frequency in Hz.
    pub bin: f64,
    /// Level at that position, dBFS.
    pub dbfs: f64,
}

/// Vertex of the parabola through the levels at -1, 0 and +1: its position (-0.5..=0.5 if the middle level is the
/// largest) and level. `None` if any level is not finite, or the three lie on a line or in a valley.
#[must_use]
pub fn parabola_vertex(left_db: f64, centre_db: f64, right_db: f64) -> Option<(f64, f64)> {
    let curvature = left_db - 2.0 * centre_db + right_db;
    if !(left_db.is_finite() && centre_db.is_finite() && right_db.is_finite()) || curvature >= 0.0 {
        return None;
    }
    let offset = 0.5 * (left_db - right_db) / curvature;
    Some((offset, centre_db - 0.25 * (left_db - right_db) * offset))
}

/// The peak at `bin`, refined; `None` unless `bin` is an inner local maximum of `column_dbfs`.
#[must_use]
pub fn refine(column_dbfs: &[f64], bin: usize) -> Option<Peak> {
    let &[left, centre, right] = column_dbfs.get(bin.checked_sub(1)?..bin + 2)? else { return None };
    if !(centre >= left && centre >= right) {
        return None;
    }
    let (offset, dbfs) = parabola_vertex(left, centre, right)?;
    Some(Peak { bin: bin as f64 + offset, dbfs })
}

/// The highest local maximum within `reach` bins of `bin`, refined; `None` when there is none (a gap, silence, a
/// slope). The two outermost bins have a neighbour on one side only and are never peaks.
#[must_use]
pub fn strongest_near(column_dbfs: &[f64], bin: usize, reach: usize) -> Option<Peak> {
    let first = bin.saturating_sub(reach);
    let end = bin.saturating_add(reach).saturating_add(1).min(column_dbfs.len());
    (first..end).filter_map(|bin| refine(column_dbfs, bin)).max_by(|a, b| a.dbfs.total_cmp(&b.dbfs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_found_exactly() {
        let parabola = |x: f64| -7.5 - 3.0 * (x - 4.3) * (x - 4.3);
        let column: Vec<f64> = (0..9).map(|k| parabola(f64::from(k))).collect();
        let peak = refine(&column, 4).unwrap();
        assert!((peak.bin - 4.3).abs() < 1e-12 && (peak.dbfs + 7.5).abs() < 1e-12);
        assert_eq!(strongest_near(&column, 2, 2), Some(peak));
        assert_eq!(strongest_near(&column, 8, 100), Some(peak));
        assert_eq!(strongest_near(&column, 0, 2), None, "a slope has no peak");
    }

    #[test]
    fn edges_gaps_and_plateaus_have_no_peak() {
        assert_eq!(refine(&[0.0, -1.0, -2.0], 0), None);
        assert_eq!(refine(&[-2.0, -1.0, 0.0], 2), None);
        assert_eq!(refine(&[-300.0; 5], 2), None);
        assert_eq!(refine(&[f64::NAN; 5], 2), None);
        assert_eq!(refine(&[f64::NEG_INFINITY, 0.0, -1.0], 1), None);
        assert_eq!(refine(&[], 0), None);
        assert_eq!(strongest_near(&[], usize::MAX, usize::MAX), None);
    }
}
