//! Files of one repository held against each other.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::Severity;

use super::sketch::{Holds, Leads, PythonSketch, Reference, Sketch};
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
    Missing,
}

/// Holds the artifacts of one target against each other and adds what they come to together.
/// Members of archives are held against the members beside them.
pub fn together(files: &mut [(&str, &mut Found)]) {
    let (ties, asked) = {
        let unit = Unit::of(files);
        (unit.ties(), unit.asked())
    };
    for (index, member, tie) in &ties {
        tell(files, *index, member.as_deref(), Facts::Tie(tie));
    }
    for (index, member, noted) in &asked {
        tell(files, *index, member.as_deref(), Facts::Noted(noted));
    }
}

/// Runs the rules over what is known of one file by others.
fn tell(files: &mut [(&str, &mut Found)], index: usize, member: Option<&str>, facts: Facts<'_>) {
    let Some((name, found)) = files.get_mut(index) else {
        return;
    };
    let subject = Subject {
        name,
        member,
        format: Format::UNKNOWN,
        length: 0,
        system_package: false,
        facts,
    };
    for rule in RULES {
        (rule.check)(&rule.info, &subject, found);
    }
}

/// One file of the unit.
pub(super) struct Part<'a> {
    pub(super) index: usize,
    pub(super) sketch: &'a Sketch,
}

