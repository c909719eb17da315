use waybill_domain::inventory::{Hash, Unread};
use waybill_formats::{Bytes, Limits, ReadAt, rpm};
use waybill_source::{
    card::CardFacts,
    code::{self, CodeFacts, Wants},
    commands::{self, CommandFacts, ImageLabels},
    document::{self, Document, DocumentLimits},
    packages::{self, PackageFacts},
};

use crate::{
    ArtifactFacts, LicenceText, ModelfileFacts, agents, licences, local,
    software::rpm_facts,
    tree::file_name,
    usage::{Reached, Surroundings},
    way::{Way, ways},
};

/// How much of a file is worth reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// It cannot name a component.
    None,
    /// Its first bytes, to tell whether it is an artifact ([`is_artifact`]).
    Head,
    /// Its text, if it is not longer than the limit for texts.
    Text,
    /// Its header and its digest: a local model, adapter or data set.
    Artifact,
}

/// What one file says.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Path relative to the target, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Digests of its bytes.
    pub hashes: Vec<Hash>,
    /// What was read in it; none for a file of no interest.
    pub readings: Vec<Reading>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// One way in which a file was understood.
#[derive(Debug)]
pub enum Reading {
    /// As code.
    Code(Box<CodeFacts>),
    /// As a lock file, requirement file or package metadata.
    Packages(Box<PackageFacts>),
    /// As something that runs commands or images.
    Commands(Box<CommandFacts>),
    /// As configuration: JSON, YAML or TOML.
    Document(Document),
    /// As the header of a model or data file.
    Artifact(Box<ArtifactFacts>),
    /// As a model card or data set card.
    Card(Box<CardFacts>),
    /// As the text of a licence.
    LicenceText(Box<LicenceText>),
    /// As a Modelfile of Ollama.
    Modelfile(Box<ModelfileFacts>),
    /// As plain text: prompts, instructions, lists that another file takes in.
    Text(String),
}

impl Reading {
    /// True for a model, an adapter or a data set.
    pub(crate) const fn is_artifact(&self) -> bool {
        matches!(self, Self::Artifact(_))
    }
}

/// True if a file that begins with `head` is a model, an array or a data set by its content.
#[must_use]
pub fn is_artifact(head: &[u8]) -> bool {
    let safetensors = || {
        let length = head.get(..8).and_then(|bytes| bytes.try_into().ok());
        length.is_some_and(|bytes| (2..1 << 32).contains(&u64::from_le_bytes(bytes)))
            && head.get(8) == Some(&b'{')
    };
    matches!(
        head,
        [b'G', b'G', b'U', b'F', ..]
            | [0x80, 2..=5, ..]
            | [0x89, b'H', b'D', b'F', ..]
            | [0x93, b'N', b'U', b'M', b'P', b'Y', ..]
            | [b'P', b'K', 3, 4, ..]
            | [b'P', b'A', b'R', b'1', ..]
            | [b'A', b'R', b'R', b'O', b'W', b'1', ..]
            | [_, _, _, _, b'T', b'F', b'L', b'3', ..]
    ) || safetensors()
}

/// Reads one file. `path` is relative to the target; `hashes` are what the engine computed;
/// `around` are the files of the target. Code that says nothing by itself is only parsed: once all
/// files are read, [`reached`](crate::reached) names those that have to be [`read_on`].
#[must_use]
pub fn read(path: &str, bytes: &Bytes, hashes: Vec<Hash>, around: &Surroundings) -> FileFacts {
    read_for(path, bytes, hashes, around)
}

/// The same for a file of which others have need.
#[must_use]
pub fn read_on(path: &str, bytes: &Bytes, hashes: Vec<Hash>, around: &Surroundings) -> FileFacts {
    read_for(path, bytes, hashes, &Reached(around))
}

