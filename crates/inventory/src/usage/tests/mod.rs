mod across;
mod hosted;

use waybill_domain::inventory::{Component, ComponentId, Pin, RelationKind, Role};
use waybill_source::{
    code::{Argument, Call, CodeFacts, Import, Value},
    commands::{CommandFacts, Variable},
    document::{self, DocumentLimits},
};

use crate::{
    draft::Draft,
    reading::{FileFacts, Reading},
    tree::Tree,
};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn call(path: &str, arguments: &[(&str, Value)]) -> Call {
    Call {
        path: path.to_owned(),
        receiver: None,
        arguments: arguments
            .iter()
            .map(|(name, value)| Argument {
                name: (!name.is_empty()).then(|| (*name).to_owned()),
                value: value.clone(),
            })
            .collect(),
        line: 3,
        column: 1,
    }
}

fn method(path: &str, receiver: usize, arguments: &[(&str, Value)]) -> Call {
    Call {
        receiver: Some(receiver),
        ..call(path, arguments)
    }
}

fn code(path: &str, calls: Vec<Call>) -> FileFacts {
    with(
        path,
        Reading::Code(Box::new(CodeFacts {
            calls,
            ..CodeFacts::default()
        })),
    )
}

fn with(path: &str, reading: Reading) -> FileFacts {
    FileFacts {
        path: path.to_owned(),
        readings: vec![reading],
        ..FileFacts::default()
    }
}

fn plain(path: &str) -> FileFacts {
    FileFacts {
        path: path.to_owned(),
        ..FileFacts::default()
    }
}

fn draft(files: Vec<FileFacts>) -> Draft {
    let tree = Tree::new(files);
    let mut draft = Draft::default();
    super::add(&tree, &mut draft);
    draft
}

/// Ids and pins of what was found.
fn found(files: Vec<FileFacts>) -> Vec<(String, Option<Pin>)> {
    draft(files)
        .components()
        .map(|component| (component.id.0.clone(), component.pin))
        .collect()
}

fn ids(calls: Vec<Call>) -> Vec<String> {
    found(vec![code("app.py", calls)])
        .into_iter()
        .map(|(id, _)| id)
        .collect()
}

fn get(draft: &Draft, id: &str) -> Component {
    draft
        .get(&ComponentId(id.to_owned()))
        .cloned()
        .unwrap_or_else(|| {
            panic!(
                "no {id} in {:?}",
                draft
                    .components()
                    .map(|known| &known.id)
                    .collect::<Vec<_>>()
            )
        })
}

#[test]
fn hub_models_carry_their_pin_and_their_place() {
    let commit = "a".repeat(40);
    let draft = draft(vec![code(
        "app.py",
        vec![
            call(
                "transformers.AutoModel.from_pretrained",
                &[
                    ("", text("acme/reader")),
                    ("revision", text(&commit)),
                    ("trust_remote_code", Value::Bool(true)),
                ],
            ),
            call(
                "transformers.AutoTokenizer.from_pretrained",
                &[("", text("acme/reader"))],
            ),
        ],
    )]);
    let id = format!("pkg:huggingface/acme/reader@{commit}");
    let model = get(&draft, &id);
    assert_eq!(model.role, Role::Model);
    assert_eq!(model.pin, Some(Pin::Digest));
    assert_eq!(model.remote_code, Some(true));
    assert_eq!(model.version.as_deref(), Some(commit.as_str()));
    let symbols: Vec<_> = model
        .occurrences
        .iter()
        .map(|place| place.symbol.clone().unwrap())
        .collect();
    assert_eq!(
        symbols,
        [
            "transformers.AutoModel.from_pretrained",
            "transformers.AutoTokenizer.from_pretrained"
        ]
    );
    assert_eq!(draft.components().count(), 1);
    assert!(
        draft
            .relations()
            .any(|relation| relation.from == ComponentId::subject() && relation.to.0 == id)
    );
}

#[test]
fn branches_float_and_tags_are_names() {
    let load = |revision: &str| {
        found(vec![code(
            "app.py",
            vec![call(
                "datasets.load_dataset",
                &[("", text("acme/reviews")), ("revision", text(revision))],
            )],
        )])
    };
    assert_eq!(
        load("main"),
        [(
            "pkg:huggingface/datasets/acme/reviews".to_owned(),
            Some(Pin::Floating)
        )]
    );
    assert_eq!(
        load("v1.2"),
        [(
            "pkg:huggingface/datasets/acme/reviews@v1.2".to_owned(),
            Some(Pin::Name)
        )]
    );
}

