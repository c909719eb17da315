//! Statements applied to what was found.

use std::cell::{Cell, RefCell};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use packageurl::PackageUrl;
use waybill_domain::Date;
use waybill_domain::version::{Ecosystem, compare};
use waybill_domain::vex::{
    Justification, Moment, StatementState, StatementUse, VexDocument, VexProduct, VexStatement,
    VexStatus,
};

use super::range;
use crate::names;

/// What a statement may be about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// Its id in the inventory.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: Option<&'a str>,
    /// Its package URL.
    pub purl: Option<&'a str>,
    /// Its digests: algorithm as OpenVEX names it, hexadecimal digits.
    pub hashes: &'a [(String, String)],
}

/// What is said of a match or a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The file, as named.
    pub document: String,
    /// Who says it.
    pub author: String,
    /// What is said.
    pub status: VexStatus,
    /// Why.
    pub justification: Option<Justification>,
    /// Why, in words.
    pub why: Option<String>,
    /// What to do.
    pub action: Option<String>,
}

impl Applied {
    /// True if nothing is to be done: it does not count for the verdict.
    #[must_use]
    pub const fn settles(&self) -> bool {
        self.status.settles()
    }
}

/// All statements that are to be honoured, found by what they are about.
#[derive(Debug, Default)]
pub struct Statements {
    entries: Vec<Entry>,
    /// Places of entries by the lowercase name of their weakness, latest statement first.
    by_name: HashMap<String, Vec<usize>>,
    /// The same by rule, without its version.
    by_rule: HashMap<String, Vec<usize>>,
}

/// What a target is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Component,
    /// All that was examined together.
    System,
}

#[derive(Debug)]
struct Entry {
    document: String,
    author: String,
    said: Option<Moment>,
    statement: VexStatement,
    covers: Cell<u64>,
    outdated: RefCell<Option<String>>,
    replaced: RefCell<Option<String>>,
    /// Set if it is said on a day that is still to come.
    not_yet: Option<String>,
    /// Set if what it settles was not all that a match stands for.
    partial: RefCell<Option<String>>,
}

