//! Deeds that load something: native code, objects, other files.

use waybill_domain::Severity::{Critical, High, Low, Medium};
use waybill_source::code::behaviour::Meaning;

use super::judged::{Act, Judge, Kind};
use super::places;

impl Judge<'_> {
    pub(super) fn native(&self, acts: &mut Vec<Act>) {
        let first = self
            .argument(0, &["name", "path", "library_path"])
            .unwrap_or(0);
        let text = self.values.text(first);
        let origins = self.values.origins(first);
        if origins.network || origins.decoded {
            let severity = if self.is_early() { Critical } else { High };
            let does = self.said("loads native code that was fetched or encoded");
            return acts.push(self.act(Kind::Native, Some(severity), does));
        }
        if origins.hub {
            let severity = self.by_moment(Some(High), Some(High), None);
            let does = self.said("loads native code of a file that it fetches");
            return acts.push(self.act(Kind::Native, severity, does));
        }
        if self.deed.path.ends_with("load_inline") {
            let source: String = self
                .deed
                .arguments
                .iter()
                .map(|(_, value)| self.values.text(*value))
                .collect();
            let harms = [
                "system(", "popen(", "execl", "execv", "fork(", "socket(", "<curl/",
            ]
            .into_iter()
            .any(|name| source.contains(name));
            if harms {
                let severity = self.by_moment(Some(Critical), Some(Critical), Some(Medium));
                let does = self.said("compiles and loads native code that starts programs");
                return acts.push(self.act(Kind::Native, severity, does));
            }
        }
        let constant = matches!(self.meaning(first), Meaning::Text(..));
        if matches!(self.meaning(first), Meaning::Nothing)
            || (constant && places::system_library(&text))
        {
            return;
        }
        let temporary = text.starts_with("/tmp")
            || text.starts_with("/dev/shm")
            || text.starts_with("/var/tmp");
        let severity = if temporary {
            self.by_moment(Some(Critical), Some(High), Some(Medium))
        } else if constant && text.contains(['/', '\\']) {
            let unasked = if self.model { High } else { Medium };
            self.by_moment(Some(unasked), Some(High), None)
        } else {
            None
        };
        acts.push(self.act(Kind::Native, severity, self.said("loads native code")));
    }

    pub(super) fn unsafe_load(&self, acts: &mut Vec<Act>) {
        if !self.is_unsafe() {
            return;
        }
        let first = self
            .argument(0, &["file", "f", "data", "filename", "filepath_or_buffer"])
            .unwrap_or(0);
        let origins = self.values.origins(first);
        if origins.network {
            let severity = self.by_moment(Some(Critical), Some(High), Some(Low));
            let does = self.said("loads objects that come out of the network");
            return acts.push(self.act(Kind::Fetched, severity, does));
        }
        if matches!(self.meaning(first), Meaning::Bytes(..)) {
            return;
        }
        let dumped = self.values.text(first).is_empty();
        let own_dump = matches!(self.meaning(first), Meaning::Result(deed)
            if self.values.seen.deeds.get(*deed).is_some_and(|deed| deed.path.ends_with("dumps")));
        let unasked = if self.model { High } else { Medium };
        let severity = if own_dump || dumped {
            None
        } else {
            self.by_moment(Some(unasked), None, None)
        };
        let does = self.said("loads objects that may call anything");
        acts.push(self.act(Kind::UnsafeLoad, severity, does));
    }

    fn is_unsafe(&self) -> bool {
        let truth = |name: &str| {
            self.deed
                .arguments
                .iter()
                .find(|(known, _)| known.as_deref() == Some(name))
                .map(|(_, value)| self.meaning(*value).clone())
        };
        match self.deed.path.as_str() {
            "torch.load" => truth("weights_only") != Some(Meaning::Truth(true)),
            "numpy.load" => truth("allow_pickle") == Some(Meaning::Truth(true)),
            "torch.jit.load" => false,
            "yaml.load" => {
                let loader = self
                    .argument(1, &["Loader"])
                    .map(|value| self.values.text(value));
                loader.is_none_or(|loader| {
                    loader.contains("Unsafe")
                        || loader == "{yaml.Loader}"
                        || loader.contains("FullLoader")
                })
            }
            _ => true,
        }
    }

    pub(super) fn run_file(&self, acts: &mut Vec<Act>) {
        let first = self
            .argument(0, &["path", "path_name", "location"])
            .unwrap_or(0);
        let text = self.values.text(first);
        let origins = self.values.origins(first);
        if origins.network {
            let severity = if self.is_early() { Critical } else { High };
            return acts.push(self.act(
                Kind::Fetched,
                Some(severity),
                self.said("runs code that comes out of the network"),
            ));
        }
        if origins.hub {
            let severity = self.by_moment(Some(High), Some(High), None);
            let does = self.said("runs code of a file that it fetches");
            return acts.push(self.act(Kind::Fetched, severity, does));
        }
        let outside =
            text.starts_with("/tmp") || text.starts_with('~') || text.contains("/dev/shm");
        let severity = if outside {
            self.by_moment(Some(High), Some(High), None)
        } else {
            None
        };
        acts.push(self.act(Kind::Computed, severity, self.said("runs a file as code")));
    }
}
