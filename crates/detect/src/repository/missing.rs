//! What files name of their own repository, and what of it is not there; lists of requirements that a manifest
//! in another file names.

use waybill_domain::Severity;

use super::sketch::Holds;
use super::unit::{Tie, TieKind, Unit, folder, join};
use crate::examine::Noted;
use crate::rule::quoted;

/// Parts of a model that are looked for.
const MOST_PARTS: u32 = 4096;
/// Missing parts that are named.
const NAMED: usize = 3;
/// How folders of repositories in a cache begin.
const CACHED: [&str; 3] = ["models--", "datasets--", "spaces--"];

/// The names of all parts of a model, one of which is `model-00002-of-00003.gguf`.
pub(crate) fn parts(name: &str) -> Option<Vec<String>> {
    let (rest, count) = name.strip_suffix(".gguf")?.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let five = |digits: &str| digits.len() == 5 && digits.bytes().all(|one| one.is_ascii_digit());
    if !five(number) || !five(count) {
        return None;
    }
    let count: u32 = count.parse().ok().filter(|count| *count <= MOST_PARTS)?;
    let name = |number| format!("{stem}-{number:05}-of-{count:05}.gguf");
    Some((1..=count).map(name).collect())
}

impl Unit<'_> {
    /// Parts of models and revisions of caches that are named and not here.
    pub(super) fn missing(&self, ties: &mut Vec<(usize, Option<String>, Tie)>) {
        for (path, held) in &self.others {
            for part in held {
                let message = match &part.sketch.holds {
                    Holds::Parts(names) => self.parts_missing(path, names),
                    Holds::Revision(revision) => self.revision_missing(path, revision),
                    _ => None,
                };
                if let Some(message) = message {
                    let tie = Tie {
                        kind: TieKind::Missing,
                        line: None,
                        severity: Severity::Low,
                        message,
                    };
                    ties.push((part.index, part.sketch.member.clone(), tie));
                }
            }
        }
    }

    fn is_here(&self, path: &str) -> bool {
        self.names.contains(path) || self.others.contains_key(path)
    }

    fn parts_missing(&self, path: &str, names: &[String]) -> Option<String> {
        let own = folder(path);
        let here = |name: &&String| {
            let beside = if own.is_empty() {
                (*name).clone()
            } else {
                format!("{own}/{name}")
            };
            self.is_here(&beside)
        };
        let (there, absent): (Vec<&String>, Vec<&String>) = names.iter().partition(here);
        // The first part that is here tells it for all.
        if absent.is_empty() || there.first().is_some_and(|first| !path.ends_with(*first)) {
            return None;
        }
        let shown: Vec<String> = absent.iter().take(NAMED).map(|name| quoted(name)).collect();
        let more = match absent.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!(
            "is a part of a model in {} files, of which {}{more} are not here: nothing is said of them",
            names.len(),
            shown.join(", ")
        ))
    }

    /// A branch or tag of a repository in a cache that stands for a revision without files.
    fn revision_missing(&self, path: &str, revision: &str) -> Option<String> {
        let base = match path.split_once("refs/") {
            Some((base, _)) if base.is_empty() || base.ends_with('/') => base,
            _ => return None,
        };
        let snapshots = format!("{base}snapshots/");
        let begins = |start: &str| {
            self.names
                .range(start..)
                .next()
                .is_some_and(|name| name.starts_with(start))
                || self
                    .others
                    .range(start.to_owned()..)
                    .next()
                    .is_some_and(|(name, _)| name.starts_with(start))
        };
        let cached = base
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .is_some_and(|last| CACHED.iter().any(|start| last.starts_with(start)));
        if !cached && !begins(&snapshots) || begins(&format!("{snapshots}{revision}/")) {
            return None;
        }
        Some(format!(
            "names the revision {}, of which nothing is here: whoever loads by that name gets what is fetched then",
            quoted(revision)
        ))
    }

    /// What lists of requirements say that a manifest in another file names.
    pub(super) fn asked(&self) -> Vec<(usize, Option<String>, Vec<Noted>)> {
        let mut asked = Vec::new();
        for (path, held) in &self.others {
            for part in held {
                let Holds::Installs(named) = &part.sketch.holds else {
                    continue;
                };
                let above = folder(folder(path));
                let listed = join(above, named);
                let listed = self.others.get(&listed).into_iter().flatten();
                for list in listed {
                    if let Holds::Sources(noted) = &list.sketch.holds {
                        asked.push((list.index, list.sketch.member.clone(), noted.clone()));
                    }
                }
            }
        }
        asked
    }
}
