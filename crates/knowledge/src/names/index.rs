//! The well-known names of one ecosystem, so that those like another are found without looking at each.

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasherDefault,
};

use waybill_domain::version::Ecosystem;

use super::{
    Resemblance,
    hashes::{Spread, deletions, hash},
    letters::{compact, skeleton},
    likeness::{Likeness, distance, slip},
    normal, words,
};

/// Hashes that are spread already, to ranks.
type Ranks = HashMap<u64, u32, BuildHasherDefault<Spread>>;

const NPM_SCOPES: &str = include_str!("../../data/names/npm-scopes.list");

/// For one slip in a short name the other has to be better known. Length of the name and the last rank.
const SLIP: [(usize, u32); 4] = [(12, 3000), (9, 1500), (7, 700), (5, 300)];
/// The same for swapped letters and look-alikes, which nobody chooses.
const SURE: [(usize, u32); 3] = [(8, 10_000), (6, 5000), (4, 1000)];
const TWO_SLIPS: (usize, u32) = (14, 1000);
const ORDER: (usize, u32) = (8, 2000);
const AFFIX: (usize, u32) = (5, 100);
const SCOPE_RANK: u32 = 1500;
const UNSCOPED_RANK: u32 = 300;
/// In shorter words of a name a slip makes another word.
const WORD: [(usize, u32); 2] = [(5, u32::MAX), (4, 100)];
const TWO_SLIPS_WORD: usize = 8;

pub(super) struct Index {
    /// By rank.
    names: Vec<(String, &'static str)>,
    ranks: Ranks,
    skeletons: Ranks,
    compacts: Ranks,
    orders: Ranks,
    /// Hashes of each name and of what is left of it with a letter taken away, with ranks; sorted.
    deletions: Vec<(u64, u32)>,
    /// Long names, with the set of their letters.
    long: Vec<(u64, u32)>,
    /// Scopes with the rank of the first name in them.
    scopes: HashMap<&'static str, u32>,
    /// Further scopes that are known, but not so well that others are like them.
    further_scopes: HashSet<&'static str>,
}

impl Index {
    pub(super) fn new(ecosystem: Ecosystem, list: &'static str) -> Self {
        let mut index = Self {
            names: Vec::new(),
            ranks: Ranks::default(),
            skeletons: Ranks::default(),
            compacts: Ranks::default(),
            orders: Ranks::default(),
            deletions: Vec::new(),
            long: Vec::new(),
            scopes: HashMap::new(),
            further_scopes: HashSet::new(),
        };
        let lines = list
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let count = lines.clone().count();
        for ranks in [&mut index.ranks, &mut index.skeletons, &mut index.compacts] {
            ranks.reserve(count);
        }
        index.names.reserve(count);
        index.deletions.reserve(count.saturating_mul(12));
        for (rank, written) in (1..).zip(lines) {
            index.take(rank, normal(ecosystem, written), written);
        }
        index.deletions.sort_unstable();
        if ecosystem == Ecosystem::Npm {
            index.further_scopes = NPM_SCOPES.lines().collect();
        }
        index
    }

    fn take(&mut self, rank: u32, name: String, written: &'static str) {
        if let Some((scope, _)) = written
            .strip_prefix('@')
            .and_then(|rest| rest.split_once('/'))
        {
            self.scopes.entry(scope).or_insert(rank);
        }
        self.ranks.entry(hash(&name)).or_insert(rank);
        self.skeletons.entry(hash(&skeleton(&name))).or_insert(rank);
        self.compacts.entry(hash(&compact(&name))).or_insert(rank);
        if let Some(sorted) = words::sorted(&name).filter(|_| allows(&[ORDER], name.len(), rank)) {
            self.orders.entry(hash(&sorted)).or_insert(rank);
        }
        if allows(&SLIP, name.len(), rank) || allows(&SURE, name.len(), rank) {
            self.deletions
                .extend(deletions(&name).map(|hash| (hash, rank)));
        }
        if allows(&[TWO_SLIPS], name.len(), rank) {
            self.long.push((letters(&name), rank));
        }
        self.names.push((name, written));
    }

    pub(super) fn rank(&self, name: &str) -> Option<u32> {
        // Hashes can be made to meet, so the name decides.
        let rank = *self.ranks.get(&hash(name))?;
        (self.names.get(place(rank))?.0 == name).then_some(rank)
    }

    pub(super) fn name(&self, rank: u32) -> Option<&'static str> {
        let (_, written) = self.names.get(place(rank))?;
        Some(written)
    }

    /// The surest likeness to a well-known name, and of those the best known.
    pub(super) fn resemblance(&self, name: &str) -> Option<Resemblance> {
        if scope_of(name).is_some_and(|scope| self.knows_scope(scope)) {
            // Only the owner of a scope puts names into it.
            return None;
        }
        if scope_of(name).is_some() {
            // A name in another scope is another name; the scope itself may be like a known one.
            let (likeness, rank) = self.scope(name)?;
            return self.resembled(likeness, rank);
        }
        let (likeness, rank) = self
            .look_alike(name)
            .into_iter()
            .chain(self.one_slip(name))
            .chain(self.two_slips(name))
            .chain(self.scope(name))
            .chain(self.words(name))
            .min()?;
        self.resembled(likeness, rank)
    }

    fn resembled(&self, likeness: Likeness, rank: u32) -> Option<Resemblance> {
        Some(Resemblance {
            known: self.name(rank)?,
            rank,
            likeness,
            source: None,
        })
    }

