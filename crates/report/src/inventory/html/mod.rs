//! One self-contained page: the figures, a drawing of the graph, and everything in tables. No
//! script, nothing fetched.

mod findings;
mod rows;
mod supply;

use askama::Template;
use waybill_domain::inventory::{Inventory, Pin, Role};

use findings::Weight;
use rows::Section;
use supply::{Flow, SupplierRow};

use super::names::Names;
use super::picture::picture;
use super::say;
use crate::graph;
use crate::neutral::{neutral, neutral_ends, neutral_start};
use crate::page::Span;
use crate::render::Rendered;
use crate::words::{LONGEST_NAME, LONGEST_TEXT, plural};

/// Places that could not be read before the rest is summed up.
const UNREAD_SHOWN: usize = 500;

pub(super) fn render(inventory: &Inventory) -> Rendered {
    let mut page = Page::new(inventory).render()?;
    page.push('\n');
    Ok(page)
}

/// The id of the section of a role.
pub(super) fn section(role: Role) -> String {
    format!("role-{}", role.as_str())
}

/// What the template shows. Words of the tree are neutral here; the template escapes them.
#[derive(Template)]
#[template(path = "inventory.html", whitespace = "minimize")]
struct Page {
    name: String,
    version: String,
    description: String,
    state: Vec<(&'static str, String, String)>,
    figures: Vec<(u64, &'static str, &'static str)>,
    bar: Vec<(&'static str, u64, String)>,
    drawing: String,
    legend: Vec<(String, &'static str)>,
    strokes: Vec<(&'static str, &'static str)>,
    folded: Option<String>,
    sections: Vec<Section>,
    suppliers: Vec<SupplierRow>,
    suppliers_left_out: Option<String>,
    flows: Vec<Flow>,
    weights: Vec<Weight>,
    unread: Vec<(String, String)>,
    unread_words: String,
    unread_left_out: Option<String>,
    tool: String,
    read: String,
}

impl Page {
    fn new(inventory: &Inventory) -> Self {
        let names = Names::new(inventory);
        let subject = &inventory.subject;
        let picture = picture(inventory, &names);
        let words = format!(
            "{} of {}: the system on the left, suppliers on the right, and between them what \
             the system uses and what that was made from. The tables below say the same.",
            plural(inventory.components.len() as u64, "component"),
            neutral_ends(&subject.name, LONGEST_NAME),
        );
        let (suppliers, suppliers_left_out) = supply::suppliers(inventory, &names);
        let rest = inventory.unread.len().saturating_sub(UNREAD_SHOWN) as u64;
        Self {
            name: neutral_ends(&subject.name, LONGEST_NAME),
            version: neutral_ends(subject.version.as_deref().unwrap_or_default(), 80),
            description: neutral_start(
                subject.description.as_deref().unwrap_or_default(),
                LONGEST_TEXT,
            ),
            state: state(inventory, &names),
            figures: figures(inventory),
            bar: bar(inventory),
            drawing: graph::draw(&picture.graph, "What the system is made of", &words),
            legend: picture
                .legend
                .into_iter()
                .map(|(shape, class, words)| (graph::glyph(shape, class), words))
                .collect(),
            strokes: picture.strokes,
            folded: folded(picture.folded),
            sections: rows::sections(inventory, &names),
            suppliers,
            suppliers_left_out,
            flows: supply::flows(inventory, &names),
            weights: findings::weights(inventory, &names),
            unread: inventory
                .unread
                .iter()
                .take(UNREAD_SHOWN)
                .map(|unread| {
                    let line = unread.line.map(|line| format!(":{line}"));
                    let path = neutral_ends(&unread.path, LONGEST_NAME);
                    let reason = neutral_start(&unread.reason, LONGEST_TEXT);
                    (path + &line.unwrap_or_default(), reason)
                })
                .collect(),
            unread_words: plural(inventory.unread.len() as u64, "place"),
            unread_left_out: left_out(rest, "more place"),
            tool: format!(
                "{} {}",
                neutral(&inventory.tool.name),
                neutral(&inventory.tool.version)
            ),
            read: read(inventory),
        }
    }
}

/// `3 more places are not listed here; the JSON view has all.`
fn left_out(rest: u64, noun: &str) -> Option<String> {
    (rest > 0).then(|| {
        format!(
            "{} not listed here; the JSON view has all.",
            plural(rest, noun)
        )
    })
}

/// `43 components and 1 supplier stand in the drawing only as numbers; the tables list them.`
fn folded((components, suppliers): (u64, u64)) -> Option<String> {
    let counts = [(components, "component"), (suppliers, "supplier")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, noun)| plural(number, noun)).collect();
    let verb = if components + suppliers == 1 {
        "stands"
    } else {
        "stand"
    };
    (!counts.is_empty()).then(|| {
        format!(
            "{} {verb} in the drawing only as a number; the tables below list everything.",
            counts.join(" and ")
        )
    })
}

fn read(inventory: &Inventory) -> String {
    let summary = &inventory.summary;
    format!(
        "{} of {} ({})",
        say::thousands(summary.files_read),
        match summary.files {
            1 => "1 file".to_owned(),
            files => format!("{} files", say::thousands(files)),
        },
        crate::words::size(summary.bytes_read)
    )
}

/// Where the system stands: label, value, and the value in full.
fn state(inventory: &Inventory, names: &Names<'_>) -> Vec<(&'static str, String, String)> {
    let subject = &inventory.subject;
    let mut state = Vec::new();
    let mut say = |label, value: &str, full: &str| {
        let (value, full) = (neutral_ends(value, 120), neutral_ends(full, LONGEST_NAME));
        if !value.is_empty() {
            state.push((label, value, full));
        }
    };
    if let Some(revision) = &subject.revision {
        let short: String = revision.commit.chars().take(12).collect();
        say("Commit", &short, &revision.commit);
        let word = match revision.dirty {
            Some(true) => "changed since the commit",
            Some(false) => "as committed",
            None => "not known whether changed",
        };
        say("Files", word, word);
        let tag = revision.tag.as_deref().unwrap_or_default();
        say("Tag", tag, tag);
        let branch = revision.branch.as_deref().unwrap_or_default();
        say("Branch", branch, branch);
        let remote = revision.remote.as_deref().unwrap_or_default();
        say("Remote", remote, remote);
    }
    let digest = subject.image_digest.as_deref().unwrap_or_default();
    say("Image", &super::order::shortened(digest), digest);
    let producer = names.supplier(subject.supplier.as_ref());
    say("Produced by", producer, producer);
    let mut licences: Vec<&str> = subject.licences.iter().map(say::licence).collect();
    licences.sort_unstable();
    licences.dedup();
    let licences = licences.join(", ");
    say("Licence", &licences, &licences);
    state
}

fn figures(inventory: &Inventory) -> Vec<(u64, &'static str, &'static str)> {
    let of = |roles: &[Role]| -> u64 {
        let counts = &inventory.summary.components;
        roles.iter().filter_map(|role| counts.get(role)).sum()
    };
    let word = |number: u64, one: &'static str, many: &'static str| {
        if number == 1 { one } else { many }
    };
    let components = inventory.components.len() as u64;
    let suppliers = inventory.suppliers.len() as u64;
    let models = of(&[Role::Model, Role::Adapter]);
    let hosted = of(&[Role::HostedModel]);
    let sets = of(&[Role::Dataset, Role::EvaluationSet]);
    let services = of(&[Role::Service, Role::VectorStore]);
    let findings = inventory.findings.len() as u64;
    let unread = inventory.unread.len() as u64;
    let unread_target = if unread > 0 { "unread" } else { "" };
    let findings_target = if findings > 0 { "findings" } else { "" };
    let suppliers_target = if suppliers > 0 { "suppliers" } else { "" };
    vec![
        (components, word(components, "component", "components"), ""),
        (
            suppliers,
            word(suppliers, "supplier", "suppliers"),
            suppliers_target,
        ),
        (
            models,
            word(models, "model or adapter", "models and adapters"),
            "",
        ),
        (hosted, word(hosted, "hosted model", "hosted models"), ""),
        (sets, word(sets, "data set", "data sets"), ""),
        (services, word(services, "service", "services"), ""),
        (
            findings,
            word(findings, "finding", "findings"),
            findings_target,
        ),
        (
            unread,
            word(unread, "place not read", "places not read"),
            unread_target,
        ),
    ]
}

/// Class, number and words of each stretch.
fn bar(inventory: &Inventory) -> Vec<(&'static str, u64, String)> {
    let words = [
        (Pin::Digest, "pinned to a digest"),
        (Pin::Name, "pinned to a name"),
        (Pin::Floating, "floating"),
    ];
    words
        .into_iter()
        .filter_map(|(pin, words)| {
            let number = inventory.summary.pins.get(&pin).copied().unwrap_or(0);
            (number > 0).then(|| (pin.as_str(), number, format!("{number} {words}")))
        })
        .collect()
}
