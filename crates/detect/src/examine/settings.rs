//! Files that say something by their names: settings of models, agents, editors, Git, and what
//! they hold that is nobody's business.

use waybill_domain::Severity;
use waybill_formats::Bytes;

use super::sources::{git, requirements, same_file};
use super::{Class, Facts, Format, Place, Walk};
use crate::repository::missing;
use crate::repository::sketch::{Holds, Sketch};
use crate::{agent, repository, secret};

/// Bytes of settings that are read.
const SETTINGS_BYTES: usize = 2 << 20;
/// Bytes in which secrets are looked for.
const SECRET_BYTES: usize = 4 << 20;

/// Something that was noted in a file, for the rule that tells it.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) kind: NotedKind,
    pub(crate) line: u32,
    pub(crate) severity: Severity,
    pub(crate) message: String,
}

/// Which rule tells what was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotedKind {
    Git,
    Requirement,
    Instructions,
    Command,
    Secret,
    /// Active parts of a page.
    Page,
    /// A name under a key whose value is imported and called.
    Target,
    /// How the chunks of an array are kept.
    Chunks,
    /// An address that says something by itself.
    Address,
}

impl Walk<'_> {
    /// Reads what a file says by its name, and notes what of it matters to other files.
    pub(super) fn settings(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        self.sketch_by_name(format, place);
        let textual = is_textual(format);
        self.secrets(bytes, format, place, textual);
        if !textual {
            return;
        }
        let raw = bytes.bytes_at(0, SETTINGS_BYTES).unwrap_or_default();
        let Some(decoded) = waybill_source::text::decode(&raw) else {
            return;
        };
        let text = decoded.text.as_ref();
        let name = place.name;
        let mut noted = Vec::new();
        if agent::is_instructions(name) {
            noted.extend(agent::phrases(text, 1));
        } else if is_page(name) {
            noted.extend(agent::comments(text));
            noted.extend(repository::page(name, text));
        }
        match format.name {
            "json" => noted.extend(agent::tools(name, text, false)),
            "yaml" => noted.extend(agent::tools(name, text, true)),
            "python" => noted.extend(agent::docstrings(text)),
            _ => {}
        }
        let commands = agent::commands(name, text);
        if commands.is_empty() && is_settings(name) {
            noted.extend(repository::addresses(text));
        }
        noted.extend(commands);
        if format == Format::JSON {
            self.claim_shards(text, place);
            self.class_names(text, bytes.len(), place);
            if matches!(last(name), ".zarray" | "zarr.json") {
                self.claim_chunks(text, place);
            }
        }
        if last(name) == "config.cfg" {
            self.registered(text, format, place);
        }
        git(name, text, &mut noted);
        let asked = self.requirements.iter().any(|asked| same_file(asked, name));
        let before = noted.len();
        requirements(name, asked, text, &mut noted);
        self.sketch_text(format, place, text, noted.len() > before);
        if !noted.is_empty() {
            self.judge(place, format, bytes.len(), Facts::Noted(&noted));
        }
        if repository::wanted(name, text) {
            let references = repository::references(name, text);
            if !references.is_empty() {
                self.sketch(place, Holds::References(references));
            }
        }
        if format == Format::JSON
            && last(name) == "config.json"
            && (text.contains("\"model_type\"") || text.contains("\"architectures\""))
        {
            self.sketch(place, Holds::Model);
        }
    }

    pub(super) fn sketch(&mut self, place: &Place<'_>, holds: Holds) {
        self.found.sketches.push(Sketch {
            member: place.member.map(ToOwned::to_owned),
            holds,
        });
    }

    /// What texts are to others: revisions of a cache, and lists of packages if something names them.
    fn sketch_text(&mut self, format: Format, place: &Place<'_>, text: &str, told: bool) {
        const MOST_BYTES: usize = 64 << 10;
        const MOST: usize = 20;
        let revision = text.trim();
        if revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.sketch(place, Holds::Revision(revision.to_owned()));
        }
        if format == Format::TEXT && !told && text.len() <= MOST_BYTES && text.contains("://") {
            let mut sources = Vec::new();
            requirements(place.name, true, text, &mut sources);
            sources.truncate(MOST);
            if !sources.is_empty() {
                self.sketch(place, Holds::Sources(sources));
            }
        }
    }

    fn sketch_by_name(&mut self, format: Format, place: &Place<'_>) {
        let file = last(place.name);
        if matches!(format.name, "elf" | "pe" | "mach-o") {
            self.sketch(place, Holds::Native);
        } else if matches!(format, Format::SAFETENSORS | Format::GGUF)
            || matches!(file, "model_index.json" | "MLmodel" | "modules.json")
        {
            self.sketch(place, Holds::Model);
            if let Some(part) = missing::part_of(file) {
                self.sketch(place, Holds::Parts(part));
            }
        } else if matches!(
            file,
            "__init__.py"
                | "setup.py"
                | "pyproject.toml"
                | "RECORD"
                | "CMakeLists.txt"
                | "Cargo.toml"
                | "package.json"
                | "Makefile"
        ) {
            self.sketch(place, Holds::Package);
        }
    }

    fn secrets(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>, textual: bool) {
        let looked = textual
            || matches!(
                format,
                Format::PICKLE | Format::TORCH_LEGACY | Format::SAFETENSORS | Format::GGUF
            );
        if !looked {
            return;
        }
        let raw = bytes.bytes_at(0, SECRET_BYTES).unwrap_or_default();
        let mut noted = secret::secrets(&raw, textual);
        if let Some(text) = std::str::from_utf8(&raw).ok().filter(|_| textual) {
            noted.extend(secret::passwords(text));
        }
        let noted = secret::placed(place.member.unwrap_or(place.name), noted);
        if !noted.is_empty() {
            self.judge(place, format, bytes.len(), Facts::Noted(&noted));
        }
    }
}

fn is_textual(format: Format) -> bool {
    format.class == Class::Text
        || matches!(
            format.name,
            "python"
                | "yaml"
                | "shell"
                | "notebook"
                | "javascript"
                | "typescript"
                | "modelfile"
                | "dockerfile"
                | "makefile"
                | "source code"
                | "powershell"
                | "batch"
                | "xml"
                | "html"
        )
}

/// True for pages in Markdown, which models and people read.
fn is_page(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}

pub(super) fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// True for settings, which programs read.
fn is_settings(name: &str) -> bool {
    let name = last(name).to_ascii_lowercase();
    [
        ".json",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".env",
        ".properties",
    ]
    .into_iter()
    .any(|end| name.ends_with(end))
        || name == "mlmodel"
}
