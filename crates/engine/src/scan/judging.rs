//! What counts of what was found, and the verdict: exceptions, statements, components, the policy.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use waybill_advisories::vex::{Applied, Statements};
use waybill_detect::{Examination, Found as Seen, Origin};
use waybill_domain::facts::GateFacts;
use waybill_domain::vex::{StatementNote, VexStatus};
use waybill_domain::{Artifact, ArtifactMatch, Digests, Excepted, Finding, Severity, Verdict};
use waybill_policy::{Engine, Ledger, Subject};

use super::{Examined, Outcome, Request};
use crate::join::{Found, Joined};

/// Judges what was examined.
pub(super) struct Judge<'a> {
    pub(super) request: &'a Request,
    pub(super) policy: Option<&'a Engine>,
    pub(super) ledger: &'a Ledger,
    pub(super) joined: &'a Joined,
    /// Asked by all threads, and remembers what it was asked.
    pub(super) statements: Mutex<Statements>,
    /// The versions of all rules, if there are statements.
    pub(super) versions: HashMap<&'static str, String>,
}

impl Judge<'_> {
    /// The policy's part: what counts, in which order, and the verdict.
    pub(super) fn outcome(&self, examined: Examined) -> Outcome {
        let Examined {
            path,
            origin,
            size_bytes,
            digests,
            examination: Examination { format, found },
        } = examined;
        let mut findings = found.findings;
        waybill_policy::order(&mut findings);
        findings.dedup();
        for finding in &mut findings {
            finding.fingerprint = waybill_policy::fingerprint(&origin.name, finding);
            if self
                .request
                .baseline
                .as_ref()
                .is_some_and(|baseline| baseline.knows(&finding.fingerprint))
            {
                finding.excepted = Some(Excepted::Baseline);
            }
        }
        self.except(&origin.name, &digests, &mut findings);
        let matches = self.join(&origin.name, &digests, &mut findings);
        // Last: what is called mild is still what an exception has to name.
        self.weigh(&mut findings);
        waybill_policy::order(&mut findings);
        let mut loading = found.loading;
        loading
            .sort_by(|left, right| (&left.member, left.offset).cmp(&(&right.member, right.offset)));
        let mut artifact = Artifact {
            path,
            format,
            size_bytes,
            digests,
            verdict: Verdict::Reject,
            complete: !findings.iter().any(|finding| finding.incomplete),
            findings,
            loading,
            allowed: found.allowed.into_iter().collect(),
            sampled: found.sampled.into_iter().map(ToOwned::to_owned).collect(),
            reasons: Vec::new(),
            matches,
        };
        self.judge(&mut artifact);
        Outcome {
            artifact,
            cut: found.cut,
        }
    }

    /// Gives findings the severity that the configuration gives their rules, and says so.
    fn weigh(&self, findings: &mut [Finding]) {
        for finding in findings {
            let Some(severity) = self.request.judgement.severities.get(&finding.rule) else {
                continue;
            };
            if *severity != finding.severity {
                let said = finding.severity;
                finding.help = format!(
                    "{} (counts as {severity} by the configuration; the rule says {said})",
                    finding.help
                );
                finding.severity_of_rule = Some(said);
                finding.severity = *severity;
            }
        }
    }

    /// Marks the findings that an exception covers.
    fn except(&self, path: &str, digests: &Digests, findings: &mut [Finding]) {
        let digest = digests.sha256.as_ref().map(|digest| digest.as_str());
        self.ledger.seen(path, digest);
        for finding in findings {
            let stated = self
                .versions
                .get(finding.rule.as_str())
                .and_then(|version| {
                    self.statements()
                        .on_finding(&finding.rule, version, path, digest)
                });
            stated_of(finding, stated);
            let covered = self.ledger.cover(&Subject {
                path: Some(path),
                digest,
                rule: Some(&finding.rule),
                malicious: finding.severity == Severity::Critical,
                ..Subject::default()
            });
            if let (Some(note), None) = (covered, &finding.excepted) {
                finding.excepted = Some(Excepted::Exception(Box::new(note)));
            }
        }
    }

    /// Adds what is to be said of the components that the artifact names.
    fn join(
        &self,
        path: &str,
        digests: &Digests,
        findings: &mut Vec<Finding>,
    ) -> Vec<ArtifactMatch> {
        let digest = digests.sha256.as_ref().map(|digest| digest.as_str());
        let mut matches = Vec::new();
        for joint in self.joined.at(path) {
            let mut finding = joint.finding.clone();
            finding.fingerprint = waybill_policy::fingerprint(path, &joint.lasting());
            let known = self.request.baseline.as_ref();
            if known.is_some_and(|baseline| baseline.knows(&finding.fingerprint)) {
                finding.excepted = Some(Excepted::Baseline);
            }
            let names: Vec<&str> = joint.found.iter().flat_map(Found::names).collect();
            let found = joint.found.as_ref();
            let malicious = found.is_some_and(|found| found.found.malicious);
            let elsewhere: Vec<&str> = joint.elsewhere.iter().map(String::as_str).collect();
            // Nobody can state that malicious code does not matter.
            if !names.is_empty() && !malicious {
                let stated = self.statements().on_match(
                    names.iter().copied(),
                    &joint.about.target(),
                    &joint.about.system(),
                );
                stated_of(&mut finding, stated);
            }
            let covered = self.ledger.cover(&Subject {
                path: Some(path),
                elsewhere: &elsewhere,
                digest: joint.about.sha256(),
                named_in: digest.filter(|_| elsewhere.is_empty()),
                rule: Some(&finding.rule),
                component: Some(joint.about.shown()),
                advisories: &names,
                malicious,
            });
            if let (Some(note), None) = (covered, &finding.excepted) {
                finding.excepted = Some(Excepted::Exception(Box::new(note)));
            }
            if let Some(found) = &joint.found {
                matches.push(ArtifactMatch {
                    found: found.found.clone(),
                    ends: found.ends.clone(),
                    excepted: finding.excepted.clone(),
                });
            }
            findings.push(finding);
        }
        matches
    }

    /// Places of components that are no artifact of the scan: what is left out by patterns, or
    /// stands in no file of its own.
    pub(super) fn beside(&self, outcomes: &[Outcome]) -> Vec<Outcome> {
        let mut paths = self.joined.paths();
        for outcome in outcomes {
            paths.remove(outcome.artifact.path.as_str());
        }
        paths
            .into_iter()
            .map(|path| {
                self.outcome(Examined {
                    path: path.to_owned(),
                    origin: Origin {
                        name: path.to_owned(),
                    },
                    size_bytes: 0,
                    digests: Digests::default(),
                    examination: Examination {
                        format: "components".into(),
                        found: Seen::default(),
                    },
                })
            })
            .collect()
    }

    pub(super) fn statements(&self) -> MutexGuard<'_, Statements> {
        self.statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The verdict and its reasons; without a policy everything is rejected.
    fn judge(&self, artifact: &mut Artifact) {
        let Some(policy) = self.policy else { return };
        let mut facts = waybill_policy::scan_facts(artifact, self.request.judgement.today);
        // Also where nothing matches: a policy may refuse to rely on old advisories.
        facts.feeds = self
            .joined
            .feeds
            .iter()
            .map(waybill_policy::feed_facts)
            .collect();
        let decision = policy.decide(&GateFacts::Scan(Box::new(facts)));
        artifact.verdict = decision.verdict;
        artifact.reasons = decision.reasons;
    }
}

/// What a statement says of a finding: that it does not count, or what to do about it.
pub(crate) fn stated_of(finding: &mut Finding, stated: Option<Applied>) {
    let Some(stated) = stated else { return };
    if stated.settles() {
        if finding.excepted.is_none() {
            finding.excepted = Some(Excepted::Statement(Box::new(note_of(stated))));
        }
        return;
    }
    let said = match stated.status {
        VexStatus::Affected => stated.action,
        _ => Some("it is being looked into".to_owned()),
    };
    if let Some(said) = said {
        finding.help = format!("{said} ({})", stated.author);
    }
}

/// A statement as what it covers shows it.
pub(crate) fn note_of(stated: Applied) -> StatementNote {
    StatementNote {
        document: stated.document,
        author: stated.author,
        status: stated.status,
        justification: stated.justification,
        why: stated.why,
    }
}
