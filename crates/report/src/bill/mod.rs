//! What is said about bills, for a person at a terminal.

mod check;
mod conversion;
mod diff;
mod verification;

pub use check::{BillCheck, bill_check};
pub use conversion::{bill_conversion, bill_merging};
pub use diff::bill_diff;
pub use verification::bill_verification;

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

/// Rows of cells in columns that fit their widest cell; the last column is not padded.
pub(crate) fn columns(rows: &[Vec<String>], indent: usize) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line.push_str(cell);
            if index + 1 < row.len() {
                line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
