//! HDF5: its structure, and what the attributes of models and tables hold.

use waybill_formats::hdf5::{self, Attribute, Dataset, DatatypeClass, Extent, Hdf5Facts, Storage};
use waybill_formats::{Bytes, pickle};

use super::{Facts, Format, Place, Walk, archive, extents};

/// Attributes in which Keras keeps its configurations.
const CONFIGURATIONS: [&str; 2] = ["model_config", "training_config"];
/// Bytes by which a pickle is told.
const PICKLE_BYTES: u64 = 1 << 16;

impl Walk<'_> {
    pub(super) fn hdf5(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = hdf5::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.judge(place, Format::HDF5, bytes.len(), Facts::Hdf5(&facts));
        for attribute in &facts.attributes {
            self.attribute(bytes, attribute, place);
        }
        self.datasets(bytes, &facts, place);
        if facts.user_block_bytes > 0 && !place.polyglot {
            let block: Bytes = std::sync::Arc::new(waybill_formats::SubRange::new(
                std::sync::Arc::clone(bytes),
                0,
                facts.user_block_bytes,
            ));
            self.search(&block, place, 0);
        }
        let what = "bytes after the end that the file states";
        self.trailing(bytes, place, facts.trailing_start, what);
    }

    fn attribute(&mut self, bytes: &Bytes, attribute: &Attribute, place: &Place<'_>) {
        let owner = attribute.owner.trim_end_matches('/');
        let path = format!("{owner}/@{}", attribute.name);
        let member = archive::path(place.member, &path);
        let inner = Place {
            name: &attribute.name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        let is_configuration = CONFIGURATIONS.contains(&attribute.name.as_str());
        for text in &attribute.texts {
            let judged = self.keras_text(text, is_configuration, &inner);
            if !judged && !text.is_empty() {
                self.judge(&inner, Format::HDF5, text.len() as u64, Facts::Text(text));
            }
        }
        for extent in &attribute.extents {
            self.pickled(bytes, *extent, &inner);
        }
    }

    fn datasets(&mut self, bytes: &Bytes, facts: &Hdf5Facts, place: &Place<'_>) {
        for dataset in &facts.datasets {
            let member = archive::path(place.member, &dataset.path);
            let inner = Place {
                name: &dataset.path,
                member: Some(&member),
                depth: place.depth.saturating_add(1),
                polyglot: false,
            };
            let first = plain_extents(dataset)
                .first()
                .filter(|_| holds_bytes(dataset));
            for extent in first.into_iter().chain(&dataset.sequences) {
                self.pickled(bytes, *extent, &inner);
            }
        }
        self.weights(bytes, Format::HDF5, place, extents::of_hdf5(facts));
    }

    /// Tables and others keep Python objects as pickles: examined like any other.
    fn pickled(&mut self, bytes: &Bytes, extent: Extent, place: &Place<'_>) {
        let most = usize::try_from(extent.length.min(PICKLE_BYTES)).unwrap_or(0);
        let Ok(head) = bytes.bytes_at(extent.offset, most) else {
            return;
        };
        if head.len() < 4 || !pickle::convinces(&head, 0, self.context.limits) {
            return;
        }
        let length = extent.length.min(self.context.limits.text_bytes);
        let content = usize::try_from(length).ok();
        let content = content.and_then(|length| bytes.bytes_at(extent.offset, length).ok());
        if let Some(content) = content {
            // That tables hold pickles is their format; what those do is told.
            let content: Bytes = std::sync::Arc::new(content);
            self.quietly(&content, place);
        }
    }
}

/// Where elements stand as they are, without a filter.
pub(super) fn plain_extents(dataset: &Dataset) -> &[Extent] {
    match &dataset.storage {
        Storage::Piece(extent) => std::slice::from_ref(extent),
        Storage::Chunks { extents, .. } if dataset.filters.is_empty() => extents,
        _ => &[],
    }
}

fn holds_bytes(dataset: &Dataset) -> bool {
    let class = &dataset.datatype.class;
    matches!(class, DatatypeClass::Opaque(_) | DatatypeClass::Text)
        || matches!(class, DatatypeClass::Integer { .. }) && dataset.datatype.size == 1
}