impl Statements {
    /// Takes documents with the names by which reports call them.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = (String, VexDocument)>) -> Self {
        let mut all = Self::default();
        for (name, document) in documents {
            for statement in &document.statements {
                all.entries.push(Entry {
                    document: name.clone(),
                    author: document.author.clone(),
                    said: document.said(statement),
                    statement: statement.clone(),
                    covers: Cell::new(0),
                    outdated: RefCell::default(),
                    replaced: RefCell::default(),
                    not_yet: None,
                    partial: RefCell::default(),
                });
            }
        }
        for (index, entry) in all.entries.iter().enumerate() {
            let weakness = &entry.statement.weakness;
            if let Some((rule, _)) = weakness.rule() {
                all.by_rule.entry(rule.to_owned()).or_default().push(index);
                continue;
            }
            for name in weakness.names() {
                let places = all.by_name.entry(name.to_ascii_lowercase()).or_default();
                if places.last() != Some(&index) {
                    places.push(index);
                }
            }
        }
        let entries = &all.entries;
        for places in all.by_name.values_mut().chain(all.by_rule.values_mut()) {
            // Of what is said at the same time, the worst counts.
            places.sort_by_key(|index| {
                let entry = entries.get(*index);
                Reverse(entry.map(|entry| (entry.said, entry.statement.status)))
            });
        }
        all
    }

    /// Leaves out what is said on a day after this one: nobody knows yet what will be said then, and
    /// it would win over all that was said until now.
    #[must_use]
    pub fn on_day(mut self, today: Date) -> Self {
        for entry in &mut self.entries {
            let day = entry.said.map(Moment::date).filter(|day| *day > today);
            entry.not_yet =
                day.map(|day| format!("it says that it is of {day}, which is after {today}"));
        }
        let entries = &self.entries;
        for places in self.by_name.values_mut().chain(self.by_rule.values_mut()) {
            places.retain(|index| {
                let entry = entries.get(*index);
                entry.is_some_and(|entry| entry.not_yet.is_none())
            });
        }
        self
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is said of an advisory that matches a component of a system: of its own name, which comes
    /// first, or of any other. An advisory that stands for several CVEs is settled only if all of them
    /// are, or if it is said of the advisory itself.
    pub fn on_match<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        target: &Target<'_>,
        system: &Target<'_>,
    ) -> Option<Applied> {
        let mut names = names.peekable();
        let own = *names.peek()?;
        let mut names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
        let mut places: Vec<usize> = names
            .iter()
            .filter_map(|name| self.by_name.get(name))
            .flatten()
            .copied()
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut meant: Vec<&Entry> = places
            .into_iter()
            .filter_map(|index| self.entries.get(index))
            .filter(|entry| entry.is_about(target, system))
            .collect();
        meant.sort_by_key(|entry| Reverse((entry.said, entry.statement.status)));
        names.retain(|name| name.starts_with("cve-"));
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 || meant.is_empty() {
            return self.settle(&meant);
        }
        self.settle_each(&meant, own, &names)
    }

    /// Goes through all CVEs that one advisory stands for: what leaves one of them open counts, the
    /// worst first.
    fn settle_each(&self, meant: &[&Entry], own: &str, cves: &[String]) -> Option<Applied> {
        let of_one = |cve: &str| -> Vec<&Entry> {
            let about = |entry: &&&Entry| {
                let names = |wanted: &str| {
                    let mut names = entry.statement.weakness.names();
                    names.any(|name| name.eq_ignore_ascii_case(wanted))
                };
                let any_cve = cves.iter().any(|cve| names(cve));
                // Which of them another alias stands for is not known.
                names(cve) || names(own) || !(any_cve || entry.statement.status.settles())
            };
            meant.iter().filter(about).copied().collect()
        };
        let said: Vec<Vec<&Entry>> = cves.iter().map(|cve| of_one(cve)).collect();
        let settled = |said: &[&Entry]| {
            said.first()
                .is_some_and(|entry| entry.statement.status.settles())
        };
        let open: Vec<&str> = cves
            .iter()
            .zip(&said)
            .filter(|(_, said)| !settled(said))
            .map(|(cve, _)| cve.as_str())
            .collect();
        if !open.is_empty() {
            for entry in meant
                .iter()
                .filter(|entry| entry.statement.status.settles())
            {
                *entry.partial.borrow_mut() = Some(format!(
                    "`{own}` stands for {} too, which is not settled",
                    open.join(", ").to_ascii_uppercase()
                ));
            }
            let worst = said.iter().filter(|said| !settled(said));
            let worst = worst.max_by_key(|said| said.first().map(|entry| entry.statement.status));
            return self.settle(worst?);
        }
        // Each of them is needed; the least mild is shown.
        let mut seen: Vec<&Entry> = Vec::new();
        let mut shown: Option<Applied> = None;
        for said in &said {
            let Some(first) = said.first() else { continue };
            if seen.iter().any(|entry| std::ptr::eq(*entry, *first)) {
                continue;
            }
            seen.push(first);
            let applied = self.settle(said);
            if shown.as_ref().map(|shown| shown.status) < applied.as_ref().map(|one| one.status) {
                shown = applied;
            }
        }
        shown
    }

    /// What is said of a rule's finding on an artifact, given the rule's version as it is now.
    pub fn on_finding(
        &self,
        rule: &str,
        version: &str,
        path: &str,
        sha256: Option<&str>,
    ) -> Option<Applied> {
        let places = self.by_rule.get(rule)?;
        let mut meant = Vec::new();
        for entry in places.iter().filter_map(|index| self.entries.get(*index)) {
            let digests: Vec<&str> = entry
                .statement
                .products
                .iter()
                .filter_map(|product| product.hashes.get("sha-256"))
                .map(String::as_str)
                .collect();
            let same_bytes = sha256.is_some_and(|sha256| {
                digests
                    .iter()
                    .any(|digest| digest.eq_ignore_ascii_case(sha256))
            });
            let same_place = entry
                .statement
                .products
                .iter()
                .any(|product| product.id == artifact_id(path));
            let said_of = entry.statement.weakness.rule().map(|(_, version)| version);
            if same_bytes && said_of == Some(version) {
                meant.push(entry);
            } else if same_bytes {
                *entry.outdated.borrow_mut() = Some(format!(
                    "rule `{rule}` has changed since: it was version {}, now {version}",
                    said_of.unwrap_or_default()
                ));
            } else if same_place {
                *entry.outdated.borrow_mut() = Some(format!("the digest of `{path}` has changed"));
            }
        }
        self.settle(&meant)
    }

    /// The first of those that are meant, latest first, counts.
    #[expect(clippy::unused_self, reason = "reads as a question to the statements")]
    fn settle(&self, meant: &[&Entry]) -> Option<Applied> {
        let (first, rest) = meant.split_first()?;
        first.covers.set(first.covers.get().saturating_add(1));
        for entry in rest {
            *entry.replaced.borrow_mut() = Some(format!(
                "`{}` says later that it is `{}`",
                first.document, first.statement.status
            ));
        }
        Some(Applied {
            document: first.document.clone(),
            author: first.author.clone(),
            status: first.statement.status,
            justification: first.statement.justification,
            why: first.statement.why().map(ToOwned::to_owned),
            action: first.statement.action.clone(),
        })
    }

    /// What became of every statement, in the order of the documents.
    #[must_use]
    pub fn uses(&self) -> Vec<StatementUse> {
        self.entries.iter().map(Entry::usage).collect()
    }
}

