use crate::packages::{
    python::{conda_environment, conda_recipe, pipfile, pyproject, setup_cfg},
    shown::shown,
};

#[test]
fn a_project_with_groups_extras_and_sources() {
    let text = r#"
[build-system]
requires = ["hatchling>=1.20"]
build-backend = "hatchling.build"

[project]
name = "Chat_Service"
dynamic = ["version"]
description = "Answers questions."
license = { text = "Apache-2.0" }
authors = [{ name = "Ada", email = "ada@example.org" }, { email = "team@example.org" }]
dependencies = [
  "torch>=2.1; sys_platform == 'linux'",
  "openai==1.30.1",
  "own-lib",
  7,
]

[project.optional-dependencies]
gpu = ["vllm~=0.4"]
all = ["chat-service[gpu]"]

[project.urls]
Homepage = "https://example.org"

[dependency-groups]
test = ["pytest"]
dev = [{ include-group = "test" }, "ruff"]

[tool.uv.sources]
own-lib = { path = "../own", editable = true }
openai = { git = "https://github.com/openai/openai-python", rev = "abc" }
vllm = { index = "wheels" }

[[tool.uv.index]]
name = "wheels"
url = "https://wheels.example.org/simple"

[tool.uv.workspace]
members = ["packages/*"]

[tool.hatch.envs.docs]
dependencies = ["mkdocs"]
"#;
    let expected = r#"wanted
project Chat_Service - Apache-2.0 Answers questions. ["Ada <ada@example.org>", "team@example.org"] [("Homepage", "https://example.org")]
13: pypi torch wants=>=2.1 direct if sys_platform == 'linux'
14: pypi openai @1.30.1 direct git:https://github.com/openai/openai-python@abc
15: pypi own-lib wants= direct path:../own
20: pypi vllm wants=~=0.4 optional direct index:https://wheels.example.org/simple
27: pypi pytest wants= development direct
28: pypi ruff wants= development direct
3: pypi hatchling wants=>=1.20 build direct
43: pypi mkdocs wants= development direct
40: include packages/*
index https://wheels.example.org/simple
16: unread: a requirement is not a text"#;
    assert_eq!(shown(&pyproject(text)), expected);
}

#[test]
fn poetry_has_its_own_words() {
    let text = r#"
[tool.poetry]
name = "bot"
version = "0.3.0"
license = "MIT"
authors = ["Bo <bo@example.org>"]
repository = "https://github.com/org/bot"

[tool.poetry.dependencies]
python = "^3.10"
langchain = "^0.2"
pinned = "1.2.3"
any = "*"
tool = { git = "https://github.com/org/tool.git", tag = "v2" }
extra = { version = ">=1", optional = true, source = "private" }
split = [{ version = "1.0", markers = "python_version < '3.11'" }, { version = "2.0" }]

[tool.poetry.group.dev.dependencies]
pytest = "^8"

[[tool.poetry.source]]
name = "private"
url = "https://u:p@pypi.example.org/simple/"
"#;
    let expected = r#"wanted
project bot 0.3.0 MIT - ["Bo <bo@example.org>"] [("repository", "https://github.com/org/bot")]
11: pypi langchain wants=^0.2 direct
12: pypi pinned @1.2.3 direct
13: pypi any wants= direct
14: pypi tool wants= direct git:https://github.com/org/tool.git@v2
15: pypi extra wants=>=1 optional direct index:https://pypi.example.org/simple/
16: pypi split @1.0 direct if python_version < '3.11'
16: pypi split @2.0 direct
19: pypi pytest wants=^8 development direct
index https://pypi.example.org/simple/"#;
    assert_eq!(shown(&pyproject(text)), expected);
}

#[test]
fn half_a_pyproject_is_unread() {
    let facts = pyproject("[project]\nname = \"a\"\ndependencies = [\"b\"");
    assert_eq!(facts.packages, []);
    assert_eq!(facts.unread.len(), 1);
    let facts = pyproject("[project]\ndependencies = \"b\"\n[dependency-groups]\nx = {y = 1}\n");
    assert_eq!(
        shown(&facts),
        "wanted\nproject - - - - [] []\n\
         2: unread: expected a list of requirements\n4: unread: expected a list of requirements"
    );
}

#[test]
fn setup_cfg_lists_go_over_lines() {
    let text = "[metadata]\nname = pkg\nversion = attr: pkg.__version__\nlicense = BSD-3-Clause\n\
        author = Cy\nurl = https://example.org\nproject_urls =\n    Docs = https://docs.example.org\n\
        \n[options]\npackages = find:\ninstall_requires =\n    numpy>=1.20\n    # a remark\n    \
        scipy==1.11.4; python_version>'3.8'\nsetup_requires = wheel\n\n\
        [options.extras_require]\nplot =\n    matplotlib\n[tool:pytest]\naddopts = -q\n";
    let expected = "wanted\n\
        project pkg - BSD-3-Clause - [\"Cy\"] [(\"homepage\", \"https://example.org\"), (\"Docs\", \"https://docs.example.org\")]\n\
        13: pypi numpy wants=>=1.20 direct\n\
        15: pypi scipy @1.11.4 direct if python_version>'3.8'\n\
        16: pypi wheel wants= build direct\n\
        20: pypi matplotlib wants= optional direct";
    assert_eq!(shown(&setup_cfg(text)), expected);
}

#[test]
fn a_pipfile_and_a_conda_environment() {
    let text = "[[source]]\nurl = \"https://pypi%org/simple\"\n[packages]\nrequests = \"*\"\n\
        flask = {version = \"==3.0.0\", extras = [\"async\"]}\n[dev-packages]\npytest = \"~=8.0\"\n\
        [requires]\npython_version = \"3.11\"\n";
    let expected = "wanted\n\
        4: pypi requests wants= direct\n\
        5: pypi flask @3.0.0 direct\n\
        7: pypi pytest wants=~=8.0 development direct\n\
        index https://pypi%org/simple";
    let dotted = |text: &str| text.replace('%', ".");
    assert_eq!(shown(&pipfile(&dotted(text))), dotted(expected));

    let text = "name: train\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.10\n  \
        - numpy==1.26.4\n  - pytorch::pytorch=2.1.0=py3.10_cuda12.1\n  - scipy >=1.11,<2\n  - pip\n  \
        - pip:\n      - transformers==4.40.0\n      - -r extra.txt\n      - git+https://github.com/org/x@main\n";
    let expected = "wanted\n\
        5: conda python wants==3.10 direct\n\
        6: conda numpy @1.26.4 direct\n\
        7: conda pytorch @2.1.0 direct index:pytorch\n\
        8: conda scipy wants=>=1.11,<2 direct\n\
        9: conda pip wants= direct\n\
        11: pypi transformers @4.40.0 direct\n\
        13: pypi x direct git:https://github.com/org/x@main\n\
        1: include extra.txt\n\
        index conda-forge";
    assert_eq!(shown(&conda_environment(text)), expected);
}

#[test]
fn a_recipe_is_a_template() {
    let text = "{% set version = \"1.4.2\" %}\npackage:\n  name: tool\n  version: {{ version }}\n\
        requirements:\n  host:\n    - python\n    - {{ compiler('c') }}\n  run:\n    - numpy >=1.20\n\
        {% if gpu %}\n    - cudatoolkit  # [linux]\n{% endif %}\nabout:\n  license: MIT\n  home: https://example.org\n";
    let expected = "wanted\n\
        project tool 1.4.2 MIT - [] [(\"homepage\", \"https://example.org\")]\n\
        10: conda numpy wants=>=1.20\n\
        12: conda cudatoolkit wants=\n\
        7: conda python wants= build";
    assert_eq!(shown(&conda_recipe(text)), expected);
}
