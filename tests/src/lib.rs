//! Cross-crate tests: repository rules, golden bytes, the whole path from source to column.
