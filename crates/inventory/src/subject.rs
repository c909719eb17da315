//! Name, version and supplier of the system itself.

use waybill_domain::inventory::{
    Licence, LicenceSource, Occurrence, Reference, ReferenceKind, Revision, Standing, Subject,
    SupplierKind,
};
use waybill_source::commands::ImageLabels;

use crate::draft::Draft;
use crate::licences;
use crate::reading::Reading;
use crate::software;
use crate::tree::{Tree, parent};

/// Fills what the caller left open from the project's metadata, the state of its repository and the
/// licence file at the root.
pub(crate) fn fill(
    subject: &mut Subject,
    folder_name: Option<String>,
    tree: &Tree,
    draft: &mut Draft,
) {
    if let Some(project) = software::project(tree) {
        if subject.name.is_empty() {
            subject.name = project.name.unwrap_or_default();
        }
        subject.version = subject.version.take().or(project.version);
        subject.description = subject.description.take().or(project.description);
        if let Some(written) = &project.licence {
            let expression = licences::expression(written);
            subject.licences.push(Licence {
                written: expression.is_none().then(|| written.clone()),
                expression,
                source: LicenceSource::Metadata,
                standing: Standing::Claimed,
                occurrence: None,
            });
        }
        if let (None, Some(author)) = (&subject.supplier, project.authors.first()) {
            let name = author.split('<').next().unwrap_or(author).trim();
            if !name.is_empty() {
                let id = draft.supplier(SupplierKind::Organisation, name, Standing::Claimed);
                subject.supplier = Some(id);
            }
        }
        let links = project
            .urls
            .iter()
            .filter_map(|(name, url)| reference(name, url));
        subject.references.extend(links);
    }
    own_licence(subject, tree);
    if subject.name.is_empty() {
        subject.name = folder_name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "unnamed".to_owned());
    }
    if let Some(revision) = &subject.revision {
        subject.version = subject.version.take().or_else(|| revision.tag.clone());
        if let Some(url) = revision.remote.clone() {
            let kind = ReferenceKind::Vcs;
            subject.references.push(Reference { kind, url });
        }
    }
    subject.references.sort();
    subject.references.dedup();
    subject.licences.sort();
    subject.licences.dedup();
}

/// Takes what the labels of an image say of it, where the caller said nothing.
pub fn labelled(subject: &mut Subject, labels: ImageLabels) {
    subject.version = subject.version.take().or(labels.version);
    subject.description = subject.description.take().or(labels.description);
    if let Some(written) = labels.licences {
        let expression = licences::expression(&written);
        subject.licences.push(Licence {
            written: expression.is_none().then_some(written),
            expression,
            source: LicenceSource::Metadata,
            standing: Standing::Claimed,
            occurrence: None,
        });
    }
    let is_commit = |text: &String| {
        matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let source = labels.source.filter(|url| url.starts_with("http"));
    match labels.revision.filter(is_commit) {
        Some(commit) if subject.revision.is_none() => {
            subject.revision = Some(Revision {
                commit,
                remote: source,
                ..Revision::default()
            });
        }
        _ => subject.references.extend(source.map(|url| Reference {
            kind: ReferenceKind::Vcs,
            url,
        })),
    }
}

/// The licence file at the root of the tree.
fn own_licence(subject: &mut Subject, tree: &Tree) {
    for file in tree.files().filter(|file| parent(&file.path).is_empty()) {
        for reading in &file.readings {
            let Reading::LicenceText(text) = reading else {
                continue;
            };
            let Some(expression) = &text.expression else {
                continue;
            };
            subject.licences.push(Licence {
                expression: Some(expression.clone()),
                written: None,
                source: LicenceSource::File,
                standing: Standing::Observed,
                occurrence: Some(Occurrence::at(file.path.clone(), None)),
            });
        }
    }
}

fn reference(name: &str, url: &str) -> Option<Reference> {
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return None;
    }
    let kind = match name.to_ascii_lowercase().as_str() {
        "repository" | "source" | "source code" | "code" | "github" => ReferenceKind::Vcs,
        "documentation" | "docs" => ReferenceKind::Documentation,
        "homepage" | "home" | "website" | "home-page" => ReferenceKind::Website,
        _ => ReferenceKind::Other,
    };
    let url = url.to_owned();
    Some(Reference { kind, url })
}
