use crate::packages::{
    javascript::{installed_package, package_json, package_lock},
    shown::shown,
};

/// The digest of no bytes, as npm and as the facts write it.
const EMPTY: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

#[test]
fn every_kind_of_wish() {
    let text = r#"{
  "name": "@org/app", "version": "1.0.0", "license": "MIT",
  "author": {"name": "Ada", "email": "ada@example.org"},
  "repository": {"type": "git", "url": "git+https://github.com/org/app.git"},
  "packageManager": "pnpm@9.1.0+sha256.e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "workspaces": ["packages/*"],
  "dependencies": {
    "react": "^18.2.0",
    "lodash": "4.17.20",
    "any": "*",
    "newest": "latest",
    "alias": "npm:@scope/real@2.0.0",
    "forge": "org/repo#v1",
    "git": "git+ssh://git@github.com/org/x.git#abc",
    "tar": "https://example.org/x.tgz?token=1",
    "own": "workspace:*",
    "file": "file:../own",
    "wrong": 7
  },
  "devDependencies": {"vitest": "~1.5", "react": "^18"},
  "peerDependencies": {"vue": ">=3"},
  "peerDependenciesMeta": {"vue": {"optional": true}},
  "optionalDependencies": []
}"#;
    let expected = r#"wanted
project @org/app 1.0.0 MIT - ["Ada <ada@example.org>"] [("repository", "https://github.com/org/app.git")]
8: npm react wants=^18.2.0 direct
9: npm lodash @4.17.20 direct
10: npm any wants= direct
11: npm newest wants=latest direct
12: npm @scope/real @2.0.0 direct
13: npm forge direct git:https://github.com/org/repo@v1
14: npm git direct git:ssh://github.com/org/x.git@abc
15: npm tar direct url:https://example.org/x.tgz
16: npm own direct path:
17: npm file direct path:../own
21: npm vue wants=>=3 optional direct
20: npm vitest wants=~1.5 development direct
5: npm pnpm @9.1.0 build direct sha256:e3b0c4
6: include packages/*
18: unread: a version is not a text
23: unread: `optionalDependencies` is not a map of names to versions"#;
    assert_eq!(shown(&package_json(text)), expected);
}

#[test]
fn places_in_node_modules_decide_which_version_is_meant() {
    let text = format!(
        r#"{{"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": {{
"": {{"name": "app", "dependencies": {{"a": "^1", "own": "*"}}, "devDependencies": {{"d": "1"}}}},
"node_modules/a": {{"version": "1.0.0", "resolved": "https://registry{dot}npmjs.org/a/-/a-1.0.0.tgz", "integrity": "{EMPTY}", "license": "ISC", "dependencies": {{"b": "^2"}}}},
"node_modules/a/node_modules/b": {{"version": "2.0.0", "resolved": "https://npm.example.org/b/-/b-2.0.0.tgz"}},
"node_modules/b": {{"version": "1.0.0", "dev": true}},
"node_modules/d": {{"version": "1.0.0", "dev": true, "dependencies": {{"b": "^1"}}, "optionalDependencies": {{"missing": "1"}}}},
"node_modules/own": {{"resolved": "packages/own", "link": true}},
"node_modules/g": {{"version": "0.1.0", "resolved": "git+ssh://git@github.com/org/g.git#{commit}", "optional": true}},
"packages/own": {{"version": "0.5.0", "dependencies": {{"b": "1"}}}},
"node_modules/": {{"version": "1"}}
}}}}"#,
        commit = "6".repeat(40),
        dot = '.',
    );
    let expected = format!(
        "locked\n\
         project app 1.0.0 - - [] []\n\
         3: npm a @1.0.0 direct sha256:e3b0c4 -> b@2.0.0 licence=ISC\n\
         4: npm b @2.0.0 indirect index:https://npm.example.org\n\
         5: npm b @1.0.0 development direct\n\
         6: npm d @1.0.0 development direct -> b@1.0.0\n\
         8: npm g @0.1.0 optional indirect git:ssh://github.com/org/g.git@{}\n\
         9: npm own @0.5.0 direct path:packages/own\n\
         10: unread: a place in `node_modules` names no package",
        "6".repeat(40)
    );
    assert_eq!(shown(&package_lock(&text)), expected);
}

#[test]
fn the_first_version_nests() {
    let text = format!(
        r#"{{"name": "app", "lockfileVersion": 1, "dependencies": {{
"a": {{"version": "1.0.0", "integrity": "{EMPTY}", "requires": {{"b": "^2"}}, "dependencies": {{
  "b": {{"version": "2.0.0", "requires": {{"c": "1"}}}}}}}},
"b": {{"version": "1.0.0", "dev": true}},
"c": {{"version": "npm:real@1.0.0"}},
"g": {{"version": "github:org/g#abc", "from": "github:org/g"}},
"x": 3"#
    );
    let expected = "locked\n\
        project app - - - [] []\n\
        2: npm a @1.0.0 sha256:e3b0c4 -> b@2.0.0\n\
        4: npm b @1.0.0 development\n\
        5: npm real @1.0.0\n\
        6: npm g git:https://github.com/org/g@abc\n\
        3: npm b @2.0.0 -> real@1.0.0\n\
        7: unread: expected a key in double quotes\n\
        7: unread: a package is not described";
    assert_eq!(shown(&package_lock(&text)), expected);
}

#[test]
fn an_installed_package_speaks_of_itself() {
    let text = r#"{"name": "a", "version": "1.0.0", "licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}],
"author": "Bo <bo@example.org>", "homepage": "https://example.org", "dependencies": {"b": "^1"}, "devDependencies": {"c": "1"}}"#;
    let expected = "installed\n\
        1: npm a @1.0.0 -> b licence=MIT OR Apache-2.0 by=Bo <bo@example.org> home=https://example.org";
    assert_eq!(shown(&installed_package(text)), expected);
    assert_eq!(
        shown(&installed_package("{\"type\": \"module\"}")),
        "installed\n1: unread: the package has no name"
    );
}

#[test]
fn a_lock_file_that_breaks_off_keeps_only_whole_packages() {
    let whole = r#"{"packages": {
"node_modules/a": {"version": "1.0.0", "resolved": "https://npm.example.org/a/-/a-1.0.0.tgz",
 "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="},
"node_modules/b": {"version": "2.0.0", "resolved": "https://npm.example.org/b/-"#;
    let facts = package_lock(whole);
    let names: Vec<_> = facts
        .packages
        .iter()
        .map(|package| (package.name.as_str(), package.version.as_deref()))
        .collect();
    assert_eq!(names, [("a", Some("1.0.0"))]);
    assert_eq!(facts.unread.len(), 2);
}
