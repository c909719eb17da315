use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use waybill_domain::{
    Date, Exception, ExceptionNote, ExceptionState, ExceptionUse, Finding, Report, Severity,
};

use super::Exceptions;

/// What an exception may be about: a finding at an artifact, or an advisory at a component.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// Path of the artifact.
    pub path: Option<&'a str>,
    /// Other artifacts that name the same component: an exception for a path has to mean them too.
    pub elsewhere: &'a [&'a str],
    /// SHA-256 of the artifact or of the component's bytes, hexadecimal.
    pub digest: Option<&'a str>,
    /// SHA-256 of the one artifact that names the component, hexadecimal.
    pub named_in: Option<&'a str>,
    /// Id of the finding's rule.
    pub rule: Option<&'a str>,
    /// Id or package URL of the component.
    pub component: Option<&'a str>,
    /// Id and aliases of the advisory.
    pub advisories: &'a [&'a str],
    /// True for what is known to be malicious: only its exact bytes can be excepted.
    pub malicious: bool,
}

/// Exceptions on a day, and what each of them covered so far. Shared by the threads of a scan.
#[derive(Debug)]
pub struct Ledger {
    exceptions: Exceptions,
    today: Option<Date>,
    rule_set: String,
    tallies: Vec<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    covered: AtomicU64,
    would_cover: AtomicU64,
    drifted: AtomicBool,
}

impl Ledger {
    /// On a day that is not known, none is in force. `rule_set` is the digest of the rules in use.
    #[must_use]
    pub fn new(exceptions: Exceptions, today: Option<Date>, rule_set: &str) -> Self {
        let tallies = exceptions.list.iter().map(|_| Tally::default()).collect();
        Self {
            exceptions,
            today,
            rule_set: rule_set.to_owned(),
            tallies,
        }
    }

    /// The exception that covers a subject, if one does; counts it.
    #[must_use]
    pub fn cover(&self, subject: &Subject<'_>) -> Option<ExceptionNote> {
        let mut by = None;
        for (exception, tally) in self.exceptions.list.iter().zip(&self.tallies) {
            if !means(exception, subject) {
                continue;
            }
            let scope = &exception.scope;
            let is = |digest| subject.digest == Some(digest);
            // Bytes that only name what is malicious say nothing of its own bytes.
            let names = |digest| !subject.malicious && subject.named_in == Some(digest);
            let digest_holds = scope
                .digest
                .as_deref()
                .is_none_or(|digest| is(digest) || names(digest));
            let rules_hold = scope
                .rule_set
                .as_ref()
                .is_none_or(|rules| *rules == self.rule_set);
            if !digest_holds || !rules_hold {
                let names_place = match subject.component {
                    // What an artifact names does not say that the artifact is another.
                    Some(_) => scope.component.is_some(),
                    None => scope.path.is_some(),
                };
                if (digest_holds && !rules_hold) || names_place {
                    tally.drifted.store(true, Ordering::Relaxed);
                }
                continue;
            }
            if subject.malicious && scope.digest.is_none() {
                continue;
            }
            if self.in_force(exception) {
                tally.covered.fetch_add(1, Ordering::Relaxed);
                by = by.or_else(|| Some(ExceptionNote::from(exception)));
            } else {
                tally.would_cover.fetch_add(1, Ordering::Relaxed);
            }
        }
        by
    }

