use super::shown;

#[test]
fn a_workspace_with_one_lock_file() {
    let lock = r#"{"name": "root", "lockfileVersion": 3, "packages": {
"": {"name": "root", "workspaces": ["packages/*"]},
"node_modules/@scope/a": {"version": "1.2.0", "license": "ISC", "dependencies": {"b": "^2"}},
"node_modules/b": {"version": "1.0.0"},
"node_modules/@scope/a/node_modules/b": {"version": "2.0.0"},
"node_modules/ui": {"resolved": "packages/ui", "link": true},
"packages/ui": {"version": "1.0.0", "dependencies": {"@scope/a": "^1.0.0"}, "devDependencies": {"b": "~1.0"}}
}}"#;
    let files = [
        (
            "package.json",
            r#"{"name": "root", "workspaces": ["packages/*"]}"#,
        ),
        ("package-lock.json", lock),
        (
            "packages/ui/package.json",
            "{\"name\": \"ui\",\n\"dependencies\": {\n\"@scope/a\": \"^1.0.0\"},\n\"devDependencies\": {\"b\": \"~1.0\"}}",
        ),
        (
            "packages/web/package.json",
            "{\"name\": \"web\", \"dependencies\": {\"ui\": \"*\", \"@scope/a\": \"1.3.0\"}}",
        ),
        ("other/package.json", "{\"dependencies\": {\"b\": \"^1\"}}"),
    ];
    let expected = "\
pkg:npm/%40scope/a@1.2.0 name direct runtime wants=^1.0.0 licence=ISC in package-lock.json:3, packages/ui/package.json:3
pkg:npm/%40scope/a@1.3.0 name direct runtime in packages/web/package.json:1
pkg:npm/b floating direct runtime wants=^1 in other/package.json:1
pkg:npm/b@1.0.0 name direct runtime wants=~1.0 in package-lock.json:4, packages/ui/package.json:4
pkg:npm/b@2.0.0 name indirect runtime in package-lock.json:5
pkg:npm/%40scope/a@1.2.0 depends-on pkg:npm/b@2.0.0
subject depends-on pkg:npm/%40scope/a@1.2.0
subject depends-on pkg:npm/%40scope/a@1.3.0
subject depends-on pkg:npm/b
subject depends-on pkg:npm/b@1.0.0";
    assert_eq!(shown(&files), expected);
}

#[test]
fn two_lock_files_of_one_project_both_answer() {
    let files = [
        ("package.json", r#"{"dependencies": {"a": "^1"}}"#),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}"#,
        ),
        (
            "yarn.lock",
            "a@^1:\n  version \"1.1.0\"\n  dependencies:\n    b \"*\"\n\nb@*:\n  version \"3.0.0\"\n",
        ),
    ];
    let expected = "\
pkg:npm/a@1.0.0 name direct runtime wants=^1 in package-lock.json:1, package.json:1
pkg:npm/a@1.1.0 name direct runtime wants=^1 in package.json:1, yarn.lock:1
pkg:npm/b@3.0.0 name indirect runtime in yarn.lock:6
pkg:npm/a@1.1.0 depends-on pkg:npm/b@3.0.0
subject depends-on pkg:npm/a@1.0.0
subject depends-on pkg:npm/a@1.1.0";
    assert_eq!(shown(&files), expected);
}
