//! How deviations from a format are kept, for all formats alike.

/// Beyond this many, problems are counted instead of listed.
const LISTED: usize = 1000;

/// Characters of a name that a problem keeps.
const EXCERPT_CHARACTERS: usize = 128;

/// Appends a problem to those that are listed, or counts it if there are enough.
pub(crate) fn list<P>(problem: P, listed: &mut Vec<P>, left_out: &mut u64) {
    if listed.len() < LISTED {
        listed.push(problem);
    } else {
        *left_out = left_out.saturating_add(1);
    }
}

/// A name or text out of the artifact, cut to what a message needs.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_is_counted() {
        let (mut listed, mut left_out) = (Vec::new(), 0);
        for problem in 0..LISTED + 2 {
            list(problem, &mut listed, &mut left_out);
        }
        assert_eq!(
            (listed.len(), listed.last(), left_out),
            (LISTED, Some(&(LISTED - 1)), 2)
        );
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(excerpt(&"ü".repeat(200)), "ü".repeat(128));
    }

    macro_rules! described {
        ($format:ident, $language:literal, $text:expr) => {{
            let bytes = waybill_fixtures::assemble($language, $text).unwrap();
            let facts = crate::$format::parse(&bytes, &crate::Limits::default()).unwrap();
            let problems = facts.problems.iter();
            let described: Vec<String> = problems.map(|problem| problem.kind.to_string()).collect();
            described
        }};
    }

    #[test]
    fn problems_are_described_with_names_and_units() {
        let tensor = "tensor \"a`\\u001b\" dtype=F4 shape=3 end=1\nheader-length 9999\n";
        assert_eq!(
            described!(safetensors, "safetensors", tensor),
            [
                "the header states 9999 bytes, 65 are there",
                "the header is padded with byte 0x00, not with spaces",
                "tensor `a'\\u{1b}` ends at data byte 1, but the data has 0 bytes",
                "tensor `a'\\u{1b}` needs 12 bits by type and shape, its offsets give 1 byte"
            ]
        );
        let tensor = "tensor \"w\" dims=8 offset=1\n";
        assert_eq!(
            described!(gguf, "gguf", tensor),
            [
                "tensor `w` begins at data byte 1, not at a multiple of the alignment",
                "tensor `w` ends beyond the file: 1 byte missing",
                "1 byte before or between tensors that belong to none"
            ]
        );
        let header = "header \"{'descr': system('x')}\"\n";
        assert_eq!(
            described!(numpy, "npy", header),
            ["the header is not a literal of Python: the name `system` where a value should be"]
        );
        let file = "file \"a\\u0007\" size-text=\"zz\"\nend half\n";
        assert_eq!(
            described!(tar, "tar", file),
            ["the size in a header is not a number"]
        );
    }
}
