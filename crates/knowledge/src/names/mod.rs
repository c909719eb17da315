//! Names that everybody knows, and which of them another name could be taken for.
//!
//! A name that is on a list is never taken for another. Precision comes from the place in the list: the looser a
//! likeness, the better known has to be the name that is resembled ([`Likeness`]).

mod hashes;
mod index;
mod letters;
mod likeness;
mod organisations;
mod words;

use std::sync::OnceLock;

use waybill_domain::version::Ecosystem;

use index::Index;
pub use likeness::Likeness;

const PYPI: &str = include_str!("../../data/names/pypi.list");
const NPM: &str = include_str!("../../data/names/npm.list");
const CARGO: &str = include_str!("../../data/names/cargo.list");
const MODELS: &str = include_str!("../../data/names/models.list");
const HALLUCINATED: &str = include_str!("../../data/names/hallucinated.list");

/// The longest name, in bytes, that is compared; longer ones resemble nothing. Registries allow 214 at most.
const MAX_NAME_BYTES: usize = 256;

/// A well-known name that another could be taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resemblance {
    /// The name that is meant, or could be.
    pub known: &'static str,
    /// Its place among the well-known names of its ecosystem, from 1.
    pub rank: u32,
    /// How the two are alike.
    pub likeness: Likeness,
    /// Who reported it, for a name that language models invent.
    pub source: Option<&'static str>,
}

/// The place of a name among those that everybody knows, from 1; none if it is not one of them. Models and data sets
/// are known by their organisation.
#[must_use]
pub fn rank(ecosystem: Ecosystem, name: &str) -> Option<u32> {
    index(ecosystem)?.rank(&normal(ecosystem, name))
}

/// The well-known name that `name` could be taken for; none if it is itself well known, or is like no other. For
/// models of Hugging Face the name is that of the organisation.
#[must_use]
pub fn resemblance(ecosystem: Ecosystem, name: &str) -> Option<Resemblance> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return None;
    }
    let name = normal(ecosystem, name);
    if let Some(invented) = hallucinated(ecosystem, &name) {
        return Some(invented);
    }
    if ecosystem == Ecosystem::HuggingFace {
        return organisations::resemblance(&name);
    }
    let index = index(ecosystem)?;
    if index.rank(&name).is_some() {
        return None;
    }
    index
        .resemblance(&name)
        .or_else(|| foreign(ecosystem, &name))
}

/// The well-known model that a model without an organisation could be taken for. Only by slips that nobody makes on
/// purpose: models are made out of each other, and named after each other.
#[must_use]
pub fn model_resemblance(name: &str) -> Option<Resemblance> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return None;
    }
    let name = normal(Ecosystem::HuggingFace, name);
    let index = INDEX.get_or_init(|| Index::new(Ecosystem::HuggingFace, MODELS));
    if index.rank(&name).is_some() {
        return None;
    }
    index.resemblance(&name).filter(|resembled| {
        matches!(
            resembled.likeness,
            Likeness::LooksAlike
                | Likeness::Swapped
                | Likeness::Doubled
                | Likeness::Length
                | Likeness::Keyboard
        )
    })
}

/// The name as its registry compares it.
fn normal(ecosystem: Ecosystem, name: &str) -> String {
    let lower = name.to_lowercase();
    match ecosystem {
        Ecosystem::PyPi => {
            let mut normal = String::with_capacity(lower.len());
            for part in lower.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
                if !normal.is_empty() {
                    normal.push('-');
                }
                normal.push_str(part);
            }
            normal
        }
        Ecosystem::Cargo => lower.replace('_', "-"),
        _ => lower,
    }
}

fn index(ecosystem: Ecosystem) -> Option<&'static Index> {
    static PYPI_INDEX: OnceLock<Index> = OnceLock::new();
    static NPM_INDEX: OnceLock<Index> = OnceLock::new();
    static CARGO_INDEX: OnceLock<Index> = OnceLock::new();
    let (cell, list) = match ecosystem {
        Ecosystem::PyPi => (&PYPI_INDEX, PYPI),
        Ecosystem::Npm => (&NPM_INDEX, NPM),
        Ecosystem::Cargo => (&CARGO_INDEX, CARGO),
        _ => return None,
    };
    Some(cell.get_or_init(|| Index::new(ecosystem, list)))
}

/// A name that is well known in another registry, and in this one unknown.
fn foreign(ecosystem: Ecosystem, name: &str) -> Option<Resemblance> {
    /// So well known must it be elsewhere.
    const RANK: u32 = 300;
    const SHORTEST: usize = 6;
    let elsewhere = match ecosystem {
        Ecosystem::PyPi => Ecosystem::Npm,
        Ecosystem::Npm => Ecosystem::PyPi,
        _ => return None,
    };
    // Plain words are used by many, each for something of their own.
    if name.len() < SHORTEST || !name.contains('-') {
        return None;
    }
    let index = index(elsewhere)?;
    let rank = index.rank(name).filter(|rank| *rank <= RANK)?;
    Some(Resemblance {
        known: index.name(rank)?,
        rank,
        likeness: Likeness::OtherRegistry,
        source: None,
    })
}

fn hallucinated(ecosystem: Ecosystem, name: &str) -> Option<Resemblance> {
    let word = match ecosystem {
        Ecosystem::PyPi => "pypi",
        Ecosystem::Npm => "npm",
        Ecosystem::Cargo => "cargo",
        _ => return None,
    };
    HALLUCINATED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut cells = line.split('|').map(str::trim);
            let here = cells.next()? == word && cells.next()? == name;
            let (known, source) = (cells.next()?, cells.next()?);
            here.then(|| Resemblance {
                known,
                rank: rank(ecosystem, known).unwrap_or(1),
                likeness: Likeness::Invented,
                source: Some(source),
            })
        })
}

#[cfg(test)]
mod tests;
