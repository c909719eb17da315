use std::collections::BTreeMap;

use waybill_source::{
    code::CodeFacts, commands::CommandFacts, document::Document, packages::PackageFacts,
};

use crate::{
    reading::{FileFacts, Reading},
    usage::Surroundings,
};

/// All files of a target by path, and the ways to ask about them together.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, FileFacts>,
    around: Surroundings,
}

impl Tree {
    pub(crate) fn new(files: Vec<FileFacts>) -> Self {
        let files: BTreeMap<String, FileFacts> = files
            .into_iter()
            .map(|file| (file.path.clone(), file))
            .collect();
        let around = Surroundings::of(files.keys().map(String::as_str));
        Self { files, around }
    }

    /// The paths of the tree.
    pub(crate) fn around(&self) -> &Surroundings {
        &self.around
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &FileFacts> {
        self.files.values()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&FileFacts> {
        self.files.get(path)
    }

    /// The files in a folder, at any depth.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &FileFacts> {
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        self.files
            .range(prefix.clone()..)
            .map(|(_, file)| file)
            .take_while(move |file| file.path.starts_with(&prefix))
    }

    pub(crate) fn code(&self) -> impl Iterator<Item = (&FileFacts, &CodeFacts)> {
        self.readings().filter_map(|(file, reading)| match reading {
            Reading::Code(facts) => Some((file, facts.as_ref())),
            _ => None,
        })
    }

    pub(crate) fn packages(&self) -> impl Iterator<Item = (&FileFacts, &PackageFacts)> {
        self.readings().filter_map(|(file, reading)| match reading {
            Reading::Packages(facts) => Some((file, facts.as_ref())),
            _ => None,
        })
    }

    pub(crate) fn commands(&self) -> impl Iterator<Item = (&FileFacts, &CommandFacts)> {
        self.readings().filter_map(|(file, reading)| match reading {
            Reading::Commands(facts) => Some((file, facts.as_ref())),
            _ => None,
        })
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = (&FileFacts, &Document)> {
        self.readings().filter_map(|(file, reading)| match reading {
            Reading::Document(document) => Some((file, document)),
            _ => None,
        })
    }

    fn readings(&self) -> impl Iterator<Item = (&FileFacts, &Reading)> {
        self.files()
            .flat_map(|file| file.readings.iter().map(move |reading| (file, reading)))
    }
}

/// The folder of a path; empty at the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path as a file of the tree writes it, relative to that file's folder: `..` resolved, `None`
/// if it leads out of the tree or is absolute.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains("://") {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_tree() {
        assert_eq!(join("a/b", "../c.txt").as_deref(), Some("a/c.txt"));
        assert_eq!(join("", "./c.txt").as_deref(), Some("c.txt"));
        assert_eq!(join("a", "../../c.txt"), None);
        assert_eq!(join("a", "/etc/passwd"), None);
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(file_name("a/b/c"), "c");
    }
}
