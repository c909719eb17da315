//! Messages are prose in which names stand between backticks.

/// A stretch of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stretch<'text> {
    /// Words of the rule.
    Words(&'text str),
    /// What stood between two backticks.
    Code(&'text str),
}

/// Splits a message at its backticks. A last backtick without a partner is part of the words.
pub(crate) fn stretches(message: &str) -> Vec<Stretch<'_>> {
    let mut stretches = Vec::new();
    let mut rest = message;
    while let Some((words, tail)) = rest.split_once('`') {
        let Some((code, after)) = tail.split_once('`') else {
            break;
        };
        stretches.push(Stretch::Words(words));
        stretches.push(Stretch::Code(code));
        rest = after;
    }
    stretches.push(Stretch::Words(rest));
    stretches.retain(|stretch| *stretch != Stretch::Words(""));
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_backticks() {
        use Stretch::{Code, Words};
        assert_eq!(
            stretches("imports `a.b` and `c"),
            [Words("imports "), Code("a.b"), Words(" and `c")]
        );
        assert_eq!(stretches(""), []);
        assert_eq!(stretches("``"), [Code("")]);
    }
}
