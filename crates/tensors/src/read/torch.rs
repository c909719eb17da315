//! Checkpoints of PyTorch: the zip since 1.6 (`torch/serialization.py`), `TorchScript` archives, which
//! are alike, and the legacy file before it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use waybill_formats::pickle::tree::{self, Id, Tree};
use waybill_formats::{Bytes, SubRange};

use super::objects::{Storages, Walk};
use super::{Archive, Context};
use crate::{Dtype, Model, TensorsError};

/// Streams before the storages of a legacy file: magic number, protocol, machine, object, keys.
const LEGACY_STREAMS: usize = 5;

/// Storages are the members `data/KEY`.
struct Members<'a> {
    archive: &'a Archive,
    context: &'a Context<'a>,
    folder: String,
    opened: HashMap<String, Bytes>,
    big_endian: bool,
}

impl Storages for Members<'_> {
    fn storage(&mut self, key: &str) -> Result<Bytes, TensorsError> {
        if let Some(known) = self.opened.get(key) {
            return Ok(Arc::clone(known));
        }
        let bytes = self
            .archive
            .member(&format!("{}{key}", self.folder), self.context)?;
        self.opened.insert(key.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }

    fn big_endian(&self) -> bool {
        self.big_endian
    }
}

pub(super) fn zip(
    archive: &Archive,
    root: &str,
    context: &Context<'_>,
) -> Result<Model, TensorsError> {
    let script = archive.has(&format!("{root}constants.pkl"));
    let mut model = Model {
        format: if script { "torchscript" } else { "torch-zip" },
        ..Model::default()
    };
    let order = format!("{root}byteorder");
    let big_endian = match archive.has(&order) {
        true => {
            let bytes = archive.member(&order, context)?;
            bytes.bytes_at(0, 3).unwrap_or_default() == b"big"
        }
        false => false,
    };
    let of = |member: &str, folder: &str, at: &str, model: &mut Model| {
        let bytes = archive.member(&format!("{root}{member}"), context)?;
        let tree = taken_apart(&bytes, 0, context)?;
        let mut storages = Members {
            archive,
            context,
            folder: format!("{root}{folder}/"),
            opened: HashMap::new(),
            big_endian,
        };
        Walk::new(&tree, &bytes, &mut storages, model).whole(at)
    };
    of("data.pkl", "data", "", &mut model)?;
    if script {
        of("constants.pkl", "constants", "constants", &mut model)?;
    }
    let explained = [
        "data.pkl",
        "constants.pkl",
        "byteorder",
        "version",
        ".format_version",
        ".storage_alignment",
    ];
    for name in archive.names() {
        let inner = name.strip_prefix(root).unwrap_or(&name);
        let known = explained.contains(&inner)
            || inner.starts_with("data/")
            || inner.starts_with("constants/")
            || inner.starts_with(".data/");
        if !known {
            let what = match inner.starts_with("code/") {
                true => "code of TorchScript",
                false => "a member that is no tensor",
            };
            model.leave(&name, what);
        }
    }
    Ok(model)
}

pub(super) fn taken_apart(
    bytes: &Bytes,
    offset: u64,
    context: &Context<'_>,
) -> Result<Tree, TensorsError> {
    tree::read(bytes.as_ref(), offset, context.limits)
        .map_err(|error| TensorsError::Broken(format!("the pickle cannot be followed: {error}")))
}

/// Storages stand behind the last stream, in the order of the keys, each with its count before it.
struct Behind {
    places: HashMap<String, Bytes>,
}

impl Storages for Behind {
    fn storage(&mut self, key: &str) -> Result<Bytes, TensorsError> {
        self.places.get(key).map(Arc::clone).ok_or_else(|| {
            TensorsError::Broken(format!("the file has no storage `{}`", key.escape_debug()))
        })
    }

    fn big_endian(&self) -> bool {
        false
    }
}

pub(super) fn legacy(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let mut model = Model {
        format: "torch-legacy",
        ..Model::default()
    };
    let mut trees: Vec<Tree> = Vec::with_capacity(LEGACY_STREAMS);
    let mut at = 0;
    for _ in 0..LEGACY_STREAMS {
        let tree = taken_apart(bytes, at, context)?;
        at = tree.end();
        trees.push(tree);
    }
    let (Some(object), Some(keys)) = (trees.get(3), trees.get(4)) else {
        return Err(TensorsError::Broken("it has too few streams".to_owned()));
    };
    let machine = trees.get(2);
    if machine.is_some_and(|tree| {
        let little = tree.get(tree.root(), "little_endian");
        little.is_some_and(|id| tree.node(id) == &tree::Node::Bool(false))
    }) {
        return Err(TensorsError::Broken(
            "it was written by a machine with the other byte order".to_owned(),
        ));
    }
    let sizes = element_sizes(object);
    let mut places = HashMap::new();
    for key in keys.items(keys.root()).unwrap_or_default() {
        let key = key_of(keys, *key)
            .ok_or_else(|| TensorsError::Broken("a key that is no text".to_owned()))?;
        let broken =
            || TensorsError::Broken(format!("the storage `{}` is cut off", key.escape_debug()));
        let head = bytes
            .bytes_at(at, 8)
            .ok()
            .and_then(|head| head.try_into().ok());
        let count = head.map(u64::from_le_bytes).ok_or_else(broken)?;
        let size = sizes.get(&key).copied().ok_or_else(|| {
            TensorsError::Broken(format!("nothing says what the storage `{key}` holds"))
        })?;
        let start = at.saturating_add(8);
        let length = count.checked_mul(size).ok_or_else(broken)?;
        at = start
            .checked_add(length)
            .filter(|end| *end <= bytes.len())
            .ok_or_else(broken)?;
        let place: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), start, length));
        places.insert(key, place);
    }
    if at < bytes.len() {
        model.leave(
            "",
            format!(
                "{} bytes behind the last storage",
                bytes.len().saturating_sub(at)
            ),
        );
    }
    let mut storages = Behind { places };
    Walk::new(object, bytes, &mut storages, &mut model).whole("")?;
    Ok(model)
}

/// Bytes of one element of each storage that persistent ids name.
fn element_sizes(object: &Tree) -> BTreeMap<String, u64> {
    let mut sizes = BTreeMap::new();
    for (_, node) in object.nodes() {
        let tree::Node::Persistent(id) = node else {
            continue;
        };
        let Some([_, class, key, ..]) = object.items(*id) else {
            continue;
        };
        let size = object.global(*class).and_then(|(_, class)| match class {
            "UntypedStorage" | "QInt8Storage" | "QUInt8Storage" => Some(1),
            "QInt32Storage" => Some(4),
            class => Dtype::of_torch(class).map(Dtype::bytes),
        });
        if let (Some(key), Some(size)) = (key_of(object, *key), size) {
            sizes.insert(key, size);
        }
    }
    sizes
}

/// The key of a storage: text, or a number.
pub(super) fn key_of(tree: &Tree, id: Id) -> Option<String> {
    match tree.text(id) {
        Some(text) => Some(text.to_owned()),
        None => tree.int(id).map(|number| number.to_string()),
    }
}
