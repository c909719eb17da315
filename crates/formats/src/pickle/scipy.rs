//! The one text that unpickling an honest scientific object executes.
//!
//! `scipy.stats` distributions carry the source of their argument parsers in their state, and
//! `rv_generic.__setstate__` runs it (`scipy/stats/_distn_infrastructure.py`). The text has three
//! functions of fixed form; only lists of plain names and numbers vary.

/// What stands before and behind the part of each line that varies.
const LINES: [(&str, &str); 6] = [
    ("def _parse_args(self,", "):"),
    ("return (", ""),
    ("def _parse_args_rvs(self,", ", size=None):"),
    ("return self._argcheck_rvs(", ", size=size)"),
    ("def _parse_args_stats(self,", ", moments='mv'):"),
    ("return (", ", moments"),
];

/// True if the text has exactly the form that scipy writes: nothing in it can call anything.
pub(super) fn is_argument_template(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.len() == LINES.len()
        && lines.iter().zip(LINES).all(|(line, (before, behind))| {
            let middle = line
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(behind));
            middle.is_some_and(|middle| is_plain(middle, before.starts_with("return (")))
        })
}

/// Names, numbers, commas and equals signs; the parenthesis of a returned tuple closes once.
fn is_plain(middle: &str, tuple: bool) -> bool {
    let closing = middle.matches(')').count();
    closing == usize::from(tuple)
        && middle.chars().all(|letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '_' | ',' | ' ' | '=' | ')')
        })
}

#[cfg(test)]
mod tests {
    use super::is_argument_template;

    const HONEST: &str = "\ndef _parse_args(self, a, loc=0, scale=1):\n    return (a,), loc, scale\n\ndef _parse_args_rvs(self, a, loc=0, scale=1, size=None):\n    return self._argcheck_rvs(a, loc, scale, size=size)\n\ndef _parse_args_stats(self, a, loc=0, scale=1, moments='mv'):\n    return (a,), loc, scale, moments\n";

    #[test]
    fn only_the_form_that_scipy_writes() {
        assert!(is_argument_template(HONEST));
        assert!(is_argument_template(
            &HONEST.replace("a, ", " ").replace("(a,)", "()")
        ));
        for changed in [
            HONEST.replace("loc=0", "loc=print(1)"),
            HONEST.replace(
                "return (a,), loc, scale\n",
                "return (a,), loc, scale; import os\n",
            ),
            HONEST.replace("scale=1)", "scale=os.system('x'))"),
            format!("import os\n{HONEST}"),
            format!("{HONEST}\nx()"),
            HONEST.replace("_argcheck_rvs", "_other"),
        ] {
            assert!(!is_argument_template(&changed), "{changed}");
        }
    }
}
