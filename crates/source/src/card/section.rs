//! Sections of Markdown: their texts, the pairs of their lists, and their tables.

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading without its marks.
    pub title: String,
    /// Level from 1; 0 for what stands before the first heading.
    pub level: u8,
    /// Line of the heading, from 1.
    pub line: u32,
    /// The text, trimmed and cut, without placeholders of templates.
    pub text: String,
    /// `name: value` of list items, emphasis taken off.
    pub pairs: Vec<(String, String)>,
    /// Tables.
    pub tables: Vec<Table>,
}

/// A table; rows are as long as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Cells of the first row.
    pub header: Vec<String>,
    /// Cells of the others.
    pub rows: Vec<Vec<String>>,
}

/// Longest text of a section that is kept, in characters.
const TEXT_CHARACTERS: usize = 2000;
/// Sections of one card that are kept.
const MOST_SECTIONS: usize = 500;
/// Pairs and rows of one section that are kept.
const MOST_ROWS: usize = 500;

/// Reads the sections of `body`, whose first line is `line`.
pub(super) fn read(body: &str, line: u32) -> Vec<Section> {
    let mut reader = Reader {
        done: Vec::new(),
        open: Section {
            line,
            ..Section::default()
        },
        paragraphs: Vec::new(),
        kept: 0,
        fence: None,
        comment: false,
    };
    let mut number = line;
    let mut lines = body.lines().peekable();
    while let Some(written) = lines.next() {
        let underlined = lines.peek().and_then(|next| underline(next));
        reader.line(written, number, underlined);
        number = number.saturating_add(1);
        if reader.done.len() >= MOST_SECTIONS {
            break;
        }
    }
    reader.close();
    reader.done
}

/// Level of the heading that this line underlines.
fn underline(line: &str) -> Option<u8> {
    let line = line.trim_end();
    if line.len() < 3 {
        None
    } else if line.bytes().all(|byte| byte == b'=') {
        Some(1)
    } else if line.bytes().all(|byte| byte == b'-') {
        Some(2)
    } else {
        None
    }
}

struct Reader {
    done: Vec<Section>,
    open: Section,
    paragraphs: Vec<String>,
    /// Bytes in `paragraphs`.
    kept: usize,
    /// The mark that will close the block of code that is open.
    fence: Option<&'static str>,
    comment: bool,
}

impl Reader {
    fn line(&mut self, written: &str, number: u32, underlined: Option<u8>) {
        if self.in_fence(written) {
            self.keep(written);
            return;
        }
        let line = self.without_comments(written);
        let trimmed = line.trim();
        if let Some((level, title)) = heading(trimmed) {
            self.begin(level, title, number);
        } else if let (Some(level), Some(_)) = (underlined, plain(trimmed)) {
            self.begin(level, trimmed, number);
        } else if underline(trimmed).is_some() && self.paragraphs.is_empty() {
            // The line that underlines the heading.
        } else if trimmed.starts_with('|') {
            self.row(trimmed);
        } else {
            self.pair(trimmed);
            self.keep(&line);
        }
    }

    fn in_fence(&mut self, line: &str) -> bool {
        let trimmed = line.trim_start();
        match self.fence {
            Some(mark) => {
                if trimmed.starts_with(mark) {
                    self.fence = None;
                }
                true
            }
            None => {
                self.fence = ["```", "~~~"]
                    .into_iter()
                    .find(|mark| trimmed.starts_with(mark));
                self.fence.is_some()
            }
        }
    }

    fn without_comments(&mut self, line: &str) -> String {
        let mut out = String::new();
        let mut rest = line;
        loop {
            let mark = if self.comment { "-->" } else { "<!--" };
            let Some((before, after)) = rest.split_once(mark) else {
                if !self.comment {
                    out.push_str(rest);
                }
                return out;
            };
            if !self.comment {
                out.push_str(before);
            }
            self.comment = !self.comment;
            rest = after;
        }
    }

    fn begin(&mut self, level: u8, title: &str, line: u32) {
        self.close();
        self.open = Section {
            title: bare(title),
            level,
            line,
            ..Section::default()
        };
    }

