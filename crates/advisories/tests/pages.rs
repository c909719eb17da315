//! The pages of the rules over matches are tests: the component of an example, given by its package
//! URL or its id, is held against the advisory above it.

#![expect(clippy::unwrap_used, reason = "a test says what failed by failing")]

use std::str::FromStr as _;
use std::sync::Arc;

use packageurl::PackageUrl;
use waybill_advisories::{
    FeedBuilder, HeldFeed, Holdings, RULES, finding, match_inventory, read_document, recognise,
    rule_of,
};
use waybill_domain::advisory::{FeedFormat, FeedState};
use waybill_domain::inventory::{
    Component, ComponentId, INVENTORY_SCHEMA, Inventory, InventorySummary, Role, Subject,
};
use waybill_domain::{Date, Place, Tool};

#[derive(Default)]
struct Example {
    flagged: bool,
    advisory: Option<String>,
    component: String,
    findings: Vec<String>,
}

fn examples(page: &str) -> Vec<Example> {
    let mut all = Vec::new();
    let mut flagged = None;
    let mut advisory = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        match line {
            "## Flagged" => flagged = Some(true),
            "## Not flagged" => flagged = Some(false),
            _ if line.starts_with("## ") => flagged = None,
            _ => {}
        }
        let (Some(language), Some(flagged)) = (line.strip_prefix("```"), flagged) else {
            continue;
        };
        let body: Vec<&str> = lines
            .by_ref()
            .take_while(|line| !line.starts_with("```"))
            .collect();
        match language {
            "advisory" => advisory = Some(body.join("\n")),
            "component" => all.push(Example {
                flagged,
                advisory: advisory.take(),
                component: body.join(""),
                findings: Vec::new(),
            }),
            "findings" => {
                let example: &mut Example = all.last_mut().unwrap();
                example.findings = body.into_iter().map(ToOwned::to_owned).collect();
            }
            other => panic!("a fence of an unknown language: {other}"),
        }
    }
    all
}

fn component(id: &str) -> Component {
    if let Some(name) = id.strip_prefix("hosted-model:") {
        let (_, name) = name.split_once('/').unwrap();
        return Component::new(ComponentId(id.to_owned()), Role::HostedModel, name);
    }
    let purl = PackageUrl::from_str(id).unwrap();
    let mut component = Component::new(ComponentId(id.to_owned()), Role::Library, purl.name());
    component.version = purl.version().map(ToOwned::to_owned);
    component.purl = Some(id.to_owned());
    component
}

fn holdings(advisory: Option<&str>) -> Holdings {
    let mut holdings = Holdings::default();
    let Some(text) = advisory else {
        return holdings;
    };
    let format = recognise(text.as_bytes()).unwrap();
    let document = read_document(format, text.as_bytes()).unwrap();
    let mut builder = FeedBuilder::new(Vec::new()).unwrap();
    for advisory in &document.advisories {
        builder.advisory(advisory).unwrap();
    }
    let (_, bytes) = builder.finish().unwrap();
    let state = FeedState {
        name: "example".to_owned(),
        format: FeedFormat::Osv,
        records: 1,
        withdrawn: 0,
        skipped: 0,
        date: "2026-11-20".to_owned(),
        imported: "2026-11-20".to_owned(),
        digest: String::new(),
        age_days: 0,
        stale: false,
    };
    holdings
        .feeds
        .push((state, HeldFeed::open(Arc::new(bytes)).unwrap()));
    holdings
}

fn findings(example: &Example, rule: &str) -> Vec<String> {
    let inventory = Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        tool: Tool {
            name: "waybill".to_owned(),
            version: "0".to_owned(),
            rules: String::new(),
        },
        subject: Subject::default(),
        components: vec![component(&example.component)],
        suppliers: Vec::new(),
        relations: Vec::new(),
        findings: Vec::new(),
        unread: Vec::new(),
        summary: InventorySummary::default(),
    };
    let today = Date::parse("2026-11-23").unwrap();
    let holdings = holdings(example.advisory.as_deref());
    match_inventory(&inventory, &holdings, today)
        .unwrap()
        .matches
        .iter()
        .filter(|found| rule_of(found).id == rule)
        .map(|found| {
            let finding = finding(found, Place::default(), None);
            format!("{}: {}", finding.severity, finding.message)
        })
        .collect()
}

#[test]
fn examples_give_the_findings_of_their_page() {
    for rule in RULES {
        let examples = examples(rule.page);
        assert!(examples.len() > 1, "{}", rule.id);
        for example in examples {
            assert_eq!(example.flagged, !example.findings.is_empty(), "{}", rule.id);
            let found = findings(&example, rule.id);
            assert_eq!(
                found, example.findings,
                "{}: {}",
                rule.id, example.component
            );
        }
    }
}

#[test]
fn pages_begin_with_their_id_and_have_every_section() {
    for rule in RULES {
        let mut headings = rule.page.lines().filter(|line| line.starts_with('#'));
        assert_eq!(headings.next(), Some(format!("# {}", rule.id).as_str()));
        assert_eq!(
            headings.collect::<Vec<_>>(),
            [
                "## What it finds",
                "## Why it matters",
                "## Flagged",
                "## Not flagged",
                "## What to do"
            ]
        );
    }
}
