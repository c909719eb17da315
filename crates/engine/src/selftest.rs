//! The verb `selftest`: examines the corpus that the rules' pages carry as assembly, and says how
//! many of the harmful ones it would refuse and how many of the harmless ones it would reject.

use std::collections::BTreeMap;
use std::sync::Arc;

use waybill_detect::{AllowedNames, Context, Examination, Found, Origin, Rule, pages};
use waybill_domain::facts::{GateFacts, ScanFacts};
use waybill_domain::{Finding, Gate, Verdict};
use waybill_formats::{Bytes, Limits};
use waybill_knowledge::Globals;
use waybill_policy::Engine;

use crate::{InFiles, YaraRules};

/// The rule that speaks for all of YARA.
const YARA_RULE: &str = "yara-match";

/// How one class of the corpus fared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassResult {
    /// Examples that a rule has to flag.
    pub flagged: u64,
    /// Those of them that their rule flagged.
    pub found: u64,
    /// Examples that their rule must leave alone.
    pub harmless: u64,
    /// Those of them that it flagged all the same.
    pub wrongly_found: u64,
}

/// One example that did not fare as its page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelftestMiss {
    /// The rule.
    pub rule: &'static str,
    /// Line of its page.
    pub line: usize,
    /// What went wrong.
    pub reason: String,
}

/// The whole result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelftestReport {
    /// By class: the first word of the rule's id.
    pub classes: BTreeMap<String, ClassResult>,
    /// What did not fare as it should.
    pub misses: Vec<SelftestMiss>,
}

/// Examines every example of every page.
#[must_use]
pub fn selftest() -> SelftestReport {
    let mut report = SelftestReport::default();
    let baseline = Engine::baseline(&[Gate::Scan]).ok();
    // Without the feature nothing of YARA is there to be tested.
    let there = |rule: &&&Rule| cfg!(feature = "yara") || rule.info.id != YARA_RULE;
    for rule in waybill_detect::RULES.iter().filter(there) {
        let class = rule
            .info
            .id
            .split('-')
            .next()
            .unwrap_or_default()
            .to_owned();
        for example in pages::examples(rule.info.page) {
            let outcome = examine(&example);
            let result = report.classes.entry(class.clone()).or_default();
            let fires = outcome.as_ref().is_ok_and(|examination| {
                examination
                    .found
                    .findings
                    .iter()
                    .any(|finding| finding.rule == rule.info.id)
            });
            let reason = match (&outcome, example.flagged, fires) {
                (Err(reason), _, _) => Some(reason.clone()),
                (Ok(examination), true, true)
                    if examination
                        .found
                        .findings
                        .iter()
                        .all(|finding| finding.severity < waybill_domain::Severity::Medium) =>
                {
                    None
                }
                (Ok(examination), true, true)
                    if admits(baseline.as_ref(), &examination.found.findings) =>
                {
                    Some("would be admitted".to_owned())
                }
                (Ok(_), true, false) => Some("is not flagged".to_owned()),
                (Ok(_), false, true) => Some("is flagged".to_owned()),
                _ => None,
            };
            if example.flagged {
                result.flagged += 1;
                result.found += u64::from(fires);
            } else {
                result.harmless += 1;
                result.wrongly_found += u64::from(fires);
            }
            report.misses.extend(reason.map(|reason| SelftestMiss {
                rule: rule.info.id,
                line: example.line,
                reason,
            }));
        }
    }
    report
}

/// True if findings like these would not be in the way.
fn admits(policy: Option<&Engine>, findings: &[Finding]) -> bool {
    let facts = ScanFacts {
        findings: waybill_policy::findings_facts(findings),
        ..ScanFacts::default()
    };
    let facts = GateFacts::Scan(Box::new(facts));
    policy.is_none_or(|policy| policy.decide(&facts).verdict == Verdict::Admit)
}

fn examine(example: &pages::Example<'_>) -> Result<Examination, String> {
    let limits = Limits::default();
    let yara = YaraRules::default();
    let patterns = yara.patterns();
    let context = Context {
        patterns: &patterns,
        limits: &limits,
        globals: Globals::embedded(),
        allowed: &AllowedNames::new(),
        scratch: &InFiles,
    };
    let origin = Origin {
        name: example.name.to_owned(),
    };
    if let Some(outcome) = event(example, &origin, &context) {
        return Ok(outcome);
    }
    let bytes: Bytes = Arc::new(
        waybill_fixtures::assemble(example.language, &example.text)
            .map_err(|error| error.to_string())?,
    );
    let mut examination = waybill_detect::examine(&bytes, &origin, &context);
    waybill_detect::together(&mut [(example.name, &mut examination.found)]);
    Ok(examination)
}

/// Examples of what happens to an artifact rather than of its bytes.
fn event(
    example: &pages::Example<'_>,
    origin: &Origin,
    context: &Context<'_>,
) -> Option<Examination> {
    let mut found = Found::default();
    let reason = example.text.trim();
    match example.language {
        "unreadable" => waybill_detect::unreadable(origin, reason, context, &mut found),
        "changed" => waybill_detect::changed(origin, reason, context, &mut found),
        _ => return None,
    }
    Some(Examination {
        format: "unknown".into(),
        found,
    })
}
