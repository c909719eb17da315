//! The verb `scan`: identify, examine, digest and judge artifacts.

mod judging;

use judging::Judge;
pub(crate) use judging::{note_of, stated_of};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Mutex;

use rayon::prelude::*;
use waybill_advisories::vex::Statements;
use waybill_detect::{
    AllowedNames, Context, Examination, Found as Seen, Neighbours, Origin, Patterns,
};
use waybill_domain::inventory::Unread;
use waybill_domain::vex::VexDocument;
use waybill_domain::{Artifact, Date, Digests, Gate, Report, RuleInfo, Severity, Tool};
use waybill_formats::{Bytes, Limits};
use waybill_knowledge::Globals;
use waybill_policy::{Baseline, Engine, Exceptions, Ledger};

use crate::bytes::{Stamp, open_at_once};
use crate::digest::digest;
use crate::join::{Joined, Joining};
use crate::open::{open, read_all};
use crate::totals::report;
use crate::walk::{Entry, Walked, patterns, readable, target_error, walk};
use crate::{InFiles, ScanError, YaraRules};

/// What is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file or a folder.
    Path(PathBuf),
    /// Standard input, as one artifact.
    Stdin,
}

/// What a scan needs to know.
pub struct Request {
    /// What is scanned; the paths of several targets begin with the target as named.
    pub targets: Vec<Target>,
    /// Patterns of paths that are left out.
    pub exclude: Vec<String>,
    /// Limits by name.
    pub limits: BTreeMap<String, u64>,
    /// Global names that are admitted.
    pub allowed: AllowedNames,
    /// Findings that do not count again.
    pub baseline: Option<Baseline>,
    /// Worker threads; `None` for one a core.
    pub jobs: Option<usize>,
    /// Also digest with BLAKE3.
    pub blake3: bool,
    /// By what the artifacts are judged.
    pub judgement: Judgement,
    /// YARA rules of the user's, beside those of Waybill.
    pub yara: YaraRules,
    /// With what the components of folders and images are compared; `None` for not at all.
    pub joining: Option<Joining>,
}

/// Policies, exceptions and the day.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The policies in force; the built-in baseline if there are none.
    pub policy: Option<Engine>,
    /// The user's exceptions.
    pub exceptions: Exceptions,
    /// Today; without it no exception is in force.
    pub today: Option<Date>,
    /// How bad findings of rules count, whatever the rules say.
    pub severities: BTreeMap<String, Severity>,
    /// Statements to be honoured, with the names of their documents.
    pub statements: Vec<(String, VexDocument)>,
}

