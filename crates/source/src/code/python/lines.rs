use crate::code::Unread;

/// Lines and columns of a text, for places that are mostly asked in order.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The line of the file that each line of the text comes from, if not its own.
    origin: Option<&'a [u32]>,
    /// Offset and column of the last answer.
    last: (usize, u32),
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, origin: Option<&'a [u32]>) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at.saturating_add(1)))
            .collect();
        Self {
            text,
            starts,
            origin,
            last: (0, 1),
        }
    }

    /// The line in the file, from 1.
    pub(super) fn line(&self, offset: usize) -> u32 {
        let index = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        self.of_index(index)
    }

    /// The line in the file of a line of the text, counted from 0.
    pub(super) fn of_index(&self, index: usize) -> u32 {
        let own = u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX);
        match self.origin {
            Some(origin) => origin.get(index).or(origin.last()).copied().unwrap_or(own),
            None => own,
        }
    }

    /// Line and column in characters, both from 1.
    pub(super) fn place(&mut self, offset: usize) -> (u32, u32) {
        let index = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or(0);
        let (from, column) = if self.last.0 >= start && self.last.0 <= offset {
            self.last
        } else {
            (start, 1)
        };
        let passed = self.text.get(from..offset).unwrap_or_default();
        let characters = u32::try_from(passed.chars().count()).unwrap_or(u32::MAX);
        let column = column.saturating_add(characters);
        self.last = (offset, column);
        (self.of_index(index), column)
    }
}

/// Most reasons that one file is given.
const REASONS: usize = 50;

/// Notes a part that could not be read.
pub(super) fn note(unread: &mut Vec<Unread>, line: Option<u32>, reason: &str) {
    if unread.len() < REASONS {
        let mut letters = reason.chars();
        let reason = letters
            .next()
            .into_iter()
            .flat_map(char::to_lowercase)
            .chain(letters)
            .take(200)
            .collect();
        unread.push(Unread { line, reason });
    }
}
