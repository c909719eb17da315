//! Files of one repository held against each other.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::Severity;

use super::sketch::{Holds, Leads, Reference, Sketch};
use crate::examine::{Facts, Format, Subject};
use crate::python::judged::{Act, Kind};
use crate::python::moment::Moment;
use crate::rule::quoted;
use crate::{Found, RULES};

/// Acts that one message tells.
const TOLD: usize = 3;

/// What one file and others come to together.
#[derive(Debug)]
pub(crate) struct Tie {
    pub(crate) kind: TieKind,
    pub(crate) line: Option<u32>,
    pub(crate) severity: Severity,
    pub(crate) message: String,
}

/// Which rule tells a tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TieKind {
    RemoteCode,
    NativeLibrary,
}

/// Holds the artifacts of one target against each other and adds what they come to together.
/// Members of archives are held against the members beside them.
pub fn together(files: &mut [(&str, &mut Found)]) {
    let ties = {
        let unit = Unit::of(files);
        unit.ties()
    };
    for (index, member, tie) in ties {
        let Some((name, found)) = files.get_mut(index) else {
            continue;
        };
        let subject = Subject {
            name,
            member: member.as_deref(),
            format: Format::UNKNOWN,
            length: 0,
            facts: Facts::Tie(&tie),
        };
        for rule in RULES {
            (rule.check)(&rule.info, &subject, found);
        }
    }
}

/// One file of the unit.
struct Part<'a> {
    index: usize,
    sketch: &'a Sketch,
}

/// All files by path; members of archives stand below them: `model.zip!/config.json`.
struct Unit<'a> {
    parts: BTreeMap<String, Part<'a>>,
    others: BTreeMap<String, Vec<Part<'a>>>,
}

impl<'a> Unit<'a> {
    fn of(files: &'a [(&str, &mut Found)]) -> Self {
        let mut parts = BTreeMap::new();
        let mut others: BTreeMap<String, Vec<Part<'a>>> = BTreeMap::new();
        for (index, (name, found)) in files.iter().enumerate() {
            for sketch in &found.sketches {
                let path = match &sketch.member {
                    Some(member) => format!("{name}!/{member}"),
                    None => (*name).to_owned(),
                };
                let part = Part { index, sketch };
                match sketch.holds {
                    Holds::Python(_) => {
                        parts.insert(path, part);
                    }
                    _ => others.entry(path).or_default().push(part),
                }
            }
        }
        Self { parts, others }
    }

    fn ties(&self) -> Vec<(usize, Option<String>, Tie)> {
        let mut ties = Vec::new();
        for (path, parts) in &self.others {
            for part in parts {
                let Holds::References(references) = &part.sketch.holds else {
                    continue;
                };
                for reference in references {
                    let tie = self.reference(folder(path), reference);
                    ties.push((part.index, part.sketch.member.clone(), tie));
                }
            }
        }
        self.natives(&mut ties);
        ties
    }

    fn reference(&self, folder: &str, reference: &Reference) -> Tie {
        let named = quoted(&reference.key);
        let (severity, message) = match &reference.leads {
            Leads::Permission => (
                Severity::Medium,
                format!("{named} lets any repository that is loaded run its own code"),
            ),
            Leads::Repository(other) => (
                Severity::High,
                format!(
                    "{named} names code of another repository, {}, at no revision: {} whatever it then holds runs",
                    quoted(other),
                    reference.when
                ),
            ),
            Leads::Library(library, harmful) => (
                if *harmful {
                    Severity::High
                } else {
                    Severity::Medium
                },
                format!(
                    "{named} has {} imported, which is no library of models",
                    quoted(library)
                ),
            ),
            Leads::File(candidates) => self.file(folder, &named, candidates, reference.when),
        };
        Tie {
            kind: TieKind::RemoteCode,
            line: Some(reference.line),
            severity,
            message,
        }
    }

