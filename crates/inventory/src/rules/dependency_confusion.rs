use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::{
    Confidence, RuleInfo, Severity,
    inventory::{ComponentId, Occurrence},
};
use waybill_source::packages::{Ecosystem, Origin, Strength, is_public_index};

use crate::{draft::Draft, purl::purl, tree::Tree};

pub(crate) const INFO: RuleInfo = RuleInfo {
    id: "dependency-confusion",
    summary: "A package of one's own could be taken from a public registry instead",
    page: include_str!("dependency-confusion.md"),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    answers: &["S-R1", "S-M2", "CWE-427"],
    help: "Ask one index only, a private one that passes public packages through, or bind each internal name to its index.",
    incomplete: false,
};

/// Public indexes that are commonly asked beside PyPI: builds of the packages that they are named for.
const PUBLIC: [&str; 9] = [
    "download.pytorch.org",
    "pypi.nvidia.com",
    "pypi.ngc.nvidia.com",
    "wheels.vllm.ai",
    "data.pyg.org",
    "storage.googleapis.com/jax-releases",
    "abetlen.github.io",
    "flashinfer.ai",
    "download.openmmlab.com",
];

/// Looks at the indexes that files and commands ask, and at the names that are declared internal.
pub(crate) fn look(tree: &Tree, draft: &mut Draft, internal: &[String]) {
    for (place, index) in extra_indexes(tree) {
        let message = format!(
            "`{index}` is asked beside the public index: whoever registers one of its names there, with a higher version, is installed"
        );
        draft.note(&INFO, None, Some(place), message);
    }
    for (place, id, name, locked) in internal_names(tree, internal) {
        let known = draft.get(&id).is_some();
        let message = if locked {
            format!("the internal package `{name}` is locked to a public registry")
        } else {
            format!(
                "the internal package `{name}` is asked for where only a public registry is named"
            )
        };
        let info = RuleInfo {
            severity: if locked {
                Severity::High
            } else {
                INFO.severity
            },
            ..INFO
        };
        draft.note(&info, known.then_some(id), Some(place), message);
    }
}

fn extra_indexes(tree: &Tree) -> BTreeSet<(Occurrence, String)> {
    let mut found = BTreeSet::new();
    for (file, facts) in tree.packages() {
        let extra = |index: &String| facts.extra_indexes.iter().any(|(each, _)| each == index);
        let mut usual = facts
            .indexes
            .iter()
            .filter(|index| !extra(index))
            .peekable();
        if usual.peek().is_some() && usual.all(|index| !is_public(index)) {
            // All that is asked is private.
            continue;
        }
        for (index, line) in &facts.extra_indexes {
            if !is_public(index) {
                found.insert((Occurrence::at(&file.path, Some(*line)), index.clone()));
            }
        }
    }
    for (file, facts) in tree.commands() {
        for command in &facts.commands {
            let words = &command.words;
            let values = |option: &'static str| {
                words.iter().enumerate().filter_map(move |(place, word)| {
                    let rest = word.strip_prefix(option)?;
                    rest.strip_prefix('=').or_else(|| {
                        rest.is_empty()
                            .then(|| words.get(place + 1))
                            .flatten()
                            .map(String::as_str)
                    })
                })
            };
            let usual = values("--index-url").chain(values("-i")).next();
            // uv takes the first index that has a name, the extra ones before PyPI.
            let first_wins = words.iter().take(4).any(|word| word == "uv")
                && values("--index-strategy").next() != Some("unsafe-best-match");
            if !words
                .iter()
                .any(|word| word == "install" || word == "download")
                || usual.is_some_and(|index| !is_public(index))
                || first_wins
            {
                continue;
            }
            for index in values("--extra-index-url").filter(|index| !is_public(index)) {
                let place = Occurrence::at(&file.path, Some(command.line));
                found.insert((place, without_secret(index)));
            }
        }
    }
    found
}