fn read_for(path: &str, bytes: &Bytes, hashes: Vec<Hash>, wants: &dyn Wants) -> FileFacts {
    let mut file = FileFacts {
        path: path.to_owned(),
        size_bytes: bytes.len(),
        hashes,
        ..FileFacts::default()
    };
    let ways = ways(path, bytes.len());
    let mut text = None;
    if ways.is_empty() || ways.contains(&Way::Artifact) {
        let facts = local::artifact(path, bytes.as_ref()).or_else(|| local::archive(path, bytes));
        let reading = facts.map(|facts| Reading::Artifact(Box::new(facts)));
        if reading.is_none() && !bytes.is_empty() && promises_a_model(path) {
            let reason = "its name says that it is a model, its content does not";
            note(&mut file, None, reason.to_owned());
        }
        file.readings.extend(reading);
    }
    for way in &ways {
        match way {
            Way::Artifact => {}
            Way::PackageDatabase => as_package_database(bytes.as_ref(), &mut file),
            way => {
                let text = text.get_or_insert_with(|| decoded(bytes.as_ref()));
                match text {
                    Ok(text) => as_text(*way, text, wants, &mut file),
                    Err(reason) => note(&mut file, None, std::mem::take(reason)),
                }
            }
        }
    }
    file
}

/// Reads the configuration of a container image, which is no file of the image itself.
#[must_use]
pub fn read_configuration(path: &str, text: &str) -> (FileFacts, ImageLabels) {
    let (facts, labels) = commands::image_configuration(text);
    let mut file = FileFacts {
        path: path.to_owned(),
        size_bytes: text.len().try_into().unwrap_or(u64::MAX),
        ..FileFacts::default()
    };
    as_commands(facts, &Surroundings::default(), &mut file);
    (file, labels)
}

/// True for extensions that only models have, whatever the content.
fn promises_a_model(path: &str) -> bool {
    const EXTENSIONS: [&str; 7] = ["safetensors", "gguf", "onnx", "npy", "npz", "pt", "pth"];
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.to_lowercase().as_str()))
}

/// The text of a file; UTF-16 with a byte order mark is turned into UTF-8, other bytes that are not
/// UTF-8 are replaced.
fn decoded(bytes: &dyn ReadAt) -> Result<String, String> {
    let length = usize::try_from(bytes.len()).map_err(|_| "it is too long".to_owned())?;
    let raw = bytes
        .bytes_at(0, length)
        .map_err(|failure| failure.to_string())?;
    let units = |pair: fn([u8; 2]) -> u16| {
        let (pairs, _) = raw.get(2..).unwrap_or_default().as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|bytes| pair(*bytes)).collect();
        String::from_utf16_lossy(&units)
    };
    Ok(match raw.get(..2) {
        Some([0xff, 0xfe]) => units(u16::from_le_bytes),
        Some([0xfe, 0xff]) => units(u16::from_be_bytes),
        _ => String::from_utf8(raw)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    })
}

fn note(file: &mut FileFacts, line: Option<u32>, reason: String) {
    let path = file.path.clone();
    file.unread.push(Unread { path, line, reason });
}

/// Takes over what a parser could not read.
fn note_all(file: &mut FileFacts, unread: &[waybill_source::code::Unread]) {
    for part in unread {
        note(file, part.line, part.reason.clone());
    }
}

