//! What a name in a configuration stands for: a model of the hub, of Ollama, or one behind an API.

use waybill_domain::inventory::{Component, ComponentId, Occurrence, Role};
use waybill_knowledge::usage::hosts;
use waybill_source::document::Node;

use crate::{
    draft::Draft,
    usage::{self, Place},
};

/// Words for what runs a model of the hub on one's own machine.
const LOCAL: [&str; 16] = [
    "huggingface",
    "hf",
    "fastembed",
    "sentencetransformers",
    "sentence-transformers",
    "sentence_transformers",
    "transformers",
    "huggingface_pipeline",
    "hf_pipeline_bloom",
    "huggingface_hub",
    "hf_pipeline",
    "vllm",
    "hosted_vllm",
    "self_hosted",
    "mlx",
    "transformers.js",
];

/// Adds what one file names.
pub(super) struct Teller<'d> {
    pub(super) draft: &'d mut Draft,
    pub(super) path: &'d str,
}

impl<'d> Teller<'d> {
    pub(super) fn new(draft: &'d mut Draft, path: &'d str) -> Self {
        Self { draft, path }
    }

    fn at(&self, line: u32, symbol: &str) -> Occurrence {
        Occurrence {
            symbol: Some(symbol.to_owned()),
            ..Occurrence::at(self.path, Some(line))
        }
    }

    /// A component that the system uses, where it is named.
    pub(super) fn used(&mut self, component: Component, line: u32, symbol: &str) {
        let at = self.at(line, symbol);
        usage::used(self.draft, component, at, None);
    }

    /// A model of the hub, or one of its data sets.
    pub(super) fn hub(
        &mut self,
        role: Role,
        name: &str,
        revision: Option<&str>,
        line: u32,
        symbol: &str,
    ) -> Option<ComponentId> {
        let name = name.strip_prefix("hf://").unwrap_or(name);
        let name = name
            .strip_prefix("https://huggingface.co/")
            .unwrap_or(name)
            .trim_end_matches('/');
        let bare = role == Role::Model && usage::is_known_bare(name);
        if !bare && !usage::is_owned(name) {
            return None;
        }
        let component = usage::repository(role, name, revision)?;
        let at = self.at(line, symbol);
        Some(usage::used(self.draft, component, at, None))
    }

    /// A model by its name and the word for what runs it: `openai`, `ollama`, `huggingface`.
    /// Without a word the name has to say whose it is, by `supplier/` or by itself.
    pub(super) fn hosted(
        &mut self,
        word: Option<&str>,
        written: &str,
        address: Option<&str>,
        line: u32,
        symbol: &str,
    ) -> Option<ComponentId> {
        if !usage::is_model_name(written) {
            return None;
        }
        let (word, name) = match (word, written.split_once('/')) {
            (Some(word), _) => (Some(word), written),
            (None, Some((first, rest))) if is_word(first) => (Some(first), rest),
            _ => (None, written),
        };
        let lower = word.map(str::to_lowercase);
        let at = self.at(line, symbol);
        if lower
            .as_deref()
            .is_some_and(|word| word.starts_with("ollama"))
        {
            let component = usage::ollama_model(name)?;
            return Some(usage::used(self.draft, component, at, None));
        }
        let place = address.and_then(Place::at);
        if lower.as_deref().is_some_and(|word| LOCAL.contains(&word)) && place.is_none() {
            let by_library = matches!(
                lower.as_deref(),
                Some("fastembed" | "sentencetransformers" | "sentence-transformers")
            );
            if by_library && !name.contains('/') {
                let name = format!("sentence-transformers/{name}");
                return self.hub(Role::Model, &name, None, line, symbol);
            }
            return self.hub(Role::Model, name, None, line, symbol);
        }
        let by_word = word
            .zip(lower.as_deref())
            .and_then(|(word, lower)| hosts().named(word).or_else(|| hosts().named(lower)));
        let place = place
            .or_else(|| by_word.map(|supplier| Place::of(supplier, None)))
            .or_else(|| usage::supplier_of_name(name).map(|supplier| Place::of(supplier, None)))?;
        usage::hosted_model(&at, self.draft, &place, name, None)
    }

    /// Several models, a text or a list of texts.
    pub(super) fn each(
        &mut self,
        word: Option<&str>,
        node: &Node,
        address: Option<&str>,
        symbol: &str,
    ) {
        for (text, line) in texts(node) {
            self.hosted(word, text, address, line, symbol);
        }
    }
}

fn is_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.starts_with("ollama") || LOCAL.contains(&lower.as_str()) || hosts().named(word).is_some()
}

/// A text, or the texts of a list, with their lines.
pub(super) fn texts(node: &Node) -> Vec<(&str, u32)> {
    let one = node.text().map(|text| (text, node.line()));
    let many = node
        .items()
        .iter()
        .filter_map(|item| item.text().map(|text| (text, item.line())));
    one.into_iter().chain(many).collect()
}

/// The text of a key.
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::text)
}

/// The text of the first of several keys, with its line.
pub(super) fn either<'n>(
    node: &'n Node,
    keys: &[&'static str],
) -> Option<(&'n str, u32, &'static str)> {
    keys.iter().find_map(|key| {
        let value = node.get(key)?;
        value.text().map(|text| (text, value.line(), *key))
    })
}