/// Where internal names are wanted or locked, and whether they are locked to a public registry.
fn internal_names(
    tree: &Tree,
    internal: &[String],
) -> BTreeSet<(Occurrence, ComponentId, String, bool)> {
    let mut found = BTreeSet::new();
    if internal.is_empty() {
        return found;
    }
    let registries = Registries::of(tree);
    let own: BTreeSet<&str> = tree
        .packages()
        .filter_map(|(_, facts)| facts.project.as_ref()?.name.as_deref())
        .collect();
    for (file, facts) in tree.packages() {
        // Lock files of these name the registry of each package; others leave it to the configuration.
        let locked = facts.strength == Strength::Locked
            && [
                "uv.lock",
                "package-lock.json",
                "npm-shrinkwrap.json",
                "yarn.lock",
            ]
            .iter()
            .any(|name| file.path.ends_with(name));
        for package in &facts.packages {
            let public = package.origin == Origin::Registry
                && (locked || !registries.is_private(package.ecosystem, &package.name));
            let registry = matches!(
                package.ecosystem,
                Ecosystem::Pypi | Ecosystem::Npm | Ecosystem::Cargo
            );
            if !public
                || !registry
                || own.contains(package.name.as_str())
                || !is_internal(package.ecosystem, &package.name, internal)
            {
                continue;
            }
            let (scope, name) = match package.name.split_once('/') {
                Some((scope, name)) => (Some(scope), name),
                None => (None, package.name.as_str()),
            };
            let id = purl(
                package.ecosystem.as_str(),
                scope,
                name,
                package.version.as_deref(),
                &[],
            );
            let place = Occurrence::at(&file.path, package.line);
            found.insert((
                place,
                ComponentId(id.unwrap_or_default()),
                package.name.clone(),
                locked,
            ));
        }
    }
    found
}

/// What the configuration of a tree asks for names.
struct Registries<'a> {
    /// True if Python packages are asked of an index that is not public.
    python: bool,
    /// True if all that has no scope of its own is asked of a registry that is not public.
    javascript: bool,
    /// Scopes with a registry of their own, and whether that is public.
    scopes: BTreeMap<&'a str, bool>,
}

impl<'a> Registries<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut found = Self {
            python: false,
            javascript: false,
            scopes: BTreeMap::new(),
        };
        for (file, facts) in tree.packages() {
            let private = facts.indexes.iter().any(|index| !is_public(index));
            if file.path.ends_with(".npmrc") {
                found.javascript |= private;
            } else {
                found.python |= private;
            }
            for (scope, registry) in &facts.scopes {
                // One file that asks in public is enough.
                *found.scopes.entry(scope.as_str()).or_default() |= is_public(registry);
            }
        }
        found
    }

    fn is_private(&self, ecosystem: Ecosystem, name: &str) -> bool {
        let scope = name.split_once('/').map(|(scope, _)| scope.to_lowercase());
        match (ecosystem, scope) {
            (Ecosystem::Pypi, _) => self.python,
            (Ecosystem::Npm, Some(scope)) => match self.scopes.get(scope.as_str()) {
                Some(public) => !public,
                None => self.javascript,
            },
            (Ecosystem::Npm, None) => self.javascript,
            // Cargo says of each package where it comes from.
            _ => false,
        }
    }
}

/// Names compare as their registry compares them: who owns `Acme_Reader` owns `acme-reader`.
fn is_internal(ecosystem: Ecosystem, name: &str, internal: &[String]) -> bool {
    let name = normal(ecosystem, name);
    internal
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => {
                !prefix.is_empty() && name.starts_with(normal(ecosystem, prefix).as_str())
            }
            None => name == normal(ecosystem, pattern),
        })
}

/// PyPI by PEP 503, crates.io without telling `_` from `-`, npm in small letters.
fn normal(ecosystem: Ecosystem, name: &str) -> String {
    let name = name.trim().to_lowercase();
    match ecosystem {
        Ecosystem::Pypi => {
            let mut normal = String::with_capacity(name.len());
            for letter in name.chars() {
                match letter {
                    '-' | '_' | '.' if normal.ends_with('-') => {}
                    '-' | '_' | '.' => normal.push('-'),
                    letter => normal.push(letter),
                }
            }
            normal
        }
        Ecosystem::Cargo => name.replace('_', "-"),
        _ => name,
    }
}