    fn close(&mut self) {
        let mut section = std::mem::take(&mut self.open);
        section.text = cut(&std::mem::take(&mut self.paragraphs).join("\n"));
        self.kept = 0;
        let says_nothing = section.title.is_empty()
            && section.text.is_empty()
            && section.pairs.is_empty()
            && section.tables.is_empty();
        if !says_nothing {
            self.done.push(section);
        }
    }

    fn keep(&mut self, line: &str) {
        let line = line.trim_end();
        let empty = line.is_empty()
            && self
                .paragraphs
                .last()
                .is_none_or(|last| last.trim().is_empty());
        if empty || is_placeholder(line) || self.kept > TEXT_CHARACTERS.saturating_mul(4) {
            return;
        }
        self.kept = self.kept.saturating_add(line.len()).saturating_add(1);
        self.paragraphs.push(line.to_owned());
    }

    fn pair(&mut self, line: &str) {
        let item = ["- ", "* ", "+ "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark));
        let Some((name, value)) = item.and_then(|item| item.split_once(':')) else {
            return;
        };
        let (name, value) = (bare(name), bare(value));
        let is_name = !name.is_empty() && name.chars().count() <= 60 && !name.contains("](");
        if is_name
            && !value.is_empty()
            && !is_placeholder(&value)
            && self.open.pairs.len() < MOST_ROWS
        {
            self.open
                .pairs
                .push((name, value.chars().take(500).collect()));
        }
    }

    fn row(&mut self, line: &str) {
        let inner = line.trim_start_matches('|');
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        let cells: Vec<String> = inner.split('|').map(bare).collect();
        let rule = cells.iter().all(|cell| {
            !cell.is_empty() && cell.bytes().all(|byte| matches!(byte, b'-' | b':' | b' '))
        });
        let section = &mut self.open;
        if rule {
            // The row before it was the header of a table.
            return;
        }
        let continues = self
            .paragraphs
            .last()
            .is_some_and(|last| last.as_str() == TABLE);
        match section.tables.last_mut() {
            Some(table) if continues => {
                if table.rows.len() < MOST_ROWS {
                    table.rows.push(cells);
                }
            }
            _ => {
                section.tables.push(Table {
                    header: cells,
                    rows: Vec::new(),
                });
                self.paragraphs.push(TABLE.to_owned());
            }
        }
    }
}

/// Stands in the text where a table stood, so that its rows find each other.
const TABLE: &str = "\u{fdd0}";

/// The level and title of a heading with marks.
fn heading(line: &str) -> Option<(u8, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len().saturating_sub(title.len());
    let spaced = title.is_empty() || title.starts_with([' ', '\t']);
    if !(1..=6).contains(&level) || !spaced {
        return None;
    }
    let title = title.trim().trim_end_matches('#').trim_end();
    Some((u8::try_from(level).ok()?, title))
}

/// A line that an underline can make a heading.
fn plain(line: &str) -> Option<&str> {
    let marked = line.starts_with(['-', '*', '+', '|', '>', '<', '#', '=']);
    (!line.is_empty() && !marked && line.len() < 120).then_some(line)
}

/// Text without the marks of emphasis and code around it, and without a colon at its end.
fn bare(text: &str) -> String {
    let text = text.trim().trim_matches(['*', '_', '`', ' ']);
    text.trim_end_matches(':')
        .trim_end_matches(['*', '_', '`', ' '])
        .replace("**", "")
}

/// True for what templates leave to be filled in.
fn is_placeholder(text: &str) -> bool {
    let text = text.rsplit_once(":** ").map_or(text, |(_, value)| value);
    let lower: String = text
        .chars()
        .take(80)
        .filter(|letter| !matches!(letter, '[' | ']' | '*' | '_' | '`' | '.' | '{' | '}'))
        .collect::<String>()
        .trim()
        .to_lowercase();
    matches!(
        lower.as_str(),
        "more information needed"
            | "needs more information"
            | "more information needed for further recommendations"
            | "optional"
            | "tbd"
            | "todo"
            | "to be added"
            | "coming soon"
            | "fill in"
            | "n/a"
    ) || lower.contains("default(\"[more information needed]\"")
        || lower.contains("more information needed\", true)")
}

fn cut(text: &str) -> String {
    let text: String = text.replace(TABLE, "");
    let text = text.trim();
    match text.char_indices().nth(TEXT_CHARACTERS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
