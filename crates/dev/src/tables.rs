//! Tables in both directions: reading those of ARCHITECTURE.md, and writing columns for a terminal.

/// The rows of the Markdown table whose first header cell is `first`, without header and rule.
pub(crate) fn markdown_table<'a>(markdown: &'a str, first: &str) -> Vec<Vec<&'a str>> {
    markdown
        .lines()
        .skip_while(|line| cells(line).first() != Some(&first))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(cells)
        .collect()
}

fn cells(line: &str) -> Vec<&str> {
    let Some(inner) = line.trim().strip_prefix('|') else {
        return Vec::new();
    };
    inner
        .trim_end_matches('|')
        .split('|')
        .map(str::trim)
        .collect()
}

/// The names in backticks within a cell.
pub(crate) fn code_words(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Lines of aligned columns; the first row is the header. Cells that are numbers stand right.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let line: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| {
                if cell.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// A row out of anything that can be shown.
#[macro_export]
macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$(($cell).to_string()),*] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_found_by_its_first_header() {
        let markdown = "x\n\n| crate | layer |\n|---|---|\n| `a` | 0 |\n| `b` | 1 |\n\n| word |\n";
        assert_eq!(
            markdown_table(markdown, "crate"),
            [["`a`", "0"], ["`b`", "1"]]
        );
        assert!(markdown_table(markdown, "none").is_empty());
        assert_eq!(code_words("`a` and `b`"), ["a", "b"]);
    }

    #[test]
    fn numbers_stand_right() {
        let rows = vec![row!["name", "n"], row!["a", 100], row!["long", 7]];
        assert_eq!(columns(&rows), "name  n\na     100\nlong    7\n");
    }
}
