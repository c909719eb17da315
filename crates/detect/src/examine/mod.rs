//! Bytes to findings: identify, parse, run the rules, and go into the members.

mod archive;
mod cabinets;
mod chunks;
mod class_names;
mod code;
mod commands;
mod configuration;
mod constants;
mod devices;
mod extents;
mod flatbuffers;
mod format;
mod graphs;
mod hdf5;
mod identify;
mod keras;
mod kinds;
mod markup;
mod native;
mod neighbours;
mod notebook;
mod origin;
mod packages;
mod patterns;
mod serialised;
mod settings;
mod seven_zip;
mod sources;
mod spacy;
mod subject;
mod text;
mod torch;
mod trace;
mod weights;

use std::collections::BTreeMap;
use std::sync::Arc;

use waybill_formats::planes::Element;
use waybill_formats::wrapper::Budget;
use waybill_formats::{Bytes, SubRange, gguf, numpy, pickle, safetensors};
use waybill_knowledge::programs;

pub(crate) use format::{Class, Format};
pub use neighbours::{Neighbours, awaits_neighbours};
pub(crate) use neighbours::{Unclaimed, UnclaimedKind};
pub use origin::Origin;
pub use patterns::{PatternMatch, Patterns};
pub(crate) use settings::{Noted, NotedKind};
pub(crate) use subject::{Facts, Listed, Opaque, Subject, TensorHead};
pub(crate) use weights::{Embedded, Extent, Position};

use crate::pickle::standing::{JudgedPickle, arrays_beside};
use crate::{Context, Found, RULES};
use identify::identify;

/// What the rules found in one artifact, and what it is.
#[derive(Debug)]
pub struct Examination {
    /// The format by content; more than one, joined by `+`, for a polyglot.
    pub format: String,
    /// Findings, steps of loading, admitted names.
    pub found: Found,
}

/// Examines one artifact whole.
#[must_use]
pub fn examine(bytes: &Bytes, origin: &Origin, context: &Context<'_>) -> Examination {
    examine_beside(bytes, origin, context, &Neighbours::default())
}

/// Examines one artifact whole, with what files beside it say of it.
#[must_use]
pub fn examine_beside(
    bytes: &Bytes,
    origin: &Origin,
    context: &Context<'_>,
    neighbours: &Neighbours,
) -> Examination {
    let budget = Budget::new(bytes.len());
    let mut found = Found::default();
    let mut walk = Walk {
        context,
        budget: &budget,
        found: &mut found,
        torchscript: false,
        model_archive: false,
        storages: BTreeMap::new(),
        keras: false,
        requirements: Vec::new(),
        system_package: false,
        artifact: &origin.name,
        neighbours,
    };
    let format = walk.examine(
        bytes,
        &Place {
            name: &origin.name,
            member: None,
            depth: 0,
            polyglot: false,
        },
    );
    Examination { format, found }
}

/// Adds the finding that an artifact could not be read, with the reason.
pub fn unreadable(origin: &Origin, reason: &str, context: &Context<'_>, found: &mut Found) {
    note(origin, Facts::Unreadable(reason), context, found);
}

/// Adds the finding that an artifact changed while it was read.
pub fn changed(origin: &Origin, how: &str, context: &Context<'_>, found: &mut Found) {
    note(origin, Facts::Changed(how), context, found);
}

fn note(origin: &Origin, facts: Facts<'_>, context: &Context<'_>, found: &mut Found) {
    let budget = Budget::new(0);
    let mut walk = Walk {
        context,
        budget: &budget,
        found,
        torchscript: false,
        model_archive: false,
        storages: BTreeMap::new(),
        keras: false,
        requirements: Vec::new(),
        system_package: false,
        artifact: &origin.name,
        neighbours: &Neighbours::default(),
    };
    walk.judge(
        &Place {
            name: &origin.name,
            member: None,
            depth: 0,
            polyglot: false,
        },
        Format::UNKNOWN,
        0,
        facts,
    );
}

/// Executes the pickles of an artifact symbolically and hands each step to `line`: the member it
/// stands in, its offset, and the step as pseudo-Python. Returns how many streams were met.
pub fn trace(bytes: &Bytes, context: &Context<'_>, line: &mut dyn FnMut(&str, u64, &str)) -> usize {
    let budget = Budget::new(bytes.len());
    trace::Tracer {
        context,
        budget: &budget,
        line,
    }
    .member(bytes, "", 0)
}

/// Where the bytes in hand stand.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// File or member name: a hint, and what an extension is compared with.
    pub(crate) name: &'a str,
    /// Path of the member; `None` for the artifact itself.
    pub(crate) member: Option<&'a str>,
    /// Containers around it.
    pub(crate) depth: u32,
    /// True if the bytes are two formats at once: each part is then examined as itself, and what
    /// one of them calls bytes before or behind it is not examined again.
    pub(crate) polyglot: bool,
}

