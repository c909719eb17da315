//! See `format_not_examined.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Class, Facts, Format, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "format-not-examined",
        summary: "the format is known, but no rule here judges it yet",
        page: include_str!("format_not_examined.md"),
        severity: Severity::Medium,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "S-M1"],
        help: "examine it with a tool for that format; it is neither admitted nor refused by what was seen",
        incomplete: true,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Identity(formats) = &subject.facts else {
        return;
    };
    for format in formats
        .iter()
        .filter(|format| **format != Format::LFS_POINTER)
    {
        match format.class {
            Class::NotExamined if format.name == "rar" => found.add(
                info,
                subject,
                None,
                format!(
                    "{} archives cannot be read here: unpack it, and have what is in it examined",
                    format.name
                ),
            ),
            Class::NotExamined => found.add(
                info,
                subject,
                None,
                format!("{} is known, but no rule examines it yet", format.name),
            ),
            Class::Executable if *format == Format::LLAMAFILE => found.add(
                info,
                subject,
                None,
                "a llamafile is a program with a model in it: running it runs machine code that no rule reads; what is packed into it was examined",
            ),
            Class::Executable => found.add(
                info,
                subject,
                None,
                format!("{} is code: no rule examines it yet", format.name),
            ),
            _ => {}
        }
    }
}
