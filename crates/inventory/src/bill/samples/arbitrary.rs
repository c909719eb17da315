use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree,
};
use waybill_domain::inventory::{
    Component, ComponentId, Field, Hash, Inventory, Licence, LicenceSource, Occurrence, Pin,
    Reference, ReferenceKind, Relation, RelationKind, Role, Scope, Standing, Statement, Supplier,
    SupplierId, SupplierKind, Unread,
};

use super::{empty, rich};

/// Text that a hostile tree could hold.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        "(https?|urn|mailto|file|C)://?[ -~]{0,30}",
        "pkg:[a-z]{1,8}/[ -~]{0,20}",
        select(vec![
            "",
            "..",
            "/etc/passwd",
            "MIT",
            "MIT OR Apache-2.0",
            "LicenseRef-x",
            "GPL-2.0+",
            "urn:cdx:x",
            "subject",
            "waybill",
            "2024-01-01",
            "2024-01-01T00:00:00Z",
            "NOASSERTION",
            "NONE",
            "DocumentRef-x:LicenseRef-y",
            "SPDXRef-DOCUMENT",
            "the user",
            "sha-256",
            "text",
        ])
        .prop_map(str::to_owned),
    ]
}

fn place() -> impl Strategy<Value = Occurrence> {
    (
        text(),
        option::of(any::<u32>()),
        option::of(any::<u32>()),
        option::of(text()),
    )
        .prop_map(|(path, line, column, symbol)| Occurrence {
            path,
            line,
            column,
            symbol,
        })
}

fn standing() -> impl Strategy<Value = Standing> {
    select(vec![
        Standing::Observed,
        Standing::Claimed,
        Standing::Attested,
        Standing::Unknown,
        Standing::Withheld,
    ])
}

fn licence() -> impl Strategy<Value = Licence> {
    let source = select(vec![
        LicenceSource::Card,
        LicenceSource::File,
        LicenceSource::Metadata,
        LicenceSource::Bill,
    ]);
    (
        option::of(text()),
        option::of(text()),
        source,
        standing(),
        option::of(place()),
    )
        .prop_map(
            |(expression, written, source, standing, occurrence)| Licence {
                expression,
                written,
                source,
                standing,
                occurrence,
            },
        )
}

fn hash() -> impl Strategy<Value = Hash> {
    let algorithm = prop_oneof![
        text(),
        select(vec!["md5", "sha-1", "sha-256", "blake3", "sha3-512"]).prop_map(str::to_owned)
    ];
    (
        algorithm,
        prop_oneof![text(), "[0-9a-fA-F]{64}", "[0-9a-f]{32}"],
    )
        .prop_map(|(algorithm, value)| Hash {
            algorithm,
            value,
            standing: Standing::Observed,
        })
}

fn reference() -> impl Strategy<Value = Reference> {
    let kind = select(vec![
        ReferenceKind::Website,
        ReferenceKind::Vcs,
        ReferenceKind::Distribution,
        ReferenceKind::ModelCard,
        ReferenceKind::Licence,
        ReferenceKind::Bill,
        ReferenceKind::SecurityContact,
        ReferenceKind::Other,
    ]);
    (kind, text()).prop_map(|(kind, url)| Reference { kind, url })
}

fn statement() -> impl Strategy<Value = Statement> {
    let field = select(vec![
        Field::Name,
        Field::Version,
        Field::Identifier,
        Field::Licence,
        Field::Supplier,
        Field::Lineage,
        Field::Metrics,
        Field::Sensitivity,
        Field::EndOfLife,
    ]);
    (field, text(), standing(), text(), option::of(place())).prop_map(
        |(field, value, standing, by, occurrence)| Statement {
            field,
            value,
            standing,
            by,
            occurrence,
        },
    )
}

