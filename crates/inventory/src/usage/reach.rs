//! Which files matter though no word of theirs does: those that hold what another file takes, and
//! those that call what another file made.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use waybill_source::code::CodeFacts;

use super::{
    kept::Surroundings,
    modules::{find, source_folder},
};
use crate::reading::{FileFacts, Reading};

/// The files, by their place in `files`, that were only parsed but have to be followed.
#[must_use]
pub fn reached(files: &[FileFacts], surroundings: &Surroundings) -> Vec<usize> {
    let code: Vec<(usize, &CodeFacts)> = files
        .iter()
        .enumerate()
        .filter_map(|(index, file)| Some((index, code_of(file)?)))
        .collect();
    if code.iter().all(|(_, facts)| !facts.passed_over) {
        return Vec::new();
    }
    let places: HashMap<&str, usize> = code
        .iter()
        .filter_map(|(index, _)| Some((files.get(*index)?.path.as_str(), *index)))
        .collect();
    let mut takes: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut taken_by: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (index, facts) in &code {
        let Some(path) = files.get(*index).map(|file| file.path.as_str()) else {
            continue;
        };
        facts.taken(&mut |module, name| {
            for target in targets(surroundings, path, module, name) {
                if let Some(target) = places.get(target.as_str()) {
                    takes.entry(*index).or_default().insert(*target);
                    taken_by.entry(*target).or_default().insert(*index);
                }
            }
        });
    }
    // What a file makes by calls goes to those that import it, and on from there.
    let made = code
        .iter()
        .filter(|(_, facts)| !facts.passed_over && !facts.calls.is_empty());
    let mut wanted = closure(made.map(|(index, _)| *index).collect(), &taken_by);
    wanted.extend(
        code.iter()
            .filter(|(_, facts)| !facts.passed_over)
            .map(|(index, _)| *index),
    );
    // What a file takes is needed to know what it says.
    let mut wanted = closure(wanted, &takes);
    with_crates(files, &code, &mut wanted);
    code.iter()
        .filter(|(index, facts)| facts.passed_over && wanted.contains(index))
        .map(|(index, _)| *index)
        .collect()
}

/// Paths in Rust need no `use`: what one file of a crate says, any other may mean.
fn with_crates(files: &[FileFacts], code: &[(usize, &CodeFacts)], wanted: &mut BTreeSet<usize>) {
    let folder = |index: &usize| {
        let path = files.get(*index).map(|file| file.path.as_str());
        path.filter(|path| path.ends_with(".rs")).map(source_folder)
    };
    let crates: BTreeSet<&str> = wanted.iter().filter_map(folder).collect();
    for (index, _) in code {
        if folder(index).is_some_and(|folder| crates.contains(folder)) {
            wanted.insert(*index);
        }
    }
}

fn code_of(file: &FileFacts) -> Option<&CodeFacts> {
    file.readings.iter().find_map(|reading| match reading {
        Reading::Code(facts) => Some(facts.as_ref()),
        _ => None,
    })
}

/// The files that a module, or a name out of it, may be.
fn targets(
    surroundings: &Surroundings,
    from: &str,
    module: &str,
    name: Option<&str>,
) -> Vec<String> {
    let mut found: Vec<String> = find(surroundings, from, module).into_iter().collect();
    let first = name.and_then(|name| name.split('.').next());
    if let Some(name) = first.filter(|name| *name != "*") {
        let below = if module.ends_with('.') {
            format!("{module}{name}")
        } else if from.ends_with(".rs") {
            format!("{module}::{name}")
        } else {
            format!("{module}.{name}")
        };
        found.extend(find(surroundings, from, &below));
    }
    found
}

/// Everything that can be come to from `start`.
fn closure(start: BTreeSet<usize>, steps: &BTreeMap<usize, BTreeSet<usize>>) -> BTreeSet<usize> {
    let mut next: Vec<usize> = start.iter().copied().collect();
    let mut found = start;
    while let Some(index) = next.pop() {
        for step in steps.get(&index).into_iter().flatten() {
            if found.insert(*step) {
                next.push(*step);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::reading::read;

    fn again(tree: &[(&str, &str)]) -> Vec<String> {
        let around = Surroundings::of(tree.iter().map(|(path, _)| *path));
        let files: Vec<FileFacts> = tree
            .iter()
            .map(|(path, text)| {
                let bytes = Arc::new(text.as_bytes().to_vec()) as _;
                read(path, &bytes, Vec::new(), &around)
            })
            .collect();
        let reached = reached(&files, &around).into_iter();
        reached.map(|index| files[index].path.clone()).collect()
    }

    #[test]
    fn constants_that_a_file_takes_are_read() {
        let tree = [
            (
                "app/main.py",
                "from transformers import pipeline\nfrom .names import NAME\npipeline(model=NAME)\n",
            ),
            ("app/names.py", "from .more import NAME\n"),
            ("app/more.py", "NAME = 'acme/clerk'\n"),
            ("app/other.py", "from .more import NAME\nprint(NAME)\n"),
            ("web/a.ts", "import { b } from './b';\nb();\n"),
            ("web/b.ts", "export const b = 1;\n"),
        ];
        assert_eq!(again(&tree), ["app/names.py", "app/more.py"]);
    }

    #[test]
    fn what_calls_an_object_of_another_file_is_read() {
        let tree = [
            (
                "app/clients.py",
                "from chromadb import Client\nstore = Client()\n",
            ),
            ("app/__init__.py", "from .clients import store\n"),
            (
                "job.py",
                "from app import store\nstore.get_collection('letters')\n",
            ),
            ("apart.py", "import json\njson.dumps(1)\n"),
        ];
        assert_eq!(again(&tree), ["app/__init__.py", "job.py"]);
    }

    #[test]
    fn a_crate_is_read_as_a_whole() {
        let tree = [
            (
                "one/src/main.rs",
                "mod names;\nfn main() { hf_hub::api::sync::Api::new().unwrap().model(names::NAME.into()); }\n",
            ),
            (
                "one/src/names.rs",
                "pub const NAME: &str = \"acme/clerk\";\n",
            ),
            ("two/src/lib.rs", "pub const OTHER: u8 = 1;\n"),
        ];
        assert_eq!(again(&tree), ["one/src/names.rs"]);
    }
}
