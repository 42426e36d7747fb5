use sha2::{Digest, Sha256};

use super::*;
use crate::codes;

/// Name, SHA-256 of the 768 bytes, entries 0 and 255 as published.
const PUBLISHED: [(&str, &str, u32, u32); 6] = [
    ("viridis", "18545f7c72a02f02a54f2e3f6ff9dcf357e0190ab9117a1f8fae44c6eaf179e0", 0x44_01_54, 0xfd_e7_25),
    ("plasma", "7463ac7565e754490c2c358e89b54a99da3e9b3c0be7734ed66b9fc78958b9a6", 0x0d_08_87, 0xf0_f9_21),
    ("inferno", "e24e8bd38b972989f64c42856b2b274df5ada3a62bc01bf8e83500a2ea938ad4", 0x00_00_04, 0xfc_ff_a4),
    ("magma", "f95197e8391d18e2c1db50f2a1ab8650ab7c2a9acb781704a8156872615f002b", 0x00_00_04, 0xfc_fd_bf),
    ("cividis", "40881f40490dc08ae8b1442b52b01c7169d27124ccb4a501cd0ee290079cc1e1", 0x00_22_4e, 0xfe_e8_38),
    ("turbo", "c4ae9ddb8a7f13561562fe15fd276fb55ab04e194786c39edfb2ef2cc0929b2b", 0x30_12_3b, 0x7a_04_03),
];

fn rgb(table: &[u8; TABLE_LEN], entry: usize) -> u32 {
    u32::from_be_bytes([0, table[entry * 3], table[entry * 3 + 1], table[entry * 3 + 2]])
}

#[test]
fn tables_are_the_published_ones() {
    for (name, sha256, first, last) in PUBLISHED {
        let table = table(name).unwrap();
        let digest: String = Sha256::digest(table).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, sha256, "{name}");
        assert_eq!((rgb(table, 0), rgb(table, 255)), (first, last), "{name}");
    }
    let gray = table("gray").unwrap();
    assert!((0..256).all(|i| rgb(gray, i) == i as u32 * 0x01_01_01));
    assert!(table("jet").is_none());
}

#[test]
fn index_rule() {
    assert_eq!(index_from_unit(0.0), 0);
    assert_eq!(index_from_unit(0.5), 128);
    assert_eq!(index_from_unit(1.0 / 256.0), 1);
    assert_eq!(index_from_unit(0.999), 255);
    assert_eq!(index_from_unit(1.0), 255);
    assert_eq!(index_from_unit(f32::NAN), 0);
    assert_eq!(index_from_unit(f32::INFINITY), 255);
    assert_eq!(index_from_unit(f32::NEG_INFINITY), 0);
}

#[test]
fn levels_map_to_entries_and_nothing_is_nan() {
    let range = DbRange { min_dbfs: -120.0, max_dbfs: 0.0 };
    assert_eq!(range.index_from_dbfs(-120.0), 0);
    assert_eq!(range.index_from_dbfs(0.0), 255);
    assert_eq!(range.index_from_dbfs(-60.0), 128);
    assert_eq!(range.index_from_dbfs(crate::FLOOR_DBFS as f32), 0, "silence is entry 0");
    assert_eq!(range.index_from_dbfs(f32::NEG_INFINITY), 0);
    assert_eq!(range.index_from_dbfs(f32::INFINITY), 255);
    assert_eq!(range.index_from_dbfs(f32::NAN), 0);
    let odd_ends = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -60.0, 0.0];
    for min_dbfs in odd_ends {
        for max_dbfs in odd_ends {
            let range = DbRange { min_dbfs, max_dbfs };
            for dbfs in odd_ends {
                let v = range.unit_from_dbfs(dbfs);
                assert!((0.0..=1.0).contains(&v), "{range:?} {dbfs} gives {v}");
            }
        }
    }
}

#[test]
fn gaps_get_their_own_colour() {
    let viridis = table("viridis").unwrap();
    let range = DbRange { min_dbfs: -100.0, max_dbfs: 0.0 };
    let mut pixels = [[9; 4]; 3];
    let row = [codes::GAP, codes::SILENCE, codes::code_from_dbfs(0.0)];
    paint_rgba(&row, viridis, range, [1, 2, 3, 0], &mut pixels);
    assert_eq!(pixels, [[1, 2, 3, 0], [0x44, 0x01, 0x54, 255], [0xfd, 0xe7, 0x25, 255]]);
}
