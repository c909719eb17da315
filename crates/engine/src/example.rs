//! A small repository with good and bad parts, so that a new user sees what verdicts look like.
//! It is kept as text and assembled; its bad parts only ever echo a word.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::ScanError;
use crate::walk::target_error;

const DESCRIPTION: &str = include_str!("../data/example.md");

/// Writes the example repository into `folder`, which is made if it is not there, and returns the
/// paths of its artifacts. Nothing else in the folder is touched.
///
/// # Errors
/// [`ScanError::Target`] if something cannot be written.
pub fn write_example(folder: &Path) -> Result<Vec<String>, ScanError> {
    let mut written = Vec::new();
    for (path, language, text) in artifacts() {
        let place = folder.join(path);
        let parent = place.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| target_error(parent, &error))?;
        let bytes = waybill_fixtures::assemble(language, &text)
            .map_err(|error| target_error(&place, &std::io::Error::other(error.to_string())))?;
        let mut aside = tempfile::Builder::new()
            .permissions(std::fs::Permissions::from_mode(0o666))
            .tempfile_in(parent)
            .map_err(|error| target_error(parent, &error))?;
        std::io::Write::write_all(&mut aside, &bytes)
            .map_err(|error| target_error(&place, &error))?;
        aside
            .persist(&place)
            .map_err(|error| target_error(&place, &error.error))?;
        written.push(path.to_owned());
    }
    Ok(written)
}

/// Path, language and text of each artifact.
fn artifacts() -> Vec<(&'static str, &'static str, String)> {
    let mut found = Vec::new();
    for section in DESCRIPTION.split("\n## ").skip(1) {
        let Some((path, rest)) = section.split_once('\n') else {
            continue;
        };
        let Some((_, fence)) = rest.split_once("```") else {
            continue;
        };
        let (language, body) = fence.split_once('\n').unwrap_or((fence, ""));
        let text = body.split("```").next().unwrap_or_default();
        found.push((path.trim(), language.trim(), text.to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Request, Silent, Target, YaraRules, scan};
    use waybill_domain::Verdict;

    #[test]
    fn good_parts_are_admitted_and_bad_ones_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let written = write_example(folder.path()).unwrap();
        assert_eq!(written.len(), 11);
        let request = Request {
            targets: vec![Target::Path(folder.path().to_path_buf())],
            exclude: vec![],
            limits: Default::default(),
            allowed: Default::default(),
            baseline: None,
            jobs: Some(1),
            blake3: false,
            yara: YaraRules::default(),
            judgement: crate::Judgement::default(),
            joining: None,
        };
        let report = scan(&request, &Silent).unwrap();
        for artifact in &report.artifacts {
            let expected = match artifact.path.as_str() {
                "gate.pkl" => Verdict::Quarantine,
                path if path.starts_with("downloads/") => Verdict::Reject,
                _ => Verdict::Admit,
            };
            assert_eq!(
                artifact.verdict, expected,
                "{} {:#?}",
                artifact.path, artifact.findings
            );
        }
        assert!(report.complete);
    }
}
