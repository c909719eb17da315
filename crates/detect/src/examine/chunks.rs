//! Arrays in chunks, as Zarr keeps them, and stores of many small values, as OCDBT keeps them: what
//! checkpoints of Orbax consist of.

use waybill_domain::Severity;
use waybill_formats::planes::Element;
use waybill_formats::wrapper::{Codec, expand};
use waybill_formats::{Bytes, ReadAt, SubRange};
use waybill_source::document::{DocumentLimits, Node, json};

use super::archive::path;
use super::identify::identify;
use super::settings::last;
use super::{Class, Extent, Facts, Format, Noted, NotedKind, Place, Position, Walk};

/// Chunks of one array that are told to be its.
const MOST_CHUNKS: u64 = 16_384;
/// What a frame of zstd begins with.
const FRAME: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// Bytes of a store in which frames are looked for at once.
const PIECE_BYTES: usize = 4 << 20;

/// Frames of one store that are looked into.
const MOST_FRAMES: u32 = 65_536;
/// Bytes at the end of a piece that are looked at again with the next.
const ACROSS_BYTES: usize = 256;
/// Names of coders that run pickles, as descriptions write them.
const PICKLING: [&[u8]; 3] = [b"\"pickle\"", b"\"numcodecs.pickle\"", b"\"dill\""];

/// How an array is cut up.
struct Array {
    /// Chunks along each dimension.
    grid: Vec<u64>,
    separator: char,
    /// Stands before the numbers of a chunk: `c` in version 3.
    prefix: &'static str,
    element: Option<Element>,
    /// Name of the codec whose content is looked at.
    packed: Option<&'static str>,
}

/// True for a file of a store whose name is a number, in a folder `d` as OCDBT makes it.
pub(super) fn is_store_data(name: &str) -> bool {
    let mut parts = name.rsplit(['/', '\\']);
    let (file, folder) = (parts.next().unwrap_or_default(), parts.next());
    folder == Some("d")
        && file.len() == 32
        && file
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// True if the bytes begin as the list of what a store holds, or as a part of it.
pub(super) fn is_store_manifest(head: &[u8]) -> bool {
    head.starts_with(&[0x0c, 0xdb, 0x3a, 0x2a]) || head.starts_with(&[0x0c, 0xdb, 0x20, 0xde])
}

/// True for the name of a chunk: numbers between dots.
pub(super) fn is_chunk_name(name: &str) -> bool {
    let file = last(name);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    file == "c" || file.trim_start_matches("c.").split('.').all(number)
}

impl Walk<'_> {
    /// Notes which files beside the description of an array are its chunks, and what is pickled in it.
    pub(super) fn claim_chunks(&mut self, text: &str, place: &Place<'_>) {
        let limits = DocumentLimits {
            depth: 32,
            values: 100_000,
        };
        if last(place.name) == ".zmetadata" {
            return;
        }
        let document = json(text, &limits);
        let Some(root) = document.root() else {
            return;
        };
        if pickled(root) {
            self.pickled_chunks(text.len() as u64, place);
        }
        let Some(array) = Array::of(root) else {
            return;
        };
        for name in array.names() {
            let whole = |element| Extent {
                name: "chunk".to_owned(),
                start: 0,
                end: u64::MAX,
                element,
            };
            match array.packed {
                Some(codec) => {
                    let inner = format!("{name}!/({codec} content)");
                    self.claim(place, &inner, vec![whole(array.element)]);
                }
                None => self.claim(place, &name, vec![whole(array.element)]),
            }
        }
    }

    fn pickled_chunks(&mut self, length: u64, place: &Place<'_>) {
        let noted = [Noted {
            kind: NotedKind::Chunks,
            line: 1,
            severity: Severity::High,
            message: "chunks of the array are pickles: reading a value runs them".to_owned(),
        }];
        self.judge(place, Format::JSON, length, Facts::Noted(&noted));
    }

    /// A file of a store: values and tables one behind the other, most of them compressed.
    pub(super) fn store(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        self.search(bytes, place, 0);
        self.programs(bytes, format, place, 0, Position::Unstructured);
        let mut store = Store::default();
        let mut at = 0_u64;
        while at < bytes.len() {
            let piece = bytes.bytes_at(at, PIECE_BYTES).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            store.pickled |= names_pickle(&piece);
            for found in memchr::memmem::find_iter(&piece, FRAME) {
                let start = at.saturating_add(found as u64);
                if start < store.next {
                    continue;
                }
                if store.frames == MOST_FRAMES {
                    let reason = "it has more compressed values than are looked into";
                    self.judge(place, format, bytes.len(), Facts::Unread(reason));
                    return self.told(&store, bytes.len(), place);
                }
                store.frames = store.frames.saturating_add(1);
                let used = self.frame(bytes, start, format, place, &mut store);
                store.next = start.saturating_add(used.max(1));
            }
            // What stands across the end of a piece is found in the next.
            let step = piece.len().saturating_sub(ACROSS_BYTES).max(1) as u64;
            at = match piece.len() < PIECE_BYTES {
                true => bytes.len(),
                false => at.saturating_add(step),
            };
        }
        self.told(&store, bytes.len(), place);
    }

    fn told(&mut self, store: &Store, length: u64, place: &Place<'_>) {
        if store.pickled {
            self.pickled_chunks(length, place);
        }
    }

    /// Looks into one frame, and returns how many bytes it takes.
    fn frame(
        &mut self,
        bytes: &Bytes,
        start: u64,
        format: Format,
        place: &Place<'_>,
        store: &mut Store,
    ) -> u64 {
        let rest: Bytes = std::sync::Arc::new(SubRange::new(
            std::sync::Arc::clone(bytes),
            start,
            bytes.len().saturating_sub(start),
        ));
        let (limits, scratch) = (self.context.limits, self.context.scratch);
        let content = expand(Codec::Zstd, &rest, limits, self.budget, scratch);
        if content.bytes.is_empty() {
            return 0;
        }
        let ended = &content.ended;
        if !matches!(
            ended,
            waybill_formats::wrapper::Ended::Whole | waybill_formats::wrapper::Ended::Broken(_)
        ) {
            self.judge(place, format, bytes.len(), Facts::Wrapper { ended });
            return content.used;
        }
        let head = content.bytes.bytes_at(0, PIECE_BYTES).unwrap_or_default();
        store.pickled |= names_pickle(&head);
        // A value that is a file of its own is that; the others are numbers, names and tables.
        let whole = identify(&content.bytes, "", limits);
        let known = whole
            .iter()
            .any(|format| !matches!(format.class, Class::Unknown | Class::Text | Class::Inert));
        if known {
            let member = path(place.member, &format!("(value at byte {start})"));
            let inner = Place {
                name: "",
                member: Some(&member),
                depth: place.depth.saturating_add(1),
                polyglot: false,
            };
            self.examine(&content.bytes, &inner);
        } else {
            self.search(&content.bytes, place, 0);
            self.programs(&content.bytes, format, place, 0, Position::Unstructured);
        }
        content.used
    }
}

