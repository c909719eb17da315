//! What bytes are, by content. A name is only a hint, used where texts look alike.

use waybill_formats::wrapper::Codec;
use waybill_formats::{
    Bytes, Limits, ReadAt, ar, cab, cpio, flatbuffers, gguf, hdf5, numpy, pickle, rpm, safetensors,
    tar, tensorrt, zip,
};
use waybill_source::text::{Language, TextClass, classify};

use super::{Class, Format, chunks, kinds, serialised};

/// Bytes at the start that are looked at.
const HEAD_BYTES: usize = 4096;
/// Bytes at the start that a text is told by.
const TEXT_BYTES: usize = 64 << 10;

/// The formats that the bytes show: that of their beginning, and a zip that they end with.
pub(super) fn identify(bytes: &Bytes, name: &str, limits: &Limits) -> Vec<Format> {
    let source = bytes.as_ref();
    let Ok(head) = source.bytes_at(0, HEAD_BYTES) else {
        return vec![Format::UNKNOWN];
    };
    if head.is_empty() {
        return vec![Format::EMPTY];
    }
    let first = by_head(source, &head, name, limits);
    let mut formats = vec![first];
    // Behind a block of the user's own; the first member of a tar begins there, too.
    if !matches!(first, Format::HDF5 | Format::ZIP | Format::TAR) && hdf5::find(source).is_some() {
        formats.retain(|format| *format != Format::UNKNOWN);
        formats.push(Format::HDF5);
    }
    // Many magic numbers are opcodes too: whatever else the bytes are, a loader of pickles runs them.
    let pickled = matches!(first, Format::PICKLE | Format::TORCH_LEGACY);
    if !pickled && pickle::imports(source, limits) {
        formats.push(Format::PICKLE);
    }
    if first != Format::ZIP
        && zip::ends_like_zip(source)
        && !(first == Format::TAR && ends_with_zip_member(source, limits))
        && !(first == Format::TFLITE && files_follow(source, limits))
    {
        if first.is_native() && formats.len() == 1 && kinds::carries_model(source, limits) {
            return vec![Format::LLAMAFILE];
        }
        formats.retain(|format| *format != Format::UNKNOWN);
        formats.push(Format::ZIP);
    }
    // Values of all kinds stand one behind the other in such a file; what is whole as something else is that.
    let values = match first.class {
        Class::Unknown => true,
        Class::Text | Class::Inert => chunks::holds_values(source),
        _ => first.codec == Some(Codec::Zstd),
    };
    if values && formats.len() == 1 && chunks::is_store_data(name) {
        return vec![Format::OCDBT];
    }
    formats
}

/// True if a zip stands behind a model of `TensorFlow` Lite: its labels and vocabularies.
fn files_follow(source: &dyn ReadAt, limits: &Limits) -> bool {
    flatbuffers::tflite(source, limits).is_some_and(|model| {
        model.calls > 0 && super::flatbuffers::files_behind(source, model.end, limits).is_some()
    })
}

/// True if the zip that a tar seems to end with is simply its last member.
fn ends_with_zip_member(source: &dyn ReadAt, limits: &Limits) -> bool {
    let Some(archive) = zip::parse(source, limits) else {
        return false;
    };
    let members = tar::parse(source, limits)
        .map(|facts| facts.entries)
        .unwrap_or_default();
    let end = |entry: &tar::Entry| entry.data_offset.saturating_add(entry.data_bytes());
    members
        .iter()
        .any(|entry| entry.data_offset <= archive.shift && archive.end <= end(entry))
}

