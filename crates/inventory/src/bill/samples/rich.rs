use waybill_domain::{
    Confidence, Finding, Place, Severity,
    inventory::{
        Component, ComponentId, DataFlow, Field, FlowDirection, Hash, Inventory, Licence,
        LicenceSource, Metric, Noted, Occurrence, Pin, Reference, ReferenceKind, Relation,
        RelationKind, Revision, Role, Scope, Standing, Supplier, SupplierId, SupplierKind, Unread,
    },
};

use super::empty;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// An inventory that has something in every field, with names made to break writers.
pub(crate) fn rich() -> Inventory {
    let mut inventory = empty();
    inventory.subject.version = Some("1.4.0".to_owned());
    inventory.subject.description = Some("Answers \"questions\"\nabout orders".to_owned());
    inventory.subject.licences = vec![licence(Some("Apache-2.0"), LicenceSource::File)];
    inventory.subject.supplier = Some(SupplierId("organisation:acme".to_owned()));
    inventory.subject.revision = Some(Revision {
        commit: COMMIT.to_owned(),
        branch: Some("main".to_owned()),
        tag: None,
        dirty: Some(true),
        remote: Some("https://github.com/acme/assistant.git".to_owned()),
    });
    inventory.suppliers = suppliers();
    for role in Role::ALL {
        inventory.components.push(of_role(role));
    }
    inventory
        .components
        .extend([model(), dataset(), service(), hostile()]);
    inventory.components.extend(libraries());
    inventory
        .components
        .sort_by(|left, right| left.id.cmp(&right.id));
    inventory.relations = relations();
    inventory.findings = vec![finding()];
    inventory.unread = vec![Unread {
        path: "notebooks/broken.ipynb".to_owned(),
        line: Some(3),
        reason: "is not JSON".to_owned(),
    }];
    inventory
}

fn licence(expression: Option<&str>, source: LicenceSource) -> Licence {
    Licence {
        expression: expression.map(str::to_owned),
        written: Some("Apache 2, as \"agreed\"".to_owned()),
        source,
        standing: Standing::Claimed,
        occurrence: Some(Occurrence::at("models/m/README.md", Some(4))),
    }
}

fn suppliers() -> Vec<Supplier> {
    [
        (
            "organisation:acme",
            "Acme \"GmbH\" & Söhne",
            SupplierKind::Organisation,
        ),
        ("hub:google", "google", SupplierKind::HubNamespace),
        ("person:ada", "Ada L.", SupplierKind::Person),
    ]
    .into_iter()
    .map(|(id, name, kind)| Supplier {
        id: SupplierId(id.to_owned()),
        name: name.to_owned(),
        kind,
        standing: Standing::Claimed,
        urls: vec![
            "https://acme.example/über uns".to_owned(),
            "nonsense".to_owned(),
        ],
        security_contact: Some("security@acme.example".to_owned()),
        country: Some("DE".to_owned()),
        occurrences: Vec::new(),
    })
    .collect()
}

fn of_role(role: Role) -> Component {
    let id = ComponentId(format!("{}:sample", role.as_str()));
    let mut component = Component::new(id, role, format!("sample {}", role.as_str()));
    component.supplier = Some(SupplierId("hub:google".to_owned()));
    component.pin = Some(Pin::Floating);
    component.seen(Occurrence {
        path: "app/main.py".to_owned(),
        line: Some(12),
        column: Some(5),
        symbol: Some("from_pretrained".to_owned()),
    });
    component.state(
        Field::Name,
        "sample",
        Standing::Observed,
        "app/main.py",
        None,
    );
    component
        .properties
        .insert("size.bytes".to_owned(), "12".to_owned());
    component
}

