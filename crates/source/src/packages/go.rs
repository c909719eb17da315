//! Go: `go.mod`, `go.sum`, `vendor/modules.txt`, `go.work`.
//!
//! Format: <https://go.dev/ref/mod>.

use std::collections::HashMap;

use super::{
    Ecosystem, Include, Need, Origin, Package, PackageFacts, Project, Strength, Unread,
    opened::{excerpt, line_number},
};

#[cfg(test)]
mod tests;

/// The version that is replaced, or all, and the words that say by what.
type Replacement = (Option<String>, Vec<String>);

/// Reads `go.mod`: exact minimal versions, the module's own path as project. Where a module is
/// replaced, the replacement is what counts.
#[must_use]
pub fn go_mod(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Wanted);
    let mut replaced: HashMap<String, Vec<Replacement>> = HashMap::new();
    statements(text, |verb, words, comment, line| match verb {
        "module" => {
            facts.project = words.first().map(|name| Project {
                name: Some(name.clone()),
                ..Project::default()
            });
        }
        "require" => match words {
            [name, version] => {
                let mut package = Package::new(Ecosystem::Golang, name.clone());
                package.version = Some(version.clone());
                package.direct = Some(!comment.contains("indirect"));
                package.line = Some(line);
                facts.packages.push(package);
            }
            _ => facts.refuse(line, "a requirement is not a path and a version"),
        },
        "replace" => {
            let arrow = words
                .iter()
                .position(|word| word == "=>")
                .unwrap_or(words.len());
            let (from, to) = words.split_at(arrow);
            if let (Some(name), Some(to)) = (from.first(), to.get(1..).filter(|to| !to.is_empty()))
            {
                let known = replaced.entry(name.clone()).or_default();
                known.push((from.get(1).cloned(), to.to_vec()));
            } else {
                facts.refuse(line, "a replacement is not well formed");
            }
        }
        "tool" | "go" | "toolchain" | "exclude" | "retract" | "godebug" | "ignore" => {}
        _ => facts.refuse(line, format!("an unknown directive: {}", excerpt(verb))),
    });
    for package in &mut facts.packages {
        let Some(found) = replaced.get(&package.name) else {
            continue;
        };
        let to = found
            .iter()
            .take(64)
            .find(|(version, _)| version.is_none() || *version == package.version);
        match to.map(|(_, to)| to.as_slice()) {
            Some([path]) => package.origin = Origin::Path(path.clone()),
            Some([name, version, ..]) => {
                package.name.clone_from(name);
                package.version = Some(version.clone());
            }
            _ => {}
        }
    }
    facts
}

/// Reads `go.work`: the folders of the workspace.
#[must_use]
pub fn go_work(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Wanted);
    statements(text, |verb, words, _, line| {
        if let ("use", Some(path)) = (verb, words.first()) {
            facts.includes.push(Include {
                path: path.clone(),
                constraint: false,
                line,
            });
        }
    });
    facts
}

/// Calls back for every directive, those in parentheses included.
fn statements(text: &str, mut each: impl FnMut(&str, &[String], &str, u32)) {
    let mut block: Option<String> = None;
    for (index, raw) in text.lines().enumerate() {
        let (code, comment) = raw.split_once("//").unwrap_or((raw, ""));
        let mut words: Vec<String> = code
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '`']).to_owned())
            .collect();
        if words.is_empty() {
            continue;
        }
        if words.first().is_some_and(|word| word == ")") {
            block = None;
            continue;
        }
        if let Some(verb) = &block {
            each(verb, &words, comment, line_number(index));
            continue;
        }
        let verb = words.remove(0);
        if words.last().is_some_and(|word| word == "(") {
            block = Some(verb);
            continue;
        }
        // `require(` without a space.
        if let Some(verb) = verb.strip_suffix('(') {
            block = Some(verb.to_owned());
            continue;
        }
        each(&verb, &words, comment, line_number(index));
    }
}

/// Reads `go.sum`: the hash of each module's tree, algorithm `h1`, base64 as written. A module
/// of which only `go.mod` is listed was looked at to choose versions, and is not built.
#[must_use]
pub fn go_sum(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Locked);
    for (index, raw) in text.lines().enumerate() {
        let line = line_number(index);
        let mut words = raw.split_whitespace();
        let (Some(name), Some(version), Some(hash)) = (words.next(), words.next(), words.next())
        else {
            if !raw.trim().is_empty() {
                facts.refuse(line, "not a path, a version and a hash");
            }
            continue;
        };
        if version.ends_with("/go.mod") {
            continue;
        }
        let mut package = Package::new(Ecosystem::Golang, name);
        package.version = Some(version.to_owned());
        package.line = Some(line);
        match hash.split_once(':') {
            Some((algorithm, value)) => {
                package
                    .hashes
                    .push((algorithm.to_lowercase(), value.to_owned()));
            }
            None => facts.refuse(line, "a hash has no algorithm"),
        }
        facts.packages.push(package);
    }
    facts
}

/// Reads `vendor/modules.txt`: the modules whose code lies in the tree.
#[must_use]
pub fn go_modules_txt(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Installed);
    for (index, raw) in text.lines().enumerate() {
        let line = line_number(index);
        if let Some(rest) = raw.strip_prefix("## ") {
            let explicit = rest.split(';').any(|word| word.trim() == "explicit");
            if let Some(package) = facts.packages.last_mut().filter(|_| explicit) {
                package.direct = Some(true);
            }
            continue;
        }
        let Some(rest) = raw.strip_prefix("# ") else {
            continue;
        };
        let (from, to) = rest.split_once("=>").unwrap_or((rest, ""));
        let mut words = from.split_whitespace();
        let (Some(name), version) = (words.next(), words.next()) else {
            facts.unread.push(Unread {
                line: Some(line),
                reason: "a module has no path".to_owned(),
            });
            continue;
        };
        let mut package = Package::new(Ecosystem::Golang, name);
        package.version = version.map(str::to_owned);
        package.line = Some(line);
        package.need = Need::Runtime;
        let mut to = to.split_whitespace();
        match (to.next(), to.next()) {
            (Some(name), Some(version)) => {
                package.name = name.to_owned();
                package.version = Some(version.to_owned());
            }
            (Some(path), None) => package.origin = Origin::Path(path.to_owned()),
            _ => {}
        }
        // Replacements without a version at the end of the file repeat what stands above.
        if package.version.is_some() {
            facts.packages.push(package);
        }
    }
    facts
}
