use super::digest;
use crate::packages::{
    python::{direct_url, metadata},
    shown::shown,
};

#[test]
fn metadata_of_a_distribution() {
    let text = "Metadata-Version: 2.1\nName: Typer_X\nVersion: 0.9.0\nSummary: One line\n\
        Home-page: UNKNOWN\nAuthor-email: Ada <ada@example.org>\nLicense: A long text\n        of a licence\n\
        Classifier: License :: OSI Approved :: MIT License\nProject-URL: Homepage, https://example.org\n\
        Requires-Dist: click (>=7.1.1,<9)\nRequires-Dist: rich ; extra == 'all'\n\
        Requires-Dist: tomli>=1; python_version < \"3.11\"\n\nName: not a field\n";
    let expected = "installed\n\
        2: pypi typer-x @0.9.0 -> click, tomli licence=MIT License by=Ada <ada@example.org> home=https://example.org";
    assert_eq!(shown(&metadata(text)), expected);
    assert_eq!(
        shown(&metadata("Version: 1\nnonsense")),
        "installed\n2: unread: not a field of metadata\n1: unread: the metadata give no name"
    );
}

#[test]
fn direct_url_has_no_name() {
    let text = format!(
        "{{\"url\": \"https://u:p@github.com/org/x.git\", \"vcs_info\": {{\"vcs\": \"git\", \"commit_id\": \"{}\"}}}}",
        "4".repeat(40)
    );
    let expected = format!(
        "installed\n1: pypi  git:https://github.com/org/x.git@{}",
        "4".repeat(40)
    );
    assert_eq!(shown(&direct_url(&text)), expected);
    let text = format!(
        "{{\"archive_info\": {{\"hash\": \"sha256={}\"}}, \"url\": \"https://example.org/x-1.0.whl\"}}",
        digest('a')
    );
    let expected = "installed\n1: pypi  url:https://example.org/x-1.0.whl sha256:aaaaaa";
    assert_eq!(shown(&direct_url(&text)), expected);
}
