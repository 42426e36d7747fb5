//! Combining columns of codes so that many of them share one pixel: the loudest wins, and a gap wins over all.
//!
//! A click one column long stays visible at every zoom because the maximum keeps it. Lost samples stay visible
//! too: a combined column is a gap ([`codes::GAP`](crate::codes::GAP)) as soon as one of its columns is, because
//! a picture that closes over missing sound would be a lie, while the sound beside a gap is one zoom step away.

use crate::DspError;
use crate::codes::GAP;
use crate::error::check_length;

/// Combines one more column into `combined`: the larger code of each row, [`GAP`] where either has one.
/// Rows beyond the shorter slice stay as they are.
#[inline]
pub fn max_into(combined: &mut [u16], column: &[u16]) {
    for (kept, &code) in combined.iter_mut().zip(column) {
        *kept = if *kept == GAP || code == GAP { GAP } else { (*kept).max(code) };
    }
}

/// Combines `columns` (whole columns of `rows` codes each) in groups of `2^level` into `out`. The last group may be
/// smaller; `out` holds exactly one column per group.
///
/// # Errors
/// [`DspError::Length`] when `columns` is not made of whole columns or `out` has another length.
pub fn combine_level(columns: &[u16], rows: usize, level: u32, out: &mut [u16]) -> Result<(), DspError> {
    let count = columns.len() / rows.max(1);
    check_length("column", count * rows, columns.len())?;
    let group = 1_usize.checked_shl(level).unwrap_or(usize::MAX);
    check_length("combined", count.div_ceil(group) * rows, out.len())?;
    if rows == 0 {
        return Ok(());
    }
    for (combined, members) in out.chunks_exact_mut(rows).zip(columns.chunks(group.saturating_mul(rows))) {
        let (first, others) = members.split_at(rows);
        combined.copy_from_slice(first);
        others.chunks_exact(rows).for_each(|column| max_into(combined, column));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loudest_wins_and_a_gap_wins_over_all() {
        let columns = [10, 20, 30, 5, 0, 0, 9, 9, 1, 2];
        let mut out = [0; 6];
        combine_level(&columns, 2, 1, &mut out).unwrap();
        assert_eq!(out, [30, 20, 0, 0, 1, 2]);
        let mut all = [0; 2];
        combine_level(&columns, 2, 40, &mut all).unwrap();
        assert_eq!(all, [0, 0]);
        let mut same = [0; 10];
        combine_level(&columns, 2, 0, &mut same).unwrap();
        assert_eq!(same, columns);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert!(combine_level(&[1, 2, 3], 2, 1, &mut [0; 2]).is_err());
        assert!(combine_level(&[1, 2, 3, 4], 2, 1, &mut [0; 4]).is_err());
        assert!(combine_level(&[], 0, 1, &mut []).is_ok());
    }
}