/// Is told how far the work is.
pub trait Progress: Sync {
    /// So many artifacts with so many bytes were found.
    fn found(&self, artifacts: u64, bytes: u64);
    /// So many bytes more were digested.
    fn advance(&self, bytes: u64);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn found(&self, _artifacts: u64, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
}

/// The tool and the rule set of this program.
#[must_use]
pub fn tool() -> Tool {
    Tool {
        name: "waybill".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        rules: waybill_detect::digest(),
    }
}

/// Scans the targets.
///
/// # Errors
/// [`ScanError`] if a target cannot be opened or the request makes no sense. What stands in the way
/// of one artifact of a folder is a finding on that artifact.
pub fn scan(request: &Request, progress: &dyn Progress) -> Result<Report, ScanError> {
    let limits = crate::with_limits(&request.limits)?;
    let baseline = match &request.judgement.policy {
        Some(_) => None,
        None => Some(Engine::baseline(&[Gate::Scan])?),
    };
    let ledger = ledger(&request.judgement);
    let statements = statements(&request.judgement);
    let walked = gather(request)?;
    let bytes = walked
        .entries
        .iter()
        .filter_map(|entry| entry.location.metadata().ok())
        .map(|metadata| metadata.len())
        .sum();
    progress.found(walked.entries.len() as u64, bytes);
    let patterns = request.yara.patterns();
    let job = Job {
        request,
        limits: &limits,
        patterns: &patterns,
        progress,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(request.jobs.unwrap_or(0))
        .build()
        .map_err(|error| ScanError::Threads(error.to_string()))?;
    let mut examined = pool.install(|| job.all(&walked.entries));
    // Components come after the artifacts, whose digests they need.
    let joined = match &request.joining {
        Some(joining) => Joined::of(request, joining, &examined)?,
        None => Joined::default(),
    };
    if request.targets.contains(&Target::Stdin) {
        examined.push(job.stdin()?);
    }
    together(&mut examined);
    let judge = Judge {
        request,
        policy: request.judgement.policy.as_ref().or(baseline.as_ref()),
        ledger: &ledger,
        joined: &joined,
        versions: versions(&statements),
        statements: Mutex::new(statements),
    };
    let mut outcomes: Vec<Outcome> = pool.install(|| {
        examined
            .into_par_iter()
            .map(|examined| judge.outcome(examined))
            .collect()
    });
    outcomes.extend(judge.beside(&outcomes));
    let mut report = report(request, outcomes, &walked);
    report.policy = judge.policy.map(|policy| policy.info().clone());
    report.exceptions = ledger.uses();
    report.statements = judge.statements().uses();
    report.summary.components = joined.components;
    report.summary.components_known = joined.known;
    report.feeds = joined.feeds;
    // What the artifact itself says already is not said twice.
    let said: HashSet<&str> = report
        .artifacts
        .iter()
        .filter(|artifact| !artifact.complete)
        .map(|artifact| artifact.path.as_str())
        .collect();
    let unread: Vec<Unread> = joined
        .unread
        .into_iter()
        .filter(|unread| !said.contains(unread.path.as_str()))
        .collect();
    report.complete = report.complete && unread.is_empty();
    report.unread = unread;
    Ok(report)
}

/// The versions of all rules, if any statement is to be held against them.
fn versions(statements: &Statements) -> HashMap<&'static str, String> {
    if statements.is_empty() {
        return HashMap::new();
    }
    let versioned = |rule: &'static RuleInfo| (rule.id, waybill_policy::rule_version(rule));
    crate::rules().into_iter().map(versioned).collect()
}

/// The statements on the day of the scan.
pub(crate) fn statements(judgement: &Judgement) -> Statements {
    let statements = Statements::new(judgement.statements.iter().cloned());
    match judgement.today {
        Some(today) => statements.on_day(today),
        None => statements,
    }
}

/// The exceptions on the day of the scan, under the rules in use.
pub(crate) fn ledger(judgement: &Judgement) -> Ledger {
    let rule_set = match judgement.exceptions.list.is_empty() {
        true => String::new(),
        false => waybill_detect::digest(),
    };
    Ledger::new(judgement.exceptions.clone(), judgement.today, &rule_set)
}

/// Holds all that was examined against each other.
fn together(examined: &mut [Examined]) {
    let mut files: Vec<(&str, &mut Seen)> = examined
        .iter_mut()
        .map(|examined| (examined.path.as_str(), &mut examined.examination.found))
        .collect();
    waybill_detect::together(&mut files);
}

/// One artifact, and how many of its findings were left out.
pub(crate) struct Outcome {
    pub(crate) artifact: Artifact,
    pub(crate) cut: u64,
}

fn gather(request: &Request) -> Result<Walked, ScanError> {
    let excluded = patterns(request.exclude.iter().cloned())?;
    let several = request.targets.len() > 1;
    let mut all = Walked::default();
    for target in &request.targets {
        let Target::Path(path) = target else { continue };
        let metadata = path
            .metadata()
            .map_err(|error| target_error(path, &error))?;
        let shown = readable(path.as_os_str().as_encoded_bytes());
        if metadata.is_dir() {
            let walked = walk(path, &excluded)?;
            let prefix = shown.trim_end_matches('/');
            all.entries
                .extend(walked.entries.into_iter().map(|entry| Entry {
                    path: if several {
                        format!("{prefix}/{}", entry.path)
                    } else {
                        entry.path
                    },
                    ..entry
                }));
            all.excluded += walked.excluded;
            all.links_not_followed += walked.links_not_followed;
        } else if metadata.is_file() {
            open_at_once(path).map_err(|error| target_error(path, &error))?;
            let name = path
                .file_name()
                .map_or(shown.clone(), |name| readable(name.as_encoded_bytes()));
            all.entries.push(Entry {
                location: path.clone(),
                path: if several { shown } else { name },
                refused: None,
            });
        } else {
            return Err(target_error(
                path,
                &std::io::Error::other("it is a device, pipe or socket, not a regular file"),
            ));
        }
    }
    Ok(all)
}

/// An artifact that was examined and is not judged yet.
pub(crate) struct Examined {
    /// How the report names it.
    pub(crate) path: String,
    /// The name by which its format was told: none for standard input.
    origin: Origin,
    size_bytes: u64,
    pub(crate) digests: Digests,
    examination: Examination,
}

/// When an entry is examined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Only if it can be understood by itself.
    First,
    /// Whatever it is.
    Last,
}

