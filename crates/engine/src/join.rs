//! What a scan of a folder or an image says of the components that its artifacts name: the
//! advisories that match them, and the rules over names.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use waybill_advisories::finding;
use waybill_advisories::vex::Target as Meant;
use waybill_domain::advisory::{FeedState, Match};
use waybill_domain::inventory::{Component, Inventory, Occurrence, Subject, Unread};
use waybill_domain::{Finding, Place, Sha256};
use waybill_inventory::Interest;

use crate::known::without_known;
use crate::scan::{Examined, Request, Target};
use crate::walk::readable;
use crate::{
    AdvisoriesError, AdvisoryStore, InventoryRequest, ScanError, inventory, match_advisories,
};

/// Rules over inventories that a scan counts; the others are for whoever asks for an inventory.
const COUNTED: [&str; 2] = ["name-confusion", "dependency-confusion"];

/// With what the components of a target are compared.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The advisories that are held.
    pub store: AdvisoryStore,
    /// Names of packages that are internal.
    pub internal: Vec<String>,
    /// Ids of components that an earlier bill lists: nothing is said of them.
    pub known: BTreeSet<String>,
}

/// All that is to be said of components, by the artifact that names them.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    by_path: HashMap<String, Vec<Joint>>,
    pub(crate) feeds: Vec<FeedState>,
    pub(crate) unread: Vec<Unread>,
    pub(crate) components: u64,
    pub(crate) known: u64,
}

/// One thing to be said.
#[derive(Clone, Debug)]
pub(crate) struct Joint {
    pub(crate) finding: Finding,
    /// The match that it stands for.
    pub(crate) found: Option<Found>,
    pub(crate) about: About,
    /// The other artifacts that name the component.
    pub(crate) elsewhere: Vec<String>,
}

impl Joint {
    /// The finding without what changes from day to day: how urgent it is, and the remedy.
    pub(crate) fn lasting(&self) -> Finding {
        let mut finding = self.finding.clone();
        if let Some(Found { found, .. }) = &self.found {
            finding.message = format!("{} {}", self.about.id, found.advisory);
        }
        finding
    }
}

/// A match and the last day of a hosted model.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) found: Match,
    pub(crate) ends: Option<String>,
}

impl Found {
    /// All names of the advisory.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.found.aliases.iter().map(String::as_str);
        std::iter::once(self.found.advisory.as_str()).chain(aliases)
    }
}

/// What it is about, with what exceptions and statements need to know of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    id: String,
    name: String,
    version: Option<String>,
    purl: Option<String>,
    hashes: Vec<(String, String)>,
    system: System,
}

#[derive(Clone, Debug, Default)]
struct System {
    name: String,
    version: Option<String>,
    hashes: Vec<(String, String)>,
}

impl About {
    pub(crate) fn of(component: &Component, subject: &Subject) -> Self {
        let image = subject.image_digest.iter();
        Self {
            id: component.id.0.clone(),
            name: component.full_name(),
            version: component.version.clone(),
            purl: component.purl.clone(),
            hashes: component
                .hashes
                .iter()
                .map(|hash| (hash.algorithm.clone(), hash.value.clone()))
                .collect(),
            system: System {
                name: subject.name.clone(),
                version: subject.version.clone(),
                hashes: image
                    .filter_map(|digest| digest.strip_prefix("sha256:"))
                    .map(|digits| ("sha-256".to_owned(), digits.to_owned()))
                    .collect(),
            },
        }
    }

    pub(crate) fn target(&self) -> Meant<'_> {
        Meant {
            id: &self.id,
            name: &self.name,
            version: self.version.as_deref(),
            purl: self.purl.as_deref(),
            hashes: &self.hashes,
        }
    }

    pub(crate) fn system(&self) -> Meant<'_> {
        Meant {
            id: "",
            name: &self.system.name,
            version: self.system.version.as_deref(),
            purl: None,
            hashes: &self.system.hashes,
        }
    }

    /// Its package URL, else its id.
    pub(crate) fn shown(&self) -> &str {
        self.purl.as_deref().unwrap_or(&self.id)
    }

    pub(crate) fn sha256(&self) -> Option<&str> {
        self.hashes
            .iter()
            .find_map(|(algorithm, digits)| (algorithm == "sha-256").then_some(digits.as_str()))
    }
}

