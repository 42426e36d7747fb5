//! NPY files, version 1.0, C order, little-endian, written as they grow.
//!
//! Our own fifty lines instead of a crate: the kept ones (ndarray-npy, npyz) bring ndarray along or want the shape
//! before the data, and a streamed spectrogram knows its number of columns only at the end.
//!
//! ```text
//! 0   "\x93NUMPY" 1 0
//! 8   u16 length of the rest of the header (118)
//! 10  "{'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns), }" padded with spaces, newline
//! 128 data
//! ```

use std::io::{self, Seek, SeekFrom, Write};

const HEADER_LEN_BYTES: usize = 128;
const DICTIONARY_AT: usize = 10;

/// A number that NPY knows.
pub trait Element: Copy {
    /// Its NPY type.
    const DESCR: &'static str;
    /// Appends its bytes, little-endian.
    fn put(self, bytes: &mut Vec<u8>);
}

impl Element for f32 {
    const DESCR: &'static str = "<f4";
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Element for f64 {
    const DESCR: &'static str = "<f8";
    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

/// Writes one array row by row.
#[derive(Debug)]
pub struct NpyWriter<T, W: Write + Seek> {
    out: W,
    /// Values per row; None for an array of one dimension.
    columns: Option<usize>,
    values: u64,
    bytes: Vec<u8>,
    element: std::marker::PhantomData<T>,
}

impl<T: Element, W: Write + Seek> NpyWriter<T, W> {
    /// Begins an array of rows of `columns` values, or of one dimension.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(mut out: W, columns: Option<usize>) -> io::Result<Self> {
        out.write_all(&[b' '; HEADER_LEN_BYTES])?;
        Ok(Self { out, columns, values: 0, bytes: Vec::new(), element: std::marker::PhantomData })
    }

    /// Appends values.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, values: &[T]) -> io::Result<()> {
        self.bytes.clear();
        values.iter().for_each(|value| value.put(&mut self.bytes));
        self.values += values.len() as u64;
        self.out.write_all(&self.bytes)
    }

    /// Writes the header, now that the shape is known, and gives the file back.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> io::Result<W> {
        let header = header(T::DESCR, self.values, self.columns);
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn header(descr: &str, values: u64, columns: Option<usize>) -> Vec<u8> {
    let shape = match columns {
        Some(columns) => format!("({}, {columns})", values / columns.max(1) as u64),
        None => format!("({values},)"),
    };
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend_from_slice(&((HEADER_LEN_BYTES - DICTIONARY_AT) as u16).to_le_bytes());
    header.extend(format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}").bytes());
    header.resize(HEADER_LEN_BYTES - 1, b' ');
    header.push(b'\n');
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_two_dimensional_array_has_the_documented_bytes() {
        let mut npy = NpyWriter::<f32, _>::new(Cursor::new(Vec::new()), Some(3)).unwrap();
        npy.write(&[1.0, 2.0, 3.0]).unwrap();
        npy.write(&[4.0, 5.0, f32::NAN]).unwrap();
        let bytes = npy.finish().unwrap().into_inner();
        assert_eq!(&bytes[..10], b"\x93NUMPY\x01\x00\x76\x00");
        let dictionary = std::str::from_utf8(&bytes[10..128]).unwrap();
        assert_eq!(dictionary.trim_end(), "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
        assert!(dictionary.ends_with('\n'));
        assert_eq!(bytes.len(), 128 + 6 * 4);
        assert_eq!(&bytes[128..132], &1.0_f32.to_le_bytes());
    }

    #[test]
    fn the_longest_shape_fits_the_header() {
        assert_eq!(header("<f4", u64::MAX, Some(1)).len(), HEADER_LEN_BYTES);
        let one = header("<f8", 7, None);
        assert!(String::from_utf8_lossy(&one).contains("'shape': (7,), }"));
    }
}
