//! Facts as lines of text, for tests that compare whole results.

use super::{Need, Origin, Package, PackageFacts};

/// One line for everything that the facts hold.
pub(super) fn shown(facts: &PackageFacts) -> String {
    let mut lines = vec![format!("{:?}", facts.strength).to_lowercase()];
    if let Some(project) = &facts.project {
        lines.push(format!(
            "project {} {} {} {} {:?} {:?}",
            project.name.as_deref().unwrap_or("-"),
            project.version.as_deref().unwrap_or("-"),
            project.licence.as_deref().unwrap_or("-"),
            project.description.as_deref().unwrap_or("-"),
            project.authors,
            project.urls,
        ));
    }
    lines.extend(facts.packages.iter().map(package));
    lines.extend(facts.includes.iter().map(|include| {
        let kind = if include.constraint {
            "constraint"
        } else {
            "include"
        };
        format!("{}: {kind} {}", include.line, include.path)
    }));
    lines.extend(facts.indexes.iter().map(|index| format!("index {index}")));
    lines.extend(
        facts
            .unread
            .iter()
            .map(|unread| format!("{}: unread: {}", unread.line.unwrap_or(0), unread.reason)),
    );
    lines.join("\n")
}

fn package(package: &Package) -> String {
    let mut line = format!(
        "{}: {} {}",
        package.line.unwrap_or(0),
        package.ecosystem.as_str(),
        package.name
    );
    let mut add = |mark: &str, value: Option<&str>| {
        if let Some(value) = value {
            line.push_str(&format!(" {mark}{value}"));
        }
    };
    add("@", package.version.as_deref());
    add("wants=", package.requirement.as_deref());
    let need = format!("{:?}", package.need).to_lowercase();
    add("", (package.need != Need::Runtime).then_some(&need));
    let direct = package
        .direct
        .map(|direct| if direct { "direct" } else { "indirect" });
    add("", direct);
    let origin = match &package.origin {
        Origin::Registry => None,
        Origin::Index(url) => Some(format!("index:{url}")),
        Origin::Git { url, revision } => {
            Some(format!("git:{url}@{}", revision.as_deref().unwrap_or("-")))
        }
        Origin::Url(url) => Some(format!("url:{url}")),
        Origin::Path(path) => Some(format!("path:{path}")),
    };
    add("", origin.as_deref());
    for (algorithm, digits) in &package.hashes {
        let short: String = digits.chars().take(6).collect();
        add("", Some(&format!("{algorithm}:{short}")));
    }
    let edges: Vec<String> = package
        .dependencies
        .iter()
        .map(|edge| match &edge.version {
            Some(version) => format!("{}@{version}", edge.name),
            None => edge.name.clone(),
        })
        .collect();
    add(
        "-> ",
        (!edges.is_empty()).then(|| edges.join(", ")).as_deref(),
    );
    add("if ", package.condition.as_deref());
    add("licence=", package.licence.as_deref());
    add("by=", package.supplier.as_deref());
    add("home=", package.homepage.as_deref());
    add("arch=", package.architecture.as_deref());
    add("from=", package.built_from.as_deref());
    line
}

/// Every parser of this module, for properties that hold for all.
pub(super) fn parsers() -> Vec<super::Parser> {
    [
        "requirements.txt",
        "pyproject.toml",
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "pylock.toml",
        "Pipfile",
        "Pipfile.lock",
        "setup.cfg",
        "environment.yml",
        "conda-lock.yml",
        "recipe/meta.yaml",
        "pixi.lock",
        "a.dist-info/METADATA",
        "a.dist-info/direct_url.json",
        "package.json",
        "node_modules/a/package.json",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        "bun.lock",
        "deno.lock",
        "Cargo.lock",
        "Cargo.toml",
        "go.mod",
        "go.sum",
        "go.work",
        "vendor/modules.txt",
        "pom.xml",
        "gradle.lockfile",
        "build.gradle",
        "libs.versions.toml",
        "verification-metadata.xml",
        "var/lib/dpkg/status",
        "lib/apk/db/installed",
        "etc/os-release",
        "container-manifest-2",
    ]
    .into_iter()
    .filter_map(super::parser)
    .collect()
}

mod tests {
    use proptest::prelude::*;

    use super::{parsers, shown};

    /// Words that the formats are made of.
    const WORDS: [&str; 52] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\n",
        "\n  ",
        "\n    ",
        "=",
        "@",
        "#",
        "-r ",
        "/",
        "..",
        "[[package]]\n",
        "name = \"a\"\n",
        "version = \"1.0\"\n",
        "dependencies",
        "\"packages\"",
        "\"node_modules/a\"",
        "- ",
        "a==1.0",
        "(",
        ")",
        ";",
        "extra",
        "sha256:",
        "--hash=",
        "\\\n",
        "<project>",
        "</project>",
        "<dependency>",
        "${a}",
        "<!--",
        "-->",
        "Package: a",
        "Version: 1",
        "P:a",
        "C:Q1",
        "require",
        "=>",
        "# via",
        "a@1",
        "\"a@npm:^1\"",
        "__metadata:",
        "é",
        "\t",
        "1.0.0",
        "{{",
        "{%",
    ];

    proptest! {
        #[test]
        fn any_text_gives_the_same_facts_twice(
            words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..60),
            noise in ".{0,40}",
        ) {
            let text = words.concat() + &noise;
            for parser in parsers() {
                let facts = parser(&text);
                prop_assert_eq!(shown(&facts), shown(&parser(&text)));
                // A file cannot speak of more packages than it has bytes.
                prop_assert!(facts.packages.len() <= text.len());
            }
        }
    }

    #[test]
    fn deep_nesting_ends_and_is_said() {
        for text in [
            "[".repeat(100_000),
            "{\"dependencies\":".repeat(50_000),
            "<a>".repeat(50_000),
        ] {
            for parser in parsers() {
                let _ = parser(&text);
            }
        }
        let deep = format!(
            "{{\"dependencies\":{{\"a\":{}",
            "{\"dependencies\":{\"a\":".repeat(1000)
        );
        let facts = crate::packages::javascript::package_lock(&deep);
        assert!(
            facts
                .unread
                .iter()
                .any(|unread| unread.reason.contains("deeper"))
        );
        assert!(!facts.packages.is_empty());
    }
}