fn is_public(index: &str) -> bool {
    let rest = index.split_once("://").map_or(index, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let named = |public: &&str| {
        rest.strip_prefix(*public)
            .is_some_and(|after| after.is_empty() || after.starts_with(['/', ':']))
    };
    is_public_index(index) || PUBLIC.iter().any(named)
}

/// The address without user name and password.
fn without_secret(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use waybill_domain::Tool;

    use crate::{Options, Surroundings, assemble, read};

    fn found(internal: &[&str], files: &[(&str, &str)]) -> Vec<String> {
        let around = Surroundings::of(files.iter().map(|(path, _)| *path));
        let read = |(path, text): &(&str, &str)| {
            read(
                path,
                &(Arc::new(text.as_bytes().to_vec()) as _),
                Vec::new(),
                &around,
            )
        };
        let tool = Tool {
            name: "waybill".into(),
            version: "0".into(),
            rules: String::new(),
        };
        let options = Options {
            internal: internal.iter().map(|&name| name.to_owned()).collect(),
            ..Options::default()
        };
        assemble(tool, files.iter().map(read).collect(), options)
            .findings
            .into_iter()
            .filter(|noted| noted.finding.rule == "dependency-confusion")
            .map(|noted| format!("{} {}", noted.finding.severity, noted.finding.message))
            .collect()
    }

    #[test]
    fn internal_names_must_not_come_from_a_public_registry() {
        let wanted = ("requirements.txt", "acme-reader==1.0.0\nrequests==2.31.0\n");
        assert_eq!(
            found(&["acme-*"], &[wanted]),
            [
                "medium the internal package `acme-reader` is asked for where only a public registry is named"
            ]
        );
        assert_eq!(found(&[], &[wanted]), [""; 0]);
        assert_eq!(found(&["acme"], &[wanted]), [""; 0]);
        for written in ["Acme_Reader", "ACME.-reader", "Acme_*", "acme.re*"] {
            assert_eq!(found(&[written], &[wanted]).len(), 1, "{written}");
        }
        let npm = (
            "package.json",
            r#"{"dependencies": {"@acme/a_b": "^1.0.0"}}"#,
        );
        assert_eq!(found(&["@Acme/*"], &[npm]).len(), 1);
        assert_eq!(found(&["@acme/a-b"], &[npm]), [""; 0]);
        let private = (
            "pip.conf",
            "[global]\nindex-url = https://packages.acme.example/simple\n",
        );
        assert_eq!(found(&["acme-*"], &[wanted, private]), [""; 0]);
        let public = ["pypi", "org"].join(".");
        let locked = format!(
            "version = 1\n[[package]]\nname = \"acme-reader\"\nversion = \"9.9.9\"\nsource = {{ registry = \"https://{public}/simple\" }}\n"
        );
        assert_eq!(
            found(&["acme-reader"], &[("uv.lock", &locked), private]),
            ["high the internal package `acme-reader` is locked to a public registry"]
        );
    }

    #[test]
    fn scopes_and_registries_of_npm_are_known() {
        let wanted = (
            "package.json",
            r#"{"dependencies": {"@acme/reader": "^1.0.0", "acme-writer": "^1.0.0"}}"#,
        );
        let internal = ["@acme/*", "acme-*"];
        let said = |name: &str| {
            format!(
                "medium the internal package `{name}` is asked for where only a public registry is named"
            )
        };
        let both = [said("@acme/reader"), said("acme-writer")];
        assert_eq!(found(&internal, &[wanted]), both);
        // What Python asks says nothing of it.
        let pip = (
            "pip.conf",
            "[global]\nindex-url = https://a.example/simple\n",
        );
        assert_eq!(found(&internal, &[wanted, pip]), both);
        let scoped = (".npmrc", "@ACME:registry=https://npm.acme.example/\n");
        assert_eq!(found(&internal, &[wanted, scoped]), [said("acme-writer")]);
        let all = ("web/.npmrc", "registry=https://npm.acme.example/\n");
        assert_eq!(found(&internal, &[wanted, all]), [""; 0]);
        let public = ["registry", "npmjs", "org"].join(".");
        let open =
            format!("@acme:registry=https://{public}/\nregistry=https://npm.acme.example/\n");
        assert_eq!(
            found(&internal, &[wanted, (".npmrc", &open)]),
            [said("@acme/reader")]
        );
    }

    #[test]
    fn sources_of_poetry_and_uv_are_asked_as_these_ask_them() {
        let said = "medium `https://a.example/simple` is asked beside the public index: whoever registers one of its names there, with a higher version, is installed";
        let source = |more: &str| {
            format!(
                "[[tool.poetry.source]]\nname = \"a\"\nurl = \"https://me:secret@a.example/simple\"\n{more}"
            )
        };
        let listed = "[[tool.poetry.source]]\nname = \"PyPI\"\n";
        let index = |more: &str| {
            format!("{more}[[tool.uv.index]]\nname = \"a\"\nurl = \"https://a.example/simple\"\n")
        };
        for (text, flagged) in [
            (source(""), false),
            (source("priority = \"supplemental\"\n"), true),
            (source("secondary = true\n"), true),
            (source("priority = \"explicit\"\n"), false),
            (source(listed), true),
            (source(&format!("{listed}priority = \"explicit\"\n")), false),
            (
                source(&format!("{listed}priority = \"supplemental\"\n")),
                false,
            ),
            (index(""), false),
            (
                index("[tool.uv]\nindex-strategy = \"first-index\"\n"),
                false,
            ),
            (
                index("[tool.uv]\nindex-strategy = \"unsafe-best-match\"\n"),
                true,
            ),
            (
                index("[tool.uv]\nindex-strategy = \"unsafe-best-match\"\n") + "default = true\n",
                false,
            ),
            (
                index("[tool.uv]\nindex-strategy = \"unsafe-best-match\"\n") + "explicit = true\n",
                false,
            ),
        ] {
            let expected: &[&str] = if flagged { &[said] } else { &[] };
            assert_eq!(found(&[], &[("pyproject.toml", &text)]), expected, "{text}");
        }
        // What is asked only where it is named keeps nothing else from the public index.
        let wanted = ("requirements.txt", "acme-reader==1.0.0\n");
        let explicit = index("") + "explicit = true\n";
        for (text, count) in [(index(""), 0), (explicit, 1)] {
            let files = [wanted, ("pyproject.toml", text.as_str())];
            assert_eq!(found(&["acme-*"], &files).len(), count, "{text}");
        }
        let command = "FROM python:3.12\nRUN uv pip install --extra-index-url https://a.example/simple acme\n";
        assert_eq!(found(&[], &[("Dockerfile", command)]), [""; 0]);
        let best = command.replace("install", "install --index-strategy unsafe-best-match");
        assert_eq!(found(&[], &[("Dockerfile", &best)]), [said]);
    }

    #[test]
    fn a_private_index_beside_the_public_one_is_seen_in_commands_and_configuration() {
        let said = |place: &str| {
            format!(
                "medium `{place}` is asked beside the public index: whoever registers one of its names there, with a higher version, is installed"
            )
        };
        let docker = "FROM python:3.12\nRUN pip install --extra-index-url https://me:secret@a.example/simple acme\n";
        assert_eq!(
            found(&[], &[("Dockerfile", docker)]),
            [said("https://a.example/simple")]
        );
        let second = "FROM python:3.12\nRUN pip install --extra-index-url https://download.pytorch.org/whl/cu118 --extra-index-url https://a.example/simple acme\n";
        assert_eq!(
            found(&[], &[("Dockerfile", second)]),
            [said("https://a.example/simple")]
        );
        let both = "FROM python:3.12\nRUN pip install -i https://b.example/simple --extra-index-url=https://a.example/simple acme\n";
        assert_eq!(found(&[], &[("Dockerfile", both)]), [""; 0]);
        let configured = "[global]\nextra-index-url = https://a.example/simple\n";
        assert_eq!(
            found(&[], &[("pip.conf", configured)]),
            [said("https://a.example/simple")]
        );
    }
}
