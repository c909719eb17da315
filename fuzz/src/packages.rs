//! Descriptions of packages: the first byte chooses the parser.

use waybill_source::packages::parser;

/// A path for every parser.
const PATHS: [&str; 38] = [
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
];

/// Reads the rest of the bytes as text.
pub fn run(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let Some(parser) = parser(path) else {
        panic!("nothing reads {path}");
    };
    let text = String::from_utf8_lossy(rest);
    let facts = parser(&text);
    assert!(facts.packages.len() <= text.len());
}
