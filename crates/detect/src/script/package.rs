//! Commands that a package runs when it is installed.

use waybill_domain::Severity::{Low, Medium};
use waybill_source::commands::shell;
use waybill_source::document::{DocumentLimits, Node, json};

use super::judged::{Act, JudgedCommands, Kind, Moment};
use super::words::program;
use crate::rule::quoted;

/// Tools that build native parts, or set up what developers use.
const TOOLS: [&str; 36] = [
    "node-gyp",
    "node-gyp-build",
    "prebuild-install",
    "node-pre-gyp",
    "husky",
    "patch-package",
    "lerna",
    "tsc",
    "ngcc",
    "opencollective",
    "is-ci",
    "npm",
    "yarn",
    "pnpm",
    "npm-run-all",
    "run-s",
    "rimraf",
    "electron-builder",
    "simple-git-hooks",
    "lint-staged",
    "rollup",
    "vite",
    "webpack",
    "esbuild",
    "tsup",
    "prisma",
    "cmake-js",
    "napi",
    "cargo-cp-artifact",
    "jlpm",
    "turbo",
    "nx",
    "exit",
    "echo",
    "true",
    "playwright",
];

impl JudgedCommands {
    /// Notes that a package of a system runs this: low, as most of them do.
    pub(crate) fn installs(&mut self, does: &str) {
        self.when = Moment::Install.when();
        self.acts.push(Act {
            line: 1,
            kind: Kind::Install,
            severity: Low,
            does: does.to_owned(),
        });
    }

    /// A script in a language that is not followed.
    pub(crate) fn unread_script(program: &str) -> Self {
        let why = format!("a script for {} is not followed", quoted(program));
        Self {
            unread: vec![(None, why)],
            ..Self::default()
        }
    }

    /// Judges the scripts of a `package.json`.
    pub(crate) fn of_package(text: &str) -> Self {
        let mut judged = Self {
            when: Moment::Install.when(),
            ..Self::default()
        };
        let limits = DocumentLimits {
            depth: 16,
            values: 100_000,
        };
        let document = json(text, &limits);
        let scripts = document.root().and_then(|root| root.get("scripts"));
        for (key, line, value) in scripts.map(Node::entries).unwrap_or_default() {
            let asked = !matches!(
                key.as_str(),
                "preinstall" | "install" | "postinstall" | "prepare" | "preprepare" | "postprepare"
            );
            let Some(command) = value.text().filter(|_| !asked) else {
                continue;
            };
            let facts = shell(command);
            let inner = Self::new(&facts, Moment::Install);
            judged
                .acts
                .extend(inner.acts.into_iter().map(|act| Act { line: *line, ..act }));
            let usual = facts.commands.iter().all(|command| {
                let program = program(&command.words);
                let runner = matches!(program.name, "npx" | "cross-env" | "run" | "bunx");
                let first = program
                    .arguments
                    .iter()
                    .find(|word| !word.starts_with('-') && !word.contains('='));
                TOOLS.contains(&program.name)
                    || runner && first.is_some_and(|word| TOOLS.contains(&word.as_str()))
            });
            // Only the developers of the package prepare it.
            let severity = if usual || key.contains("prepare") {
                Low
            } else {
                Medium
            };
            judged.acts.push(Act {
                line: *line,
                kind: Kind::Install,
                severity,
                does: format!("runs {} by {}", quoted(command), quoted(key)),
            });
        }
        judged.acts.sort();
        judged.acts.dedup();
        judged
    }
}
