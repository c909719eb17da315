use super::digest;
use crate::packages::{
    python::{conda_lock, pdm_lock, pipfile_lock, pixi_lock, poetry_lock, pylock, uv_lock},
    shown::shown,
};

#[test]
fn uv_tells_roots_from_the_rest() {
    let text = format!(
        r#"version = 1
requires-python = ">=3.11"

[[package]]
name = "app"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "httpx" }},
    {{ name = "tool", marker = "sys_platform == 'linux'" }},
]

[package.dev-dependencies]
dev = [{{ name = "pytest" }}]

[[package]]
name = "httpx"
version = "0.27.0"
source = {{ registry = "https://pypi{dot}org/simple" }}
dependencies = [{{ name = "idna" }}]
sdist = {{ url = "https://files.example.org/httpx.tar.gz", hash = "sha256:{a}", size = 1 }}
wheels = [
    {{ url = "https://files.example.org/httpx.whl", hash = "sha256:{b}" }},
]

[[package]]
name = "idna"
version = "3.7"
source = {{ registry = "https://wheels.example.org/simple" }}

[[package]]
name = "pytest"
version = "8.2.0"
source = {{ registry = "https://pypi{dot}org/simple" }}
dependencies = [{{ name = "idna" }}]

[[package]]
name = "tool"
version = "1.0"
source = {{ git = "https://github.com/org/tool?rev=main#{commit}" }}
"#,
        a = digest('a'),
        b = digest('b'),
        commit = "1".repeat(40),
        dot = '.',
    );
    let expected = format!(
        "locked\nproject app 0.1.0 - - [] []\n\
         5: pypi app @0.1.0 indirect path:. -> httpx, tool\n\
         17: pypi httpx @0.27.0 direct sha256:aaaaaa sha256:bbbbbb -> idna\n\
         27: pypi idna @3.7 indirect index:https://wheels.example.org/simple\n\
         32: pypi pytest @8.2.0 development direct -> idna\n\
         38: pypi tool @1.0 direct git:https://github.com/org/tool@{}",
        "1".repeat(40)
    );
    assert_eq!(shown(&uv_lock(&text)), expected);
}

#[test]
fn poetry_in_both_layouts() {
    let text = format!(
        "[[package]]\nname = \"Click\"\nversion = \"8.1.7\"\noptional = false\ngroups = [\"main\"]\n\
         files = [\n  {{file = \"click.whl\", hash = \"sha256:{a}\"}},\n]\n\n\
         [package.dependencies]\ncolorama = {{version = \"*\", markers = \"platform_system == 'Windows'\"}}\n\n\
         [[package]]\nname = \"tool\"\nversion = \"1.0\"\noptional = true\n\n\
         [package.source]\ntype = \"git\"\nurl = \"https://github.com/org/tool.git\"\nreference = \"main\"\n\
         resolved_reference = \"{commit}\"\n\n[metadata]\nlock-version = \"2.0\"\n",
        a = digest('a'),
        commit = "2".repeat(40),
    );
    let expected = format!(
        "locked\n2: pypi click @8.1.7 sha256:aaaaaa -> colorama\n\
         14: pypi tool @1.0 optional git:https://github.com/org/tool.git@{}",
        "2".repeat(40)
    );
    assert_eq!(shown(&poetry_lock(&text)), expected);

    let older = format!(
        "[[package]]\ncategory = \"dev\"\nname = \"six\"\nversion = \"1.16.0\"\n\n\
         [[package]]\ncategory = \"main\"\nname = \"attrs\"\nversion = \"22.1\"\n\n\
         [metadata.files]\nsix = [\n    {{file = \"six-1.16.0-py2-none-any.whl\", hash = \"sha256:{a}\"}},\n    \
         {{file = \"six-1.15.0.tar.gz\", hash = \"sha256:{b}\"}},\n]\nattrs = []\n",
        a = digest('a'),
        b = digest('b'),
    );
    let expected = "locked\n3: pypi six @1.16.0 development sha256:aaaaaa\n8: pypi attrs @22.1";
    assert_eq!(shown(&poetry_lock(&older)), expected);
}

#[test]
fn pdm_joins_the_entries_of_extras() {
    let text = format!(
        "[[package]]\nname = \"uvicorn\"\nversion = \"0.30.0\"\ngroups = [\"default\"]\n\
         dependencies = [\"click>=7.0\", \"h11>=0.8\"]\nfiles = [\n  {{file = \"u.whl\", hash = \"sha256:{a}\"}},\n]\n\n\
         [[package]]\nname = \"uvicorn\"\nversion = \"0.30.0\"\nextras = [\"standard\"]\ngroups = [\"default\"]\n\
         dependencies = [\"httptools>=0.5\", \"uvicorn==0.30.0\"]\n\n\
         [[package]]\nname = \"pytest\"\nversion = \"8.0\"\ngroups = [\"test\"]\n",
        a = digest('a'),
    );
    let expected = "locked\n\
        2: pypi uvicorn @0.30.0 sha256:aaaaaa -> click, h11, httptools\n\
        18: pypi pytest @8.0 optional";
    assert_eq!(shown(&pdm_lock(&text)), expected);
}

