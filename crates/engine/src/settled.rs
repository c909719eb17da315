//! Matches by themselves: what statements and exceptions take out of those that count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use waybill_advisories::rule_of;
use waybill_advisories::vex::{Applied, Statements};
use waybill_domain::advisory::{ExceptedMatch, Match, Matching, SettledMatch};
use waybill_domain::inventory::{Component, Inventory};
use waybill_policy::{Ledger, Subject};

use crate::Judgement;
use crate::digest::digest;
use crate::join::{About, best};
use crate::open::open;
use crate::scan::{Silent, ledger, note_of, statements};

/// Takes the matches that statements settle, and those that exceptions cover, out of those that count.
/// `folder` is where the files lie that name the components, if they are at hand.
pub fn settle(
    matching: &mut Matching,
    inventory: &Inventory,
    judgement: &Judgement,
    folder: Option<&Path>,
) {
    let statements = statements(judgement);
    let exceptions = &judgement.exceptions.list;
    if statements.is_empty() && exceptions.is_empty() {
        return;
    }
    let mut settling = Settling {
        statements,
        ledger: ledger(judgement),
        // Files are digested again only for an exception that asks for it.
        folder: folder.filter(|_| exceptions.iter().any(|one| one.scope.digest.is_some())),
        digests: BTreeMap::new(),
    };
    let components: BTreeMap<&str, &Component> = inventory
        .components
        .iter()
        .map(|component| (component.id.as_str(), component))
        .collect();
    for found in std::mem::take(&mut matching.matches) {
        let about = components
            .get(found.component.as_str())
            .map(|component| About::of(component, &inventory.subject))
            .unwrap_or_default();
        settling.take(found, &about, matching);
    }
    matching.statements = settling.statements.uses();
    matching.exceptions = settling.ledger.uses();
    matching.recount();
}

struct Settling<'a> {
    statements: Statements,
    ledger: Ledger,
    folder: Option<&'a Path>,
    /// Of files that were asked for.
    digests: BTreeMap<String, Option<String>>,
}

impl Settling<'_> {
    fn take(&mut self, found: Match, about: &About, matching: &mut Matching) {
        let names: Vec<&str> = std::iter::once(&found.advisory)
            .chain(&found.aliases)
            .map(String::as_str)
            .collect();
        // Nobody can state that malicious code does not matter.
        let stated = (!found.malicious)
            .then(|| {
                let names = names.iter().copied();
                let (target, system) = (about.target(), about.system());
                self.statements.on_match(names, &target, &system)
            })
            .flatten();
        let path = best(&found.places).map(|place| file_of(&place.path));
        let elsewhere: BTreeSet<&str> = found
            .places
            .iter()
            .map(|place| file_of(&place.path))
            .filter(|other| Some(*other) != path)
            .collect();
        let elsewhere: Vec<&str> = elsewhere.into_iter().collect();
        let named_in = path
            .filter(|_| elsewhere.is_empty())
            .and_then(|path| self.digest(path));
        let covered = self.ledger.cover(&Subject {
            path,
            elsewhere: &elsewhere,
            digest: about.sha256(),
            named_in: named_in.as_deref(),
            rule: Some(rule_of(&found).id),
            component: Some(about.shown()),
            advisories: &names,
            malicious: found.malicious,
        });
        match (stated.filter(Applied::settles), covered) {
            (Some(stated), _) => matching.settled.push(SettledMatch {
                found,
                statement: note_of(stated),
            }),
            (None, Some(exception)) => matching.excepted.push(ExceptedMatch { found, exception }),
            (None, None) => matching.matches.push(found),
        }
    }

    fn digest(&mut self, path: &str) -> Option<String> {
        let folder = self.folder?;
        let known = self.digests.entry(path.to_owned()).or_insert_with(|| {
            let (bytes, _) = open(&folder.join(path)).ok()?;
            let (digests, _) = digest(bytes.as_ref(), false, &Silent).ok()?;
            digests.sha256.map(|sha256| sha256.to_string())
        });
        known.clone()
    }
}

/// The file of a tree in which a place is, which may be inside of it.
fn file_of(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(file, _)| file)
}