#[test]
fn an_adapter_names_its_base() {
    let draft = draft(vec![code(
        "train.py",
        vec![
            call(
                "transformers.AutoModelForCausalLM.from_pretrained",
                &[("", text("acme/large"))],
            ),
            call(
                "peft.PeftModel.from_pretrained",
                &[("", Value::Result(0)), ("", text("acme/large-lora"))],
            ),
        ],
    )]);
    let adapter = get(&draft, "pkg:huggingface/acme/large-lora");
    assert_eq!(adapter.role, Role::Adapter);
    let edges: Vec<_> = draft
        .relations()
        .filter(|relation| relation.kind == RelationKind::AdapterOf)
        .map(|relation| (relation.from.0.as_str(), relation.to.0.as_str()))
        .collect();
    assert_eq!(
        edges,
        [(
            "pkg:huggingface/acme/large-lora",
            "pkg:huggingface/acme/large"
        )]
    );
}

#[test]
fn constants_are_followed_through_files_settings_and_the_environment() {
    let config = with(
        "src/acme/config.py",
        Reading::Code(Box::new(CodeFacts {
            exports: vec![
                ("BASE".to_owned(), text("acme/base")),
                (
                    "NAMES".to_owned(),
                    Value::Map(vec![("small".to_owned(), text("acme/small"))]),
                ),
            ],
            ..CodeFacts::default()
        })),
    );
    let settings = with(
        "conf/model.yaml",
        Reading::Document(document::yaml(
            "model:\n  name: acme/from-yaml\n",
            &DocumentLimits::default(),
        )),
    );
    let env = with(
        ".env",
        Reading::Commands(Box::new(CommandFacts {
            environment: vec![Variable {
                name: "EMBEDDER".to_owned(),
                value: "acme/from-env".to_owned(),
                context: None,
                line: 2,
            }],
            ..CommandFacts::default()
        })),
    );
    let load = |value: Value| call("transformers.AutoModel.from_pretrained", &[("", value)]);
    let imported = |module: &str, name: &str| Value::Imported {
        module: module.to_owned(),
        name: name.to_owned(),
    };
    let app = code(
        "src/acme/serve/app.py",
        vec![
            load(imported("..config", "BASE")),
            load(imported("acme.config", "NAMES.small")),
            load(imported("acme", "config.BASE")),
            load(Value::Configuration {
                file: Box::new(text("conf/model.yaml")),
                keys: vec!["model".to_owned(), "name".to_owned()],
            }),
            load(Value::Environment {
                name: "EMBEDDER".to_owned(),
                default: Some(Box::new(text("acme/default"))),
            }),
            load(Value::Parts(vec![text("acme/"), text("joined")])),
            load(Value::Parts(vec![text("acme/"), Value::Unknown])),
        ],
    );
    let draft = draft(vec![config, settings, env, app]);
    let names: Vec<_> = draft.components().map(Component::full_name).collect();
    assert_eq!(
        names,
        [
            "acme/base",
            "acme/from-env",
            "acme/from-yaml",
            "acme/joined",
            "acme/small"
        ]
    );
    let places = get(&draft, "pkg:huggingface/acme/from-yaml").occurrences;
    assert_eq!(
        (places[0].path.as_str(), places[0].line),
        ("conf/model.yaml", Some(2))
    );
    let places = get(&draft, "pkg:huggingface/acme/from-env").occurrences;
    assert_eq!((places[0].path.as_str(), places[0].line), (".env", Some(2)));
}

#[test]
fn imports_in_a_circle_end() {
    let round = |path: &str, other: &str| {
        with(
            path,
            Reading::Code(Box::new(CodeFacts {
                exports: vec![(
                    "NAME".to_owned(),
                    Value::Imported {
                        module: other.to_owned(),
                        name: "NAME".to_owned(),
                    },
                )],
                calls: vec![call(
                    "transformers.AutoModel.from_pretrained",
                    &[(
                        "",
                        Value::Imported {
                            module: other.to_owned(),
                            name: "NAME".to_owned(),
                        },
                    )],
                )],
                ..CodeFacts::default()
            })),
        )
    };
    assert_eq!(found(vec![round("a.py", "b"), round("b.py", "a")]), []);
}

#[test]
fn folders_and_words_are_no_hub_models() {
    let load = |name: &str| {
        call(
            "transformers.AutoModel.from_pretrained",
            &[("", text(name))],
        )
    };
    let saved = call("acme.Model.save_pretrained", &[("", text("acme/tuned"))]);
    let calls = vec![
        load("./models/x"),
        load("/srv/models/x"),
        load("models/x"),
        load("output"),
        load("acme/tuned"),
        load("your-org/your-model"),
        load("bert-base-uncased"),
        saved,
    ];
    assert_eq!(ids(calls), ["pkg:huggingface/bert-base-uncased"]);
    let tuned = "distilbert-base-uncased-finetuned-sst-2-english";
    assert_eq!(ids(vec![load(tuned)]), [format!("pkg:huggingface/{tuned}")]);
    assert_eq!(ids(vec![load("bert-base-finetuned-mine")]), [""; 0]);
}