/// The id by which statements name an artifact of a scan: they are compared by digest, and by this
/// it is told that the digest has changed.
#[must_use]
pub fn artifact_id(path: &str) -> String {
    let mut id = String::from("urn:waybill:artifact:");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            id.push(char::from(byte));
        } else {
            id.push_str(&format!("%{byte:02X}"));
        }
    }
    id
}

impl Entry {
    fn is_about(&self, target: &Target<'_>, system: &Target<'_>) -> bool {
        self.statement.products.iter().any(|product| {
            if product.parts.is_empty() {
                return self.meets(product, target, Kind::Component)
                    || self.meets(product, system, Kind::System);
            }
            // A part is only meant within the product that is named.
            self.names_version(product, system, Kind::System).is_some()
                && product
                    .parts
                    .iter()
                    .any(|part| self.meets(part, target, Kind::Component))
        })
    }

    fn meets(&self, product: &VexProduct, target: &Target<'_>, kind: Kind) -> bool {
        let Some(version) = self.names_version(product, target, kind) else {
            return false;
        };
        // Of all versions together it can be said that they are not affected, but not that they
        // are remedied.
        version || self.statement.status != VexStatus::Fixed
    }

    /// `None` if the product is another; true if it is named together with its version or bytes.
    #[expect(clippy::unused_self, reason = "part of the comparison of an entry")]
    fn names_version(&self, product: &VexProduct, target: &Target<'_>, kind: Kind) -> Option<bool> {
        if target.id.is_empty() && target.name.is_empty() {
            return None;
        }
        let mut comparisons = target.hashes.iter().filter_map(|(algorithm, digits)| {
            let said = product.hashes.get(algorithm)?;
            Some(!digits.is_empty() && said.eq_ignore_ascii_case(digits))
        });
        // One algorithm that tells them apart is enough, whatever a weaker one says.
        if let Some(first) = comparisons.next() {
            return (first && comparisons.all(|same| same)).then_some(true);
        }
        let version = match (product.package_url(), target.purl) {
            (Some(said), Some(purl)) => same_package(said, purl)?,
            _ if product.id == target.id && !target.id.is_empty() => None,
            // Packages of several ecosystems have the same name: it only tells which component is meant
            // where neither side says more.
            (said, held) if kind == Kind::System || (said.is_none() && held.is_none()) => {
                let name = product.name.as_deref()?;
                (!target.name.is_empty() && name.eq_ignore_ascii_case(target.name)).then_some(())?;
                None
            }
            _ => return None,
        };
        let version = version.or_else(|| product.version.clone());
        match (version, &product.version_range, target.version) {
            (Some(said), _, Some(version)) => {
                (said == version || same_version(target.purl, &said, version)).then_some(true)
            }
            (Some(_), _, None) => None,
            (None, Some(range), Some(_)) if range == "vers:all/*" => Some(false),
            (None, Some(range), Some(version)) => {
                range::contains(range, version).filter(|inside| *inside)
            }
            (None, Some(range), None) => (range == "vers:all/*").then_some(false),
            (None, None, _) => Some(false),
        }
    }

