//! Bytes that only a file beside them explains: tensors that a model keeps in another file.

use std::collections::BTreeMap;
use std::ops::Range;

use waybill_formats::onnx::OnnxFacts;
use waybill_formats::tensorflow::IndexFacts;
use waybill_formats::{Bytes, Limits, hdf5, zip};
use waybill_source::document::{DocumentLimits, Node, json};
use waybill_source::xml::XmlFacts;

use super::{Class, Extent, Facts, Format, Place, Walk, chunks, extents, identify};
use crate::Found;

/// Shards of one model.
const MOST_SHARDS: usize = 4096;
/// Gaps of one file that are told.
const TOLD: usize = 16;

/// What models say of files beside them: by path, which bytes are tensors.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(BTreeMap<String, Claim>);

/// What models say of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claim {
    /// The file that says so, by its name; the first, if several do.
    by: String,
    extents: Vec<Extent>,
}

impl Neighbours {
    /// Takes out of everything that was found what it says of other files.
    pub fn taken<'f>(found: impl Iterator<Item = &'f mut Found>) -> Self {
        let mut all = Self::default();
        for found in found {
            let own = std::mem::take(&mut found.neighbours);
            for (path, claim) in own.0 {
                all.add(path, claim);
            }
        }
        all
    }

    /// True if nothing is said of any file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, path: String, claim: Claim) {
        let known = self.0.entry(path).or_default();
        if known.by.is_empty() {
            known.by = claim.by;
        }
        known.extents.extend(claim.extents);
    }
}

/// Bytes of a file that belong to no tensor.
#[derive(Debug)]
pub(crate) struct Unclaimed<'a> {
    /// The file that names the tensors.
    pub(crate) by: &'a str,
    pub(crate) kind: UnclaimedKind<'a>,
}

/// How a file and what is said of it disagree.
#[derive(Debug)]
pub(crate) enum UnclaimedKind<'a> {
    /// A range outside all tensors with something in it.
    Gap(Range<u64>),
    /// A tensor that ends behind the end of the file.
    Beyond { tensor: &'a str, end: u64 },
}

/// True if a file tells nothing by itself, so that it is to be examined when it is known what the
/// files beside it say.
#[must_use]
pub fn awaits_neighbours(bytes: &Bytes, name: &str, limits: &Limits) -> bool {
    const HEAD_BYTES: usize = 512;
    if names_others(name) {
        return false;
    }
    let text = bytes
        .bytes_at(0, HEAD_BYTES)
        .is_ok_and(|head| std::str::from_utf8(&head).is_ok_and(|text| !text.contains('\0')));
    !text
        && identify::identify(bytes, name, limits)
            .first()
            .is_some_and(|first| {
                is_explainable(*first) || first.codec.is_some() && chunks::is_chunk_name(name)
            })
}