fn as_text(way: Way, text: &str, wants: &dyn Wants, file: &mut FileFacts) {
    if matches!(way, Way::Card | Way::Json | Way::Yaml) && agents::wants_text(&file.path) {
        file.readings.push(Reading::Text(text.to_owned()));
    }
    match way {
        Way::Packages => as_packages(text, file),
        Way::Python if file_name(&file.path) == "setup.py" => {
            let facts = code::python(text);
            let packages = packages::python::setup_script(&facts);
            let packages = packages.map(|packages| Reading::Packages(Box::new(packages)));
            file.readings.extend(packages);
            as_code(facts, file);
        }
        Way::Python => as_code(code::python_for(text, wants), file),
        Way::Notebook => as_code(code::notebook_for(text, wants), file),
        Way::Script => as_script(text, wants, file),
        Way::Rust => as_code(code::rust_for(text, wants), file),
        Way::Shell => as_commands(commands::shell(text), wants, file),
        Way::Makefile => as_commands(commands::makefile(text), wants, file),
        Way::Justfile => as_commands(commands::justfile(text), wants, file),
        Way::Unit => as_commands(commands::unit(text), wants, file),
        Way::Tasks => as_commands(commands::tasks(text), wants, file),
        Way::DevelopmentContainer => {
            as_commands(commands::development_container(text), wants, file)
        }
        Way::Dockerfile => as_commands(commands::dockerfile(text), wants, file),
        Way::Compose => as_commands(commands::compose(text), wants, file),
        Way::Workflow | Way::Pipeline => as_commands(commands::workflow(text), wants, file),
        Way::Kubernetes => as_commands(commands::kubernetes(text), wants, file),
        Way::HelmTemplate => as_commands(commands::helm_template(text), wants, file),
        Way::HelmValues | Way::HelmChart => as_commands(commands::helm(text), wants, file),
        Way::Jenkins => as_commands(commands::jenkinsfile(text), wants, file),
        Way::Terraform => as_commands(commands::terraform(text), wants, file),
        Way::Environment => as_commands(commands::environment(text), wants, file),
        Way::Text => file.readings.push(match local::in_text(text) {
            Some(facts) => Reading::Artifact(Box::new(facts)),
            None => Reading::Text(text.to_owned()),
        }),
        Way::Json | Way::Yaml | Way::Toml => as_document(way, text, file),
        Way::Card => file.readings.extend(local::text(&file.path, text)),
        Way::Licence => file.readings.extend(licences::read(&file.path, text)),
        Way::Artifact | Way::PackageDatabase => {}
    }
}

/// Scripts beyond this size are bundles that a tool wrote.
const BUNDLE_BYTES: usize = 1 << 20;

fn as_script(text: &str, wants: &dyn Wants, file: &mut FileFacts) {
    if text.len() > BUNDLE_BYTES {
        let reason = "it is a bundle of more than 1 MiB, not a script that people write";
        return note(file, None, reason.to_owned());
    }
    let facts = code::script_for(text, &file.path, wants);
    as_code(facts, file);
}

fn as_code(facts: CodeFacts, file: &mut FileFacts) {
    note_all(file, &facts.unread);
    file.readings.push(Reading::Code(Box::new(facts)));
}

fn as_commands(facts: CommandFacts, wants: &dyn Wants, file: &mut FileFacts) {
    note_all(file, &facts.unread);
    for script in &facts.scripts {
        let mut code = code::python_for(&script.text, wants);
        code.move_down(script.line.saturating_sub(1));
        as_code(code, file);
    }
    file.readings.push(Reading::Commands(Box::new(facts)));
}

/// A database of packages of RPM.
fn as_package_database(bytes: &dyn ReadAt, file: &mut FileFacts) {
    let Some(database) = rpm::read(bytes, &Limits::default()) else {
        let reason = "it is no database of packages that can be read".to_owned();
        return note(file, None, reason);
    };
    let facts = rpm_facts(database);
    note_all(file, &facts.unread);
    file.readings.push(Reading::Packages(Box::new(facts)));
}

fn as_packages(text: &str, file: &mut FileFacts) {
    let Some(parser) = packages::parser(&file.path) else {
        return;
    };
    let facts = parser(text);
    note_all(file, &facts.unread);
    file.readings.push(Reading::Packages(Box::new(facts)));
}

fn as_document(way: Way, text: &str, file: &mut FileFacts) {
    let limits = DocumentLimits::default();
    let document = match way {
        Way::Json => document::json(text, &limits),
        Way::Yaml => document::yaml(text, &limits),
        _ => document::toml(text, &limits),
    };
    note_all(file, &document.unread);
    if let Some(facts) = document.root().and_then(local::in_document) {
        file.readings.push(Reading::Artifact(Box::new(facts)));
    }
    file.readings.push(Reading::Document(document));
}
