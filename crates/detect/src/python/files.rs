//! Files, folders and settings of the machine that code reads or changes.

use waybill_domain::Severity::{Critical, High, Medium};
use waybill_source::code::behaviour::Meaning;

use super::judged::{Act, Judge, Kind};
use super::moment::Moment;
use super::places;
use crate::rule::quoted;

impl Judge<'_> {
    pub(super) fn open(&self, acts: &mut Vec<Act>) {
        let path = self.argument(0, &["file", "path"]).unwrap_or(0);
        let text = self.values.text(path);
        let mode = self
            .argument(1, &["mode", "flags"])
            .map(|mode| self.values.text(mode));
        let writes = mode.is_some_and(|mode| mode.contains(['w', 'a', 'x', '+']));
        if writes {
            return self.written(&text, acts);
        }
        if let Some(place) = places::credential(&text) {
            let severity = self.by_moment(Some(Medium), Some(Medium), None);
            let does = self.said(&format!("reads credentials ({place})"));
            acts.push(self.act(Kind::Theft, severity, does));
        }
    }

    pub(super) fn change(&self, acts: &mut Vec<Act>) {
        let last = self.deed.path.rsplit('.').next().unwrap_or_default();
        let texts: Vec<String> = if self.deed.path.starts_with("pathlib") {
            vec![self.values.text(self.deed.callee)]
        } else {
            self.deed
                .arguments
                .iter()
                .map(|(_, value)| self.values.text(*value))
                .collect()
        };
        if last == "rmtree"
            && texts.first().is_some_and(|path| {
                !path.is_empty()
                    && matches!(
                        path.trim_end_matches('/'),
                        "" | "~" | "/home" | "C:\\" | "C:"
                    )
            })
        {
            let severity = self.by_moment(Some(Critical), Some(Critical), Some(Medium));
            return acts.push(self.act(
                Kind::FileChange,
                severity,
                self.said("deletes everything"),
            ));
        }
        for text in &texts {
            self.written(text, acts);
        }
    }

    fn written(&self, path: &str, acts: &mut Vec<Act>) {
        if let Some(place) = places::persistent(path) {
            let severity = self.by_moment(Some(Critical), Some(Critical), None);
            let does = self.said(&format!("writes where something is run later ({place})"));
            acts.push(self.act(Kind::Persistence, severity, does));
        } else if places::of_system(path) || places::credential(path).is_some() {
            let severity = self.by_moment(Some(High), Some(High), None);
            acts.push(self.act(
                Kind::FileChange,
                severity,
                self.said("changes files of the system or of the user"),
            ));
        } else if path.starts_with('~') && path.contains("/…") && !path.starts_with("~/.") {
            // Not a file of its own: each of those that it finds.
            let severity = self.by_moment(Some(High), Some(High), None);
            let does = self.said("changes every file that it finds among those of its user");
            acts.push(self.act(Kind::FileChange, severity, does));
        } else if self.moment == Moment::Start {
            acts.push(self.act(Kind::FileChange, Some(Medium), self.said("changes files")));
        }
    }

    /// Methods of paths, whose object is no name: `(home / ".bashrc").open("a")`.
    pub(super) fn by_method(&self, acts: &mut Vec<Act>) {
        let Meaning::Member(of, method) = self.meaning(self.deed.callee) else {
            return;
        };
        let writes = match method.as_str() {
            "write_text" | "write_bytes" | "unlink" | "rename" | "symlink_to" | "touch"
            | "chmod" | "rmdir" => true,
            "open" => self
                .argument(0, &["mode"])
                .is_some_and(|mode| self.values.text(mode).contains(['w', 'a', 'x', '+'])),
            "read_text" | "read_bytes" => false,
            _ => return,
        };
        let text = self.values.text(*of);
        if !(text.contains(['/', '\\']) || text.starts_with('~')) {
            return;
        }
        if writes {
            return self.written(&text, acts);
        }
        if let Some(place) = places::credential(&text) {
            let severity = self.by_moment(Some(Medium), Some(Medium), None);
            let does = format!("reads credentials ({place}): {}", quoted(&text));
            acts.push(self.act(Kind::Theft, severity, does));
        }
    }

    /// Values of the registry of Windows.
    pub(super) fn registry(&self, acts: &mut Vec<Act>) {
        let whole: Vec<String> = self
            .deed
            .arguments
            .iter()
            .map(|(_, value)| self.values.text(*value))
            .collect();
        let whole = whole.join(" ");
        if let Some(place) = places::persistent(&whole) {
            let severity = self.by_moment(Some(Critical), Some(Critical), None);
            let does = self.said(&format!("writes where something is run later ({place})"));
            acts.push(self.act(Kind::Persistence, severity, does));
        }
    }

    /// Variables of the environment by which other code gets into every program that is started.
    pub(super) fn preloaded(&self, acts: &mut Vec<Act>) {
        let path = self.deed.path.as_str();
        if !matches!(
            path,
            "os.environ[]" | "os.environ.setdefault" | "os.putenv" | "os.environ.__setitem__"
        ) {
            return;
        }
        let text = |place: usize| {
            self.argument(place, &[])
                .map(|value| self.values.text(value))
                .unwrap_or_default()
        };
        let (name, value) = (text(0), text(1));
        let preloads = matches!(
            name.as_str(),
            "LD_PRELOAD"
                | "LD_AUDIT"
                | "DYLD_INSERT_LIBRARIES"
                | "BASH_ENV"
                | "PYTHONSTARTUP"
                | "PROMPT_COMMAND"
        );
        let usual = [
            "tcmalloc", "jemalloc", "libgomp", "iomp5", "libasan", "mimalloc",
        ]
        .into_iter()
        .any(|library| value.contains(library));
        if preloads && !usual {
            let severity = self.by_moment(Some(High), Some(High), None);
            let does = format!(
                "has other code loaded into every program that is started ({name}={value})"
            );
            acts.push(self.act(Kind::Tampering, severity, quoted_end(&does)));
        }
    }
}

/// A sentence that is not overlong.
fn quoted_end(text: &str) -> String {
    text.chars().take(300).collect()
}
