//! The names a pickle may import: known good with their use, known harmful with
//! their effect, or unknown.
//!
//! Nothing is parsed at start. A good name is found by halving the text of its
//! sorted file; the much shorter harmful list is indexed at the first question.

mod effect;
mod embedded;
mod harmful;
mod shape;
pub(crate) mod sorted;

use std::sync::OnceLock;

pub use effect::{Effect, Harm};
pub use embedded::digest;
pub use shape::{Arity, Shape, StateShape};

use embedded::{CARRIERS, GOOD, HARMFUL};
use harmful::Harmful;

/// The list of names, consulted by module and qualified name.
#[derive(Debug)]
pub struct Globals {
    harmful: Harmful,
    packages: OnceLock<Vec<Package>>,
}

/// What the list knows about one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Inert when used as the shape says; any other use is unknown.
    Good(Shape),
    /// Has an effect that no model needs.
    Harmful(&'a Harm),
    /// Not listed: nobody has vetted it.
    Unknown,
}

/// A package whose good names were drawn from real versions of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The package's name in its registry; `stdlib` for Python itself.
    pub name: &'static str,
    /// The versions it was drawn from, oldest first.
    pub versions: Vec<&'static str>,
    /// How many names are listed.
    pub count: usize,
}

impl Globals {
    /// Modules that hand over the interpreter or the machine when they are reached as an attribute of
    /// another module, as in `logging:os`.
    pub const REACHED: [&'static str; 16] = harmful::REACHED;

    /// The list that was built into the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Globals> = OnceLock::new();
        EMBEDDED.get_or_init(|| Self {
            harmful: Harmful::index(HARMFUL),
            packages: OnceLock::new(),
        })
    }

    /// How the name stands. An exact good entry wins over every harmful pattern.
    pub fn standing(&self, module: &str, name: &str) -> Standing<'_> {
        let key = format!("{module}:{name}");
        if let Some(shape) = good(&key) {
            return Standing::Good(shape);
        }
        match self.harmful.find(module, name) {
            Some(harm) => Standing::Harmful(harm),
            None => Standing::Unknown,
        }
    }

    /// Whether the name only carries its arguments elsewhere, as `getattr` and
    /// `functools.partial` do: its meaning is that of what it resolves to.
    pub fn is_carrier(&self, module: &str, name: &str) -> bool {
        sorted::find(CARRIERS, &format!("{module}:{name}")).is_some()
    }

    /// The packages whose good names are listed, in the order of their files.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .get_or_init(|| GOOD.iter().map(|(_, text)| package(text)).collect())
            .iter()
    }
}

/// Looks an exact `module:name` up in every file of good names.
fn good(key: &str) -> Option<Shape> {
    let uses = GOOD.iter().find_map(|(_, text)| sorted::find(text, key))?;
    Shape::parse(uses)
}

fn package(text: &'static str) -> Package {
    Package {
        name: sorted::header(text, "package").unwrap_or_default(),
        versions: sorted::header(text, "versions")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect(),
        count: sorted::lines(text).count(),
    }
}

#[cfg(test)]
mod tests;