    fn look_alike(&self, name: &str) -> Option<(Likeness, u32)> {
        let compact = compact(name);
        if let Some(rank) = self.compacts.get(&hash(&compact)) {
            let scoped = self.name(*rank)?.starts_with('@') || name.starts_with('@');
            if scoped {
                return None;
            }
            return allows(&SURE, compact.len(), *rank).then_some((Likeness::Separators, *rank));
        }
        let rank = self.skeletons.get(&hash(&skeleton(name)))?;
        (!self.only_counts(name, *rank)
            && (!name.is_ascii() || allows(&SURE, compact.len(), *rank)))
        .then_some((Likeness::LooksAlike, *rank))
    }

    /// Whether the two differ by a number at the end: another release line, not a look-alike.
    fn only_counts(&self, name: &str, rank: u32) -> bool {
        let trimmed = |name: &str| {
            name.trim_end_matches(|letter: char| letter.is_ascii_digit())
                .len()
        };
        self.names
            .get(place(rank))
            .is_some_and(|(known, _)| known.get(..trimmed(known)) == name.get(..trimmed(name)))
    }

    fn one_slip(&self, name: &str) -> Option<(Likeness, u32)> {
        deletions(name)
            .flat_map(|hash| {
                let from = self.deletions.partition_point(|(each, _)| *each < hash);
                self.deletions
                    .get(from..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(move |(each, _)| *each == hash)
            })
            .filter_map(|(_, rank)| {
                let (known, _) = self.names.get(place(*rank))?;
                let likeness = slip(name, known)?;
                let sure = matches!(likeness, Likeness::Swapped | Likeness::Doubled);
                let bar: &[_] = if sure { &SURE } else { &SLIP };
                ((sure || allows(&WORD, changed_word(name, known), *rank))
                    && allows(bar, known.len(), *rank))
                .then_some((likeness, *rank))
            })
            .min()
    }

    fn two_slips(&self, name: &str) -> Option<(Likeness, u32)> {
        if name.len() + 2 < TWO_SLIPS.0 {
            return None;
        }
        let own = letters(name);
        self.long
            .iter()
            .filter(|(letters, _)| (letters ^ own).count_ones() <= 4)
            .find_map(|(_, rank)| {
                let (known, _) = self.names.get(place(*rank))?;
                // What differs by a word or by its number is another thing.
                let shape = |name: &str| {
                    name.bytes()
                        .filter(|byte| !byte.is_ascii_alphabetic())
                        .collect::<Vec<u8>>()
                };
                (shape(name) == shape(known)
                    && changed_word(name, known) >= TWO_SLIPS_WORD
                    && distance(name, known, 2)? == 2
                    && same_ends(name, known))
                .then_some((Likeness::TwoSlips, *rank))
            })
    }

    /// A scope that looks like a known one, or a scoped name written without its scope's marks.
    fn scope(&self, name: &str) -> Option<(Likeness, u32)> {
        if let Some(scope) = scope_of(name) {
            return self
                .scopes
                .iter()
                .filter(|(known, rank)| {
                    **rank <= SCOPE_RANK
                        && known.len() >= 4
                        && (skeleton(known) == skeleton(scope)
                            || (known.len() >= 5 && slip(scope, known).is_some()))
                })
                .map(|(known, rank)| {
                    // The very package, if the known scope has it.
                    let meant = name.replacen(scope, known, 1);
                    (Likeness::Scope, self.rank(&meant).unwrap_or(*rank))
                })
                .min();
        }
        let rank = *self.compacts.get(&hash(&compact(name)))?;
        let known = self.name(rank)?;
        // These packages had names without a scope before.
        let renamed = ["babel", "typescript-eslint"].contains(&scope_of(known)?);
        (!renamed && rank <= UNSCOPED_RANK && known.get(1..)?.replace('/', "-") == name)
            .then_some((Likeness::Scope, rank))
    }

    fn knows_scope(&self, scope: &str) -> bool {
        self.scopes.contains_key(scope) || self.further_scopes.contains(scope)
    }

    fn words(&self, name: &str) -> Option<(Likeness, u32)> {
        let order = words::sorted(name)
            .and_then(|sorted| self.orders.get(&hash(&sorted)))
            .map(|rank| (Likeness::Order, *rank));
        order.or_else(|| {
            words::without_affix(name)
                .filter_map(|rest| {
                    let rank = self.rank(rest)?;
                    allows(&[AFFIX], rest.len(), rank).then_some((Likeness::Affix, rank))
                })
                .min()
        })
    }
}

fn scope_of(name: &str) -> Option<&str> {
    let (scope, _) = name.strip_prefix('@')?.split_once('/')?;
    Some(scope)
}

/// Whether both begin and both end with the same letter, as words do that are meant to be one.
fn same_ends(name: &str, known: &str) -> bool {
    let ends = |text: &str| (text.bytes().next(), text.bytes().next_back());
    ends(name) == ends(known)
}

/// The length of the word of `known` in which the two first differ.
fn changed_word(name: &str, known: &str) -> usize {
    let parts = |byte: &u8| matches!(byte, b'-' | b'_' | b'.' | b'/');
    let known = known.as_bytes();
    let start = name.bytes().zip(known).take_while(|(a, b)| a == *b).count();
    let (before, after) = known.split_at(start.min(known.len()));
    let before = before.iter().rev().take_while(|byte| !parts(byte)).count();
    before.saturating_add(after.iter().take_while(|byte| !parts(byte)).count())
}

fn place(rank: u32) -> usize {
    usize::try_from(rank).unwrap_or_default().saturating_sub(1)
}

fn allows(bars: &[(usize, u32)], length: usize, rank: u32) -> bool {
    bars.iter()
        .any(|(shortest, last)| length >= *shortest && rank <= *last)
}

/// Which letters a name has, as bits.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |bits, byte| bits | 1 << (byte & 63))
}
