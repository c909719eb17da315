use super::{cargo_lock, cargo_toml};
use crate::packages::shown::shown;

#[test]
fn a_lock_file_with_workspace_git_and_two_versions() {
    let text = format!(
        "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"rand 0.8.5\",\n \"tool\",\n]\n\n\
         [[package]]\nname = \"rand\"\nversion = \"0.7.3\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
         checksum = \"{a}\"\n\n\
         [[package]]\nname = \"rand\"\nversion = \"0.8.5\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\n\
         [[package]]\nname = \"tool\"\nversion = \"1.0.0\"\nsource = \"git+https://github.com/org/tool?tag=v1#{commit}\"\n\
         dependencies = [\"rand 0.7.3 (registry+https://github.com/rust-lang/crates.io-index)\"]\n\n[[package]]\nversion = \"1\"\n",
        a = "a".repeat(64),
        commit = "5".repeat(40),
    );
    let expected = format!(
        "locked\n\
         4: cargo app @0.1.0 indirect path: -> rand@0.8.5, tool\n\
         12: cargo rand @0.7.3 indirect sha256:aaaaaa\n\
         18: cargo rand @0.8.5 direct\n\
         23: cargo tool @1.0.0 direct git:https://github.com/org/tool@{} -> rand@0.7.3\n\
         28: unread: a package has no name",
        "5".repeat(40)
    );
    assert_eq!(shown(&cargo_lock(&text)), expected);
}

#[test]
fn checksums_of_the_first_version() {
    let text = format!(
        "[root]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"libc 0.2.0 (registry+https://github.com/rust-lang/crates.io-index)\"]\n\
         [[package]]\nname = \"libc\"\nversion = \"0.2.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
         [metadata]\n\"checksum libc 0.2.0 (registry+https://github.com/rust-lang/crates.io-index)\" = \"{}\"\n",
        "b".repeat(64)
    );
    let expected = "locked\n\
        6: cargo libc @0.2.0 direct sha256:bbbbbb\n\
        2: cargo app @0.1.0 indirect path: -> libc@0.2.0";
    assert_eq!(shown(&cargo_lock(&text)), expected);
}

#[test]
fn a_manifest_with_every_kind_of_dependency() {
    let text = r#"
[package]
name = "app"
version.workspace = true
license = "MIT"
repository = "https://github.com/org/app"

[dependencies]
serde = { version = "1.0", features = ["derive"] }
tokio.workspace = true
renamed = { package = "real-name", version = "=2.0.1" }
tool = { git = "https://github.com/org/tool", tag = "v1" }
own = { path = "crates/own" }
maybe = { version = "0.3", optional = true }

[dev-dependencies]
insta = "1"

[build-dependencies]
cc = "*"

[target.'cfg(unix)'.dependencies]
nix = "0.29"

[workspace]
members = ["crates/*"]

[workspace.package]
version = "0.5.0"

[workspace.dependencies]
tokio = "1.38"
unused = "9"
"#;
    let expected = r#"wanted
project app 0.5.0 MIT - [] [("repository", "https://github.com/org/app")]
9: cargo serde wants=1.0 direct
10: cargo tokio wants=1.38 direct
11: cargo real-name @2.0.1 direct
12: cargo tool wants= direct git:https://github.com/org/tool@v1
13: cargo own wants= direct path:crates/own
14: cargo maybe wants=0.3 optional direct
17: cargo insta wants=1 development direct
20: cargo cc wants= build direct
23: cargo nix wants=0.29 direct if cfg(unix)
32: cargo tokio wants=1.38
33: cargo unused wants=9
26: include crates/*"#;
    assert_eq!(shown(&cargo_toml(text)), expected);
    assert_eq!(
        shown(&cargo_toml(
            "[dependencies]\na = 1\n[dev-dependencies.b]\nversion = []\n"
        )),
        "wanted\n2: cargo a wants= direct\n3: cargo b wants= development direct"
    );
}