pub(crate) struct Walk<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) budget: &'a Budget,
    pub(crate) found: &'a mut Found,
    /// True inside a TorchScript archive, whose own classes have names of their own.
    pub(crate) torchscript: bool,
    /// True inside an archive that is a model, or holds one beside nothing that makes it a package.
    pub(crate) model_archive: bool,
    /// How the storages of the `torch` archive around are stored, as far as a pickle has said.
    pub(crate) storages: BTreeMap<String, Option<Element>>,
    /// True inside an archive of Keras.
    pub(crate) keras: bool,
    /// Members that a manifest met so far names as requirements to install.
    pub(crate) requirements: Vec<String>,
    /// True inside a package of a system, which is unpacked at the root.
    pub(crate) system_package: bool,
    /// The name of the artifact.
    pub(crate) artifact: &'a str,
    /// What files beside the artifact say of it and of its members.
    pub(crate) neighbours: &'a Neighbours,
}

/// True for a program of Windows that packages of Python carry, byte for byte.
fn is_launcher(bytes: &Bytes, formats: &[Format]) -> bool {
    let [only] = formats else { return false };
    let length = bytes.len();
    only.name == "pe"
        && length <= programs::LARGEST_LAUNCHER_BYTES
        && usize::try_from(length)
            .ok()
            .and_then(|length| bytes.bytes_at(0, length).ok())
            .is_some_and(|program| programs::is_launcher(&program))
}

