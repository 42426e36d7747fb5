//! Published colormaps as 256 RGB triples each, and the rules from a level to an entry.
//!
//! The tables are the published ones (viridis, plasma, inferno, magma: van der Walt and Smith; cividis: Nuñez,
//! Anderton and Renslow; turbo: Mikhailov) rounded to 8 bits; a test checks each by its SHA-256.

/// Names of the tables, in the order offered to users.
pub const NAMES: [&str; 7] = ["viridis", "plasma", "inferno", "magma", "cividis", "turbo", "gray"];

/// Bytes of one table: 256 entries of red, green, blue.
pub const TABLE_LEN: usize = 768;

/// The tables one after another, in the order of [`NAMES`].
static TABLES: [[u8; TABLE_LEN]; NAMES.len()] = split_tables(include_bytes!("colormap/tables.bin"));

const fn split_tables(bytes: &[u8; TABLE_LEN * NAMES.len()]) -> [[u8; TABLE_LEN]; NAMES.len()] {
    let mut tables = [[0; TABLE_LEN]; NAMES.len()];
    let mut i = 0;
    while i < bytes.len() {
        tables[i / TABLE_LEN][i % TABLE_LEN] = bytes[i];
        i += 1;
    }
    tables
}

/// The table called `name`: 256 entries of red, green, blue, darkest first (turbo: blue first).
#[must_use]
pub fn table(name: &str) -> Option<&'static [u8; TABLE_LEN]> {
    NAMES.iter().position(|&known| known == name).map(|i| &TABLES[i])
}

/// Entry of a position in 0..=1: `min(255, floor(256 v))`. Below 0 and NaN give 0, above 1 and +infinity 255.
#[inline]
#[must_use]
pub fn index_from_unit(v: f32) -> u8 {
    // A float to integer cast saturates and sends NaN to 0, which is exactly the rule.
    (v * 256.0) as u8
}

/// The dB range a colormap is stretched over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DbRange {
    /// Level of entry 0, dBFS.
    pub min_dbfs: f32,
    /// Level of entry 255, dBFS.
    pub max_dbfs: f32,
}

impl DbRange {
    /// Position of a level in the range, 0..=1, never NaN: at or below `min_dbfs` (and NaN) 0, at or above
    /// `max_dbfs` 1. An empty or reversed range becomes a step at `max_dbfs`.
    #[inline]
    #[must_use]
    pub fn unit_from_dbfs(&self, dbfs: f32) -> f32 {
        if dbfs >= self.max_dbfs {
            1.0
        } else if dbfs > self.min_dbfs {
            // Here min < dbfs < max, so the quotient is finite; it is NaN only for an infinite end of the range.
            let v = (dbfs - self.min_dbfs) / (self.max_dbfs - self.min_dbfs);
            if v.is_nan() { 0.0 } else { v }
        } else {
            0.0
        }
    }

    /// Table entry of a level: [`DbRange::unit_from_dbfs`], then [`index_from_unit`]. Silence is entry 0.
    #[inline]
    #[must_use]
    pub fn index_from_dbfs(&self, dbfs: f32) -> u8 {
        index_from_unit(self.unit_from_dbfs(dbfs))
    }
}

/// Paints codes as RGBA8 pixels, gaps (code 0) in `gap_rgba`. Stops at the shorter of the two slices.
pub fn paint_rgba(
    codes: &[u16],
    table: &[u8; TABLE_LEN],
    range: DbRange,
    gap_rgba: [u8; 4],
    out: &mut [[u8; 4]],
) {
    for (pixel, &code) in out.iter_mut().zip(codes) {
        *pixel = if code == crate::codes::GAP {
            gap_rgba
        } else {
            let entry = usize::from(range.index_from_dbfs(crate::codes::dbfs_from_code(code))) * 3;
            [table[entry], table[entry + 1], table[entry + 2], 255]
        };
    }
}

#[cfg(test)]
#[path = "colormap/tests.rs"]
mod tests;
