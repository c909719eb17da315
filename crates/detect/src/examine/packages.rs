//! Packages of systems: what they hold, and the scripts that they run when they are installed.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use waybill_formats::rpm::file::Script;
use waybill_formats::{Bytes, SubRange, ar, cpio, rpm};
use waybill_source::commands::shell;

use super::{Facts, Format, Listed, Place, Walk, archive};
use crate::archive::names::{Through, link_escapes};
use crate::python::judged::JudgedPython;
use crate::python::moment::Role;
use crate::script::judged::{JudgedCommands, Moment};

/// Bytes that are read at once to take a digest.
const PIECE_BYTES: usize = 1 << 20;

impl Walk<'_> {
    /// Parses and judges a format of this group; false if it is none.
    pub(super) fn package(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) -> bool {
        match format {
            Format::AR => self.ar(bytes, place),
            Format::CPIO => self.cpio(bytes, place),
            Format::RPM => self.rpm(bytes, place),
            _ => return false,
        }
        true
    }

    fn ar(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = ar::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        let listed: Vec<Listed> = facts
            .entries
            .iter()
            .map(|entry| Listed {
                name: entry.name.clone(),
                offset: entry.offset,
                is_link: false,
            })
            .collect();
        self.judge(place, Format::AR, bytes.len(), Facts::Listing(&listed));
        self.broken(bytes, Format::AR, facts.broken, place);
        let package = facts.entries.first();
        let package = package.is_some_and(|entry| entry.name == "debian-binary");
        let outer = std::mem::replace(&mut self.system_package, package);
        for entry in &facts.entries {
            self.part(bytes, &entry.name, (entry.start, entry.length), place);
        }
        self.system_package = outer;
        self.trailing(
            bytes,
            place,
            Some(facts.end),
            "bytes after the end of the archive",
        );
    }

    fn cpio(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(facts) = cpio::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        let through = Through::new(facts.entries.iter().map(|entry| entry.name.as_str()));
        let listed: Vec<Listed> = facts
            .entries
            .iter()
            .map(|entry| Listed {
                name: entry.name.clone(),
                offset: entry.offset,
                // An archive by itself is unpacked anywhere; what a package holds, at the root.
                is_link: entry
                    .target
                    .as_deref()
                    .is_some_and(|target| match self.system_package {
                        true => through.leads_out(&entry.name, target),
                        false => link_escapes(&entry.name, target),
                    }),
            })
            .collect();
        self.judge(place, Format::CPIO, bytes.len(), Facts::Listing(&listed));
        self.broken(bytes, Format::CPIO, facts.broken, place);
        if facts.entries.iter().any(cpio::Entry::is_special) {
            let reason = "it holds devices, pipes or sockets, which unpacking it makes";
            self.judge(place, Format::CPIO, bytes.len(), Facts::Unread(reason));
        }
        // Programs unpack as a file what says nothing of what it is.
        let files = facts.entries.iter();
        let files = files.filter(|entry| !entry.is_link() && !entry.is_folder());
        for entry in files.filter(|entry| !entry.is_special()) {
            self.part(bytes, &entry.name, (entry.start, entry.length), place);
        }
        let rest = archive::after_blank(bytes.as_ref(), facts.end);
        self.trailing(
            bytes,
            place,
            Some(rest),
            "bytes after the end of the archive",
        );
    }

    fn rpm(&mut self, bytes: &Bytes, place: &Place<'_>) {
        let Some(file) = rpm::file::parse(bytes.as_ref(), self.context.limits) else {
            return;
        };
        self.broken(bytes, Format::RPM, file.broken, place);
        for script in &file.scripts {
            self.rpm_script(script, place);
        }
        if let Some(start) = file.payload.filter(|start| *start < bytes.len()) {
            let length = bytes.len().saturating_sub(start);
            let outer = std::mem::replace(&mut self.system_package, true);
            self.part(bytes, "(payload)", (start, length), place);
            self.system_package = outer;
        }
    }

    fn rpm_script(&mut self, script: &Script, place: &Place<'_>) {
        let member = archive::path(place.member, &format!("({})", script.name));
        let inner = Place {
            name: "",
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        let text = &script.text;
        let length = text.len() as u64;
        let path = script.program.first().map_or("", String::as_str);
        let program = path.rsplit('/').next().unwrap_or_default();
        let does = format!("runs `{}` of the package", script.name);
        let mut judged = if text.trim().is_empty() || is_shell(program) {
            // Arguments of the program are commands too: `-c` and what follows it.
            let line = match script.program.len() {
                0 | 1 if is_shell(program) => String::new(),
                _ => words(&script.program),
            };
            JudgedCommands::new(&shell(&format!("{line}\n{text}")), Moment::Install)
        } else if program.starts_with("python") || program == "platform-python" {
            let python = JudgedPython::new(text, Role::Program);
            self.judged_python(&python, Format::PYTHON, &inner, length);
            JudgedCommands::default()
        } else {
            JudgedCommands::unread_script(path)
        };
        judged.installs(&does);
        self.judge(&inner, Format::SHELL, length, Facts::Commands(&judged));
        self.judge(&inner, Format::SHELL, length, Facts::Text(text));
    }

    fn broken(
        &mut self,
        bytes: &Bytes,
        format: Format,
        broken: Option<(u64, String)>,
        place: &Place<'_>,
    ) {
        if let Some(broken) = broken {
            self.judge(place, format, bytes.len(), Facts::Damaged(&[broken]));
            self.search(bytes, place, 0);
        }
    }

    fn part(&mut self, bytes: &Bytes, name: &str, (start, length): (u64, u64), place: &Place<'_>) {
        if length == 0 {
            return;
        }
        let content: Bytes = Arc::new(SubRange::new(Arc::clone(bytes), start, length));
        let member = archive::path(place.member, name);
        let inner = Place {
            name,
            member: Some(&member),
            depth: place.depth.saturating_add(1),
            polyglot: false,
        };
        self.examine(&content, &inner);
    }

    /// Notes bytes whose digest is not the one that they are named by: blobs of an image layout, of the
    /// cache of a hub, and of the store of Ollama.
    pub(super) fn named_by_digest(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let name = place.name.replace('\\', "/");
        let mut parts = name.rsplit('/');
        let (last, above) = (parts.next().unwrap_or_default(), parts.next());
        let above_that = parts.next().unwrap_or_default();
        let blob = above == Some("sha256") && above_that == "blobs"
            || above == Some("blobs") && above_that.contains("--");
        // The store of Ollama writes a dash, as not every system allows a colon.
        let dashed = last
            .strip_prefix("sha256-")
            .filter(|_| above == Some("blobs"));
        let (blob, last) = (blob || dashed.is_some(), dashed.unwrap_or(last));
        if !blob || last.len() != 64 || !last.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return;
        }
        let mut digest = Sha256::new();
        let mut at = 0_u64;
        while at < bytes.len() {
            let Ok(piece) = bytes.bytes_at(at, PIECE_BYTES) else {
                return;
            };
            if piece.is_empty() {
                return;
            }
            digest.update(&piece);
            at = at.saturating_add(piece.len() as u64);
        }
        let found: String = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if !found.eq_ignore_ascii_case(last) {
            self.judge(place, format, bytes.len(), Facts::OtherDigest(&found));
        }
    }
}

fn is_shell(program: &str) -> bool {
    matches!(
        program,
        "sh" | "bash" | "dash" | "ksh" | "ash" | "zsh" | "mksh" | "busybox"
    )
}

/// A command out of its words.
fn words(words: &[String]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("'{}'", word.replace('\'', r"'\''")))
        .collect();
    quoted.join(" ")
}

/// True for the scripts that `dpkg` runs, and those that `apk` runs.
pub(super) fn is_maintainer_script(place: &Place<'_>) -> bool {
    let last = place.name.rsplit('/').next().unwrap_or(place.name);
    let control = place
        .member
        .is_some_and(|member| member.contains("control.tar"))
        || place.name.contains("DEBIAN/");
    match last {
        "preinst" | "postinst" | "prerm" | "postrm" | "config" => control,
        ".pre-install" | ".post-install" | ".pre-upgrade" | ".post-upgrade" | ".pre-deinstall"
        | ".post-deinstall" | ".trigger" => true,
        _ => false,
    }
}