    fn file(
        &self,
        folder: &str,
        named: &str,
        candidates: &[String],
        when: &str,
    ) -> (Severity, String) {
        let found = candidates.iter().find_map(|candidate| {
            let path = join(folder, candidate);
            self.parts.get(&path).map(|part| (path, part))
        });
        let Some((path, part)) = found else {
            let first = candidates.first().map_or("", String::as_str);
            return (
                Severity::Medium,
                format!("{named} names code that is not here: {}", quoted(first)),
            );
        };
        let shown = quoted(
            path.strip_prefix(folder)
                .unwrap_or(&path)
                .trim_start_matches('/'),
        );
        let Holds::Python(acts) = &part.sketch.holds else {
            return (Severity::Medium, format!("{named} names {shown}"));
        };
        let native = self.others.iter().any(|(other, parts)| {
            other.starts_with(folder)
                && parts
                    .iter()
                    .any(|part| matches!(part.sketch.holds, Holds::Native))
        });
        let mut acts: Vec<(Severity, &Act)> = acts
            .iter()
            .filter_map(|act| raised(act, native).map(|severity| (severity, act)))
            .collect();
        acts.sort_by_key(|(severity, act)| (std::cmp::Reverse(*severity), act.line));
        let Some((worst, _)) = acts.first() else {
            return (
                Severity::Medium,
                format!(
                    "{named} makes {shown} run {when}; nothing was found in it, but it is code"
                ),
            );
        };
        let told: Vec<String> = acts
            .iter()
            .take(TOLD)
            .map(|(_, act)| format!("line {}, {}, {}", act.line, act.moment.when(), act.does))
            .collect();
        (
            (*worst).max(Severity::Medium),
            format!("{named} makes {shown} run {when}: {}", told.join("; ")),
        )
    }

    /// Native libraries beside a model that nothing builds or installs.
    fn natives(&self, ties: &mut Vec<(usize, Option<String>, Tie)>) {
        let mut models: BTreeMap<&str, &str> = BTreeMap::new();
        let mut packages: BTreeSet<&str> = BTreeSet::new();
        for (path, parts) in &self.others {
            for part in parts {
                match part.sketch.holds {
                    Holds::Model => {
                        models.entry(folder(path)).or_insert(path);
                    }
                    Holds::Package => {
                        packages.insert(top(path));
                        packages.insert(folder(path));
                    }
                    _ => {}
                }
            }
        }
        for (path, parts) in &self.others {
            for part in parts {
                if !matches!(part.sketch.holds, Holds::Native) {
                    continue;
                }
                let own = folder(path);
                let model = models.get(own).or_else(|| models.get(folder(own)));
                let package = packages.contains(own) || packages.contains(top(path));
                let Some(model) = model.filter(|_| !package) else {
                    continue;
                };
                let tie = Tie {
                    kind: TieKind::NativeLibrary,
                    line: None,
                    severity: Severity::High,
                    message: format!(
                        "native code lies beside the model of {}, and nothing here builds or installs it",
                        quoted(model)
                    ),
                };
                ties.push((part.index, part.sketch.member.clone(), tie));
            }
        }
    }
}

/// How bad an act is in code that a loader of models runs.
fn raised(act: &Act, native: bool) -> Option<Severity> {
    if act.moment > Moment::Load {
        return act.severity.filter(|severity| *severity >= Severity::High);
    }
    let own = act.severity;
    let because = match act.kind {
        Kind::Native if native => Some(Severity::High),
        Kind::UnsafeLoad if act.moment == Moment::Import => Some(Severity::High),
        Kind::Install | Kind::Persistence | Kind::FileChange if act.severity.is_none() => {
            Some(Severity::High)
        }
        Kind::Native | Kind::UnsafeLoad | Kind::Network | Kind::Computed => Some(Severity::Medium),
        Kind::Process if act.severity.is_none() && act.moment == Moment::Load => {
            Some(Severity::Medium)
        }
        _ => None,
    };
    own.max(because)
}

fn folder(path: &str) -> &str {
    match path.rfind('/') {
        Some(end) => path.get(..end).unwrap_or_default(),
        None => "",
    }
}

fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

fn join(folder: &str, file: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if folder.starts_with('/') {
        format!("/{joined}")
    } else {
        joined
    }
}