fn by_head(source: &dyn ReadAt, head: &[u8], name: &str, limits: &Limits) -> Format {
    if zip::recognises(head) {
        return Format::ZIP;
    }
    if gguf::recognises(head, source.len()) {
        return Format::GGUF;
    }
    if flatbuffers::recognises_tflite(head) {
        return Format::TFLITE;
    }
    if flatbuffers::recognises_executorch(head) {
        return Format::EXECUTORCH;
    }
    if hdf5::recognises(head) {
        return Format::HDF5;
    }
    if numpy::recognises(head, source.len()) {
        return Format::NPY;
    }
    if safetensors::recognises(head, source.len()) {
        return Format::SAFETENSORS;
    }
    if pickle::begins_torch_legacy(head) {
        return Format::TORCH_LEGACY;
    }
    if let Some(codec) = Codec::recognises(head) {
        return Format::of_codec(codec);
    }
    if tensorrt::recognises(source, head) {
        return Format::TENSORRT;
    }
    if let Some(known) = serialised::recognise(head, source.len()) {
        return known;
    }
    if let Some(known) = super::graphs::by_mark(head) {
        return known;
    }
    if chunks::is_store_manifest(head) {
        return Format::OCDBT;
    }
    if let Some(known) = by_package(head) {
        return known;
    }
    if let Some(known) = by_magic(head, source.len()) {
        // A magic number of letters may begin a script: what reads as text is text.
        let text = (known.class == Class::Inert
            && head.first().is_some_and(u8::is_ascii_graphic)
            && std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0')))
        .then(|| by_text(source, name))
        .flatten();
        return match text {
            Some(text) if text.is_program() => text,
            _ => known,
        };
    }
    if let Some(known) = serialised::by_extension(name) {
        return known;
    }
    if tar::recognises(head, source.len()) {
        return Format::TAR;
    }
    if pickle::recognises(source, 0, limits) {
        return Format::PICKLE;
    }
    by_text(source, name)
        .or_else(|| super::graphs::by_structure(source, head, name))
        .or_else(|| serialised::by_name(head, name, source.len()))
        .or_else(|| serialised::by_parsing(source, head, limits))
        .unwrap_or(Format::UNKNOWN)
}

fn by_text(source: &dyn ReadAt, name: &str) -> Option<Format> {
    let head = source.bytes_at(0, TEXT_BYTES).ok()?;
    let class = classify(&head, (!name.is_empty()).then_some(name));
    Some(match class {
        TextClass::NotText => return None,
        TextClass::Empty => Format::EMPTY,
        TextClass::Prose => Format::TEXT,
        TextClass::Json | TextClass::JsonLines => Format::JSON,
        TextClass::JinjaTemplate => Format::JINJA,
        TextClass::GitLfsPointer { .. } => Format::LFS_POINTER,
        TextClass::Notebook => Format::NOTEBOOK,
        TextClass::SourceCode(Language::Modelfile) => Format::known("modelfile", Class::Text),
        TextClass::SourceCode(Language::Python) if is_cython(name) => {
            Format::known("cython", Class::Executable)
        }
        TextClass::SourceCode(Language::Python) => Format::PYTHON,
        TextClass::SourceCode(Language::Shell) => Format::SHELL,
        TextClass::SourceCode(Language::JavaScript) => Format::JAVASCRIPT,
        TextClass::SourceCode(Language::TypeScript) => Format::TYPESCRIPT,
        TextClass::SourceCode(Language::Dockerfile) => Format::DOCKERFILE,
        TextClass::SourceCode(Language::Makefile) => Format::MAKEFILE,
        TextClass::SourceCode(language) => {
            Format::known(language_name(language), Class::Executable)
        }
        // Headers as in letters, which Python's installers write.
        TextClass::Yaml if is_installers(name) => Format::TEXT,
        TextClass::Yaml => Format::YAML,
        TextClass::Toml => Format::known("toml", Class::Text),
        TextClass::Ini => Format::known("ini", Class::Text),
        TextClass::Xml => Format::XML,
        TextClass::Html => Format::HTML,
        TextClass::Svg => Format::SVG,
        TextClass::PmmlXml => Format::PMML,
        TextClass::Pbtxt => Format::PBTXT,
        TextClass::LightGbmText => Format::LIGHTGBM,
    })
}

/// What installers of Python keep beside a package.
fn is_installers(name: &str) -> bool {
    [".dist-info/WHEEL", ".dist-info/METADATA", "/PKG-INFO"]
        .into_iter()
        .any(|end| name.ends_with(end))
}

/// Cython looks like Python, and becomes native code.
fn is_cython(name: &str) -> bool {
    [".pyx", ".pxd", ".pxi"]
        .into_iter()
        .any(|extension| name.ends_with(extension))
}

/// Packages of systems.
fn by_package(head: &[u8]) -> Option<Format> {
    if ar::recognises(head) {
        return Some(Format::AR);
    }
    if rpm::file::recognises(head) {
        return Some(Format::RPM);
    }
    if cab::recognises(head) {
        return Some(Format::CAB);
    }
    cpio::recognises(head).then_some(Format::CPIO)
}

/// What files begin with, of formats without fields to tell them by.
const MAGICS: &[(&[u8], &str, Class)] = &[
    (b"\x7fELF", "elf", Class::Executable),
    (b"\xfe\xed\xfa\xce", "mach-o", Class::Executable),
    (b"\xfe\xed\xfa\xcf", "mach-o", Class::Executable),
    (b"\xce\xfa\xed\xfe", "mach-o", Class::Executable),
    (b"\xcf\xfa\xed\xfe", "mach-o", Class::Executable),
    (b"\0asm", "wasm", Class::Executable),
    (b"7z\xbc\xaf\x27\x1c", "7z", Class::NotExamined),
    (b"dex\n03", "dex", Class::Executable),
    // Programs for several systems at once, where they do not begin as for Windows.
    (b"jartsr='", "ape", Class::Executable),
    (b"APEDBG='", "ape", Class::Executable),
    (b"Rar!\x1a\x07", "rar", Class::NotExamined),
    (b"~TenBin~", "tenbin", Class::Inert),
    (b"B\0C\0N\0\0\0", "cntk-1", Class::NotExamined),
    (b"FEA1", "feather", Class::Inert),
    (b"lmgg", "ggml", Class::NotExamined),
    (b"fmgg", "ggml", Class::NotExamined),
    (b"tjgg", "ggml", Class::NotExamined),
    (b"algg", "ggml-adapter", Class::NotExamined),
    (b"SQLite format 3\0", "sqlite", Class::NotExamined),
    (b"\xca\xfe\xba\xbe", "java-class", Class::Executable),
    (b"\x89PNG\r\n\x1a\n", "png", Class::Inert),
    (b"\xff\xd8\xff", "jpeg", Class::Inert),
    (b"GIF87a", "gif", Class::Inert),
    (b"GIF89a", "gif", Class::Inert),
    (b"BM", "bmp", Class::Unknown),
    (b"%PDF-", "pdf", Class::Inert),
    (b"OggS", "ogg", Class::Inert),
    (b"fLaC", "flac", Class::Inert),
    (b"ID3", "mp3", Class::Inert),
    (b"wOF2", "woff2", Class::Inert),
    (b"II*\0", "tiff", Class::Inert),
    (b"MM\0*", "tiff", Class::Inert),
    (b"\x1aE\xdf\xa3", "matroska", Class::Inert),
    (b"\xde\x12\x04\x95", "gettext", Class::Inert),
    (b"\x95\x04\x12\xde", "gettext", Class::Inert),
    (b"TZif", "tzif", Class::Inert),
    (b"wOFF", "woff", Class::Inert),
    (b"OTTO\0", "otf", Class::Inert),
    (b"\0\x01\0\0\0", "ttf", Class::Inert),
    (b"\0\0\x01\0", "ico", Class::Inert),
];

/// Magic numbers of formats that have no rules here yet, and of inert ones.
fn by_magic(head: &[u8], length: u64) -> Option<Format> {
    let known = MAGICS
        .iter()
        .find(|(magic, _, class)| *class != Class::Unknown && head.starts_with(magic));
    if let Some((_, name, class)) = known {
        // A library of macOS for several processors begins like a class of Java, whose version, in
        // the same place as the number of processors, is 45 at least.
        let several = *name == "java-class"
            && head
                .get(4..8)
                .is_some_and(|count| matches!(count, [0, 0, 0, 1..=30]));
        let name = if several { "mach-o" } else { name };
        return Some(Format::known(name, *class));
    }
    let at = |start: usize, magic: &[u8]| {
        head.get(start..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let boxed = |name, class| Some(Format::known(name, class));
    if at(0, b"MZ") && pe_header(head) {
        return boxed("pe", Class::Executable);
    }
    // CPython bytecode: a version number, CR LF, flags; since 3.7 (PEP 552).
    if at(2, b"\r\n")
        && head
            .get(4..8)
            .is_some_and(|flags| matches!(flags, [0..=3, 0, 0, 0]))
    {
        return boxed("python-bytecode", Class::Executable);
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return boxed("wav", Class::Inert);
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return boxed("webp", Class::Inert);
    }
    if at(4, b"ftyp") {
        return boxed("mp4", Class::Inert);
    }
    if at(0, &[0xff, 0xfb]) && length > 4096 {
        return boxed("mp3", Class::Inert);
    }
    None
}

fn pe_header(head: &[u8]) -> bool {
    let place = head
        .get(0x3c..0x40)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes);
    let place = place.and_then(|place| usize::try_from(place).ok());
    place
        .and_then(|place| head.get(place..))
        .is_some_and(|rest| rest.starts_with(b"PE\0\0"))
        || head.starts_with(b"MZ\x90\0")
}

/// What the bytes at `start` begin like, if that is anything but numbers.
pub(super) fn foreign_head(
    source: &dyn ReadAt,
    start: u64,
    limits: &Limits,
) -> Option<&'static str> {
    let head = source.bytes_at(start, 256).ok()?;
    match head.as_slice() {
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some("a 7z archive"),
        [0x80, 2..=5, ..] if pickle::find(&head, 0, limits) == Some(0) => Some("a pickle"),
        _ => None,
    }
}

fn language_name(language: Language) -> &'static str {
    match language {
        Language::Python => "python",
        Language::Shell => "shell",
        Language::JavaScript => "javascript",
        Language::TypeScript => "typescript",
        Language::C => "c",
        Language::Rust => "rust",
        Language::Java => "java",
        Language::PowerShell => "powershell",
        Language::Batch => "batch",
        Language::Dockerfile => "dockerfile",
        Language::Makefile => "makefile",
        Language::Modelfile => "modelfile",
        Language::Other => "source code",
    }
}
