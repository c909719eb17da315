//! The inventories that are rendered.

use waybill_domain::inventory::*;
use waybill_domain::{Finding, Place, Tool};

use crate::samples::{RULES, TRICKS};

/// One of everything, under names that play tricks.
pub(crate) fn rich() -> Inventory {
    let supplier = |id: &str, name: &str, kind| Supplier {
        id: SupplierId(id.to_owned()),
        name: name.to_owned(),
        kind,
        standing: Standing::Claimed,
        urls: vec!["https://northwind.example/<b>".to_owned()],
        security_contact: Some("mailto:security@northwind.example".to_owned()),
        country: Some("FR".to_owned()),
        occurrences: vec![],
    };
    let mut inventory = empty("letter-desk");
    inventory.subject.version = Some("1.4.0".to_owned());
    inventory.subject.description = Some("answers <b>letters</b> politely".to_owned());
    inventory.subject.image_digest = Some(format!("sha256:{}", "c".repeat(64)));
    inventory.subject.supplier = Some(SupplierId("organisation:northwind".to_owned()));
    inventory.subject.revision = Some(Revision {
        commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        branch: Some("main".to_owned()),
        tag: Some("v1.4.0".to_owned()),
        dirty: Some(true),
        remote: Some("https://git.example/letter-desk.git".to_owned()),
    });
    inventory.suppliers = vec![
        supplier("hub-namespace:tricks", TRICKS, SupplierKind::HubNamespace),
        supplier(
            "organisation:northwind",
            "Northwind Labs",
            SupplierKind::Organisation,
        ),
    ];
    inventory.components = vec![adapter(), model(), dataset(), hosted(), service(), tricky()];
    inventory.components.extend((0..3).map(library));
    inventory
        .components
        .sort_by(|one, other| one.id.cmp(&other.id));
    inventory.relations = vec![
        relation("subject", RelationKind::Uses, "adapter:models/lora"),
        relation("adapter:models/lora", RelationKind::AdapterOf, MODEL),
        relation("adapter:models/lora", RelationKind::TrainedOn, SET),
        relation(
            "hosted-model:meridian/compass-2",
            RelationKind::ServedBy,
            "service:api.meridian.example",
        ),
        relation(MODEL, RelationKind::FineTunedFrom, "prompt:tricks"),
    ];
    inventory.relations.sort();
    let told = |rule: usize, message: &str, id: &str| Noted {
        component: Some(ComponentId(id.to_owned())),
        occurrence: Some(Occurrence::at(TRICKS, Some(3))),
        finding: Finding::new(RULES[rule], Place::default(), message),
    };
    inventory.findings = vec![
        told(0, &format!("`{TRICKS}` is not pinned"), "prompt:tricks"),
        told(1, "no supplier is known of it", SET),
    ];
    inventory.unread = vec![
        Unread {
            path: "config/broken.yaml".to_owned(),
            line: Some(3),
            reason: "the mapping does not end".to_owned(),
        },
        Unread {
            path: TRICKS.to_owned(),
            line: None,
            reason: format!("names {TRICKS}"),
        },
    ];
    summed(inventory)
}

/// As much of everything as a large product has.
pub(crate) fn thousands() -> Inventory {
    let mut inventory = empty("large");
    for number in 0..3_000 {
        let role = Role::ALL[number % Role::ALL.len()];
        let id = ComponentId(format!("{}:{number:04}", role.as_str()));
        let mut component = Component::new(id, role, format!("{TRICKS}{number}"));
        component.pin = Some(Pin::Floating);
        component.seen(Occurrence::at(format!("src/{number}.py"), Some(1)));
        inventory.unread.push(Unread {
            path: format!("{number}/{TRICKS}"),
            line: None,
            reason: TRICKS.to_owned(),
        });
        inventory.findings.push(Noted {
            component: Some(component.id.clone()),
            occurrence: None,
            finding: Finding::new(RULES[0], Place::default(), TRICKS),
        });
        inventory.components.push(component);
    }
    inventory
        .components
        .sort_by(|one, other| one.id.cmp(&other.id));
    let ids: Vec<_> = inventory
        .components
        .iter()
        .map(|component| component.id.clone())
        .collect();
    // A circle through everything.
    for (from, to) in ids.iter().zip(ids.iter().cycle().skip(1)) {
        inventory
            .relations
            .push(relation(&from.0, RelationKind::DerivedFrom, &to.0));
    }
    summed(inventory)
}

pub(crate) fn empty(name: &str) -> Inventory {
    Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        tool: Tool {
            name: "waybill".to_owned(),
            version: "0.1.0".to_owned(),
            rules: format!("sha256:{}", "3f".repeat(32)),
        },
        subject: Subject {
            name: name.to_owned(),
            ..Subject::default()
        },
        components: vec![],
        suppliers: vec![],
        relations: vec![],
        findings: vec![],
        unread: vec![],
        summary: InventorySummary {
            files: 181,
            files_read: 120,
            bytes_read: 307_200,
            ..InventorySummary::default()
        },
    }
}

const MODEL: &str = "pkg:huggingface/northwind/tide-7b@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const SET: &str = "pkg:huggingface/datasets/harbour-works/formal-letters";

