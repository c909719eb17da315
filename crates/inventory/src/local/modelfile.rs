//! Modelfiles of Ollama: which model, which adapter, which words and parameters.
//!
//! Format: <https://docs.ollama.com/modelfile>.

use waybill_domain::inventory::{
    Component, ComponentId, LicenceSource, Occurrence, RelationKind, Role, Standing,
};

use super::{Folders, folder::Roots, hub, named_model};
use crate::{
    draft::Draft,
    licences,
    reading::Reading,
    tree::{file_name, join, parent},
};

/// The instructions of a Modelfile in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelfileFacts {
    /// Instruction in capitals, its argument, and its line.
    pub instructions: Vec<(String, String, u32)>,
}

/// True for the names that Modelfiles have.
pub(super) fn is_name(name: &str) -> bool {
    name == "Modelfile"
        || name.starts_with("Modelfile.")
        || name.ends_with(".modelfile")
        || name.ends_with(".Modelfile")
}

/// Reads a Modelfile; `None` without a `FROM`.
pub(super) fn parse(text: &str) -> Option<ModelfileFacts> {
    const KNOWN: [&str; 8] = [
        "FROM",
        "PARAMETER",
        "TEMPLATE",
        "SYSTEM",
        "ADAPTER",
        "LICENSE",
        "MESSAGE",
        "REQUIRES",
    ];
    let mut instructions: Vec<(String, String, u32)> = Vec::new();
    let mut open: Option<(String, String, u32)> = None;
    for (number, line) in (1_u32..).zip(text.lines()) {
        if let Some((name, mut argument, at)) = open.take() {
            match line.split_once("\"\"\"") {
                Some((last, _)) => {
                    argument.push_str(last);
                    instructions.push((name, argument.trim().to_owned(), at));
                }
                None => {
                    argument.push_str(line);
                    argument.push('\n');
                    open = Some((name, argument, at));
                }
            }
            continue;
        }
        let line = line.trim();
        let Some((word, argument)) = line.split_once(char::is_whitespace) else {
            continue;
        };
        let word = word.to_uppercase();
        if !KNOWN.contains(&word.as_str()) {
            continue;
        }
        let argument = argument.trim();
        match argument.strip_prefix("\"\"\"") {
            Some(rest) => match rest.split_once("\"\"\"") {
                Some((whole, _)) => instructions.push((word, whole.trim().to_owned(), number)),
                None => open = Some((word, format!("{rest}\n"), number)),
            },
            None => instructions.push((word, argument.trim_matches('"').to_owned(), number)),
        }
    }
    // What is not closed goes to the end.
    instructions.extend(open);
    let from = instructions.iter().any(|(word, _, _)| word == "FROM");
    from.then_some(ModelfileFacts { instructions })
}

pub(super) fn add(folders: &Folders<'_>, roots: &Roots, draft: &mut Draft) {
    for file in folders.tree.files() {
        for reading in &file.readings {
            if let Reading::Modelfile(facts) = reading {
                one(&file.path, facts, roots, draft);
            }
        }
    }
}

fn one(path: &str, facts: &ModelfileFacts, roots: &Roots, draft: &mut Draft) {
    let folder = parent(path);
    let place = |word: &str, line: u32| Occurrence {
        symbol: Some(word.to_owned()),
        ..Occurrence::at(path, Some(line))
    };
    let mut of: Option<ComponentId> = None;
    for (word, argument, line) in &facts.instructions {
        let at = place(word, *line);
        match word.as_str() {
            "FROM" => {
                let local = join(folder, argument)
                    .and_then(|path| roots.at(&path).or_else(|| roots.owner(&path)).cloned());
                if let Some(id) = &local
                    && let Some(component) = draft.get_mut(id)
                {
                    component.seen(at.clone());
                }
                let is_path = argument.starts_with(['.', '/', '~']) || argument.ends_with(".gguf");
                of = local.or_else(|| {
                    (!is_path)
                        .then(|| hub::ollama(draft, argument, at.clone()))
                        .flatten()
                });
            }
            "ADAPTER" => {
                if let (Some(to), Some(from)) =
                    (&of, named_model(draft, folder, argument, None, &at))
                {
                    draft.relate(
                        &from,
                        RelationKind::AdapterOf,
                        to,
                        Standing::Observed,
                        Some(at),
                    );
                }
            }
            "SYSTEM" => text(
                draft,
                path,
                "prompt",
                Role::Prompt,
                "system prompt",
                of.as_ref(),
                at,
            ),
            "TEMPLATE" => text(
                draft,
                path,
                "chat-template",
                Role::ChatTemplate,
                "template",
                of.as_ref(),
                at,
            ),
            _ => setting(draft, of.as_ref(), word, argument, at),
        }
    }
}

/// A parameter or licence of the model.
fn setting(
    draft: &mut Draft,
    of: Option<&ComponentId>,
    word: &str,
    argument: &str,
    at: Occurrence,
) {
    let Some(component) = of.and_then(|id| draft.get_mut(id)) else {
        return;
    };
    match word {
        "PARAMETER" => {
            if let Some((name, value)) = argument.split_once(char::is_whitespace) {
                let name = format!("ollama.{}", name.replace('_', "-"));
                component
                    .properties
                    .entry(name)
                    .or_insert_with(|| value.trim().to_owned());
            }
        }
        "LICENSE" if component.path.is_some() => {
            let read = licences::recognise(argument);
            let written = read
                .expression
                .unwrap_or_else(|| argument.lines().next().unwrap_or_default().to_owned());
            licences::claim(
                component,
                &written,
                LicenceSource::Metadata,
                Standing::Claimed,
                at,
            );
        }
        _ => {}
    }
}

fn text(
    draft: &mut Draft,
    path: &str,
    word: &str,
    role: Role,
    what: &str,
    of: Option<&ComponentId>,
    at: Occurrence,
) {
    let name = format!("{what} of {}", file_name(path));
    let mut component = Component::new(ComponentId(format!("{word}:{path}")), role, name);
    component.path = Some(path.to_owned());
    component.direct = Some(true);
    component.seen(at.clone());
    let id = draft.add(component);
    if let Some(of) = of {
        draft.relate(
            of,
            RelationKind::DescribedBy,
            &id,
            Standing::Observed,
            Some(at),
        );
    }
}
