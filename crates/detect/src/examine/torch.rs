//! What code and programs of `torch` name: operators, classes, and what is looked up for them.

use waybill_source::json;

use super::{Facts, Format, Place, Walk};
use crate::graph::torch_names::TorchNames;

impl Walk<'_> {
    pub(super) fn torch_names(&mut self, names: &TorchNames, format: Format, place: &Place<'_>) {
        if !names.is_empty() {
            self.judge(place, format, 0, Facts::Torch(names));
        }
    }

    /// A program of `torch.export`, in whatever file of its archive it stands.
    pub(super) fn exported(&mut self, raw: &[u8], place: &Place<'_>) {
        if memchr::memmem::find(raw, b"\"graph_module\"").is_none() {
            return;
        }
        let facts = json::exported(raw);
        if !facts.recognised {
            return;
        }
        let names = TorchNames::of_export(&facts, self.context);
        self.torch_names(&names, Format::PT2, place);
        if facts.incomplete {
            let limit = Facts::Limit("names and texts of an exported program");
            self.judge(place, Format::PT2, raw.len() as u64, limit);
        }
    }
}
