//! What files name of their own repository, and what of it is not there; lists of requirements that a manifest
//! in another file names.

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::Severity;

use super::sketch::{Holds, PartOf};
use super::unit::{Part, Tie, TieKind, Unit, folder, join};
use crate::examine::Noted;
use crate::rule::quoted;

/// Missing parts that are named.
const NAMED: usize = 3;
/// How folders of repositories in a cache begin.
const CACHED: [&str; 3] = ["models--", "datasets--", "spaces--"];

/// What the name of a part of a model says: `model-00002-of-00003.gguf`.
pub(crate) fn part_of(name: &str) -> Option<PartOf> {
    let (rest, count) = name.strip_suffix(".gguf")?.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let five = |digits: &str| digits.len() == 5 && digits.bytes().all(|one| one.is_ascii_digit());
    if !five(number) || !five(count) {
        return None;
    }
    Some(PartOf {
        stem: stem.to_owned(),
        number: number.parse().ok()?,
        count: count.parse().ok()?,
    })
}

/// The parts of one model in one folder.
#[derive(Default)]
struct Set<'a> {
    /// Numbers of those that are here.
    here: BTreeSet<u32>,
    /// The first that is a model: it tells for all what is missing.
    first: Option<(u32, &'a Part<'a>)>,
}

impl Set<'_> {
    fn message(&self, stem: &str, count: u32) -> Option<String> {
        let all = 1..=count;
        let here = self.here.iter().filter(|number| all.contains(*number));
        let absent = (count as usize).saturating_sub(here.count());
        if absent == 0 {
            return None;
        }
        let shown: Vec<String> = all
            .filter(|number| !self.here.contains(number))
            .take(NAMED)
            .map(|number| quoted(&format!("{stem}-{number:05}-of-{count:05}.gguf")))
            .collect();
        let more = match absent.saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!(
            "is a part of a model in {count} files, of which {}{more} are not here: nothing is said of them",
            shown.join(", ")
        ))
    }
}

impl Unit<'_> {
    /// Parts of models and revisions of caches that are named and not here.
    pub(super) fn missing(&self, ties: &mut Vec<(usize, Option<String>, Tie)>) {
        for (path, held) in &self.others {
            for part in held {
                if let Holds::Revision(revision) = &part.sketch.holds
                    && let Some(message) = self.revision_missing(path, revision)
                {
                    ties.push(tie(part, message));
                }
            }
        }
        for ((_, stem, count), set) in self.sets() {
            if let Some((_, part)) = set.first
                && let Some(message) = set.message(&stem, count)
            {
                ties.push(tie(part, message));
            }
        }
    }

    /// Models in several files by folder, name and number of parts.
    fn sets(&self) -> BTreeMap<(&str, String, u32), Set<'_>> {
        let mut sets: BTreeMap<(&str, String, u32), Set<'_>> = BTreeMap::new();
        for (path, held) in &self.others {
            for part in held {
                let Holds::Parts(of) = &part.sketch.holds else {
                    continue;
                };
                let key = (folder(path), of.stem.clone(), of.count);
                let set = sets.entry(key).or_default();
                set.here.insert(of.number);
                if set.first.is_none_or(|(first, _)| of.number < first) {
                    set.first = Some((of.number, part));
                }
            }
        }
        if sets.is_empty() {
            return sets;
        }
        let names = self.names.iter().copied();
        for path in names.chain(self.others.keys().map(String::as_str)) {
            let file = path.rsplit('/').next().unwrap_or(path);
            let Some(of) = part_of(file) else {
                continue;
            };
            if let Some(set) = sets.get_mut(&(folder(path), of.stem, of.count)) {
                set.here.insert(of.number);
            }
        }
        sets
    }

    /// A branch or tag of a repository in a cache that stands for a revision without files.
    fn revision_missing(&self, path: &str, revision: &str) -> Option<String> {
        // More folders of that name than this are nobody's cache.
        const MOST: usize = 16;
        let missing = path.rmatch_indices("refs/").take(MOST).any(|(at, _)| {
            let base = path.get(..at).unwrap_or_default();
            let snapshots = format!("{base}snapshots/");
            (base.is_empty() || base.ends_with('/'))
                && (is_cached(base) || self.begins(&snapshots))
                && !self.begins(&format!("{snapshots}{revision}/"))
        });
        missing.then(|| {
            format!(
                "names the revision {}, of which nothing is here: whoever loads by that name gets what is fetched then",
                quoted(revision)
            )
        })
    }

    /// True if the path of something here begins so.
    fn begins(&self, start: &str) -> bool {
        self.names
            .range(start..)
            .next()
            .is_some_and(|name| name.starts_with(start))
            || self
                .others
                .range(start.to_owned()..)
                .next()
                .is_some_and(|(name, _)| name.starts_with(start))
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

fn tie(part: &Part<'_>, message: String) -> (usize, Option<String>, Tie) {
    let tie = Tie {
        kind: TieKind::Missing,
        line: None,
        severity: Severity::Low,
        message,
    };
    (part.index, part.sketch.member.clone(), tie)
}

/// True for the folder of a repository in a cache.
fn is_cached(base: &str) -> bool {
    base.trim_end_matches('/')
        .rsplit('/')
        .next()
        .is_some_and(|last| CACHED.iter().any(|start| last.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_are_taken_apart() {
        let part = part_of("a-b-00002-of-09999.gguf").unwrap();
        let of = (part.stem.as_str(), part.number, part.count);
        assert_eq!(of, ("a-b", 2, 9999));
        assert_eq!(part_of("a-2-of-3.gguf"), None);
        assert_eq!(part_of("a-00002-of-00003.bin"), None);
    }

    #[test]
    fn the_first_parts_that_are_missing_are_named() {
        let mut set = Set::default();
        set.here.extend([2, 3, 70_000]);
        let message = set.message("m", 9999).unwrap();
        assert!(
            message.contains("`m-00001-of-09999.gguf`, `m-00004-of-09999.gguf`, `m-00005-of-09999.gguf` and 9994 more"),
            "{message}"
        );
        set.here.insert(1);
        assert_eq!(set.message("m", 3), None);
    }
}