impl Joined {
    /// Lists the components of every target that is a folder or an image, and compares them.
    pub(crate) fn of(
        request: &Request,
        joining: &Joining,
        examined: &[Examined],
    ) -> Result<Self, ScanError> {
        let mut joined = Self::default();
        let artifacts: Digested<'_> = examined
            .iter()
            .map(|examined| (examined.path.as_str(), examined.digests.sha256.as_ref()))
            .collect();
        let mut seen = HashSet::new();
        let several = request.targets.len() > 1;
        for target in &request.targets {
            let Target::Path(path) = target else { continue };
            if !seen.insert(path) {
                continue;
            }
            let shown = readable(path.as_os_str().as_encoded_bytes());
            let whole = whole(path, &shown, several);
            let prefix = match (&whole, several) {
                (None, true) => format!("{}/", shown.trim_end_matches('/')),
                _ => String::new(),
            };
            let Some(listed) = listed(path, request, joining, &artifacts, &prefix)? else {
                continue;
            };
            let places = Places {
                whole: whole.as_deref(),
                prefix: &prefix,
                artifacts: &artifacts,
            };
            joined.take(listed, &places, joining)?;
        }
        Ok(joined)
    }

    fn take(
        &mut self,
        listed: Inventory,
        places: &Places<'_>,
        joining: &Joining,
    ) -> Result<(), ScanError> {
        let mut inventory = listed;
        self.known += without_known(&mut inventory, &joining.known);
        let matching = match_advisories(&inventory, &joining.store).map_err(Box::new)?;
        self.components += matching.summary.components;
        self.feeds.clone_from(&matching.feeds);
        let components: BTreeMap<&str, &Component> = inventory
            .components
            .iter()
            .map(|component| (component.id.as_str(), component))
            .collect();
        let about = |id: &str| {
            components
                .get(id)
                .map(|component| About::of(component, &inventory.subject))
        };
        let upgrades = matching.remedies();
        for found in &matching.matches {
            let (path, place) = places.located(best(&found.places));
            let elsewhere = places.elsewhere(&found.places, &path);
            let upgrade = upgrades.get(found.component.as_str()).copied();
            let mut finding = finding(found, place, upgrade);
            finding.advisory = Some(found.advisory.clone());
            let ends = components
                .get(found.component.as_str())
                .and_then(|component| component.hosted.as_ref())
                .and_then(|hosted| hosted.retires.as_deref())
                .and_then(|time| time.get(..10))
                .map(ToOwned::to_owned);
            let about = about(found.component.as_str()).unwrap_or_default();
            let joint = Joint {
                finding,
                about,
                found: Some(Found {
                    found: found.clone(),
                    ends,
                }),
                elsewhere,
            };
            self.add(path, joint);
        }
        for noted in inventory.findings {
            let id = noted.component.as_ref().map(|id| id.as_str());
            let known = id.is_some_and(|id| joining.known.contains(id));
            if known || !COUNTED.contains(&noted.finding.rule.as_str()) {
                continue;
            }
            let about = id.and_then(&about).unwrap_or_default();
            let named = id.and_then(|id| components.get(id));
            let named = named.map_or(&[][..], |component| &component.occurrences);
            let (path, place) = places.located(noted.occurrence.as_ref());
            let joint = Joint {
                finding: Finding {
                    place,
                    ..noted.finding
                },
                about,
                found: None,
                elsewhere: places.elsewhere(named, &path),
            };
            self.add(path, joint);
        }
        self.unread.extend(places.unread(inventory.unread));
        Ok(())
    }

    /// Targets may overlap: what was said of an artifact is not said again.
    fn add(&mut self, path: String, joint: Joint) {
        let there = self.by_path.entry(path).or_default();
        let same =
            |other: &Joint| other.about.id == joint.about.id && other.finding == joint.finding;
        if !there.iter().any(same) {
            there.push(joint);
        }
    }

    /// What is to be said at an artifact.
    pub(crate) fn at(&self, path: &str) -> &[Joint] {
        self.by_path.get(path).map_or(&[], Vec::as_slice)
    }

    /// Paths of which something is to be said, in order.
    pub(crate) fn paths(&self) -> BTreeSet<&str> {
        self.by_path.keys().map(String::as_str).collect()
    }
}

/// The artifacts of a scan by path, with their digests.
type Digested<'a> = HashMap<&'a str, Option<&'a Sha256>>;

