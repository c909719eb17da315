//! Licences: what each source says, as SPDX expressions, and where sources disagree.

mod conflict;
mod expression;
#[cfg(test)]
mod tests;
mod text;

use waybill_domain::inventory::{Component, Field, Licence, LicenceSource, Occurrence, Standing};

use crate::{
    draft::Draft,
    reading::Reading,
    tree::{Tree, file_name, parent},
};

pub(crate) use expression::expression;
pub(crate) use expression::from_address;
pub use text::LicenceText;
pub(crate) use text::recognise;

/// Reads a licence file; `None` for a file that is none by its name.
pub(crate) fn read(path: &str, text: &str) -> Option<Reading> {
    text::is_licence_file(path).then(|| Reading::LicenceText(Box::new(recognise(text))))
}

/// Adds a licence to a component as one source states it.
pub(crate) fn claim(
    component: &mut Component,
    written: &str,
    source: LicenceSource,
    standing: Standing,
    at: Occurrence,
) {
    let written = written.trim();
    if written.is_empty() {
        return;
    }
    let expression = expression(written);
    let by = at.path.clone();
    let said = expression.clone().unwrap_or_else(|| written.to_owned());
    component.state(Field::Licence, said, standing, by, Some(at.clone()));
    let licence = Licence {
        written: (expression.as_deref() != Some(written))
            .then(|| written.chars().take(200).collect()),
        expression,
        source,
        standing,
        occurrence: Some(at),
    };
    if let Err(at) = component.licences.binary_search(&licence) {
        component.licences.insert(at, licence);
    }
}

/// Adds licence texts to what they lie beside, completes what other parts left as written, and looks for conflicts.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    for component in draft.components_mut() {
        for licence in &mut component.licences {
            if licence.expression.is_none()
                && let Some(written) = &licence.written
            {
                licence.expression = expression(written);
            }
        }
    }
    for file in tree.files() {
        for reading in &file.readings {
            if let Reading::LicenceText(text) = reading {
                apply(draft, &file.path, text);
            }
        }
    }
    conflict::add(draft);
}

/// The folder that a licence file speaks of: a folder `licenses` speaks of the one above.
fn subject_folder(path: &str) -> &str {
    let folder = parent(path);
    match file_name(folder).to_lowercase().as_str() {
        "licenses" | "licences" | "license" => parent(folder),
        _ => folder,
    }
}

/// True for folders that hold the metadata of exactly one installed package.
fn is_package_folder(folder: &str) -> bool {
    let name = file_name(folder);
    name.ends_with(".dist-info")
        || name.ends_with(".egg-info")
        || file_name(parent(folder)) == "node_modules"
        || file_name(parent(parent(folder))) == "node_modules"
            && file_name(parent(folder)).starts_with('@')
}

fn apply(draft: &mut Draft, path: &str, text: &LicenceText) {
    let folder = subject_folder(path);
    if folder.is_empty() {
        return;
    }
    let package = is_package_folder(folder);
    let at = Occurrence::at(path, Some(1));
    for component in draft.components_mut() {
        let here = match &component.path {
            Some(own) => own == folder || (parent(own) == folder && component.model.is_some()),
            None => {
                package
                    && component
                        .occurrences
                        .iter()
                        .any(|place| parent(&place.path) == folder)
            }
        };
        if !here {
            continue;
        }
        if let Some(expression) = &text.expression {
            claim(
                component,
                expression,
                LicenceSource::File,
                Standing::Observed,
                at.clone(),
            );
        } else {
            component.state(
                Field::Licence,
                "a text that is not recognised",
                Standing::Unknown,
                path,
                Some(at.clone()),
            );
        }
        if component.copyright.is_none() {
            component.copyright.clone_from(&text.copyright);
        }
    }
}