/// True for the name of a file that may say what lies in others.
pub(super) fn names_others(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["onnx", "xml", "index", "json", "zarray"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Formats that are no more than bytes without what is said of them. What is inert by a few bytes of
/// its beginning may be numbers as well.
fn is_explainable(format: Format) -> bool {
    matches!(format.class, Class::Unknown | Class::Inert) && format != Format::EMPTY
        || format == Format::CHECKPOINT_DATA
}

/// Takes bytes of no format for what the file beside them says.
fn explain(formats: &mut Vec<Format>, bytes: &Bytes) {
    let Some(first) = formats.first_mut() else {
        return;
    };
    let head = bytes.bytes_at(0, 64).unwrap_or_default();
    if is_explainable(*first) {
        *first = Format::TENSOR_DATA;
    } else if *first == Format::ZIP && !zip::recognises(&head)
        || *first == Format::HDF5 && !hdf5::recognises(&head)
    {
        // What begins or ends somewhere inside is a second format.
        formats.insert(0, Format::TENSOR_DATA);
    }
}

impl Walk<'_> {
    /// What is said of the bytes at a place, if anything; tells their formats again by it.
    pub(super) fn claimed(
        &self,
        formats: &mut Vec<Format>,
        bytes: &Bytes,
        place: &Place<'_>,
    ) -> Option<Claim> {
        if self.neighbours.is_empty() && self.found.neighbours.is_empty() {
            return None;
        }
        let path = self.whole_path(place);
        let mut all = Neighbours::default();
        for known in [self.neighbours, &self.found.neighbours] {
            if let Some(claim) = known.0.get(&path) {
                all.add(path.clone(), claim.clone());
            }
        }
        let claim = all.0.remove(&path)?;
        explain(formats, bytes);
        (formats.first() == Some(&Format::TENSOR_DATA)).then_some(claim)
    }

    fn whole_path(&self, place: &Place<'_>) -> String {
        match place.member {
            Some(member) => format!("{}!/{member}", self.artifact),
            None => self.artifact.to_owned(),
        }
    }

    /// Notes that the model at `place` keeps tensors in the file `location`, as seen from its folder.
    pub(super) fn claim(&mut self, place: &Place<'_>, location: &str, extents: Vec<Extent>) {
        let odd = |part: &str| part.is_empty() || part == "..";
        let location = location.strip_prefix("./").unwrap_or(location);
        if location.split('/').any(odd) {
            return;
        }
        let own = self.whole_path(place);
        let path = match own.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{location}"),
            None => location.to_owned(),
        };
        let by = own.rsplit('/').next().unwrap_or_default().to_owned();
        self.found.neighbours.add(path, Claim { by, extents });
    }

    /// Tensors of ONNX in files beside the model.
    pub(super) fn claim_external(&mut self, facts: &OnnxFacts, place: &Place<'_>) {
        let mut files: BTreeMap<&str, Vec<Extent>> = BTreeMap::new();
        for (location, extent) in extents::of_external(facts) {
            files.entry(location).or_default().push(extent);
        }
        for (location, extents) in files {
            self.claim(place, location, extents);
        }
    }

    /// Tensors of a checkpoint, in the data files that go with its table.
    pub(super) fn claim_checkpoint(&mut self, facts: &IndexFacts, place: &Place<'_>) {
        let Some(stem) = last(place.name).strip_suffix(".index") else {
            return;
        };
        let mut files: BTreeMap<u64, Vec<Extent>> = BTreeMap::new();
        for (shard, extent) in extents::of_index(facts) {
            files.entry(shard).or_default().push(extent);
        }
        for (shard, extents) in files {
            let location = format!("{stem}.data-{shard:05}-of-{:05}", facts.shards);
            self.claim(place, &location, extents);
        }
    }

    /// Constants of OpenVINO, in the file of the same name.
    pub(super) fn claim_constants(&mut self, facts: &XmlFacts, place: &Place<'_>) {
        let Some((stem, _)) = last(place.name).rsplit_once('.') else {
            return;
        };
        if !facts.constants.is_empty() {
            let extents = extents::of_constants(facts);
            self.claim(place, &format!("{stem}.bin"), extents);
        }
    }

    /// The shards of a model of `TensorFlow.js`, whose manifest tells sizes of tensors and not where
    /// each shard ends.
    pub(super) fn claim_shards(&mut self, text: &str, place: &Place<'_>) {
        if !text.contains("\"weightsManifest\"") {
            return;
        }
        let limits = DocumentLimits {
            depth: 16,
            values: 500_000,
        };
        let document = json(text, &limits);
        let manifest = document.root().and_then(|root| root.get("weightsManifest"));
        let groups = manifest.map_or(&[][..], Node::items).iter();
        let paths = groups.filter_map(|group| group.get("paths"));
        let paths = paths.flat_map(Node::items).filter_map(|path| path.text());
        for path in paths.take(MOST_SHARDS) {
            let whole = Extent {
                name: "shard".to_owned(),
                start: 0,
                end: u64::MAX,
                element: None,
            };
            self.claim(place, path, vec![whole]);
        }
    }

    /// Examines bytes that a file beside them explains.
    pub(super) fn explained(&mut self, bytes: &Bytes, place: &Place<'_>, claim: Claim) {
        let format = Format::TENSOR_DATA;
        let length = bytes.len();
        let Claim { by, mut extents } = claim;
        for extent in &mut extents {
            if extent.end == u64::MAX {
                extent.end = length;
            }
        }
        let by = by.as_str();
        let mut told = 0_usize;
        for extent in extents.iter().filter(|extent| extent.end > length) {
            let kind = UnclaimedKind::Beyond {
                tensor: &extent.name,
                end: extent.end,
            };
            if told < TOLD {
                let facts = Facts::Unclaimed(&Unclaimed { by, kind });
                self.judge(place, format, length, facts);
            }
            told = told.saturating_add(1);
        }
        let mut gaps = Gaps::between(&extents, length);
        self.weights_and(bytes, format, place, extents, &mut |offset, piece| {
            gaps.piece(offset, piece);
        });
        for gap in gaps.filled.iter().take(TOLD) {
            let kind = UnclaimedKind::Gap(gap.clone());
            let facts = Facts::Unclaimed(&Unclaimed { by, kind });
            self.judge(place, format, length, facts);
        }
    }
}

fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The ranges outside all tensors. Zeros fill them up to where the next tensor begins.
struct Gaps {
    ranges: Vec<Range<u64>>,
    /// The first range that is not behind us.
    next: usize,
    /// Ranges that hold anything but zeros.
    filled: Vec<Range<u64>>,
}

impl Gaps {
    fn between(extents: &[Extent], length: u64) -> Self {
        let mut taken: Vec<Range<u64>> = extents
            .iter()
            .map(|extent| extent.start..extent.end.min(length))
            .collect();
        taken.sort_by_key(|range| range.start);
        let mut ranges = Vec::new();
        let mut end = 0;
        for range in taken.into_iter().filter(|range| !range.is_empty()) {
            if range.start > end {
                ranges.push(end..range.start);
            }
            end = end.max(range.end);
        }
        if end < length {
            ranges.push(end..length);
        }
        Self {
            ranges,
            next: 0,
            filled: Vec::new(),
        }
    }

    /// Looks at a piece of the file; pieces come in their order.
    fn piece(&mut self, offset: u64, piece: &[u8]) {
        let end = offset.saturating_add(piece.len() as u64);
        while let Some(range) = self.ranges.get(self.next) {
            if range.start >= end {
                break;
            }
            let from = usize::try_from(range.start.saturating_sub(offset)).unwrap_or(usize::MAX);
            let to = usize::try_from(range.end.min(end).saturating_sub(offset)).unwrap_or(0);
            let there = piece.get(from..to).unwrap_or_default();
            if self.filled.last() != Some(range) && there.iter().any(|byte| *byte != 0) {
                self.filled.push(range.clone());
            }
            if range.end > end {
                break;
            }
            self.next = self.next.saturating_add(1);
        }
    }
}