/// What is known of a store so far.
#[derive(Default)]
struct Store {
    /// A description in it says that values are pickles.
    pickled: bool,
    /// Frames that were looked into.
    frames: u32,
    /// Where the last of them ends.
    next: u64,
}

/// True if a description of an array names a coder that runs pickles, with whatever blanks.
fn names_pickle(bytes: &[u8]) -> bool {
    let blank = |bytes: &[u8]| -> usize {
        let blanks = bytes.iter().take_while(|byte| byte.is_ascii_whitespace());
        blanks.count()
    };
    let after = |bytes: &[u8], key: usize| -> Option<bool> {
        let rest = bytes.get(key..)?;
        let rest = rest.get(blank(rest)..)?.strip_prefix(b":")?;
        let rest = rest.get(blank(rest)..)?;
        Some(PICKLING.iter().any(|coder| rest.starts_with(coder)))
    };
    [&b"\"id\""[..], b"\"name\""].iter().any(|key| {
        memchr::memmem::find_iter(bytes, key)
            .any(|at| after(bytes, at.saturating_add(key.len())) == Some(true))
    })
}

/// True if not all of what begins as a text or a picture is one: it holds compressed values, or zeroes
/// and other bytes that no text has.
pub(super) fn holds_values(source: &dyn ReadAt) -> bool {
    let head = source.bytes_at(0, PIECE_BYTES).unwrap_or_default();
    head.contains(&0) || memchr::memmem::find(&head, FRAME).is_some()
}

/// True if an array of any objects is read through `pickle`.
fn pickled(root: &Node) -> bool {
    let lists = ["filters", "codecs"].iter().filter_map(|key| root.get(key));
    let coders = lists.flat_map(Node::items).map(AsRef::as_ref);
    coders.chain(root.get("compressor")).any(|coder: &Node| {
        let name = coder.get("id").or_else(|| coder.get("name"));
        name.and_then(Node::text)
            .is_some_and(|name| matches!(name, "pickle" | "numcodecs.pickle" | "dill"))
    })
}

