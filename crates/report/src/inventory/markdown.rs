//! GitHub-flavoured Markdown, for a pull-request comment or a README.
//!
//! Words of the tree only ever stand in code spans, or are escaped.

use waybill_domain::inventory::{Component, Inventory, Noted, Pin, Role};

use super::names::{Names, is_software};
use super::order::{at, groups, heading, pin, place, version};
use super::say;
use crate::markdown::escape::{cell, code, words as escaped};
use crate::markdown::message;
use crate::neutral::{neutral_ends, neutral_start};
use crate::words::{LONGEST_TEXT, plural, settled, short_digest};

/// GitHub takes comments of up to 65,536 characters.
const LONGEST_PAGE: usize = 60_000;
/// What each kind of list may take of it, so that a long one leaves room for the others.
const LONGEST_TABLES: usize = 36_000;
const LONGEST_LINEAGE: usize = 44_000;
const LONGEST_FINDINGS: usize = 53_000;
const LONGEST_UNREAD: usize = 58_500;
/// Rows of one table, so that hundreds of libraries do not push out what comes after them.
const ROWS_SHOWN: usize = 60;
const SOFTWARE_ROWS_SHOWN: usize = 25;
const NAME: usize = 96;

pub(super) fn render(inventory: &Inventory) -> String {
    let names = Names::new(inventory);
    let mut page = Page {
        text: head(inventory),
        length: 0,
    };
    page.length = page.text.chars().count();
    for (role, members) in groups(inventory) {
        table(role, &members, &names, &mut page);
    }
    lineage(inventory, &names, &mut page);
    findings(inventory, &mut page);
    unread(inventory, &mut page);
    let tool = &inventory.tool;
    page.push(&format!(
        "<sub>{} of {} read with {} {}, rule set {}. Nothing was run and nothing was fetched.</sub>\n",
        inventory.summary.files_read,
        plural(inventory.summary.files, "file"),
        escaped(&neutral_ends(&tool.name, NAME)),
        code(&neutral_ends(&tool.version, NAME)),
        code(&neutral_ends(short_digest(&tool.rules), NAME)),
    ));
    debug_assert!(page.length <= LONGEST_PAGE, "{}", page.length);
    page.text
}

/// The page so far, with its length in characters.
struct Page {
    text: String,
    length: usize,
}

impl Page {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.length += text.chars().count();
    }

    /// Appends lines between `before` and `after` while they fit, and counts the rest.
    fn list(
        &mut self,
        before: &str,
        lines: impl Iterator<Item = String>,
        all: usize,
        longest: usize,
        noun: &str,
    ) {
        self.push(before);
        let mut shown = 0;
        for line in lines {
            if self.length + line.chars().count() > longest {
                break;
            }
            self.push(&line);
            shown += 1;
        }
        let rest = all.saturating_sub(shown) as u64;
        if rest > 0 {
            self.push(&format!("\n{} not listed here.\n", plural(rest, noun)));
        }
        self.push("\n");
    }
}

fn head(inventory: &Inventory) -> String {
    let subject = &inventory.subject;
    let version = subject.version.as_deref().map(|version| {
        let version = escaped(&neutral_ends(version, NAME));
        format!(" {version}")
    });
    let mut head = format!(
        "## Waybill: what {}{} is made of\n\n",
        escaped(&neutral_ends(&subject.name, NAME)),
        version.unwrap_or_default(),
    );
    let mut state = Vec::new();
    if let Some(revision) = &subject.revision {
        let short: String = revision.commit.chars().take(12).collect();
        let changed = match revision.dirty {
            Some(true) => ", with changes",
            Some(false) => "",
            None => ", not known whether changed",
        };
        state.push(format!("Commit {}{changed}.", code(&short)));
    }
    if let Some(digest) = &subject.image_digest {
        state.push(format!("Image {}.", code(&neutral_ends(digest, NAME))));
    }
    if !state.is_empty() {
        head.push_str(&format!("{}\n\n", state.join(" ")));
    }
    let pins = |pin: Pin| inventory.summary.pins.get(&pin).copied().unwrap_or(0);
    head.push_str(&format!(
        "**{}** from **{}**; pinned to a digest {}, to a name {}, floating {}; {}; {} not read.\n\n",
        plural(inventory.components.len() as u64, "component"),
        plural(inventory.suppliers.len() as u64, "known supplier"),
        pins(Pin::Digest),
        pins(Pin::Name),
        pins(Pin::Floating),
        plural(inventory.findings.len() as u64, "finding"),
        plural(inventory.unread.len() as u64, "place"),
    ));
    head
}

