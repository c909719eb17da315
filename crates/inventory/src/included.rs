//! Lists of packages whose names do not say so, but which a requirement file takes in.

use std::collections::BTreeMap;

use waybill_source::packages;

use crate::reading::{FileFacts, Reading};
use crate::tree::{join, parent};

/// Reads every plain text that a requirement file includes as a requirement file, and what those
/// include in turn. Each file is turned once, so that a circle ends.
pub(crate) fn read_included(files: &mut [FileFacts]) {
    let places: BTreeMap<String, usize> = files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.path.clone(), index))
        .collect();
    let mut waiting: Vec<usize> = (0..files.len()).collect();
    while let Some(index) = waiting.pop() {
        for path in includes(files.get(index)) {
            let Some(place) = places.get(&path) else {
                continue;
            };
            if files.get_mut(*place).is_some_and(turn) {
                waiting.push(*place);
            }
        }
    }
}

/// Paths that a file includes, from the root of the tree.
fn includes(file: Option<&FileFacts>) -> Vec<String> {
    let Some(file) = file else {
        return Vec::new();
    };
    file.readings
        .iter()
        .filter_map(|reading| match reading {
            Reading::Packages(facts) => Some(&facts.includes),
            _ => None,
        })
        .flatten()
        .filter_map(|include| join(parent(&file.path), &include.path))
        .collect()
}

/// Turns a plain text into a requirement file; false if it is none.
fn turn(file: &mut FileFacts) -> bool {
    let [Reading::Text(text)] = file.readings.as_slice() else {
        return false;
    };
    let facts = packages::python::requirements(text);
    file.readings = vec![Reading::Packages(Box::new(facts))];
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, reading: Reading) -> FileFacts {
        FileFacts {
            path: path.to_owned(),
            readings: vec![reading],
            ..FileFacts::default()
        }
    }

    #[test]
    fn included_lists_are_read_once() {
        let list = packages::python::requirements("-r ../lists/all.txt\ntorch\n");
        let mut files = [
            file("app/requirements.txt", Reading::Packages(Box::new(list))),
            file(
                "lists/all.txt",
                Reading::Text("-r more.txt\nnumpy\n".into()),
            ),
            file(
                "lists/more.txt",
                Reading::Text("-r all.txt\nscipy\n".into()),
            ),
            file("notes.txt", Reading::Text("torch\n".into())),
        ];
        read_included(&mut files);
        let names: Vec<Vec<String>> = files
            .iter()
            .map(|file| match file.readings.as_slice() {
                [Reading::Packages(facts)] => facts
                    .packages
                    .iter()
                    .map(|package| package.name.clone())
                    .collect(),
                _ => Vec::new(),
            })
            .collect();
        assert_eq!(names, [vec!["torch"], vec!["numpy"], vec!["scipy"], vec![]]);
    }
}
