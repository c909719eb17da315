//! Native programs among the members of archives: ordinary in packages of software, not in models.

use waybill_formats::Bytes;

use super::{Facts, Format, Place, Walk};

/// Extensions of libraries and objects, which packages of code beside a model may have.
const LIBRARIES: [&str; 9] = ["so", "dylib", "dll", "pyd", "node", "a", "o", "lib", "obj"];

/// What makes an archive a package of software.
const PACKAGES: [&str; 8] = [
    ".dist-info/",
    "EGG-INFO/",
    ".egg-info",
    "META-INF/MANIFEST.MF",
    "info/index.json",
    "package.json",
    "PKG-INFO",
    "DEBIAN/",
];

/// Extensions of what holds the numbers of a model.
const WEIGHTS: [&str; 18] = [
    "bin",
    "pt",
    "pth",
    "ckpt",
    "pkl",
    "joblib",
    "npy",
    "npz",
    "h5",
    "keras",
    "safetensors",
    "gguf",
    "onnx",
    "pb",
    "tflite",
    "msgpack",
    "nemo",
    "params",
];

/// True if the archive is a model, or holds the numbers of one and is no package of software.
pub(super) fn holds_model<'n>(kind: Format, names: impl Iterator<Item = &'n str>) -> bool {
    const LOOKED_AT: usize = 100_000;
    if kind.is_model_archive() {
        return true;
    }
    let mut weights = false;
    for name in names.take(LOOKED_AT) {
        if PACKAGES.iter().any(|package| name.contains(package)) {
            return false;
        }
        weights = weights || WEIGHTS.contains(&extension(name));
    }
    weights
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

impl Walk<'_> {
    /// Notes a native program where there should be none.
    pub(super) fn native_member(
        &mut self,
        content: &Bytes,
        format: Format,
        kind: Format,
        inner: &Place<'_>,
    ) {
        let library = LIBRARIES.contains(&extension(inner.name));
        if format.is_native() && (kind.is_model_archive() || self.model_archive && !library) {
            self.judge(inner, kind, content.len(), Facts::NativeMember(format));
        }
    }
}