fn table(role: Role, members: &[&Component], names: &Names<'_>, page: &mut Page) {
    let shown = match is_software(role) {
        true => SOFTWARE_ROWS_SHOWN,
        false => ROWS_SHOWN,
    };
    let before = format!(
        "### {} ({})\n\n| name | version | pin | supplier | licence | place |\n\
         | --- | --- | --- | --- | --- | --- |\n",
        heading(role),
        members.len()
    );
    let rows = members
        .iter()
        .take(shown)
        .map(|component| row(component, names));
    // What has no room for a single row is only counted.
    if page.length + before.chars().count() + 600 > LONGEST_TABLES {
        page.push(&format!(
            "### {} ({})\n\nNot listed here.\n\n",
            heading(role),
            members.len()
        ));
        return;
    }
    page.list(
        &before,
        rows,
        members.len(),
        LONGEST_TABLES,
        "more component",
    );
}

fn row(component: &Component, names: &Names<'_>) -> String {
    let filled = |text: &str, longest: usize| match neutral_ends(text, longest).as_str() {
        "" => String::new(),
        text => cell(text),
    };
    let pin = match component.pin {
        Some(Pin::Floating) => "**floating**",
        _ => pin(component),
    };
    let mut name = filled(&component.full_name(), NAME);
    if component.remote_code == Some(true) {
        name.push_str(" runs code that comes with it");
    }
    format!(
        "| {name} | {} | {pin} | {} | {} | {} |\n",
        filled(&version(component), 32),
        filled(names.supplier(component.supplier.as_ref()), 48),
        filled(&say::licences(component), 48),
        filled(&place(component), NAME),
    )
}

fn lineage(inventory: &Inventory, names: &Names<'_>, page: &mut Page) {
    let relations: Vec<_> = inventory
        .relations
        .iter()
        .filter(|relation| relation.kind.is_lineage())
        .collect();
    if relations.is_empty() {
        return;
    }
    let lines = relations.iter().map(|relation| {
        format!(
            "- {} {} {} ({})\n",
            code(&neutral_ends(&names.end(&relation.from), NAME)),
            say::relation(relation.kind),
            code(&neutral_ends(&names.end(&relation.to), NAME)),
            relation.standing.as_str()
        )
    });
    let all = relations.len();
    page.list(
        "### Lineage\n\n",
        lines,
        all,
        LONGEST_LINEAGE,
        "more relation",
    );
}

fn findings(inventory: &Inventory, page: &mut Page) {
    let all = inventory.findings.len();
    if all == 0 {
        return;
    }
    let lines = inventory.findings.iter().map(finding);
    page.list(
        "### Findings\n\n",
        lines,
        all,
        LONGEST_FINDINGS,
        "more finding",
    );
}

fn finding(noted: &Noted) -> String {
    let finding = &noted.finding;
    let place = noted.occurrence.as_ref().map(|occurrence| {
        let place = code(&neutral_ends(&at(occurrence), NAME));
        format!(" ({place})")
    });
    format!(
        "- **{}** {}: {}{}{}\n",
        finding.severity,
        code(&neutral_ends(&finding.rule, NAME)),
        message(&finding.message),
        place.unwrap_or_default(),
        message(&settled(finding)),
    )
}

fn unread(inventory: &Inventory, page: &mut Page) {
    let all = inventory.unread.len();
    if all == 0 {
        return;
    }
    let lines = inventory.unread.iter().map(|unread| {
        let line = unread.line.map(|line| format!(":{line}"));
        let path = neutral_ends(&unread.path, NAME) + &line.unwrap_or_default();
        let reason = neutral_start(&unread.reason, LONGEST_TEXT);
        format!("- {}: {}\n", code(&path), escaped(&reason))
    });
    page.list("### Not read\n\n", lines, all, LONGEST_UNREAD, "more place");
}