/// A component of the inventory with everything, under arbitrary names.
fn component() -> impl Strategy<Value = Component> {
    let identity = (
        text(),
        text(),
        option::of(text()),
        option::of(text()),
        option::of(text()),
    );
    let lists = (
        vec(licence(), 0..3),
        vec(hash(), 0..3),
        vec(reference(), 0..3),
        vec(place(), 0..3),
        vec(statement(), 0..4),
        vec(text(), 0..3),
    );
    let choices = (
        option::of(select(vec![Pin::Digest, Pin::Name, Pin::Floating])),
        option::of(select(vec![
            Scope::Runtime,
            Scope::Optional,
            Scope::Development,
        ])),
        option::of(any::<bool>()),
        option::of(text()),
        any::<Index>(),
    );
    let texts = vec(option::of(text()), 6);
    (identity, lists, choices, texts, select(Role::ALL.to_vec())).prop_map(
        |(identity, lists, choices, texts, role)| {
            let template = rich().components;
            let mut component = template[choices.4.index(template.len())].clone();
            (component.id, component.name) = (ComponentId(identity.0), identity.1);
            (component.namespace, component.version, component.purl) =
                (identity.2, identity.3, identity.4);
            component.role = role;
            (component.licences, component.hashes, component.references) =
                (lists.0, lists.1, lists.2);
            (
                component.occurrences,
                component.statements,
                component.authors,
            ) = (lists.3, lists.4, lists.5);
            (component.pin, component.scope, component.direct) = (choices.0, choices.1, choices.2);
            component.supplier = choices.3.map(SupplierId);
            let mut texts = texts.into_iter();
            let mut next = || texts.next().flatten();
            component.requirement = next();
            component.path = next();
            component.description = next();
            component.released = next();
            if let (Some(facts), Some(text)) = (component.model.as_mut(), next()) {
                facts.approach = Some(text.clone());
                facts.inputs = vec![text.clone()];
                facts.hyperparameters.insert(text.clone(), text.clone());
                facts.metrics[0].value = text;
            }
            if let (Some(facts), Some(text)) = (component.service.as_mut(), next()) {
                facts.endpoints = vec![text.clone()];
                facts.flows[0].what = text;
            }
            component
        },
    )
}

fn supplier() -> impl Strategy<Value = Supplier> {
    let kind = select(vec![
        SupplierKind::Organisation,
        SupplierKind::Person,
        SupplierKind::ApiHost,
    ]);
    (
        text(),
        text(),
        kind,
        vec(text(), 0..2),
        option::of(text()),
        option::of(text()),
    )
        .prop_map(
            |(id, name, kind, urls, security_contact, country)| Supplier {
                id: SupplierId(id),
                name,
                kind,
                standing: Standing::Claimed,
                urls,
                security_contact,
                country,
                occurrences: Vec::new(),
            },
        )
}

fn relation_kind() -> impl Strategy<Value = RelationKind> {
    select(vec![
        RelationKind::DependsOn,
        RelationKind::Contains,
        RelationKind::Uses,
        RelationKind::FineTunedFrom,
        RelationKind::MergedFrom,
        RelationKind::DerivedFrom,
        RelationKind::TrainedOn,
        RelationKind::EvaluatedOn,
        RelationKind::ServedBy,
        RelationKind::BuiltOn,
        RelationKind::DescribedBy,
    ])
}

/// An inventory of arbitrary components and relations; ids may be double, ends may be missing.
pub(crate) fn any_inventory() -> impl Strategy<Value = Inventory> {
    let relations = vec(
        (
            any::<Index>(),
            relation_kind(),
            any::<Index>(),
            option::of(text()),
        ),
        0..10,
    );
    let parts = (
        vec(component(), 1..7),
        vec(supplier(), 0..3),
        relations,
        vec((text(), option::of(any::<u32>()), text()), 0..2),
    );
    (parts, text(), vec(option::of(text()), 4)).prop_map(
        |((components, suppliers, relations, unread), name, texts)| {
            let mut inventory = empty();
            inventory.subject = rich().subject;
            inventory.subject.name = name;
            let mut texts = texts.into_iter();
            let mut next = || texts.next().flatten();
            inventory.subject.version = next();
            inventory.subject.image_digest = next();
            inventory.subject.supplier = suppliers.first().map(|supplier| supplier.id.clone());
            if let Some(revision) = inventory.subject.revision.as_mut() {
                revision.remote = next();
                revision.tag = next();
            }
            inventory.relations = relations
                .into_iter()
                .map(|(from, kind, to, dangling)| Relation {
                    from: components[from.index(components.len())].id.clone(),
                    kind,
                    to: dangling.map_or_else(
                        || components[to.index(components.len())].id.clone(),
                        ComponentId,
                    ),
                    standing: Standing::Claimed,
                    occurrence: None,
                })
                .collect();
            inventory.components = components;
            inventory.suppliers = suppliers;
            inventory.findings = rich().findings;
            inventory.unread = unread
                .into_iter()
                .map(|(path, line, reason)| Unread { path, line, reason })
                .collect();
            inventory
        },
    )
}

/// Some arbitrary inventories, the same ones every time.
pub(crate) fn arbitrary(count: usize) -> Vec<Inventory> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = any_inventory();
    (0..count)
        .filter_map(|_| Some(strategy.new_tree(&mut runner).ok()?.current()))
        .collect()
}