#[test]
fn a_folder_of_the_tree_is_used_and_not_looked_up() {
    let draft = draft(vec![
        plain("models/acme/reader/config.json"),
        code(
            "app.py",
            vec![call(
                "transformers.AutoModel.from_pretrained",
                &[("", text("models/acme/reader"))],
            )],
        ),
    ]);
    assert_eq!(draft.components().count(), 0);
    assert!(
        draft
            .relations()
            .any(|relation| relation.to.0 == "model:models/acme/reader")
    );
}

#[test]
fn objects_of_other_files_are_followed() {
    let clients = with(
        "app/clients.py",
        Reading::Code(Box::new(CodeFacts {
            calls: vec![call(
                "openai.AzureOpenAI",
                &[("azure_endpoint", text("https://acme.openai.azure.com/"))],
            )],
            exports: vec![("client".to_owned(), Value::Result(0))],
            ..CodeFacts::default()
        })),
    );
    let main = with(
        "app/main.py",
        Reading::Code(Box::new(CodeFacts {
            imports: vec![Import {
                module: "app.clients".to_owned(),
                name: Some("client".to_owned()),
                line: 1,
            }],
            calls: vec![call(
                "app.clients.client.chat.completions.create",
                &[("model", text("prod-gpt4"))],
            )],
            ..CodeFacts::default()
        })),
    );
    let ids: Vec<_> = found(vec![clients, main])
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(
        ids,
        [
            "hosted-model:azure-openai/prod-gpt4",
            "service:acme.openai.azure.com"
        ]
    );
}

#[test]
fn libraries_have_names_of_their_own() {
    let calls = vec![
        call(
            "timm.create_model",
            &[
                ("", text("resnet50.a1_in1k")),
                ("pretrained", Value::Bool(true)),
            ],
        ),
        call("timm.create_model", &[("", text("hf-hub:acme/vit"))]),
        call(
            "torch.hub.load",
            &[("", text("pytorch/vision:v0.10.0")), ("", text("resnet18"))],
        ),
        call(
            "sentence_transformers.SentenceTransformer",
            &[("", text("all-MiniLM-L6-v2"))],
        ),
        call("whisper.load_model", &[("", text("base"))]),
        call("spacy.load", &[("", text("en_core_web_sm"))]),
        call("mlflow.pyfunc.load_model", &[("", text("models:/churn/3"))]),
        call(
            "keras.applications.ResNet50",
            &[("weights", text("imagenet"))],
        ),
    ];
    assert_eq!(
        found(vec![code("app.py", calls)]),
        [
            ("model:keras/ResNet50".to_owned(), Some(Pin::Floating)),
            ("model:mlflow/churn".to_owned(), Some(Pin::Name)),
            ("model:spacy/en_core_web_sm".to_owned(), Some(Pin::Floating)),
            (
                "model:timm/resnet50.a1_in1k".to_owned(),
                Some(Pin::Floating)
            ),
            ("model:whisper/base".to_owned(), Some(Pin::Floating)),
            (
                "pkg:github/pytorch/vision@v0.10.0#resnet18".to_owned(),
                Some(Pin::Name)
            ),
            ("pkg:huggingface/acme/vit".to_owned(), Some(Pin::Floating)),
            (
                "pkg:huggingface/sentence-transformers/all-MiniLM-L6-v2".to_owned(),
                Some(Pin::Floating)
            ),
        ]
    );
}

#[test]
fn stores_and_guardrails_are_seen() {
    let draft = draft(vec![code(
        "app.py",
        vec![
            call(
                "qdrant_client.QdrantClient",
                &[("url", text("https://x.eu-central.aws.cloud.qdrant.io:6333"))],
            ),
            method(
                "qdrant_client.QdrantClient.create_collection",
                0,
                &[("collection_name", text("papers"))],
            ),
            call("chromadb.PersistentClient", &[("path", text("./db"))]),
            call("guardrails.Guard", &[]),
            call("presidio_analyzer.AnalyzerEngine", &[]),
        ],
    )]);
    let names: Vec<_> = draft
        .components()
        .map(|component| component.id.0.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "guardrail:guardrails-ai",
            "guardrail:presidio",
            "vector-store:chroma",
            "vector-store:qdrant",
        ]
    );
    let store = get(&draft, "vector-store:qdrant");
    assert_eq!(store.supplier.unwrap().0, "organisation:qdrant");
    assert_eq!(
        store
            .properties
            .get("store.collections")
            .map(String::as_str),
        Some("papers")
    );
}