/// All files by path; members of archives stand below them: `model.zip!/config.json`.
pub(super) struct Unit<'a> {
    parts: BTreeMap<String, Part<'a>>,
    pub(super) others: BTreeMap<String, Vec<Part<'a>>>,
    /// Every artifact, whatever is known of it.
    pub(super) names: BTreeSet<&'a str>,
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
        let names = files.iter().map(|(name, _)| *name).collect();
        Self {
            parts,
            others,
            names,
        }
    }

    fn ties(&self) -> Vec<(usize, Option<String>, Tie)> {
        let mut ties = Vec::new();
        for (path, parts) in &self.others {
            for part in parts {
                let Holds::References(references) = &part.sketch.holds else {
                    continue;
                };
                for reference in references {
                    if let Some(tie) = self.reference(folder(path), reference) {
                        ties.push((part.index, part.sketch.member.clone(), tie));
                    }
                }
            }
        }
        self.natives(&mut ties);
        self.missing(&mut ties);
        ties
    }

    fn reference(&self, folder: &str, reference: &Reference) -> Option<Tie> {
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
            Leads::File(candidates) => self.file(folder, &named, candidates, reference)?,
        };
        Some(Tie {
            kind: TieKind::RemoteCode,
            line: Some(reference.line),
            severity,
            message,
        })
    }

    fn file(
        &self,
        folder: &str,
        named: &str,
        candidates: &[String],
        reference: &Reference,
    ) -> Option<(Severity, String)> {
        let found = candidates.iter().find_map(|candidate| {
            let path = join(folder, candidate);
            self.parts.get(&path).map(|part| (path, part))
        });
        let Some((path, part)) = found else {
            let first = candidates.first().map_or("", String::as_str);
            let message = format!("{named} names code that is not here: {}", quoted(first));
            return reference.expected.then_some((Severity::Medium, message));
        };
        let shown = quoted(
            path.strip_prefix(folder)
                .unwrap_or(&path)
                .trim_start_matches('/'),
        );
        let Holds::Python(code) = &part.sketch.holds else {
            return None;
        };
        let native = self.others.iter().any(|(other, parts)| {
            other.starts_with(folder)
                && parts
                    .iter()
                    .any(|part| matches!(part.sketch.holds, Holds::Native))
        });
        let mut told: Vec<(Severity, String)> = Vec::new();
        self.add(code, "", native, &reference.entries, &mut told);
        self.siblings(&path, code, native, &mut told);
        told.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        if reference.usual {
            told.retain(|(severity, _)| *severity >= Severity::High);
        }
        let when = reference.when;
        let Some((worst, _)) = told.first() else {
            let message = format!(
                "{named} makes {shown} run {when}; nothing was found in it, but it is code"
            );
            return (!reference.usual).then_some((Severity::Medium, message));
        };
        let worst = (*worst).max(Severity::Medium);
        let told: Vec<&str> = told
            .iter()
            .take(TOLD)
            .map(|(_, text)| text.as_str())
            .collect();
        Some((
            worst,
            format!("{named} makes {shown} run {when}: {}", told.join("; ")),
        ))
    }

    /// Adds what code does once something has it run.
    fn add(
        &self,
        code: &PythonSketch,
        file: &str,
        native: bool,
        entries: &[String],
        told: &mut Vec<(Severity, String)>,
    ) {
        let place = if file.is_empty() {
            String::new()
        } else {
            format!("{} ", quoted(file))
        };
        let mut say = |severity: Severity, act: &Act| {
            let text = format!(
                "{place}line {}, {}, {}",
                act.line,
                act.moment.when(),
                act.does
            );
            let known = told.iter().any(|(known, other)| {
                *known >= severity
                    && other.ends_with(&act.does)
                    && other.contains(&format!("line {},", act.line))
            });
            if !known && told.len() < 64 {
                told.push((severity, text));
            }
        };
        let mut own: Vec<(Severity, &Act)> = code
            .acts
            .iter()
            .filter_map(|act| raised(act, native).map(|severity| (severity, act)))
            .collect();
        own.sort_by_key(|(severity, act)| (std::cmp::Reverse(*severity), act.line));
        let latent = code.latent.iter().filter(|latent| {
            entries.is_empty()
                || latent
                    .within
                    .iter()
                    .any(|name| entries.iter().any(|entry| leads_to(entry, name)))
        });
        let mut latent: Vec<(Severity, &Act)> = latent
            .filter(|latent| counts(&latent.act))
            .filter_map(|latent| {
                let severity = latent.act.severity?;
                // What programs of all kinds do is only of interest where it is known to happen.
                let ordinary = latent.asked && entries.is_empty() && is_ordinary(&latent.act);
                Some((
                    if ordinary {
                        severity.min(Severity::Medium)
                    } else {
                        severity
                    },
                    &latent.act,
                ))
            })
            .collect();
        latent.sort_by_key(|(severity, act)| (std::cmp::Reverse(*severity), act.line));
        for (severity, act) in latent.into_iter().chain(own) {
            say(severity, act);
        }
    }

    /// Adds what the modules do that the code imports from beside it, and those that they import.
    fn siblings(
        &self,
        path: &str,
        code: &PythonSketch,
        native: bool,
        told: &mut Vec<(Severity, String)>,
    ) {
        const MOST: usize = 40;
        let mut met: BTreeSet<String> = BTreeSet::from([path.to_owned()]);
        let mut next: Vec<(String, &PythonSketch)> = vec![(path.to_owned(), code)];
        while let Some((path, code)) = next.pop() {
            let own = folder(&path);
            for module in &code.beside {
                let Some((sibling, name)) = self.sibling(own, module) else {
                    continue;
                };
                let Some(part) = self.parts.get(&sibling) else {
                    continue;
                };
                let Holds::Python(other) = &part.sketch.holds else {
                    continue;
                };
                let shown = sibling.strip_prefix(own).unwrap_or(&sibling);
                let shown = shown.trim_start_matches('/');
                if !name.is_empty() {
                    self.called(other, shown, &name, told);
                }
                if met.len() < MOST && met.insert(sibling.clone()) {
                    // What is called of it is added by name; by itself it does the rest.
                    let none = ["\0".to_owned()];
                    self.add(other, shown, native, &none, told);
                    next.push((sibling.clone(), other));
                }
            }
        }
    }

    fn called(
        &self,
        code: &PythonSketch,
        file: &str,
        name: &str,
        told: &mut Vec<(Severity, String)>,
    ) {
        let plain = name.replace("()", "");
        let mut parts = plain.split('.');
        let first = parts.next().unwrap_or_default().to_owned();
        let second = parts.next().map(|second| format!("{first}.{second}"));
        let entries: Vec<String> = second.into_iter().chain([first]).collect();
        let only = PythonSketch {
            acts: Vec::new(),
            latent: code.latent.clone(),
            beside: Vec::new(),
        };
        self.add(&only, file, false, &entries, told);
    }

    /// The file beside others that a dotted name leads to, and what is named in it.
    fn sibling(&self, own: &str, name: &str) -> Option<(String, String)> {
        let dots = name.bytes().take_while(|byte| *byte == b'.').count();
        let mut start = own;
        for _ in 1..dots {
            start = folder(start);
        }
        let parts: Vec<&str> = name.get(dots..)?.split('.').collect();
        let named = (1..=parts.len().min(6)).rev();
        named.into_iter().find_map(|length| {
            let (module, rest) = parts.split_at_checked(length)?;
            let module = module.join("/");
            [format!("{module}.py"), format!("{module}/__init__.py")]
                .into_iter()
                .map(|file| join(start, &file))
                .find(|path| self.parts.contains_key(path))
                .map(|path| (path, rest.join(".")))
        })
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

/// True if an entry is the function, or the class whose method it is.
fn leads_to(entry: &str, name: &str) -> bool {
    entry == name
        || entry.strip_suffix(".*").is_some_and(|class| {
            name.strip_prefix(class)
                .is_some_and(|rest| rest.starts_with('.'))
        })
}

/// True for what programs of all kinds do.
fn is_ordinary(act: &Act) -> bool {
    matches!(
        act.kind,
        Kind::Process
            | Kind::Install
            | Kind::FileChange
            | Kind::Native
            | Kind::Network
            | Kind::UnsafeLoad
            | Kind::Computed
    )
}

/// True if what an act does is bad in any function of code that comes with a model; what programs
/// of all kinds do is judged where it is reached.
fn counts(act: &Act) -> bool {
    match act.kind {
        Kind::Process | Kind::Install | Kind::FileChange | Kind::Native => {
            act.severity >= Some(Severity::High)
        }
        _ => act.severity >= Some(Severity::Medium),
    }
}

pub(super) fn folder(path: &str) -> &str {
    match path.rfind('/') {
        Some(end) => path.get(..end).unwrap_or_default(),
        None => "",
    }
}

fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

pub(super) fn join(folder: &str, file: &str) -> String {
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