    /// Notes that an artifact is there, so that an exception for other bytes at its path drifts
    /// even if nothing is found in it.
    pub fn seen(&self, path: &str, digest: Option<&str>) {
        for (exception, tally) in self.exceptions.list.iter().zip(&self.tallies) {
            let scope = &exception.scope;
            if let (Some(wanted), Some(there)) = (scope.digest.as_deref(), digest)
                && scope.path.as_deref() == Some(path)
                && wanted != there
            {
                tally.drifted.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Goes through a report as a scan would, to find out where its exceptions stand.
    pub fn read(&self, report: &Report) {
        for artifact in &report.artifacts {
            let digest = artifact
                .digests
                .sha256
                .as_ref()
                .map(|digest| digest.as_str());
            self.seen(&artifact.path, digest);
            for found in &artifact.matches {
                let mut names = vec![found.found.advisory.as_str()];
                names.extend(found.found.aliases.iter().map(String::as_str));
                let stands_for = |finding: &&Finding| {
                    finding.advisory.as_deref() == Some(found.found.advisory.as_str())
                };
                let finding = artifact.findings.iter().find(stands_for);
                let _ = self.cover(&Subject {
                    path: Some(&artifact.path),
                    named_in: digest,
                    rule: finding.map(|finding| finding.rule.as_str()),
                    component: Some(found.found.component.as_str()),
                    advisories: &names,
                    malicious: found.found.malicious,
                    ..Subject::default()
                });
            }
            let of_bytes = |finding: &&Finding| finding.advisory.is_none();
            for finding in artifact.findings.iter().filter(of_bytes) {
                let _ = self.cover(&Subject {
                    path: Some(&artifact.path),
                    digest,
                    rule: Some(&finding.rule),
                    malicious: finding.severity == Severity::Critical,
                    ..Subject::default()
                });
            }
        }
    }

    fn in_force(&self, exception: &Exception) -> bool {
        self.today
            .is_some_and(|today| exception.created <= today && today <= exception.expires)
    }

    /// Where each exception stands.
    #[must_use]
    pub fn uses(&self) -> Vec<ExceptionUse> {
        let listed = self.exceptions.list.iter().zip(&self.tallies);
        listed
            .map(|(exception, tally)| {
                let covered = tally.covered.load(Ordering::Relaxed);
                let would_cover = tally.would_cover.load(Ordering::Relaxed);
                let over = self.today.is_none_or(|today| today > exception.expires);
                let early = self.today.is_some_and(|today| today < exception.created);
                let state = if over {
                    ExceptionState::Expired
                } else if early {
                    ExceptionState::NotYet
                } else if covered > 0 {
                    ExceptionState::InForce
                } else if tally.drifted.load(Ordering::Relaxed) {
                    ExceptionState::Drifted
                } else {
                    ExceptionState::Unused
                };
                ExceptionUse {
                    exception: exception.clone(),
                    state,
                    days_left: self
                        .today
                        .map_or(0, |today| exception.expires.days_since(today)),
                    covers: covered + would_cover,
                }
            })
            .collect()
    }
}

/// True if all that the scope names beside digests is what the subject is.
fn means(exception: &Exception, subject: &Subject<'_>) -> bool {
    let scope = &exception.scope;
    let same = |wanted: &Option<String>, is: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
    };
    let path = scope.path.as_deref().is_none_or(|wanted| {
        let meant = |path: &str| match wanted.strip_suffix("/**") {
            Some(folder) => path
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/')),
            None => path == wanted,
        };
        subject.path.is_some_and(meant) && subject.elsewhere.iter().all(|path| meant(path))
    });
    let component = scope.component.as_deref().is_none_or(|wanted| {
        subject.component.is_some_and(|id| {
            id == wanted || (!has_version(wanted) && without_version(id) == wanted)
        })
    });
    let advisory = scope
        .advisory
        .as_deref()
        .is_none_or(|wanted| subject.advisories.contains(&wanted));
    path && component && advisory && same(&scope.rule, subject.rule)
}

/// A package URL without its version and qualifiers.
fn without_version(id: &str) -> &str {
    if !id.starts_with("pkg:") {
        // In other ids an `@` parts nothing.
        return id;
    }
    let id = id.split(['?', '#']).next().unwrap_or(id);
    match id.rsplit_once('@') {
        // The scope of an npm package begins with an `@`.
        Some((before, _)) if !before.ends_with('/') => before,
        _ => id,
    }
}

fn has_version(id: &str) -> bool {
    without_version(id) != id
}
