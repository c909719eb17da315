//! See `torch_export_code.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Facts, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "torch-export-code",
        summary: "an exported program of PyTorch names more than operators, or holds text that is evaluated",
        page: include_str!("torch_export_code.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0011.000", "CWE-94", "CWE-502"],
        help: "do not load it; ask for the program as `torch.export.save` writes it, or for the weights alone",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Torch(names) = &subject.facts else {
        return;
    };
    for odd in &names.odd {
        found.add_with(
            info,
            subject,
            Some(odd.offset),
            odd.message.clone(),
            odd.severity,
        );
        if odd.severity >= Severity::High {
            found.would(subject, odd.offset, odd.does.clone());
        }
    }
}
