use crate::packages::{
    javascript::{bun_lock, deno_lock, pnpm_lock, pnpm_workspace, yarn_lock},
    shown::shown,
};

const EMPTY: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

#[test]
fn the_first_yarn() {
    let text = format!(
        "# yarn lockfile v1\n\n\n\"@scope/a@^1.0.0\", \"@scope/a@^1.1.0\":\n  version \"1.1.0\"\n  \
         resolved \"https://registry.yarnpkg.com/@scope/a/-/a-1.1.0.tgz#{sha1}\"\n  integrity {EMPTY}\n  \
         dependencies:\n    b \"~2.0\"\n    \"c\" \"*\"\n\nb@~2.0:\n  version \"2.0.1\"\n\n\
         alias@npm:real@^3:\n  version \"3.0.0\"\n\n\
         \"g@git+https://github.com/org/g.git#main\":\n  version \"0.1.0\"\n  resolved \"git+https://github.com/org/g.git#abc\"\n\n\
         nonsense\n  version \"1\"\n",
        sha1 = "7".repeat(40),
    );
    let expected = "locked\n\
        4: npm @scope/a @1.1.0 sha1:777777 sha256:e3b0c4 -> b@2.0.1\n\
        12: npm b @2.0.1\n\
        15: npm real @3.0.0\n\
        18: npm g @0.1.0 git:https://github.com/org/g.git@abc\n\
        22: unread: not a package: nonsense";
    assert_eq!(shown(&yarn_lock(&text)), expected);
}

#[test]
fn its_successors() {
    let text = format!(
        "# This file is generated\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\
         \"a@npm:^1.0.0, a@npm:^1.1.0\":\n  version: 1.1.0\n  resolution: \"a@npm:1.1.0\"\n  dependencies:\n    \
         b: \"npm:~2.0\"\n  checksum: 10c0/{sum}\n  languageName: node\n\n\
         \"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n  dependencies:\n    \
         a: \"npm:^1.0.0\"\n\n\"b@npm:~2.0\":\n  version: 2.0.1\n  resolution: \"b@npm:2.0.1\"\n",
        sum = "8".repeat(128),
    );
    let expected = "locked\n\
        7: npm a @1.1.0 direct sha512:888888 -> b@2.0.1\n\
        15: npm app indirect path:. -> a@1.1.0\n\
        21: npm b @2.0.1 indirect";
    assert_eq!(shown(&yarn_lock(&text)), expected);
}

#[test]
fn pnpm_through_the_versions() {
    let nine = format!(
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      react-dom:\n        specifier: ^18\n        \
         version: 18.3.1(react@18.3.1)\n    devDependencies:\n      alias:\n        specifier: npm:real@1\n        version: real@1.0.0\n\
         packages:\n  react-dom@18.3.1:\n    resolution: {{integrity: {EMPTY}}}\n  react@18.3.1:\n    resolution: {{integrity: {EMPTY}}}\n  \
         '@s/real@1.0.0':\n    resolution: {{integrity: x}}\n  real@1.0.0: {{}}\n  \
         g@https://codeload.github.com/org/g/tar.gz/abc:\n    resolution: {{tarball: https://codeload.github.com/org/g/tar.gz/abc}}\n    version: 0.2.0\n\
         snapshots:\n  react-dom@18.3.1(react@18.3.1):\n    dependencies:\n      react: 18.3.1\n"
    );
    let expected = "locked\n\
        13: npm react-dom @18.3.1 direct sha256:e3b0c4 -> react@18.3.1\n\
        15: npm react @18.3.1 indirect sha256:e3b0c4\n\
        17: npm @s/real @1.0.0 indirect\n\
        19: npm real @1.0.0 development direct\n\
        20: npm g @0.2.0 indirect git:https://github.com/org/g@abc";
    assert_eq!(shown(&pnpm_lock(&nine)), expected);

    let six = "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: ^1\n    version: 1.0.0(b@2.0.0)\npackages:\n  \
        /a@1.0.0(b@2.0.0):\n    resolution: {integrity: x}\n    dependencies:\n      b: 2.0.0\n    dev: false\n  \
        /@s/b@2.0.0:\n    dev: true\n  /b@2.0.0:\n    dev: false\n";
    let expected = "locked\n\
        7: npm a @1.0.0 direct -> b@2.0.0\n\
        12: npm @s/b @2.0.0 development indirect\n\
        14: npm b @2.0.0 indirect";
    assert_eq!(shown(&pnpm_lock(six)), expected);

    let five = "lockfileVersion: 5.4\nspecifiers: {a: ^1}\ndependencies:\n  a: 1.0.0_b@2.0.0\npackages:\n  \
        /a/1.0.0_b@2.0.0:\n    dependencies:\n      '@s/b': 2.0.0\n  /@s/b/2.0.0:\n    dev: false\n  \
        github.com/org/g/abc:\n    name: g\n    version: 0.1.0\n    resolution: {tarball: https://codeload.github.com/org/g/tar.gz/abc}\n";
    let expected = "locked\n\
        6: npm a @1.0.0 direct -> @s/b@2.0.0\n\
        9: npm @s/b @2.0.0 indirect\n\
        11: npm g @0.1.0 indirect git:https://github.com/org/g@abc";
    assert_eq!(shown(&pnpm_lock(five)), expected);
    assert_eq!(
        shown(&pnpm_workspace("packages:\n  - 'apps/*'\n")),
        "wanted\n2: include apps/*"
    );
}

#[test]
fn bun_and_deno() {
    let text = format!(
        "{{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {{\n    \"\": {{\"name\": \"app\", \"dependencies\": {{\"a\": \"^1\"}}}},\n  }},\n  \
         \"packages\": {{\n    \"a\": [\"a@1.0.0\", \"\", {{\"dependencies\": {{\"b\": \"^2\"}}}}, \"{EMPTY}\"],\n    \
         \"a/b\": [\"b@2.0.0\", \"\", {{}}, \"\"],\n    \"b\": [\"b@1.0.0\", \"https://npm.example.org\", {{}}, \"\"],\n    \
         \"own\": [\"own@workspace:packages/own\"],\n    \"bad\": [],\n  }}\n}}\n"
    );
    let expected = "locked\n\
        7: npm a @1.0.0 direct sha256:e3b0c4 -> b@2.0.0\n\
        8: npm b @2.0.0 indirect\n\
        9: npm b @1.0.0 indirect index:https://npm.example.org\n\
        10: npm own indirect path:\n\
        11: unread: an entry names no package";
    assert_eq!(shown(&bun_lock(&text)), expected);

    let text = format!(
        "{{\"version\": \"4\", \"specifiers\": {{\"npm:chalk@5\": \"5.3.0\", \"jsr:@std/fs@1\": \"1.0.0\"}},\n\
         \"jsr\": {{\"@std/fs@1.0.0\": {{\"integrity\": \"x\"}}}},\n\
         \"npm\": {{\"chalk@5.3.0\": {{\"integrity\": \"{EMPTY}\", \"dependencies\": [\"b@2.0.0\", \"c\"]}},\n\
         \"b@2.0.0_c@1.0.0\": {{}}}}}}"
    );
    let expected = "locked\n\
        3: npm chalk @5.3.0 direct sha256:e3b0c4 -> b@2.0.0, c\n\
        4: npm b @2.0.0 indirect\n\
        2: unread: packages of JSR are not read";
    assert_eq!(shown(&deno_lock(&text)), expected);
}