fn model() -> Component {
    let id = format!("pkg:huggingface/google/gemma-2b@{COMMIT}");
    let mut component = Component::new(ComponentId(id.clone()), Role::Model, "gemma-2b");
    component.namespace = Some("google".to_owned());
    component.version = Some(COMMIT.to_owned());
    component.purl = Some(id);
    component.pin = Some(Pin::Digest);
    component.path = Some("models/gemma/model.safetensors".to_owned());
    component.supplier = Some(SupplierId("hub:google".to_owned()));
    component.description = Some("A small model".to_owned());
    component.released = Some("2024-02-21".to_owned());
    component.remote_code = Some(true);
    component.authors = vec!["Ada L.".to_owned(), String::new()];
    component.copyright = Some("© 2024 Google".to_owned());
    component.licences = vec![
        licence(Some("MIT OR Apache-2.0"), LicenceSource::Card),
        licence(
            Some("GPL-2.0-only WITH Classpath-exception-2.0"),
            LicenceSource::File,
        ),
        licence(Some("Apache-2.0"), LicenceSource::Metadata),
        licence(Some("LicenseRef-gemma"), LicenceSource::Card),
        licence(None, LicenceSource::Card),
    ];
    component.hashes = vec![
        hash("sha-256", &"ab".repeat(32)),
        hash("blake3", &"cd".repeat(32)),
        hash("xxh64", "0011223344556677"),
        hash("sha-1", "zz"),
    ];
    component.references = vec![
        reference(
            ReferenceKind::ModelCard,
            "https://huggingface.co/google/gemma-2b",
        ),
        reference(
            ReferenceKind::Distribution,
            "https://example.org/a b{c}.bin",
        ),
        reference(ReferenceKind::Other, "not a link"),
    ];
    component.seen(Occurrence::at("models/gemma/model.safetensors", None));
    component.state(
        Field::Licence,
        "apache-2.0",
        Standing::Claimed,
        "models/gemma/README.md",
        Some(Occurrence::at("models/gemma/README.md", Some(2))),
    );
    component.state(
        Field::Licence,
        "gemma",
        Standing::Claimed,
        "the hub catalogue",
        None,
    );
    component.state(
        Field::Supplier,
        "google",
        Standing::Claimed,
        "the user",
        None,
    );
    component.state(
        Field::Architecture,
        "GemmaForCausalLM",
        Standing::Observed,
        "models/gemma/config.json",
        None,
    );
    component.state(
        Field::EndOfLife,
        "",
        Standing::Unknown,
        "the catalogue",
        None,
    );
    component.state(Field::Training, "", Standing::Withheld, "the user", None);
    let facts = component.model_mut();
    facts.format = Some("safetensors".to_owned());
    facts.family = Some("gemma".to_owned());
    facts.architecture = Some("GemmaForCausalLM".to_owned());
    facts.task = Some("text-generation".to_owned());
    facts.approach = Some("self-supervised".to_owned());
    facts.parameter_count = Some(2_506_172_416);
    facts.element_types.insert("BF16".to_owned(), 2_506_172_416);
    facts.inputs = vec!["text".to_owned()];
    facts.outputs = vec!["text".to_owned()];
    facts
        .hyperparameters
        .insert("learning_rate".to_owned(), "2e-4".to_owned());
    facts.metrics = vec![Metric {
        name: "accuracy".to_owned(),
        value: "0.81".to_owned(),
        dataset: Some("mmlu".to_owned()),
        slice: Some("test".to_owned()),
        task: None,
    }];
    facts.users = vec!["support staff".to_owned()];
    facts.intended_uses = vec!["answering".to_owned()];
    facts.limitations = vec!["English only".to_owned()];
    facts.ethical_considerations = vec!["may be biased".to_owned()];
    facts.emissions_kg = Some("131".to_owned());
    facts.energy_kwh = Some("4.5".to_owned());
    facts.custom_code = vec!["modeling.py".to_owned()];
    facts.training = Some("Trained on text".to_owned());
    facts.preprocessing = Some("Cleaned".to_owned());
    component
}

fn hash(algorithm: &str, value: &str) -> Hash {
    Hash {
        algorithm: algorithm.to_owned(),
        value: value.to_owned(),
        standing: Standing::Observed,
    }
}

fn reference(kind: ReferenceKind, url: &str) -> Reference {
    Reference {
        kind,
        url: url.to_owned(),
    }
}

fn dataset() -> Component {
    let id = "pkg:huggingface/datasets/acme/orders";
    let mut component = Component::new(ComponentId(id.to_owned()), Role::Dataset, "orders");
    component.namespace = Some("acme".to_owned());
    component.purl = Some(id.to_owned());
    component.pin = Some(Pin::Floating);
    component.supplier = Some(SupplierId("organisation:acme".to_owned()));
    component.released = Some("2024-03-01T12:00:00+02:00".to_owned());
    component.references = vec![reference(
        ReferenceKind::Distribution,
        "https://example.org/orders.csv",
    )];
    component.seen(Occurrence::at("data/README.md", Some(1)));
    component.state(
        Field::Sensitivity,
        "names",
        Standing::Claimed,
        "data/README.md",
        None,
    );
    let facts = component.dataset_mut();
    facts.formats = vec!["text/csv".to_owned()];
    facts.kinds = vec!["tabular".to_owned(), "text".to_owned(), "3d".to_owned()];
    facts.records = Some(1200);
    facts.size_bytes = Some(34_567);
    facts.sensitive = Some("Names of customers".to_owned());
    facts.biases = Some("Only Europe".to_owned());
    facts.collection = Some("Out of the shop".to_owned());
    facts.availability = Some("direct-download".to_owned());
    facts.built = Some("2024-02-30".to_owned());
    facts.anonymisation = Some("Hashed".to_owned());
    component
}

