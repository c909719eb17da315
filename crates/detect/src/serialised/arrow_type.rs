//! See `arrow_type.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "arrow-pickled-type",
        summary: "a column has a type that is unpickled when the schema is read",
        page: include_str!("arrow_type.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-R3", "AML.T0011.000", "CWE-502"],
        help: "read it with pyarrow 14.0.1 or later, and ask its supplier for plain columns",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Arrow(facts) = &subject.facts else {
        return;
    };
    for (name, text) in &facts.extensions {
        if name == "arrow.py_extension_type" {
            let length = text.len();
            let message = format!(
                "a column has the type {}, with {length} bytes to unpickle",
                quoted(name)
            );
            found.add(info, subject, None, message);
        }
    }
}
