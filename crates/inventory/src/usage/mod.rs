//! Models, data sets, hosted models and stores that code loads and calls.
//!
//! A table (`calls.toml` in `knowledge`) says what a call means and which of its arguments say
//! what. Arguments are followed through the whole tree: imports, configuration, environment.

mod adapter;
mod data;
mod hosted;
mod http;
mod hub;
mod kept;
mod local;
mod marks;
mod modules;
mod named;
mod pin;
mod place;
mod reach;
mod registries;
mod resolve;
mod served;
mod site;
mod stores;
#[cfg(test)]
mod tests;
mod walk;

use waybill_domain::inventory::Role;
use waybill_knowledge::usage::KnownCall;

pub(crate) use hub::{is_known_bare, is_owned, repository, used};
pub(crate) use kept::Reached;
pub use kept::Surroundings;
pub(crate) use named::ollama_model;
pub(crate) use place::{Place, is_own_host, plain_endpoint};
pub use reach::reached;
pub(crate) use resolve::Resolver;
pub(crate) use served::{is_model_name, model as hosted_model, service_for, supplier_of_name};
pub(crate) use site::Site;

use crate::{draft::Draft, tree::Tree};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let resolver = Resolver::new(tree);
    let mut later: Vec<(Site<'_>, &'static KnownCall)> = Vec::new();
    for (file, facts) in tree.code() {
        for call in &facts.calls {
            let site = Site::new(&resolver, &file.path, call);
            let Some(known) = site.known().filter(|known| is_meant(&site, known)) else {
                continue;
            };
            // Parts of models come last, when it is known which models there are.
            if matches!(known.means.as_str(), "companion" | "adapted") {
                later.push((site, known));
            } else {
                recognise(&site, known, draft);
            }
        }
    }
    for (site, known) in &later {
        match known.means.as_str() {
            "companion" => hub::companion(site, known, draft),
            _ => adapter::adapted(site, known, draft),
        }
    }
}

/// An object that is called (`pipe("text")`) has the path of the call that made it; that asks
/// for nothing new, except where a library makes functions that take the name of a model.
fn is_meant(site: &Site<'_>, call: &KnownCall) -> bool {
    let again = site
        .makers
        .first()
        .is_some_and(|(_, maker)| maker.path == site.path);
    !again || call.get("first") == Some("any")
}

fn recognise(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    match call.means.as_str() {
        "model" => {
            hub::model(site, call, draft);
        }
        "pipeline" => hub::pipeline(site, call, draft),
        "adapter" => adapter::adapter(site, call, draft),
        "hub-file" => hub::hub_file(site, call, draft),
        "hub-dataset" | "dataset" => data::dataset(site, call, draft),
        "local" | "local-or-url" => local::load(site, call, draft, Role::Model),
        "local-data" => local::load(site, call, draft, Role::Dataset),
        "table" => local::table(site, call, draft),
        "torch-hub" => named::torch_hub(site, call, draft),
        "torchvision" => named::torchvision(site, call, draft),
        "named" | "named-or-hub" | "named-or-local" => named::named(site, call, draft),
        "gensim" => data::gensim(site, call, draft),
        "nltk" => data::nltk(site, call, draft),
        "url-model" => registries::at_url(site, call, draft),
        "preset" => registries::preset(site, call, draft),
        "named-data" | "path-data" | "sklearn-data" => data::data(site, call, draft),
        "kaggle" => registries::kaggle(site, call, draft),
        "modelscope" => registries::modelscope(site, call, draft),
        "wandb-artifact" => registries::wandb(site, call, draft),
        "mlflow" => registries::mlflow(site, call, draft),
        "ollama" => named::ollama(site, call, draft),
        "embed-resolver" => named::embed_resolver(site, call, draft),
        "hosted" => hosted::hosted(site, call, draft),
        "client" => hosted::client(site, call, draft),
        "bedrock" => hosted::bedrock(site, call, draft),
        "prefixed" => hosted::prefixed(site, call, draft),
        "config-list" => hosted::config_list(site, call, draft),
        "http" => http::request(site, call, draft),
        "store" => stores::store(site, call, draft),
        "guardrail" => stores::guardrail(site, call, draft),
        "evaluation" => stores::evaluation(site, call, draft),
        _ => {}
    }
}