/// The inventory of a folder, of an image, or of a text that can name components; of another file
/// there is none.
fn listed(
    path: &Path,
    request: &Request,
    joining: &Joining,
    artifacts: &Digested<'_>,
    prefix: &str,
) -> Result<Option<Inventory>, ScanError> {
    let is_folder = path.is_dir();
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = readable(name.as_encoded_bytes());
    let size_bytes = path.metadata().map_or(0, |metadata| metadata.len());
    let digests = artifacts.iter().filter_map(|(path, sha256)| {
        let below = path.strip_prefix(prefix)?;
        Some((below.to_owned(), (*sha256)?.clone()))
    });
    let inventory = inventory(&InventoryRequest {
        target: path.to_path_buf(),
        exclude: request.exclude.clone(),
        jobs: request.jobs,
        today: Some(joining.store.today.to_string()),
        internal: joining.internal.clone(),
        digests: match is_folder {
            true => digests.collect(),
            false => HashMap::new(),
        },
        alone: waybill_inventory::interest(&name, size_bytes) == Interest::Text,
        ..InventoryRequest::default()
    });
    match inventory {
        Ok(inventory) => Ok(Some(inventory)),
        Err(error) if is_folder => Err(error),
        Err(_) => Ok(None),
    }
}

/// The one artifact that a file is; nothing for a folder.
fn whole(path: &Path, shown: &str, several: bool) -> Option<String> {
    if path.is_dir() {
        return None;
    }
    let name = path.file_name().filter(|_| !several);
    Some(name.map_or_else(
        || shown.to_owned(),
        |name| readable(name.as_encoded_bytes()),
    ))
}

/// The place that says most: a file of the tree rather than something inside one.
pub(crate) fn best(places: &[Occurrence]) -> Option<&Occurrence> {
    places
        .iter()
        .find(|place| !place.path.contains("!/"))
        .or_else(|| places.first())
}

/// How the places of an inventory are named in a scan.
struct Places<'a> {
    /// The one artifact that the target is.
    whole: Option<&'a str>,
    /// The target as named, where there are several.
    prefix: &'a str,
    artifacts: &'a Digested<'a>,
}

/// True if a target that is one text is meant, whose inventory names it by its file name.
fn is_itself(whole: &str, path: &str) -> bool {
    Path::new(whole)
        .file_name()
        .is_some_and(|name| name == path)
}

impl Places<'_> {
    /// The artifact, and the place in it.
    fn located(&self, occurrence: Option<&Occurrence>) -> (String, Place) {
        let line = occurrence.and_then(|occurrence| occurrence.line);
        let (path, member) = match (occurrence, self.whole) {
            (None, whole) => (whole.unwrap_or(".").to_owned(), None),
            (Some(occurrence), Some(whole)) => {
                // A text by itself is its own place.
                let member = Some(&occurrence.path).filter(|path| !is_itself(whole, path));
                (whole.to_owned(), member.cloned())
            }
            (Some(occurrence), None) => self.parted(&occurrence.path),
        };
        let place = Place {
            member,
            line,
            offset: None,
        };
        (path, place)
    }

    /// The artifact, and the member in it. The name of a folder may end in an exclamation mark.
    fn parted(&self, path: &str) -> (String, Option<String>) {
        let prefixed = format!("{}{path}", self.prefix);
        if self.artifacts.contains_key(prefixed.as_str()) {
            return (prefixed, None);
        }
        match path.split_once("!/") {
            Some((path, member)) => (format!("{}{path}", self.prefix), Some(member.to_owned())),
            None => (prefixed, None),
        }
    }

    /// What could not be read, under the names of the scan.
    fn unread(&self, unread: Vec<Unread>) -> impl Iterator<Item = Unread> {
        unread.into_iter().map(|unread| Unread {
            path: match self.whole {
                Some(whole) if is_itself(whole, &unread.path) => whole.to_owned(),
                Some(whole) => format!("{whole}!/{}", unread.path),
                None => format!("{}{}", self.prefix, unread.path),
            },
            ..unread
        })
    }

    /// The other artifacts among places.
    fn elsewhere(&self, places: &[Occurrence], path: &str) -> Vec<String> {
        let all: BTreeSet<String> = places
            .iter()
            .map(|place| self.located(Some(place)).0)
            .filter(|other| other != path)
            .collect();
        all.into_iter().collect()
    }
}

impl From<Box<AdvisoriesError>> for ScanError {
    fn from(error: Box<AdvisoriesError>) -> Self {
        Self::Advisories(error)
    }
}
