use waybill_domain::inventory::Pin;
use waybill_source::{commands, document};

use super::add;
use crate::{
    draft::{Draft, Finished},
    reading::{FileFacts, Reading},
    tree::Tree,
};

fn found(path: &str, text: &str) -> Finished {
    let limits = document::DocumentLimits::default();
    let reading = if path.ends_with(".json") {
        Reading::Document(document::json(text, &limits))
    } else if path.ends_with("ml") {
        Reading::Document(document::yaml(text, &limits))
    } else if path.ends_with(".properties") {
        Reading::Commands(Box::new(commands::environment(text)))
    } else {
        Reading::Text(text.to_owned())
    };
    let tree = Tree::new(vec![FileFacts {
        path: path.to_owned(),
        readings: vec![reading],
        ..FileFacts::default()
    }]);
    let mut draft = Draft::default();
    add(&tree, &mut draft);
    draft.finish()
}

/// Id and pin of every component but services.
fn list(path: &str, text: &str) -> Vec<String> {
    found(path, text)
        .components
        .iter()
        .filter(|component| !component.id.as_str().starts_with("service:"))
        .map(|component| {
            let pin = component.pin.map_or("", Pin::as_str);
            format!("{} {pin}", component.id)
        })
        .collect()
}

#[test]
fn gateways_and_rails_name_hosted_models() {
    assert_eq!(
        list(
            "proxy.yaml",
            "model_list:\n- model_name: a\n  litellm_params: {model: azure/gpt-4o, api_base: 'https://a.openai.azure.com'}\n\
             - model_name: b\n  litellm_params: {model: 'ollama/llama3.1:8b'}\n\
             - model_name: c\n  litellm_params: {model: huggingface/acme/clerk}\n"
        ),
        [
            "hosted-model:azure-openai/gpt-4o floating",
            "pkg:huggingface/acme/clerk floating",
            "pkg:oci/llama3.1?repository_url=registry.ollama.ai%2Flibrary&tag=8b name",
        ]
    );
    assert_eq!(
        list(
            "rails/config.yml",
            "models:\n- {type: main, engine: openai, model: gpt-4o-mini-2024-07-18}\n\
             - {type: embeddings, engine: FastEmbed, model: all-MiniLM-L6-v2}\n"
        ),
        [
            "hosted-model:openai/gpt-4o-mini-2024-07-18 name",
            "pkg:huggingface/sentence-transformers/all-MiniLM-L6-v2 floating",
        ]
    );
    assert_eq!(
        list(
            "src/main/resources/application.properties",
            "quarkus.langchain4j.openai.chat-model.model-name=gpt-4o-mini\nother.model=clerk\n"
        ),
        ["hosted-model:openai/gpt-4o-mini floating"]
    );
}

#[test]
fn tests_of_prompts_name_their_targets() {
    assert_eq!(
        list(
            "promptfooconfig.yaml",
            "prompts: [a]\nproviders:\n- openai:chat:gpt-4.1-2025-04-14\n- id: anthropic:messages:claude-3-haiku-20240307\n\
             - exec:python run.py\n"
        ),
        [
            "hosted-model:anthropic/claude-3-haiku-20240307 name",
            "hosted-model:openai/gpt-4.1-2025-04-14 name",
        ]
    );
}

#[test]
fn recipes_name_models_and_data() {
    assert_eq!(
        list(
            "axolotl.yaml",
            "base_model: acme/clerk-7b\nadapter: lora\ndatasets:\n- path: acme/letters\n- path: ./own.jsonl\n\
             test_datasets:\n- path: acme/held-out\n"
        ),
        [
            "pkg:huggingface/acme/clerk-7b floating",
            "pkg:huggingface/datasets/acme/held-out floating",
            "pkg:huggingface/datasets/acme/letters floating",
        ]
    );
    assert_eq!(
        list(
            "merge.yml",
            "merge_method: ties\nbase_model: acme/a\nmodels:\n- model: acme/b+acme/tune\n- model: ./own\n"
        ),
        [
            "pkg:huggingface/acme/a floating",
            "pkg:huggingface/acme/b floating",
            "pkg:huggingface/acme/tune floating",
        ]
    );
}

#[test]
fn a_model_in_a_file_of_unknown_kind_is_left_alone() {
    for text in [
        "model: gpt-4o\n",
        "models:\n- name: user\n  model: acme/user\n",
        "base_model: acme/a\n",
        "model: ResNet\ndataset: faces\n",
    ] {
        assert_eq!(list("config.yaml", text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn front_matter_names_the_model_asked() {
    let prompty = "---\nmodel:\n  configuration: {type: azure_openai, azure_deployment: gpt-4o}\n---\nsystem:\n";
    assert_eq!(
        list("a.prompty", prompty),
        ["hosted-model:azure-openai/gpt-4o floating"]
    );
    assert_eq!(
        list(
            "b.prompt",
            "---\nmodel: googleai/gemini-1.5-flash\n---\nHello\n"
        ),
        ["hosted-model:google-gemini/gemini-1.5-flash floating"]
    );
    assert_eq!(
        list(".claude/agents/c.md", "---\nmodel: inherit\n---\n"),
        Vec::<String>::new()
    );
}

#[test]
fn a_configuration_of_rails_is_a_guardrail() {
    assert_eq!(
        list(
            "rails/config.yml",
            "models:\n- {type: main, engine: openai, model: gpt-4o-mini-2024-07-18}\n\
             rails:\n  input:\n    flows: [self check input]\n"
        ),
        [
            "guardrail:nemo-guardrails ",
            "hosted-model:openai/gpt-4o-mini-2024-07-18 name",
        ]
    );
    let other = "rails:\n  gauge: 1435\n  input: wood\n";
    assert_eq!(list("railway.yml", other), Vec::<String>::new());
}
