use waybill_domain::inventory::{Pin, RelationKind};
use waybill_source::code::Value;

use super::{call, code, draft, get, ids, method, text};

#[test]
fn hosted_models_have_a_service_a_supplier_and_a_pin() {
    let draft = draft(vec![code(
        "app.py",
        vec![
            call("openai.OpenAI", &[]),
            method(
                "openai.OpenAI.chat.completions.create",
                0,
                &[("model", text("gpt-4o-2024-08-06"))],
            ),
            method(
                "openai.OpenAI.chat.completions.create",
                0,
                &[("model", text("gpt-4o"))],
            ),
        ],
    )]);
    let dated = get(&draft, "hosted-model:openai/gpt-4o-2024-08-06");
    assert_eq!(dated.pin, Some(Pin::Name));
    assert_eq!(dated.supplier.unwrap().0, "organisation:openai");
    let hosted = dated.hosted.unwrap();
    assert_eq!(hosted.host.as_deref(), Some("api.openai.com"));
    assert_eq!(
        hosted.catalogue_name.as_deref(),
        Some("openai/gpt-4o-2024-08-06")
    );
    assert_eq!(
        get(&draft, "hosted-model:openai/gpt-4o").pin,
        Some(Pin::Floating)
    );
    let service = get(&draft, "service:api.openai.com").service.unwrap();
    assert_eq!(service.external, Some(true));
    assert_eq!(service.flows[0].what, "prompts and completions");
    let served = draft
        .relations()
        .filter(|relation| relation.kind == RelationKind::ServedBy)
        .count();
    assert_eq!(served, 2);
}

#[test]
fn the_address_of_a_client_says_who_answers() {
    let ask = |url: Value, model: &str| {
        ids(vec![
            call("openai.OpenAI", &[("base_url", url)]),
            method(
                "openai.OpenAI.chat.completions.create",
                0,
                &[("model", text(model))],
            ),
        ])
    };
    assert_eq!(
        ask(
            text("https://openrouter.ai/api/v1"),
            "anthropic/claude-3.5-sonnet"
        ),
        [
            "hosted-model:openrouter/anthropic/claude-3.5-sonnet",
            "service:openrouter.ai"
        ]
    );
    assert_eq!(
        ask(text("http://vllm:8000/v1"), "acme/tuned"),
        ["hosted-model:vllm:8000/acme/tuned", "service:vllm:8000"]
    );
    assert_eq!(
        ask(text("http://localhost:11434/v1"), "llama3:8b"),
        [
            "pkg:oci/llama3?repository_url=registry.ollama.ai%2Flibrary&tag=8b",
            "service:localhost:11434"
        ]
    );
    assert_eq!(
        ask(
            Value::Environment {
                name: "URL".to_owned(),
                default: None
            },
            "deepseek-chat"
        ),
        [
            "hosted-model:deepseek/deepseek-chat",
            "service:api.deepseek.com"
        ]
    );
}

#[test]
fn bedrock_and_vertex_have_regions() {
    let bedrock = draft(vec![code(
        "app.py",
        vec![
            call(
                "boto3.client",
                &[
                    ("", text("bedrock-runtime")),
                    ("region_name", text("eu-central-1")),
                ],
            ),
            method(
                "boto3.client.invoke_model",
                0,
                &[("modelId", text("anthropic.claude-3-sonnet-20240229-v1:0"))],
            ),
            call("boto3.client", &[("", text("s3"))]),
        ],
    )]);
    let model = get(
        &bedrock,
        "hosted-model:aws-bedrock/anthropic.claude-3-sonnet-20240229-v1:0",
    );
    assert_eq!(model.authors, ["Anthropic"]);
    assert_eq!(
        model.hosted.unwrap().region.as_deref(),
        Some("eu-central-1")
    );
    get(
        &bedrock,
        "service:bedrock-runtime.eu-central-1.amazonaws.com",
    );
    assert_eq!(bedrock.components().count(), 2);
    let vertex = ids(vec![
        call(
            "vertexai.init",
            &[("project", text("p")), ("location", text("europe-west4"))],
        ),
        call(
            "vertexai.generative_models.GenerativeModel",
            &[("", text("gemini-1.5-pro-002"))],
        ),
    ]);
    assert_eq!(
        vertex,
        [
            "hosted-model:google-vertex/gemini-1.5-pro-002",
            "service:europe-west4-aiplatform.googleapis.com"
        ]
    );
}

#[test]
fn routing_libraries_name_the_supplier_in_the_model() {
    let calls = vec![
        call(
            "litellm.completion",
            &[("model", text("anthropic/claude-3-haiku-20240307"))],
        ),
        call(
            "langchain.chat_models.init_chat_model",
            &[("", text("openai:gpt-4o"))],
        ),
        call("dspy.LM", &[("", text("ollama_chat/llama3.2:3b"))]),
        call(
            "pydantic_ai.Agent",
            &[("", text("google-gla:gemini-2.5-flash"))],
        ),
        call(
            "langchain_openai.ChatOpenAI",
            &[("model", text("gpt-4o-mini"))],
        ),
        call(
            "@ai-sdk/anthropic.anthropic",
            &[("", text("claude-3-5-sonnet-20241022"))],
        ),
    ];
    assert_eq!(
        ids(calls),
        [
            "hosted-model:anthropic/claude-3-5-sonnet-20241022",
            "hosted-model:anthropic/claude-3-haiku-20240307",
            "hosted-model:google-gemini/gemini-2.5-flash",
            "hosted-model:openai/gpt-4o",
            "hosted-model:openai/gpt-4o-mini",
            "pkg:oci/llama3.2?repository_url=registry.ollama.ai%2Flibrary&tag=3b",
            "service:api.anthropic.com",
            "service:api.openai.com",
            "service:generativelanguage.googleapis.com",
        ]
    );
}

#[test]
fn requests_by_hand_are_seen() {
    let body = Value::Map(vec![("model".to_owned(), text("mistral-large-2407"))]);
    let calls = vec![
        call(
            "requests.post",
            &[
                ("", text("https://api.mistral.ai/v1/chat/completions")),
                ("json", body),
            ],
        ),
        call("requests.get", &[("", text("https://example.org/page"))]),
        call(
            "pandas.read_csv",
            &[("", text("https://user:pw@data.example.org/a.csv?token=1"))],
        ),
    ];
    assert_eq!(
        ids(calls),
        [
            "dataset:https://data.example.org/a.csv",
            "hosted-model:mistral/mistral-large-2407",
            "service:api.mistral.ai",
        ]
    );
}
