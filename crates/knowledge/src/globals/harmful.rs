//! The harmful names: exact ones, whole modules, and attributes of anything.

use std::collections::{HashMap, HashSet};

use super::{Effect, Harm};

/// Modules that hand over the interpreter or the machine when they are reached
/// as an attribute of another module, as in `logging:os`.
pub(super) const REACHED: [&str; 16] = [
    "os",
    "sys",
    "nt",
    "posix",
    "subprocess",
    "builtins",
    "importlib",
    "shutil",
    "socket",
    "ctypes",
    "pickle",
    "runpy",
    "marshal",
    "inspect",
    "gc",
    "multiprocessing",
];

/// No entry of the list is deeper, in its module or its name, so nothing is lost
/// by looking no further; and a name of a million dots costs no more than its length.
const DEPTH: usize = 8;

/// An index over the text of the harmful list.
#[derive(Debug)]
pub(super) struct Harmful {
    harms: Vec<Harm>,
    /// `module:name`.
    exact: HashMap<&'static str, usize>,
    /// The `module` of `module:*`.
    modules: HashMap<&'static str, usize>,
    /// The `module` of `module.*:*`.
    below: HashMap<&'static str, usize>,
    /// The `name` of `*:name`.
    attributes: HashMap<&'static str, usize>,
    /// The first segment of every module that is listed.
    roots: HashSet<&'static str>,
}

impl Harmful {
    /// Reads the list: `[effect] does | source`, then the names it covers.
    pub(super) fn index(text: &'static str) -> Self {
        let mut index = Self {
            harms: Vec::new(),
            exact: HashMap::with_capacity(text.len() / 24),
            modules: HashMap::with_capacity(text.len() / 48),
            below: HashMap::new(),
            attributes: HashMap::new(),
            roots: HashSet::new(),
        };
        for line in super::sorted::lines(text) {
            if let Some(harm) = section(line) {
                index.harms.push(harm);
            } else if let Some(at) = index.harms.len().checked_sub(1) {
                index.add(line, at);
            }
        }
        index
    }

    fn add(&mut self, line: &'static str, at: usize) {
        let root = line.split(['.', ':']).next().unwrap_or_default();
        self.roots.insert(root);
        match line.split_once(':') {
            Some(("*", name)) => self.attributes.insert(name, at),
            Some((module, "*")) => match module.strip_suffix(".*") {
                Some(parent) => self.below.insert(parent, at),
                None => self.modules.insert(module, at),
            },
            _ => self.exact.insert(line, at),
        };
    }

    /// The harm of a name, if it is listed, belongs to a listed class or module,
    /// or reaches one through the attributes of another module.
    pub(super) fn find(&self, module: &str, name: &str) -> Option<&Harm> {
        let parts: Vec<&str> = name.split('.').collect();
        let at = self
            .listed(module, &parts)
            .or_else(|| self.attribute(&parts))
            .or_else(|| self.joined(module, &parts))
            .or_else(|| self.reached(&parts))?;
        self.harms.get(at)
    }

    /// The name itself, a class that holds it, or its module.
    fn listed(&self, module: &str, parts: &[&str]) -> Option<usize> {
        let nearest = parts.get(..DEPTH).unwrap_or(parts);
        let mut key = format!("{module}:{}", nearest.join("."));
        for _ in nearest {
            if let Some(&at) = self.exact.get(key.as_str()) {
                return Some(at);
            }
            match key.rfind('.') {
                Some(dot) if dot > module.len() => key.truncate(dot),
                _ => break,
            }
        }
        self.modules
            .get(module)
            .copied()
            .or_else(|| self.under(module))
    }

    /// The nearest package above the module that is listed with all below it.
    fn under(&self, module: &str) -> Option<usize> {
        let parents = module.match_indices('.').take(DEPTH);
        parents
            .filter_map(|(dot, _)| self.below.get(module.get(..dot)?).copied())
            .last()
    }

    fn attribute(&self, parts: &[&str]) -> Option<usize> {
        parts
            .iter()
            .find_map(|part| self.attributes.get(part).copied())
    }

    /// `torch` and `serialization.load` for `torch.serialization` and `load`.
    fn joined(&self, module: &str, parts: &[&str]) -> Option<usize> {
        (1..parts.len().min(DEPTH)).find_map(|count| {
            let (more, rest) = parts.split_at_checked(count)?;
            self.listed(&format!("{module}.{}", more.join(".")), rest)
        })
    }

    /// `os.system` as an attribute of some module that imports `os`.
    fn reached(&self, parts: &[&str]) -> Option<usize> {
        (0..parts.len()).find_map(|start| {
            let (first, rest) = parts.get(start..)?.split_first()?;
            let module = first.trim_start_matches('_');
            if rest.is_empty() {
                return REACHED
                    .contains(&module)
                    .then(|| self.modules.get(module).copied())?;
            }
            let found = [*first, module]
                .into_iter()
                .find(|one| self.roots.contains(one))?;
            self.listed(found, rest)
                .or_else(|| self.joined(found, rest))
        })
    }

    #[cfg(test)]
    pub(super) fn exact(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.exact.keys().copied()
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.exact.len() + self.modules.len() + self.below.len() + self.attributes.len()
    }
}

/// Reads `[effect] does | source`.
pub(super) fn section(line: &'static str) -> Option<Harm> {
    let (effect, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let (does, source) = rest.split_once(" | ")?;
    let effect = Effect::parse(effect)?;
    Some(Harm {
        effect,
        does,
        source,
    })
}