impl Array {
    fn of(root: &Node) -> Option<Self> {
        let third = number(root.get("zarr_format")?)? == 3;
        let shape = numbers(root.get("shape")?)?;
        let chunks = match third {
            true => numbers(root.at(&["chunk_grid", "configuration", "chunk_shape"])?)?,
            false => numbers(root.get("chunks")?)?,
        };
        if shape.len() != chunks.len() {
            return None;
        }
        let grid = shape
            .iter()
            .zip(&chunks)
            .map(|(size, chunk)| size.div_ceil((*chunk).max(1)).max(1))
            .collect();
        let separator = root
            .get("dimension_separator")
            .or_else(|| root.at(&["chunk_key_encoding", "configuration", "separator"]))
            .and_then(Node::text);
        let plain = root
            .at(&["chunk_key_encoding", "name"])
            .and_then(Node::text)
            != Some("v2");
        let codec = match third {
            true => root
                .get("codecs")
                .and_then(|codecs| codecs.items().last())
                .map(AsRef::as_ref),
            false => root.get("compressor"),
        };
        let codec = codec.and_then(|codec| codec.get("id").or_else(|| codec.get("name")));
        let codec = codec.and_then(Node::text).unwrap_or_default();
        let packed = ["gzip", "zstd", "zlib", "bz2"]
            .iter()
            .find(|known| **known == codec)
            .map(|known| match *known {
                "bz2" => "bzip2",
                other => other,
            });
        let whole = packed.is_some() || matches!(codec, "" | "bytes" | "crc32c");
        let kind = root.get("dtype").or_else(|| root.get("data_type"));
        let element = match kind.and_then(Node::text).filter(|_| whole) {
            Some("<f4" | "float32") => Some(Element::F32),
            Some("<f8" | "float64") => Some(Element::F64),
            Some("<f2" | "float16") => Some(Element::F16),
            Some("bfloat16") => Some(Element::Bf16),
            Some("|u1" | "|i1" | "uint8" | "int8") => Some(Element::Byte),
            _ => None,
        };
        Some(Self {
            grid,
            separator: match separator {
                Some("/") => '/',
                None if third => '/',
                _ => '.',
            },
            prefix: if third && plain { "c" } else { "" },
            element,
            packed,
        })
    }

    /// The names of the chunks, those of the last dimension first.
    fn names(&self) -> Vec<String> {
        let count = self
            .grid
            .iter()
            .fold(1_u64, |all, along| all.saturating_mul(*along))
            .min(MOST_CHUNKS);
        let mut names = Vec::new();
        for index in 0..count {
            let mut rest = index;
            let mut parts = Vec::with_capacity(self.grid.len());
            for along in self.grid.iter().rev() {
                parts.push((rest % along).to_string());
                rest /= along;
            }
            parts.reverse();
            if self.grid.is_empty() && self.prefix.is_empty() {
                parts.push("0".to_owned());
            }
            if !self.prefix.is_empty() {
                parts.insert(0, self.prefix.to_owned());
            }
            names.push(parts.join(&self.separator.to_string()));
        }
        names
    }
}

fn number(node: &Node) -> Option<u64> {
    node.integer().and_then(|number| number.try_into().ok())
}

fn numbers(node: &Node) -> Option<Vec<u64>> {
    const MOST_DIMENSIONS: usize = 32;
    let items = node.items();
    (items.len() <= MOST_DIMENSIONS)
        .then(|| items.iter().map(|item| number(item)).collect())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let document = json(text, &DocumentLimits::default());
        Array::of(document.root().unwrap()).unwrap().names()
    }

    #[test]
    fn chunks_are_named_by_their_place() {
        let second = r#"{"zarr_format": 2, "shape": [3, 2], "chunks": [2, 2], "dtype": "<f4", "compressor": null}"#;
        assert_eq!(names(second), ["0.0", "1.0"]);
        let third = r#"{"zarr_format": 3, "shape": [3, 4], "data_type": "float32",
 "chunk_grid": {"configuration": {"chunk_shape": [3, 2]}}, "codecs": [{"name": "bytes"}, {"name": "zstd"}]}"#;
        assert_eq!(names(third), ["c/0/0", "c/0/1"]);
        let single = r#"{"zarr_format": 3, "shape": [], "chunk_grid": {"configuration": {"chunk_shape": []}}}"#;
        assert_eq!(names(single), ["c"]);
        assert!(is_chunk_name("w/0.1") && is_chunk_name("w/c/0/12") && is_chunk_name("step/c"));
        assert!(!is_chunk_name("w/0.bin"));
    }

    #[test]
    fn coders_that_run_pickles_are_told_with_whatever_blanks() {
        for text in [
            r#"{"id":"pickle"}"#,
            "{\"id\" :\n \"pickle\"}",
            r#"{"name": "numcodecs.pickle"}"#,
        ] {
            assert!(names_pickle(text.as_bytes()), "{text}");
        }
        for text in [r#"{"id":"zlib"}"#, r#"{"id""#, r#"["id", "pickle"]"#] {
            assert!(!names_pickle(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn stores_are_told_by_the_names_of_their_files() {
        assert!(is_store_data("x/d/46c18dc0c6af0008db132a6050790eb4"));
        assert!(!is_store_data("x/e/46c18dc0c6af0008db132a6050790eb4"));
        assert!(!is_store_data("d/46c18dc0c6af0008"));
    }
}