impl Walk<'_> {
    /// Examines bytes at a place and returns the name of their format.
    pub(crate) fn examine(&mut self, bytes: &Bytes, place: &Place<'_>) -> String {
        if place.depth > self.context.limits.depth {
            self.judge(place, Format::NESTED, bytes.len(), Facts::Limit("depth"));
            return Format::NESTED.name.to_owned();
        }
        let mut formats = identify(bytes, place.name, self.context.limits);
        if is_launcher(bytes, &formats) {
            formats = vec![Format::LAUNCHER];
        }
        let mut claim = self.claimed(&mut formats, bytes, place);
        let names: Vec<&str> = formats.iter().map(|format| format.name).collect();
        let first = formats.first().copied().unwrap_or(Format::UNKNOWN);
        self.judge(place, first, bytes.len(), Facts::Identity(&formats));
        self.settings(bytes, first, place);
        self.named_by_digest(bytes, first, place);
        self.patterns(bytes, first, place);
        let mut shown = names.join("+");
        let place = &Place {
            polyglot: formats.len() > 1,
            ..*place
        };
        for (index, format) in formats.iter().enumerate() {
            if *format == Format::TENSOR_DATA {
                if let Some(claim) = claim.take() {
                    self.explained(bytes, place, claim);
                }
                continue;
            }
            let better = self.parse(bytes, *format, place);
            if let (Some(better), 1, 0) = (better, formats.len(), index) {
                shown = better;
            }
        }
        shown
    }

    /// Runs every rule over one set of facts.
    pub(crate) fn judge(
        &mut self,
        place: &Place<'_>,
        format: Format,
        length: u64,
        facts: Facts<'_>,
    ) {
        let subject = Subject {
            name: place.name,
            member: place.member,
            format,
            length,
            system_package: self.system_package,
            facts,
        };
        for rule in RULES {
            (rule.check)(&rule.info, &subject, self.found);
        }
    }

    /// Parses one format, runs the rules over its facts and goes into its members; returns a more
    /// exact format where the facts tell one.
    fn parse(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) -> Option<String> {
        let source = bytes.as_ref();
        let limits = self.context.limits;
        match format {
            Format::PICKLE | Format::TORCH_LEGACY => return self.pickle(bytes, format, place, 0),
            Format::ZIP => return self.zip(bytes, place),
            Format::TAR => self.tar(bytes, place),
            Format::CAB => self.cabinet(bytes, place),
            Format::OCDBT => self.store(bytes, format, place),
            Format::LLAMAFILE => self.llamafile(bytes, place),
            Format::SEVEN_ZIP => self.seven_zip(bytes, place),
            Format::SAFETENSORS => {
                let facts = safetensors::parse(source, limits)?;
                self.judge(place, format, bytes.len(), Facts::Safetensors(&facts));
                self.metadata_texts(&facts.metadata, format, place);
                self.weights(bytes, format, place, extents::of_safetensors(&facts));
                self.trailing(
                    bytes,
                    place,
                    facts.trailing_start,
                    "bytes after the tensors",
                );
            }
            Format::GGUF => {
                let facts = gguf::parse(source, limits)?;
                self.judge(place, format, bytes.len(), Facts::Gguf(&facts));
                self.weights(bytes, format, place, extents::of_gguf(&facts));
                self.gguf_texts(&facts, place);
                self.trailing(
                    bytes,
                    place,
                    facts.trailing_start,
                    "bytes after the tensors",
                );
            }
            Format::HDF5 => self.hdf5(bytes, place),
            Format::TFLITE => self.tflite(bytes, place),
            Format::EXECUTORCH => self.executorch(bytes, place),
            Format::NPY => {
                let facts = numpy::parse(source, limits)?;
                self.judge(place, format, bytes.len(), Facts::Numpy(&facts));
                if facts.has_objects {
                    self.pickle(bytes, Format::PICKLE, place, facts.data_start);
                } else {
                    self.weights(bytes, format, place, extents::of_numpy(&facts, bytes.len()));
                    self.trailing(bytes, place, facts.trailing_start, "bytes after the array");
                }
            }
            _ if self.package(bytes, format, place) || self.serialised(bytes, format, place) => {}
            Format::PYTHON => self.python(bytes, format, place),
            Format::NOTEBOOK => self.notebook(bytes, format, place),
            Format::JAVASCRIPT | Format::TYPESCRIPT => self.javascript(bytes, format, place),
            _ if format.is_script() => self.recipe(bytes, format, place),
            _ if graphs::is_graph(format) => self.graph(bytes, format, place),
            _ if markup::is_markup(format) => self.markup(bytes, format, place),
            _ if format.codec.is_some() => return self.wrapper(bytes, format, place),
            _ if format.class == Class::Text => self.text(bytes, format, place),
            _ if format.class == Class::Executable => {
                self.script(bytes, format, place);
                self.search(bytes, place, 0);
            }
            _ => {
                self.search(bytes, place, 0);
                if matches!(format.class, Class::Unknown | Class::Inert) {
                    self.programs(bytes, format, place, 0, Position::Unstructured);
                }
            }
        }
        None
    }

    /// Executes the streams from `offset` on.
    fn pickle(
        &mut self,
        bytes: &Bytes,
        format: Format,
        place: &Place<'_>,
        offset: u64,
    ) -> Option<String> {
        let facts = pickle::examine(bytes.as_ref(), offset, self.context.limits, None);
        let better = format::of_pickle(format, &facts);
        self.storages.extend(extents::of_storages(&facts));
        self.judge(
            place,
            better,
            bytes.len(),
            Facts::Pickle(&JudgedPickle::new(
                &facts,
                self.context,
                self.torchscript,
                arrays_beside(bytes.as_ref(), offset, &facts, self.context.limits),
            )),
        );
        self.constants(bytes, &facts, place);
        let end = if format == Format::TORCH_LEGACY {
            format::legacy_end(bytes.as_ref(), &facts)
        } else {
            facts.end
        };
        let whole = facts.complete();
        let rest = archive::after_blank(bytes.as_ref(), end);
        if whole && rest < bytes.len() {
            self.trailing(bytes, place, Some(rest), "bytes after the last stream");
        } else if !whole {
            // A loader stops at the break, but the bytes behind it may be another stream.
            self.search(bytes, place, end.saturating_add(1));
        }
        (offset == 0).then(|| better.name.to_owned())
    }

    /// Examines bytes that stand behind what the format says is its end.
    pub(crate) fn trailing(
        &mut self,
        bytes: &Bytes,
        place: &Place<'_>,
        start: Option<u64>,
        what: &'static str,
    ) {
        let Some(start) = start.filter(|start| *start < bytes.len()) else {
            return;
        };
        self.judge(
            place,
            Format::TRAILING,
            bytes.len(),
            Facts::Trailing { start, what },
        );
        if place.polyglot || start == 0 {
            return;
        }
        let rest: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), start, bytes.len()));
        let member = archive::path(place.member, &format!("(from byte {start})"));
        let inner = Place {
            name: "",
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        // A zip at the tail was identified with the artifact itself.
        if identify(&rest, "", self.context.limits)
            .first()
            .is_some_and(|format| format.is_examined() && *format != Format::ZIP)
        {
            self.examine(&rest, &inner);
        } else {
            self.search(&rest, &inner, 0);
            self.programs(bytes, Format::TRAILING, place, start, Position::End);
        }
    }

    /// Searches bytes that no parser understands for a pickle stream that would call something.
    pub(crate) fn search(&mut self, bytes: &Bytes, place: &Place<'_>, from: u64) {
        if let Some(start) = pickle::find(bytes.as_ref(), from, self.context.limits) {
            self.judge(
                place,
                Format::PICKLE,
                bytes.len(),
                Facts::HiddenStream { start },
            );
            let facts = pickle::examine(bytes.as_ref(), start, self.context.limits, None);
            self.judge(
                place,
                Format::PICKLE,
                bytes.len(),
                Facts::Pickle(&JudgedPickle::new(
                    &facts,
                    self.context,
                    self.torchscript,
                    false,
                )),
            );
        }
    }
}
