use super::{shown, tree};
use crate::software::project;

const LOCK: &str = r#"
[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "httpx" }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "httpx"
version = "0.27.0"
source = { registry = "https://pypi%org/simple" }
dependencies = [{ name = "idna" }]
wheels = [{ url = "https://files.example.org/h.whl", hash = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }]

[[package]]
name = "idna"
version = "3.7"
source = { registry = "https://pypi%org/simple" }

[[package]]
name = "pytest"
version = "8.2.0"
source = { registry = "https://pypi%org/simple" }
dependencies = [{ name = "idna" }]
"#;

#[test]
fn a_lock_file_answers_what_the_project_wants() {
    let project_text = "[project]\nname = \"app\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\n\
        dependencies = [\"httpx>=0.27\", \"missing\"]\n[dependency-groups]\ndev = [\"pytest\", \"app[x]\"]\n";
    let lock = LOCK.replace('%', ".");
    let files = [("pyproject.toml", project_text), ("uv.lock", lock.as_str())];
    let expected = "\
pkg:pypi/httpx@0.27.0 digest direct runtime wants=>=0.27 sha-256:aaaa in pyproject.toml:5, uv.lock:12
pkg:pypi/idna@3.7 name indirect runtime in uv.lock:19
pkg:pypi/missing floating direct runtime in pyproject.toml:5
pkg:pypi/pytest@8.2.0 name direct development in pyproject.toml:7, uv.lock:24
pkg:pypi/httpx@0.27.0 depends-on pkg:pypi/idna@3.7
pkg:pypi/pytest@8.2.0 depends-on pkg:pypi/idna@3.7
subject depends-on pkg:pypi/httpx@0.27.0
subject depends-on pkg:pypi/missing
subject depends-on pkg:pypi/pytest@8.2.0";
    assert_eq!(shown(&files), expected);
    let project = project(&tree(&files)).expect("the root names a project");
    assert_eq!(project.name.as_deref(), Some("app"));
    assert_eq!(project.licence.as_deref(), Some("MIT"));
}

#[test]
fn requirements_with_includes_constraints_and_every_pin() {
    let commit = "c".repeat(40);
    let hash = "d".repeat(64);
    let main = format!(
        "-r extra/more.txt\n-r requirements-dev.txt\n-r requirements.txt\n-c constraints.txt\n\
         torch==2.1.0\nnumpy>=1.24\nscipy\nflask==3.0 --hash=sha256:{hash}\n\
         tool @ git+https://github.com/org/tool@{commit}\nother @ git+https://github.com/org/other@v1\n\
         newest @ git+https://github.com/org/newest\n./own\n"
    );
    let files = [
        ("requirements.txt", main.as_str()),
        (
            "requirements-dev.txt",
            "pytest~=8.0\nscipy\n-r requirements.txt\n",
        ),
        ("constraints.txt", "numpy==1.26.4\nunused==9\nscipy<2\n"),
    ];
    let expected = format!(
        "\
pkg:pypi/flask@3.0 digest direct runtime sha-256:dddd in requirements.txt:8
pkg:pypi/newest?vcs_url=git%2Bhttps://github.com/org/newest floating direct runtime in requirements.txt:11
pkg:pypi/numpy@1.26.4 name direct runtime wants=>=1.24 in constraints.txt:1, requirements.txt:6
pkg:pypi/other@v1?vcs_url=git%2Bhttps://github.com/org/other%40v1 name direct runtime in requirements.txt:10
pkg:pypi/pytest floating direct development wants=~=8.0 in requirements-dev.txt:1
pkg:pypi/scipy floating direct runtime in requirements-dev.txt:2, requirements.txt:7
pkg:pypi/tool@{commit}?vcs_url=git%2Bhttps://github.com/org/tool%40{commit} digest direct runtime in requirements.txt:9
pkg:pypi/torch@2.1.0 name direct runtime in requirements.txt:5
subject depends-on pkg:pypi/flask@3.0
subject depends-on pkg:pypi/newest?vcs_url=git%2Bhttps://github.com/org/newest
subject depends-on pkg:pypi/numpy@1.26.4
subject depends-on pkg:pypi/other@v1?vcs_url=git%2Bhttps://github.com/org/other%40v1
subject depends-on pkg:pypi/pytest
subject depends-on pkg:pypi/scipy
subject depends-on pkg:pypi/tool@{commit}?vcs_url=git%2Bhttps://github.com/org/tool%40{commit}
subject depends-on pkg:pypi/torch@2.1.0
unread requirements.txt:1 the file that it includes was not read: extra/more.txt"
    );
    assert_eq!(shown(&files), expected);
}

#[test]
fn what_is_installed_beats_what_is_wanted_and_stands_beside_what_is_locked() {
    let place = ".venv/lib/python3.11/site-packages";
    let metadata = |name: &str, rest: &str| format!("Name: {name}\n{rest}\n\n");
    let httpx = metadata(
        "httpx",
        "Version: 0.28.0\nLicense: BSD-3-Clause\nRequires-Dist: idna",
    );
    let idna = metadata("idna", "Version: 3.7\nAuthor: Kim\nLicense: BSD like");
    let lock = LOCK.replace('%', ".");
    let files = [
        ("requirements.txt", "httpx>0.2\n"),
        (
            &*format!("{place}/httpx-0.28.0.dist-info/METADATA"),
            &*httpx,
        ),
        (&*format!("{place}/idna-3.7.dist-info/METADATA"), &*idna),
        ("service/uv.lock", lock.as_str()),
    ];
    let expected = format!(
        "\
pkg:pypi/httpx@0.27.0 digest direct runtime sha-256:aaaa in service/uv.lock:12
pkg:pypi/httpx@0.28.0 digest direct runtime wants=>0.2 licence=BSD-3-Clause in {place}/httpx-0.28.0.dist-info/METADATA:1, requirements.txt:1
pkg:pypi/idna@3.7 digest indirect runtime written=BSD like by=Kim in {place}/idna-3.7.dist-info/METADATA:1, service/uv.lock:19
pkg:pypi/pytest@8.2.0 name direct development in service/uv.lock:24
pkg:pypi/httpx@0.27.0 depends-on pkg:pypi/idna@3.7
pkg:pypi/httpx@0.28.0 depends-on pkg:pypi/idna@3.7
pkg:pypi/pytest@8.2.0 depends-on pkg:pypi/idna@3.7
subject depends-on pkg:pypi/httpx@0.27.0
subject depends-on pkg:pypi/httpx@0.28.0
subject depends-on pkg:pypi/pytest@8.2.0"
    );
    assert_eq!(shown(&files), expected);
}

#[test]
fn a_compiled_requirements_file_answers_its_source() {
    let files = [
        ("requirements.in", "Flask>=3\n"),
        (
            "requirements.txt",
            "# This file is autogenerated by pip-compile\nclick==8.1.7\n    # via flask\nflask==3.0.0\n    # via -r requirements.in\n",
        ),
        ("requirements-dev.in", "flask\n"),
    ];
    let expected = "\
pkg:pypi/click@8.1.7 name indirect runtime in requirements.txt:2
pkg:pypi/flask floating direct development in requirements-dev.in:1
pkg:pypi/flask@3.0.0 name direct runtime wants=>=3 in requirements.in:1, requirements.txt:4
pkg:pypi/flask@3.0.0 depends-on pkg:pypi/click@8.1.7
subject depends-on pkg:pypi/flask
subject depends-on pkg:pypi/flask@3.0.0";
    assert_eq!(shown(&files), expected);
}
