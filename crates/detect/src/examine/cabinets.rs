//! Cabinets: folders of files are unfolded once, and the files in them examined like any other member.

use std::sync::Arc;

use waybill_formats::cab::{self, File, Folder, Method};
use waybill_formats::wrapper::{Ended, expand};
use waybill_formats::{Bytes, SubRange};

use super::archive::path;
use super::{Facts, Format, Listed, Place, Walk};

impl Walk<'_> {
    pub(super) fn cabinet(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let format = Format::CAB;
        let Some(facts) = cab::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        let listed: Vec<Listed> = facts
            .files
            .iter()
            .map(|file| Listed {
                name: file.name.clone(),
                offset: file.at,
                is_link: false,
            })
            .collect();
        self.judge(place, format, bytes.len(), Facts::Listing(&listed));
        if let Some(broken) = &facts.broken {
            let problems = [broken.clone()];
            self.judge(place, format, bytes.len(), Facts::Damaged(&problems));
            self.search(bytes, place, 0);
        }
        if facts.goes_on || facts.files.iter().any(|file| file.folder.is_none()) {
            let reason = "part of it lies in another cabinet";
            self.judge(place, format, bytes.len(), Facts::Unread(reason));
        }
        for (index, folder) in facts.folders.iter().enumerate() {
            let Some(content) = self.cabinet_folder(bytes, folder, place) else {
                continue;
            };
            let files = facts.files.iter();
            // Files that lie over each other would have the same bytes examined again and again.
            let mut left = content.len();
            for file in files.filter(|file| file.folder == Some(index)) {
                let Some(rest) = left.checked_sub(file.length.min(content.len())) else {
                    let reason = "its files lie over each other";
                    self.judge(place, format, bytes.len(), Facts::Unread(reason));
                    break;
                };
                left = rest;
                self.cabinet_file(&content, file, place);
            }
        }
        let what = "bytes after the end of the archive";
        self.trailing(bytes, place, Some(facts.end), what);
    }

    fn cabinet_folder(
        &mut self,
        bytes: &Bytes,
        folder: &Folder,
        place: &Place<'_>,
    ) -> Option<Bytes> {
        let format = Format::CAB;
        let reason = match folder.method {
            Method::Blocks(codec) => {
                let length = bytes.len().saturating_sub(folder.start);
                let packed: Bytes =
                    Arc::new(SubRange::new(Arc::clone(bytes), folder.start, length));
                let (limits, scratch) = (self.context.limits, self.context.scratch);
                let expanded = expand(codec, &packed, limits, self.budget, scratch);
                let ended = &expanded.ended;
                if *ended != Ended::Whole {
                    self.judge(place, format, length, Facts::Wrapper { ended });
                }
                return (!matches!(ended, Ended::Bomb { .. })).then_some(expanded.bytes);
            }
            Method::Quantum => "compression by Quantum is not read".to_owned(),
            Method::Lzx => "compression by LZX is not read".to_owned(),
            Method::Unknown(number) => format!("compression method {number} is not known"),
        };
        self.judge(place, format, bytes.len(), Facts::Unread(&reason));
        None
    }

    fn cabinet_file(&mut self, content: &Bytes, file: &File, place: &Place<'_>) {
        let part: Bytes = Arc::new(SubRange::new(Arc::clone(content), file.offset, file.length));
        let member = path(place.member, &file.name);
        let inner = Place {
            name: &file.name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        if part.len() < file.length {
            let reason = "it lies beyond the end of its folder";
            self.judge(&inner, Format::CAB, part.len(), Facts::Unread(reason));
        }
        self.examine(&part, &inner);
    }
}