    fn usage(&self) -> StatementUse {
        let covers = self.covers.get();
        let outdated = self.outdated.borrow().clone();
        let replaced = self.replaced.borrow().clone();
        let reasons = [
            (StatementState::NotYet, self.not_yet.clone()),
            (StatementState::Outdated, outdated),
            (StatementState::Replaced, replaced),
            (StatementState::Partial, self.partial.borrow().clone()),
        ];
        let (state, reason) = match covers {
            1.. => (StatementState::Applied, None),
            0 => reasons
                .into_iter()
                .find(|(_, reason)| reason.is_some())
                .unwrap_or((StatementState::Unused, None)),
        };
        StatementUse {
            document: self.document.clone(),
            author: self.author.clone(),
            weakness: self.statement.weakness.name.clone(),
            products: shown(&self.statement.products),
            status: self.statement.status,
            justification: self.statement.justification,
            why: self.statement.why().map(ToOwned::to_owned),
            state,
            reason,
            covers,
        }
    }
}

fn shown(products: &[VexProduct]) -> Vec<String> {
    products
        .iter()
        .flat_map(|product| {
            let parts = product
                .parts
                .iter()
                .map(|part| format!("{} in {}", part.shown(), product.shown()));
            let whole = product.parts.is_empty().then(|| product.shown().to_owned());
            parts.chain(whole)
        })
        .collect()
}

/// `None` if they name different packages; else the version that the first one names.
#[expect(
    clippy::option_option,
    reason = "the outer tells whether it is the same package"
)]
fn same_package(said: &str, held: &str) -> Option<Option<String>> {
    let (said, held) = (
        PackageUrl::from_str(said).ok()?,
        PackageUrl::from_str(held).ok()?,
    );
    let family = names::family_of(Ecosystem::of_purl_type(said.ty()).name());
    let plain = |name: &str| names::normalised(&family, name);
    let same = said.ty() == held.ty()
        && plain(said.name()) == plain(held.name())
        && said.namespace().map(plain) == held.namespace().map(plain);
    // What a statement qualifies, the component has to have; a jar is what Maven means anyway.
    let held_qualifiers: BTreeMap<&str, &str> = held
        .qualifiers()
        .iter()
        .map(|(key, value)| (key.as_ref(), value.as_ref()))
        .collect();
    let narrowed = said.qualifiers().iter().all(|(key, value)| {
        let (key, value) = (key.as_ref(), value.as_ref());
        match held_qualifiers.get(key) {
            Some(held) => *held == value,
            None => said.ty() == "maven" && key == "type" && value == "jar",
        }
    });
    let narrowed = narrowed && (said.subpath().is_none() || said.subpath() == held.subpath());
    (same && narrowed).then(|| said.version().map(ToOwned::to_owned))
}

/// Whether two texts are the same version by the rules of the ecosystem. Tags of images and revisions
/// have no rules: `1.0` and `1.0.0` are two of them.
fn same_version(purl: Option<&str>, said: &str, version: &str) -> bool {
    let url = purl.and_then(|purl| PackageUrl::from_str(purl).ok());
    let ecosystem = url.map(|url| Ecosystem::of_purl_type(url.ty()));
    ecosystem
        .filter(|ecosystem| !matches!(ecosystem, Ecosystem::Other | Ecosystem::HuggingFace))
        .is_some_and(|ecosystem| compare(ecosystem, said, version) == Ok(Ordering::Equal))
}
