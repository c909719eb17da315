//! Each deed by itself: what it does, and how bad that is at its moment.

use waybill_domain::Severity::{self, Critical, High, Medium};
use waybill_source::code::behaviour::{Doing, Made, Meaning};

use super::judged::{Act, Judge, Kind};
use super::known::{Known, known};
use super::moment::Moment;
use super::places;
use crate::rule::quoted;

impl Judge<'_> {
    /// Adds what the deed does.
    pub(super) fn acts(&self, acts: &mut Vec<Act>) {
        if self.deed.doing == Doing::Set {
            return self.changed(acts);
        }
        if let Some(act) = self.climbs() {
            acts.push(act);
        }
        let Some(known) = known(&self.deed.path) else {
            return self.by_method(acts);
        };
        self.hidden(known, acts);
        match known {
            Known::Process => self.process(acts),
            Known::Execute => self.execute(acts),
            Known::RunFile => self.run_file(acts),
            Known::Network => self.network(acts),
            Known::Native => self.native(acts),
            Known::UnsafeLoad => self.unsafe_load(acts),
            Known::Install => {
                let severity = self.by_moment(Some(High), Some(High), None);
                acts.push(self.act(Kind::Install, severity, self.said("installs packages")));
            }
            Known::Open => self.open(acts),
            Known::Change => self.change(acts),
            Known::Registry => self.registry(acts),
            Known::Environment => self.preloaded(acts),
            Known::Watch => {
                let severity = self.by_moment(Some(High), Some(High), None);
                let does = self.said("watches what its user types, copies or sees");
                acts.push(self.act(Kind::Theft, severity, does));
            }
            Known::ImportHook if self.moment == Moment::Start => {
                acts.push(self.act(
                    Kind::Tampering,
                    Some(Medium),
                    self.said("changes how modules are found"),
                ));
            }
            _ => {}
        }
    }

    /// The call as it could be written: `os.system('x')`.
    pub(super) fn said(&self, does: &str) -> String {
        let mut shown: Vec<String> = Vec::new();
        for (name, value) in self.deed.arguments.iter().take(3) {
            let text = self.values.text(*value);
            let text: String = text.chars().take(120).collect();
            let text = match self.meaning(*value) {
                Meaning::Text(..) => format!("'{text}'"),
                _ => text,
            };
            shown.push(match name {
                Some(name) => format!("{name}={text}"),
                None => text,
            });
        }
        format!(
            "{does}: {}",
            quoted(&format!("{}({})", self.deed.path, shown.join(", ")))
        )
    }

    /// A dangerous function by a name that is put together.
    fn hidden(&self, known: Known, acts: &mut Vec<Act>) {
        let dangerous = matches!(
            known,
            Known::Process | Known::Execute | Known::Native | Known::UnsafeLoad | Known::CodeMemory
        );
        if !dangerous || self.deed.made == Made::Written {
            return;
        }
        let severity = match (self.moment.is_unasked(), self.deed.made) {
            (true, _) => Critical,
            (false, Made::Decoded) => High,
            (false, _) => Medium,
        };
        let does = self.said("reaches a function by a name that it puts together");
        acts.push(self.act(Kind::HiddenName, Some(severity), does));
    }

    /// `().__class__.__bases__[0].__subclasses__()[1].__init__.__globals__["system"]("x")`.
    fn climbs(&self) -> Option<Act> {
        let path = &self.deed.path;
        let steps = [
            "__subclasses__",
            "__globals__",
            "__builtins__",
            "__mro__",
            "__bases__",
        ];
        let parts = path
            .split('.')
            .map(|part| part.trim_end_matches(['(', ')', '[', ']']));
        let mut met: Vec<&str> = parts.filter(|part| steps.contains(part)).collect();
        met.sort_unstable();
        // A program that goes through the classes below a class of its own asks twice for one step.
        met.dedup();
        let climbs = met.len() > 1 || path.contains("__globals__[]");
        let severity = if self.moment.is_unasked() {
            High
        } else {
            Medium
        };
        climbs.then(|| {
            let does = self.said("reaches functions through the inside of other objects");
            self.act(Kind::HiddenName, Some(severity), does)
        })
    }

    fn process(&self, acts: &mut Vec<Act>) {
        let values: Vec<usize> = self
            .deed
            .arguments
            .iter()
            .map(|(_, value)| *value)
            .collect();
        let first = self
            .argument(0, &["args", "command", "cmd", "program"])
            .unwrap_or(0);
        let mut command = self.values.text(first);
        // `os.execvp("sh", ["sh", "-c", ...])` and `create_subprocess_exec("sh", "-c", ...)`.
        if self.deed.path.starts_with("os.") || self.deed.path.starts_with("asyncio.") {
            for value in values.iter().skip(1).take(6) {
                command.push(' ');
                command.push_str(&self.values.text(*value));
            }
        }
        let command = command.trim().to_owned();
        let origins = values.iter().map(|value| self.values.origins(*value));
        let origins: Vec<_> = origins.collect();
        if origins.iter().any(|origin| origin.network) {
            let severity = if self.is_early() { Critical } else { Medium };
            return acts.push(self.act(
                Kind::Fetched,
                Some(severity),
                self.said("runs what comes out of the network"),
            ));
        }
        if origins.iter().any(|origin| origin.decoded) {
            let severity = if self.is_early() { Critical } else { High };
            return acts.push(self.act(
                Kind::Decoded,
                Some(severity),
                self.said("starts a program whose name was encoded"),
            ));
        }
        if origins.iter().any(|origin| origin.hub) {
            let severity = self.by_moment(Some(High), Some(High), None);
            let does = self.said("runs a file that it fetches");
            return acts.push(self.act(Kind::Fetched, severity, does));
        }
        if places::decodes_and_runs(&command) {
            let severity = self.by_moment(Some(Critical), Some(Critical), Some(Medium));
            let does = self.said("decodes something and runs it");
            return acts.push(self.act(Kind::Decoded, severity, does));
        }
        if places::installs(&command) {
            let unasked = if self.moment == Moment::Install {
                Medium
            } else {
                High
            };
            let severity = self.by_moment(Some(unasked), Some(High), None);
            return acts.push(self.act(Kind::Install, severity, self.said("installs packages")));
        }
        if places::fetches_and_runs(&command) {
            let severity = self.by_moment(Some(Critical), Some(Critical), Some(Medium));
            return acts.push(self.act(
                Kind::Fetched,
                severity,
                self.said("fetches something and runs it"),
            ));
        }
        if (command.contains("crontab") && !command.contains("crontab -l"))
            || places::persistent(&command).is_some_and(|_| command.contains(['>', '|']))
            || command.contains("schtasks /create")
        {
            let severity = self.by_moment(Some(Critical), Some(Critical), Some(Medium));
            return acts.push(self.act(
                Kind::Persistence,
                severity,
                self.said("has something run again later"),
            ));
        }
        let severity = self.process_severity(&command);
        acts.push(self.act(Kind::Process, severity, self.said("starts a program")));
    }

    fn process_severity(&self, command: &str) -> Option<Severity> {
        // Where the command is not known at all, nobody can tell what it is.
        let unknown = command.starts_with(['…', '{'])
            || command.is_empty() && !self.deed.arguments.is_empty();
        let written = self.deed.arguments.first().is_some_and(|(_, value)| {
            matches!(self.meaning(*value), Meaning::Text(text, _) if text.trim().is_empty())
        });
        if written || (!unknown && places::only_asks(command)) {
            return None;
        }
        let install = self.moment == Moment::Install;
        if install && (unknown || places::builds(command) || command.starts_with("python ")) {
            return Some(Medium);
        }
        // A command that is wholly made by whoever uses the model is a door.
        let shell = self
            .argument(usize::MAX, &["shell"])
            .is_some_and(|shell| matches!(self.meaning(shell), Meaning::Truth(true)))
            || matches!(self.deed.path.as_str(), "os.system" | "os.popen");
        let unasked = if unknown { Medium } else { High };
        let load = if unknown && !shell { Medium } else { High };
        self.by_moment(Some(unasked), Some(load), None)
    }

    fn execute(&self, acts: &mut Vec<Act>) {
        let first = self.argument(0, &["source", "stmt", "code"]).unwrap_or(0);
        let origins = self.values.origins(first);
        if origins.network {
            let severity = if self.is_early() { Critical } else { Medium };
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
        if origins.decoded {
            let severity = if self.is_early() { Critical } else { High };
            return acts.push(self.act(
                Kind::Decoded,
                Some(severity),
                self.said("runs code that stands in it encoded"),
            ));
        }
        if origins.decoder {
            let severity = self.by_moment(Some(High), Some(High), None);
            return acts.push(self.act(
                Kind::Decoded,
                severity,
                self.said("decodes something and runs it as code"),
            ));
        }
        if origins.environment || origins.secret.is_some() {
            let severity = self.by_moment(Some(High), Some(Medium), None);
            return acts.push(self.act(
                Kind::Computed,
                severity,
                self.said("runs the environment as code"),
            ));
        }
        if let Some(file) = &origins.file {
            let own = !places::is_data(file)
                && (file.ends_with(".py") || file.contains("__file__") || file.contains('…'));
            let other = if own { None } else { Some(High) };
            let severity = self.by_moment(other, other, None);
            return acts.push(self.act(Kind::Computed, severity, self.said("runs a file as code")));
        }
        let constant = matches!(self.meaning(first), Meaning::Text(..) | Meaning::Bytes(..));
        if !constant && origins.unknown {
            let start = (self.moment == Moment::Start).then_some(Medium);
            acts.push(self.act(
                Kind::Computed,
                start,
                self.said("runs code that it computes"),
            ));
        }
    }

    fn network(&self, acts: &mut Vec<Act>) {
        let mut private = None;
        let mut whole = String::new();
        for (name, value) in &self.deed.arguments {
            whole.push_str(&self.values.text(*value));
            whole.push(' ');
            // A token in a header is how one logs in.
            let login = name.as_deref().is_some_and(|name| {
                matches!(
                    name,
                    "headers"
                        | "additional_headers"
                        | "extra_headers"
                        | "subprotocols"
                        | "ssl"
                        | "auth"
                        | "cert"
                        | "verify"
                        | "token"
                        | "cookies"
                        | "proxies"
                        | "env"
                        | "timeout"
                )
            });
            if !login {
                private = private.or_else(|| self.values.origins(*value).private());
            }
        }
        if let Some(private) = private {
            let secret_only = private.starts_with("the secret");
            let call = if secret_only { None } else { Some(High) };
            let severity = self.by_moment(Some(Critical), Some(Critical), call);
            let does = self.said(&format!("sends {private} away"));
            return acts.push(self.act(Kind::Theft, severity, does));
        }
        if let Some(host) = places::telling_host(&whole) {
            let severity = self.by_moment(Some(High), Some(High), None);
            let does = self.said(&format!("connects to {host}"));
            return acts.push(self.act(Kind::Network, severity, does));
        }
        let unasked = (!places::is_local(&whole)).then_some(Medium);
        let severity = self.by_moment(unasked, None, None);
        acts.push(self.act(
            Kind::Network,
            severity,
            self.said("connects to the network"),
        ));
    }

    /// Something outside the file is replaced.
    fn changed(&self, acts: &mut Vec<Act>) {
        let path = self.deed.path.as_str();
        if path == "os.environ[]" {
            return self.preloaded(acts);
        }
        let patched = matches!(
            path,
            "builtins.__import__"
                | "builtins.exec"
                | "builtins.eval"
                | "builtins.compile"
                | "builtins.open"
                | "builtins.getattr"
                | "builtins.input"
                | "__import__"
                | "torch.load"
                | "pickle.load"
                | "pickle.loads"
                | "pickle.Unpickler"
                | "safetensors.torch.load_file"
                | "safetensors.safe_open"
                | "torch.serialization.load"
                | "subprocess.Popen"
                | "socket.socket"
                | "os.system"
                | "importlib.import_module"
                | "importlib._bootstrap._find_and_load"
                | "ssl._create_default_https_context"
                | "huggingface_hub.hf_hub_download"
        );
        if patched {
            let severity = self.by_moment(Some(Medium), Some(Medium), None);
            let does = format!("replaces {}", quoted(path));
            acts.push(self.act(Kind::Tampering, severity, does));
        }
    }
}