fn summed(mut inventory: Inventory) -> Inventory {
    for component in &inventory.components {
        *inventory
            .summary
            .components
            .entry(component.role)
            .or_default() += 1;
        if let Some(pin) = component.pin {
            *inventory.summary.pins.entry(pin).or_default() += 1;
        }
    }
    inventory
}

fn relation(from: &str, kind: RelationKind, to: &str) -> Relation {
    Relation {
        from: ComponentId(from.to_owned()),
        kind,
        to: ComponentId(to.to_owned()),
        standing: Standing::Claimed,
        occurrence: None,
    }
}

fn licence(expression: &str) -> Licence {
    Licence {
        expression: Some(expression.to_owned()),
        written: None,
        source: LicenceSource::Card,
        standing: Standing::Claimed,
        occurrence: None,
    }
}

fn component(id: &str, role: Role, name: &str, pin: Option<Pin>) -> Component {
    let mut component = Component::new(ComponentId(id.to_owned()), role, name);
    component.pin = pin;
    component
}

fn model() -> Component {
    let mut model = component(MODEL, Role::Model, "tide-7b", Some(Pin::Digest));
    model.namespace = Some("northwind".to_owned());
    model.version = Some("a".repeat(40));
    model.purl = Some(MODEL.to_owned());
    model.supplier = Some(SupplierId("organisation:northwind".to_owned()));
    model.licences = vec![licence("Apache-2.0")];
    model.remote_code = Some(true);
    model.seen(Occurrence::at("src/answer.py", Some(12)));
    let facts = model.model_mut();
    facts.architecture = Some("LlamaForCausalLM".to_owned());
    facts.parameter_count = Some(7_241_732_096);
    facts.element_types.insert("bf16".to_owned(), 7_241_732_096);
    facts.context_length = Some(32_768);
    facts.limitations = vec!["invents sources".to_owned(), TRICKS.to_owned()];
    facts.emissions_kg = Some("14200".to_owned());
    facts.metrics = vec![Metric {
        name: "accuracy".to_owned(),
        value: "0.731".to_owned(),
        dataset: Some("quarry/exam".to_owned()),
        ..Metric::default()
    }];
    let at = Some(Occurrence::at("models/tide/config.json", Some(3)));
    model.state(
        Field::Architecture,
        "LlamaForCausalLM",
        Standing::Observed,
        "models/tide/config.json",
        at,
    );
    model.state(
        Field::Licence,
        "Apache-2.0",
        Standing::Claimed,
        "README.md",
        None,
    );
    model.state(Field::Datasets, TRICKS, Standing::Unknown, TRICKS, None);
    model
}

fn adapter() -> Component {
    let mut adapter = component(
        "adapter:models/lora",
        Role::Adapter,
        "lora",
        Some(Pin::Digest),
    );
    adapter.path = Some("models/lora".to_owned());
    adapter.licences = vec![licence("CC-BY-4.0"), licence("MIT")];
    adapter
}

fn dataset() -> Component {
    let mut dataset = component(SET, Role::Dataset, "formal-letters", Some(Pin::Floating));
    dataset.namespace = Some("harbour-works".to_owned());
    dataset.supplier = Some(SupplierId("hub-namespace:tricks".to_owned()));
    dataset.dataset_mut().records = Some(120_345);
    dataset
}

fn hosted() -> Component {
    let id = "hosted-model:meridian/compass-2";
    let mut hosted = component(id, Role::HostedModel, "compass-2", Some(Pin::Floating));
    hosted.hosted = Some(Box::new(HostedFacts {
        retires: Some("2026-03-01".to_owned()),
        service: Some(ComponentId("service:api.meridian.example".to_owned())),
        ..HostedFacts::default()
    }));
    hosted
}

fn service() -> Component {
    let id = "service:api.meridian.example";
    let mut service = component(id, Role::Service, "api.meridian.example", None);
    service.service = Some(Box::new(ServiceFacts {
        endpoints: vec!["https://api.meridian.example/v1".to_owned()],
        region: Some("eu-west-1".to_owned()),
        authenticated: Some(true),
        external: Some(true),
        flows: vec![DataFlow {
            direction: FlowDirection::BiDirectional,
            what: "prompts and completions".to_owned(),
            classification: "unclassified by its owner".to_owned(),
        }],
        ..ServiceFacts::default()
    }));
    service
}

fn tricky() -> Component {
    let long = "very-long-name-".repeat(30);
    let name = format!("{TRICKS}<script>alert(1)</script>{long}");
    let mut tricky = component("prompt:tricks", Role::Prompt, &name, None);
    tricky.namespace = Some(TRICKS.to_owned());
    tricky.version = Some(TRICKS.to_owned());
    tricky.description = Some(TRICKS.to_owned());
    tricky.licences = vec![Licence {
        expression: None,
        written: Some(TRICKS.to_owned()),
        ..licence("")
    }];
    tricky
        .properties
        .insert(TRICKS.to_owned(), TRICKS.to_owned());
    tricky.seen(Occurrence::at(TRICKS, Some(1)));
    tricky
}

fn library(number: usize) -> Component {
    let name = format!("quill-{number}");
    let id = format!("pkg:pypi/{name}@1.0.{number}");
    let mut library = component(&id, Role::Library, &name, Some(Pin::Name));
    library.purl = Some(id.clone());
    library.version = Some(format!("1.0.{number}"));
    library.scope = Some(Scope::Development);
    library
}
