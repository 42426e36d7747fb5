//! Which bins share a row of the picture when there are more bins than any screen or texture can show.

use std::ops::Range;

use crate::DspError;
use crate::error::check_length;

/// Most rows a column is given: 16,385-point spectra keep every bin, and every GPU takes textures this wide.
pub const MAX_ROWS: usize = 8193;

/// Display rows over the bins of a column.
///
/// Up to [`MAX_ROWS`] bins, row = bin. Above, the low bins stay exact and rows widen in proportion to frequency
/// (constant relative width, what a logarithmic axis needs) up to a limit of twice the mean width (so that a
/// linear axis still has over 4,000 rows). The codes of a wide row are max-combined, never skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowMap {
    /// `rows + 1` bin indices: row r covers bins `[edges[r], edges[r + 1])`.
    edges: Vec<u32>,
}

impl RowMap {
    /// The map for columns of `bins` bins.
    #[must_use]
    pub fn new(bins: usize) -> Self {
        if bins <= MAX_ROWS {
            return Self { edges: (0..=bins as u32).collect() };
        }
        let widest = (2 * bins).div_ceil(MAX_ROWS);
        // The more bins stay exact the more rows are needed: bisect for the largest count that fits.
        let (mut fits, mut too_many) = (1, MAX_ROWS);
        while too_many - fits > 1 {
            let middle = fits.midpoint(too_many);
            if widening_edges(bins, middle, widest).len() <= MAX_ROWS + 1 {
                fits = middle;
            } else {
                too_many = middle;
            }
        }
        Self { edges: widening_edges(bins, fits, widest) }
    }

    /// Rows per column.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.edges.len() - 1
    }

    /// Bins per column.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.edges.last().map_or(0, |&end| end as usize)
    }

    /// True when every row is exactly one bin.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.rows() == self.bins()
    }

    /// `rows + 1` bin indices: row r covers bins `[edges[r], edges[r + 1])`.
    #[must_use]
    pub fn edges_bins(&self) -> &[u32] {
        &self.edges
    }

    /// Bins of row `row`; empty beyond the last row.
    #[must_use]
    pub fn bins_of(&self, row: usize) -> Range<usize> {
        match self.edges.get(row..row.saturating_add(2)) {
            Some(&[first, end]) => first as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The row that shows bin `bin`; the last row beyond the last bin.
    #[must_use]
    pub fn row_of(&self, bin: usize) -> usize {
        self.edges.partition_point(|&edge| edge as usize <= bin).clamp(1, self.rows().max(1)) - 1
    }

    /// `rows + 1` frequencies, Hz: row r covers `[edges[r], edges[r + 1])`. A bin reaches half a bin to either side
    /// of its frequency; the outermost edges are 0 and Nyquist.
    #[must_use]
    pub fn edges_hz(&self, sample_rate_hz: f64) -> Vec<f64> {
        let nyquist_hz = sample_rate_hz / 2.0;
        let bin_hz = nyquist_hz / (self.bins().max(2) - 1) as f64;
        self.edges.iter().map(|&edge| ((f64::from(edge) - 0.5) * bin_hz).clamp(0.0, nyquist_hz)).collect()
    }

    /// Max-combines one column of `bins` codes into `rows` codes. A gap column is all gap and stays so.
    ///
    /// # Errors
    /// [`DspError::Length`] when a slice has another length.
    pub fn apply(&self, bin_codes: &[u16], row_codes: &mut [u16]) -> Result<(), DspError> {
        check_length("bin", self.bins(), bin_codes.len())?;
        check_length("row", self.rows(), row_codes.len())?;
        if self.is_identity() {
            row_codes.copy_from_slice(bin_codes);
            return Ok(());
        }
        for (row, edge) in row_codes.iter_mut().zip(self.edges.windows(2)) {
            let members = &bin_codes[edge[0] as usize..edge[1] as usize];
            *row = members.iter().copied().max().unwrap_or(0);
        }
        Ok(())
    }
}

/// Edges of rows of width `clamp(bin / exact, 1, widest)` over `bins` bins.
fn widening_edges(bins: usize, exact: usize, widest: usize) -> Vec<u32> {
    let mut edges = vec![0];
    let mut bin = 0;
    while bin < bins {
        bin = (bin + (bin / exact).clamp(1, widest)).min(bins);
        edges.push(bin as u32);
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_spectra_keep_every_bin() {
        for bins in [129, 1025, MAX_ROWS] {
            let map = RowMap::new(bins);
            assert!(map.is_identity());
            assert_eq!((map.rows(), map.bins()), (bins, bins));
        }
    }

    #[test]
    fn large_spectra_fit_cover_every_bin_once_and_widen() {
        for bins in [16_385, 32_769, 65_537, 131_073] {
            let map = RowMap::new(bins);
            assert!(map.rows() <= MAX_ROWS && map.rows() > 8_000, "{} rows for {bins}", map.rows());
            let widths: Vec<_> = map.edges_bins().windows(2).map(|e| e[1] - e[0]).collect();
            assert_eq!(widths.iter().sum::<u32>() as usize, bins);
            // The last row takes what is left and may be narrower.
            assert!(widths[..widths.len() - 1].windows(2).all(|w| w[0] <= w[1] && w[1] <= w[0] + 1));
            assert!(widths[..1000].iter().all(|&w| w == 1), "the lowest 1000 bins stay exact");
            assert!(widths.iter().all(|&w| (w as usize) <= (2 * bins).div_ceil(MAX_ROWS)));
            for bin in [0, 1, 1500, bins / 3, bins - 1] {
                assert!(map.bins_of(map.row_of(bin)).contains(&bin));
            }
            assert_eq!(map.row_of(bins + 5), map.rows() - 1);
        }
    }

    #[test]
    fn one_loud_bin_is_never_lost() {
        let map = RowMap::new(131_073);
        let mut codes = vec![7; map.bins()];
        let mut rows = vec![0; map.rows()];
        for bin in [0, 2_000, 77_777, 131_072] {
            codes[bin] = 30_000;
            map.apply(&codes, &mut rows).unwrap();
            assert_eq!(rows[map.row_of(bin)], 30_000);
            assert_eq!(rows.iter().filter(|&&c| c == 30_000).count(), 1);
            codes[bin] = 7;
        }
        codes.fill(0);
        map.apply(&codes, &mut rows).unwrap();
        assert!(rows.iter().all(|&c| c == 0));
        assert!(map.apply(&codes[1..], &mut rows).is_err());
    }

    #[test]
    fn edges_in_hz_rise_from_zero_to_nyquist_and_hold_their_bins() {
        for bins in [1025, 65_537] {
            let map = RowMap::new(bins);
            let edges = map.edges_hz(48_000.0);
            assert_eq!(edges.len(), map.rows() + 1);
            assert_eq!((edges[0], edges[map.rows()]), (0.0, 24_000.0));
            assert!(edges.windows(2).all(|e| e[0] < e[1]));
            let bin_hz = 24_000.0 / (bins - 1) as f64;
            let row = map.row_of(100);
            assert!(edges[row] < 100.0 * bin_hz && 100.0 * bin_hz < edges[row + 1]);
        }
    }
}
