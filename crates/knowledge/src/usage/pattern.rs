/// A path of a call, or a host name, with gaps: the parts between dots are compared; `*` in a part
/// stands for any characters of it, a part `**` for any number of parts.
#[derive(Debug)]
pub(super) struct Pattern {
    parts: Vec<String>,
    /// Characters that are not gaps: of two patterns that fit, the longer one is meant.
    pub(super) weight: usize,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            parts: text.split('.').map(ToOwned::to_owned).collect(),
            weight: text.chars().filter(|letter| *letter != '*').count(),
        }
    }

    /// The first part, if it has no gap.
    pub(super) fn head(&self) -> Option<&str> {
        self.parts
            .first()
            .map(String::as_str)
            .filter(|part| !part.contains('*'))
    }

    /// The last part, if it has no gap.
    pub(super) fn tail(&self) -> Option<&str> {
        self.parts
            .last()
            .map(String::as_str)
            .filter(|part| !part.contains('*'))
    }

    /// The longest part without a gap.
    pub(super) fn longest(&self) -> Option<&str> {
        let whole = self.parts.iter().filter(|part| !part.contains('*'));
        whole.max_by_key(|part| part.len()).map(String::as_str)
    }

    /// True if it fits the parts of a path; patterns have one `**` at most in practice, and the
    /// number of parts of a path is bounded by the caller.
    pub(super) fn fits(&self, path: &[&str]) -> bool {
        let Some(gap) = self.parts.iter().position(|part| part == "**") else {
            return self.parts.len() == path.len()
                && self.parts.iter().zip(path).all(|(part, is)| fits(part, is));
        };
        let (before, after) = (&self.parts[..gap], &self.parts[gap + 1..]);
        path.len() >= before.len() + after.len()
            && before.iter().zip(path).all(|(part, is)| fits(part, is))
            && after
                .iter()
                .rev()
                .zip(path.iter().rev())
                .all(|(part, is)| fits(part, is))
    }
}

/// True if a part with at most two gaps fits.
fn fits(part: &str, is: &str) -> bool {
    let mut pieces = part.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = is.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}
