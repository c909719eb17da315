//! See `hdf_external.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use waybill_formats::hdf5::Storage;

use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hdf-external",
        summary: "the HDF5 file reads other files of the machine as if they were its own data",
        page: include_str!("hdf_external.md"),
        severity: Severity::High,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "AML.T0025", "CWE-73"],
        help: "do not load it; a model has all of its weights in its own file",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Hdf5(facts) = &subject.facts else {
        return;
    };
    for link in &facts.links {
        if let Some(file) = &link.file {
            let message = format!(
                "{} leads to {} in the file {}",
                quoted(&link.path),
                quoted(&link.target),
                quoted(file)
            );
            found.add(info, subject, Some(link.offset), message);
        }
    }
    for dataset in &facts.datasets {
        let path = quoted(&dataset.path);
        let files: Vec<&str> = match &dataset.storage {
            Storage::External(pieces) => pieces.iter().map(|piece| piece.file.as_str()).collect(),
            Storage::Virtual(files) => {
                let files = files.iter().map(String::as_str);
                files.filter(|file| *file != ".").collect()
            }
            _ => continue,
        };
        for file in files.iter().take(8) {
            let message = format!("the data of {path} stand in the file {}", quoted(file));
            found.add(info, subject, Some(dataset.offset), message);
        }
    }
}