struct Job<'a> {
    request: &'a Request,
    limits: &'a Limits,
    patterns: &'a [&'a dyn Patterns],
    progress: &'a dyn Progress,
}

impl Job<'_> {
    fn context(&self) -> Context<'_> {
        Context {
            limits: self.limits,
            globals: Globals::embedded(),
            allowed: &self.request.allowed,
            patterns: self.patterns,
            scratch: &InFiles,
        }
    }

    /// Examines all entries; those that only files beside them explain after the others.
    fn all(&self, entries: &[Entry]) -> Vec<Examined> {
        let turn = match entries {
            [_] => Turn::Last,
            _ => Turn::First,
        };
        let nothing = Neighbours::default();
        let mut all: Vec<Option<Examined>> = entries
            .par_iter()
            .map(|entry| self.examine(entry, turn, &nothing))
            .collect();
        let found = all.iter_mut().flatten();
        let neighbours = Neighbours::taken(found.map(|one| &mut one.examination.found));
        all.par_iter_mut().zip(entries).for_each(|(one, entry)| {
            if one.is_none() {
                *one = self.examine(entry, Turn::Last, &neighbours);
            }
        });
        all.into_iter().flatten().collect()
    }

    /// Examines one entry; whatever goes wrong with it becomes a finding. `None` if its turn comes
    /// later.
    fn examine(&self, entry: &Entry, turn: Turn, neighbours: &Neighbours) -> Option<Examined> {
        let origin = Origin {
            name: entry.path.clone(),
        };
        let opened = match &entry.refused {
            Some(reason) => Err(reason.clone()),
            None => open(&entry.location),
        };
        let (bytes, stamp) = match opened {
            Ok(opened) => opened,
            Err(reason) => return Some(self.refused(origin, &reason)),
        };
        if turn == Turn::First
            && waybill_detect::awaits_neighbours(&bytes, &origin.name, self.limits)
        {
            return None;
        }
        let context = self.context();
        let (mut examination, digested) = self.both(&bytes, &origin, &context, neighbours);
        let (digests, read) = match digested {
            Ok(digested) => digested,
            Err(failure) => {
                waybill_detect::unreadable(
                    &origin,
                    &failure.to_string(),
                    &context,
                    &mut examination.found,
                );
                (Digests::default(), 0)
            }
        };
        let later = entry
            .location
            .metadata()
            .map(|metadata| Stamp::of(&metadata));
        let changed = match later {
            Ok(later) => stamp.difference(&later),
            Err(_) => Some("it is gone"),
        };
        let changed = changed.or_else(|| {
            (digests.sha256.is_some() && read != bytes.len()).then_some("it became shorter")
        });
        let changed = changed.or_else(|| {
            (bytes.len() != stamp.size()).then_some("its size is not what the system says")
        });
        if let Some(how) = changed {
            waybill_detect::changed(&origin, how, &context, &mut examination.found);
        }
        Some(Examined {
            path: origin.name.clone(),
            origin,
            size_bytes: bytes.len(),
            digests,
            examination,
        })
    }

    /// Examines and digests at the same time.
    fn both(
        &self,
        bytes: &Bytes,
        origin: &Origin,
        context: &Context<'_>,
        neighbours: &Neighbours,
    ) -> (
        Examination,
        Result<(Digests, u64), waybill_formats::ReadFailed>,
    ) {
        rayon::join(
            || waybill_detect::examine_beside(bytes, origin, context, neighbours),
            || digest(bytes.as_ref(), self.request.blake3, self.progress),
        )
    }

    fn refused(&self, origin: Origin, reason: &str) -> Examined {
        let mut found = Seen::default();
        waybill_detect::unreadable(&origin, reason, &self.context(), &mut found);
        Examined {
            path: origin.name.clone(),
            origin,
            size_bytes: 0,
            digests: Digests::default(),
            examination: Examination {
                format: "unreadable".into(),
                found,
            },
        }
    }

    fn stdin(&self) -> Result<Examined, ScanError> {
        let failed = |reason: String| ScanError::Target {
            path: "-".into(),
            reason,
            hint: "pipe the artifact's bytes to standard input",
        };
        let bytes = read_all(std::io::stdin().lock()).map_err(failed)?;
        let origin = Origin {
            name: String::new(),
        };
        let context = self.context();
        let (examination, digested) = self.both(&bytes, &origin, &context, &Neighbours::default());
        let (digests, _) = digested.map_err(|failure| failed(failure.to_string()))?;
        Ok(Examined {
            path: "-".to_owned(),
            origin,
            size_bytes: bytes.len(),
            digests,
            examination,
        })
    }
}
