//! Configuration files of well-known tools that name models and data sets without any code of the
//! tree: gateways, guardrails, coding agents, trainers, mergers, tests of prompts.
//!
//! Every format is told by what it holds, or by a name that only one tool gives its files; a key
//! `model` alone in a file of unknown kind is left to the code that reads it.

mod agents;
mod gateways;
mod named;
mod serving;
#[cfg(test)]
mod tests;
mod training;

use waybill_source::{card, commands::CommandFacts, document::Node};

use crate::{
    draft::Draft,
    reading::Reading,
    tree::{Tree, file_name},
};
use named::Teller;

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    for (file, document) in tree.documents() {
        let mut teller = Teller::new(draft, &file.path);
        for root in document.roots.iter().filter(|root| root.is_map()) {
            read(&mut teller, root);
        }
    }
    for file in tree.files() {
        for reading in &file.readings {
            match reading {
                Reading::Text(text) => {
                    let card = card::parse(text);
                    if let Some(front) = card.front_matter() {
                        agents::front(&mut Teller::new(draft, &file.path), front);
                    }
                }
                Reading::Commands(facts) => by_line(&mut Teller::new(draft, &file.path), facts),
                _ => {}
            }
        }
    }
}

fn read(teller: &mut Teller<'_>, root: &Node) {
    let name = file_name(teller.path).to_lowercase();
    gateways::read(teller, &name, root);
    agents::read(teller, &name, root);
    training::read(teller, &name, root);
    serving::read(teller, &name, root);
}

/// Settings that stand one a line, and inputs of workflow steps that ask a model.
fn by_line(teller: &mut Teller<'_>, facts: &CommandFacts) {
    if teller.path.ends_with(".properties") {
        for variable in &facts.environment {
            gateways::property(teller, &variable.name, &variable.value, variable.line);
        }
    }
    for action in &facts.actions {
        for (input, value) in &action.inputs {
            if matches!(input.as_str(), "model" | "model_name" | "model-name") {
                teller.hosted(None, value, None, action.line, "model");
            }
        }
    }
}