#[test]
fn the_standard_lock_file() {
    let text = format!(
        "lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"attrs\"\nversion = \"25.1.0\"\n\
         index = \"https://pypi{dot}org/simple\"\nmarker = \"python_version >= '3.8'\"\n\
         dependencies = [{{name = \"Zipp\"}}]\n[[packages.wheels]]\nname = \"a.whl\"\nhashes = {{sha256 = \"{a}\"}}\n\
         [[packages]]\nname = \"tool\"\n[packages.vcs]\ntype = \"git\"\nurl = \"https://github.com/org/tool\"\n\
         commit-id = \"{commit}\"\n[[packages]]\nversion = \"1\"\n",
        a = digest('a'),
        commit = "3".repeat(40),
        dot = '.',
    );
    let expected = format!(
        "locked\n4: pypi attrs @25.1.0 sha256:aaaaaa -> zipp if python_version >= '3.8'\n\
         13: pypi tool git:https://github.com/org/tool@{}\n18: unread: a package has no name",
        "3".repeat(40)
    );
    assert_eq!(shown(&pylock(&text)), expected);
}

#[test]
fn pipenv_and_conda_locks() {
    let text = format!(
        "{{\"_meta\": {{\"sources\": [{{\"url\": \"https://pypi{dot}org/simple\"}}]}},\n\
         \"default\": {{\n\"requests\": {{\"hashes\": [\"sha256:{a}\"], \"version\": \"==2.31.0\"}},\n\
         \"tool\": {{\"git\": \"https://github.com/org/tool\", \"ref\": \"abc\"}}}},\n\
         \"develop\": {{\"pytest\": {{\"version\": \"==8.0\", \"markers\": \"python_version > '3'\"}}",
        a = digest('a'),
        dot = '.',
    );
    let facts = pipfile_lock(&text);
    let dot = '.';
    let expected = format!(
        "locked\n\
        3: pypi requests @2.31.0 sha256:aaaaaa\n\
        4: pypi tool wants= git:https://github.com/org/tool@abc\n\
        5: pypi pytest @8.0 development if python_version > '3'\n\
        index https://pypi{dot}org/simple\n\
        5: unread: the text ends within a value"
    );
    // Half a file: everything before the break is there.
    assert!(shown(&facts).starts_with(expected.rsplit_once('\n').map_or("", |(start, _)| start)));
    assert_eq!(facts.unread.len(), 1);

    let text = format!(
        "version: 1\npackage:\n- name: numpy\n  version: 1.26.4\n  manager: conda\n  platform: linux-64\n  \
         url: https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311_0.conda\n  hash:\n    \
         md5: {m}\n    sha256: {a}\n  dependencies:\n    __glibc: '>=2.17'\n    libblas: '>=3.9'\n  category: main\n\
         - name: numpy\n  version: 1.26.4\n  manager: conda\n  platform: osx-arm64\n  hash: {{sha256: {b}}}\n  category: main\n\
         - name: Tomli_W\n  version: '1.0'\n  manager: pip\n  category: dev\n",
        m = "d".repeat(32),
        a = digest('a'),
        b = digest('b'),
    );
    let expected = "locked\n\
        3: conda numpy @1.26.4 index:https://conda.anaconda.org/conda-forge md5:dddddd sha256:aaaaaa sha256:bbbbbb -> libblas\n\
        21: pypi tomli-w @1.0 development";
    assert_eq!(shown(&conda_lock(&text)), expected);

    let text = format!(
        "version: 6\nenvironments: {{}}\npackages:\n- conda: https://conda.anaconda.org/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda\n  \
         sha256: {a}\n  license: LicenseRef-Public-Domain\n- pypi: https://files.example.org/six-1.16.0-py2.py3-none-any.whl\n  \
         name: six\n  version: 1.16.0\n  requires_dist:\n  - attrs>=1\n",
        a = digest('a'),
    );
    let expected = "locked\n\
        4: conda tzdata @2024a index:https://conda.anaconda.org/conda-forge sha256:aaaaaa licence=LicenseRef-Public-Domain\n\
        7: pypi six @1.16.0 -> attrs";
    assert_eq!(shown(&pixi_lock(&text)), expected);
}
