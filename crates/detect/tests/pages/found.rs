//! Examining one example.

use std::sync::{Arc, LazyLock};

use waybill_detect::pages::Example;
use waybill_detect::{AllowedNames, Context, Found, Origin, PatternMatch, Patterns};
use waybill_domain::{Finding, RuleInfo, Severity};
use waybill_formats::wrapper::InMemory;
use waybill_formats::{Bytes, Limits};
use waybill_knowledge::Globals;
use waybill_yara::Rules;

static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| Rules::own().ok());

/// The YARA rules that come with Waybill, as the engine hands them over.
struct Yara;

impl Patterns for Yara {
    fn everywhere(&self) -> bool {
        false
    }

    fn matches(&self, name: &str, bytes: &[u8]) -> Vec<PatternMatch> {
        let found = RULES
            .iter()
            .flat_map(|rules| rules.scan(name, bytes).matches);
        found
            .map(|found| PatternMatch {
                pattern: found.rule,
                set: found.file,
                description: found.description,
                severity: Severity::High,
                offset: found.offset,
            })
            .collect()
    }
}

/// What `rule` finds in an example, as lines of a `findings` fence.
pub(crate) fn found_by(rule: &RuleInfo, example: &Example<'_>) -> Result<Vec<String>, String> {
    let limits = Limits::default();
    let context = Context {
        limits: &limits,
        globals: Globals::embedded(),
        allowed: &AllowedNames::new(),
        patterns: &[&Yara],
        scratch: &InMemory,
    };
    let origin = Origin {
        name: example.name.to_owned(),
    };
    let reason = example.text.trim();
    let mut found = Found::default();
    match example.language {
        "unreadable" => waybill_detect::unreadable(&origin, reason, &context, &mut found),
        "changed" => waybill_detect::changed(&origin, reason, &context, &mut found),
        language => {
            let bytes: Bytes = Arc::new(
                waybill_fixtures::assemble(language, &example.text)
                    .map_err(|error| error.to_string())?,
            );
            found = waybill_detect::examine(&bytes, &origin, &context).found;
            waybill_detect::together(&mut [(example.name, &mut found)]);
        }
    }
    let own = found
        .findings
        .iter()
        .filter(|finding| finding.rule == rule.id);
    Ok(own.map(line).collect())
}

fn line(finding: &Finding) -> String {
    let member = finding.place.member.clone();
    let offset = finding.place.offset.map(|offset| format!("at {offset}"));
    let line = finding.place.line.map(|line| format!("line {line}"));
    let place: Vec<String> = member.into_iter().chain(offset).chain(line).collect();
    format!("[{}] {}", place.join(" "), finding.message)
}