fn service() -> Component {
    let mut component = Component::new(
        ComponentId("service:api.example.org".to_owned()),
        Role::Service,
        "Example API",
    );
    component.supplier = Some(SupplierId("organisation:acme".to_owned()));
    component.seen(Occurrence::at("app/client.ts", Some(9)));
    component.state(
        Field::Endpoint,
        "https://api.example.org",
        Standing::Observed,
        "app/client.ts",
        None,
    );
    let facts = component.service.get_or_insert_default();
    facts.endpoints = vec![
        "https://me:secret@api.example.org/v1".to_owned(),
        "${BASE}/v1".to_owned(),
    ];
    facts.host = Some("api.example.org".to_owned());
    facts.region = Some("eu-west-1".to_owned());
    facts.authenticated = Some(true);
    facts.external = Some(true);
    facts.flows = vec![DataFlow {
        direction: FlowDirection::BiDirectional,
        what: "prompts and completions".to_owned(),
        classification: "unclassified by its owner".to_owned(),
    }];
    component
}

fn hostile() -> Component {
    let name = format!("../..\\\"'<b>\n\u{0}\u{202e}{}🦀", "x".repeat(3000));
    let mut component = Component::new(
        ComponentId(format!("model:{name}")),
        Role::Model,
        name.clone(),
    );
    component.version = Some(name.clone());
    component.namespace = Some(String::new());
    component.purl = Some("pkg:huggingface/with space@@//".to_owned());
    component.path = Some("/etc/../passwd".to_owned());
    component.description = Some(name.clone());
    component.seen(Occurrence::at("C:\\Users\\me\\m.bin", Some(0)));
    component.licences = vec![licence(Some("not ( an expression"), LicenceSource::Bill)];
    component.released = Some("last spring".to_owned());
    component
}

fn libraries() -> Vec<Component> {
    [
        ("torch", Some("2.1.0"), None, Scope::Runtime),
        ("numpy", None, Some(">=1.20,<2"), Scope::Optional),
        ("pytest", None, Some("~=8.0"), Scope::Development),
    ]
    .into_iter()
    .map(|(name, version, requirement, scope)| {
        let at = version
            .map(|version| format!("@{version}"))
            .unwrap_or_default();
        let id = format!("pkg:pypi/{name}{at}");
        let mut component = Component::new(ComponentId(id.clone()), Role::Library, name);
        component.purl = Some(id);
        component.version = version.map(str::to_owned);
        component.requirement = requirement.map(str::to_owned);
        component.direct = Some(true);
        component.scope = Some(scope);
        component.licences = vec![licence(
            Some("BSD-3-Clause AND MIT"),
            LicenceSource::Metadata,
        )];
        component.seen(Occurrence::at("requirements.txt", Some(2)));
        component
    })
    .collect()
}

fn relations() -> Vec<Relation> {
    let model = format!("pkg:huggingface/google/gemma-2b@{COMMIT}");
    let model = model.as_str();
    let data = "pkg:huggingface/datasets/acme/orders";
    let mut list: Vec<Relation> = [
        ("subject", RelationKind::Uses, model),
        ("subject", RelationKind::DependsOn, "pkg:pypi/torch@2.1.0"),
        ("subject", RelationKind::Contains, "prompt:sample"),
        (
            "pkg:pypi/torch@2.1.0",
            RelationKind::DependsOn,
            "pkg:pypi/numpy",
        ),
        (
            "pkg:pypi/numpy",
            RelationKind::DependsOn,
            "pkg:pypi/torch@2.1.0",
        ),
        ("adapter:sample", RelationKind::AdapterOf, model),
        ("model:sample", RelationKind::FineTunedFrom, model),
        ("model:sample", RelationKind::QuantisedFrom, model),
        ("model:sample", RelationKind::MergedFrom, "adapter:sample"),
        (
            "model:sample",
            RelationKind::DescribedBy,
            "chat-template:sample",
        ),
        ("dataset:sample", RelationKind::DerivedFrom, data),
        (model, RelationKind::TrainedOn, data),
        (model, RelationKind::EvaluatedOn, "evaluation-set:sample"),
        (
            "hosted-model:sample",
            RelationKind::ServedBy,
            "service:api.example.org",
        ),
        (
            "container:sample",
            RelationKind::BuiltOn,
            "operating-system:sample",
        ),
    ]
    .into_iter()
    .map(|(from, kind, to)| Relation {
        from: ComponentId(from.to_owned()),
        kind,
        to: ComponentId(to.to_owned()),
        standing: Standing::Claimed,
        occurrence: Some(Occurrence::at("app/main.py", Some(12))),
    })
    .collect();
    list.sort();
    list
}

fn finding() -> Noted {
    Noted {
        component: Some(ComponentId("model:sample".to_owned())),
        occurrence: Some(Occurrence::at("app/main.py", Some(12))),
        finding: Finding {
            rule: "inventory.floating-model".to_owned(),
            severity: Severity::Medium,
            severity_of_rule: None,
            confidence: Confidence::High,
            message: "the model `sample` is not pinned".to_owned(),
            place: Place::default(),
            answers: Vec::new(),
            help: "Pin it to a commit.".to_owned(),
            incomplete: false,
            excepted: None,
            advisory: None,
            fingerprint: String::new(),
        },
    }
}
