//! What values amount to and where they come from.

use std::collections::{HashMap, HashSet};

use waybill_source::code::behaviour::{Behaviour, Made, Meaning};

use super::known::{Known, known, passes_on};
use super::places;

/// Deepest chain of values that is followed.
const DEPTH: usize = 40;
/// Most values that are looked at for one question.
const VALUES: usize = 4_000;
/// Bytes of a text that is shown or compared.
const TEXT: usize = 4_000;

/// Where a value comes from; several may be true at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origins {
    /// Out of the network.
    pub(super) network: bool,
    /// Out of an encoded constant of the file.
    pub(super) decoded: bool,
    /// Through something that decodes, whatever it is given.
    pub(super) decoder: bool,
    /// All of the environment.
    pub(super) environment: bool,
    /// A secret of the environment, by its name.
    pub(super) secret: Option<String>,
    /// A file with credentials, or something that hands them out.
    pub(super) credential: Option<String>,
    /// The text of a file: its path as far as it is known.
    pub(super) file: Option<String>,
    /// The file of the program itself, or its folder.
    pub(super) own: bool,
    /// A file that is fetched from a place of models.
    pub(super) hub: bool,
    /// Something that is not known.
    pub(super) unknown: bool,
}

/// A program with what its callers pass.
pub(super) struct Values<'a> {
    pub(super) seen: &'a Behaviour,
    given: HashMap<(usize, &'a str), Vec<usize>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(seen: &'a Behaviour) -> Self {
        let mut given: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
        for (scope, name, value) in &seen.given {
            let values = given.entry((*scope, name.as_str())).or_default();
            if values.len() < 8 {
                values.push(*value);
            }
        }
        Self { seen, given }
    }

    fn passed(&self, scope: usize, name: &'a str) -> &[usize] {
        self.given.get(&(scope, name)).map_or(&[], Vec::as_slice)
    }

    /// A value as text; what is not known is `…`.
    pub(super) fn text(&self, value: usize) -> String {
        let mut out = String::new();
        let mut left = VALUES;
        self.write(value, &mut out, 0, &mut left);
        out
    }

    fn write(&self, value: usize, out: &mut String, depth: usize, left: &mut usize) {
        *left = left.saturating_sub(1);
        if depth > DEPTH || *left == 0 || out.len() > TEXT {
            return;
        }
        let deeper = depth.saturating_add(1);
        match self.seen.meaning(value) {
            Meaning::Text(text, _) => out.push_str(text),
            Meaning::Bytes(bytes, _) => out.push_str(&String::from_utf8_lossy(bytes)),
            Meaning::Number(number) => out.push_str(&number.to_string()),
            Meaning::Name(name, _) if name == "sys.executable" => out.push_str("python"),
            Meaning::Name(name, _) => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
            Meaning::Sequence(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    self.write(*part, out, deeper, left);
                }
            }
            Meaning::Joined(parts) => {
                for part in parts {
                    self.write(*part, out, deeper, left);
                }
            }
            Meaning::Either(parts) => match parts.first() {
                Some(first) => self.write(*first, out, deeper, left),
                None => out.push('…'),
            },
            Meaning::Parameter(scope, name) => match self.passed(*scope, name).first() {
                Some(first) => self.write(*first, out, deeper, left),
                None => out.push('…'),
            },
            Meaning::Member(of, _) => self.write(*of, out, deeper, left),
            Meaning::Element(of) => self.listed(*of, out, deeper, left),
            Meaning::Result(deed) => self.write_result(*deed, out, deeper, left),
            _ => out.push('…'),
        }
    }

    fn write_result(&self, deed: usize, out: &mut String, depth: usize, left: &mut usize) {
        let before = out.len();
        if let Some(deed) = self.seen.deeds.get(deed) {
            let path = deed.path.as_str();
            let of_path = path.starts_with("pathlib.");
            if let Meaning::Member(of, name) = self.seen.meaning(deed.callee)
                && (passes_on(name) || of_path || is_of_paths(name))
            {
                self.write(*of, out, depth, left);
            }
            if path.starts_with("os.path.")
                || of_path
                || path == "str"
                || path == "open"
                || path.starts_with("shlex.")
                || path.starts_with("winreg.")
            {
                if path.ends_with("Path.home") {
                    out.push('~');
                }
                // Of a file that is opened, its path.
                let told = if path == "open" {
                    1
                } else {
                    deed.arguments.len()
                };
                for (_, argument) in deed.arguments.iter().take(told) {
                    if out.len() > before {
                        out.push('/');
                    }
                    self.write(*argument, out, depth, left);
                }
            }
        }
        if out.len() == before {
            out.push('…');
        }
    }

    /// One of the files of a folder: the folder, and something in it.
    fn listed(&self, of: usize, out: &mut String, depth: usize, left: &mut usize) {
        let mut of = of;
        for _ in 0..4 {
            match self.seen.meaning(of) {
                Meaning::Element(inner) => of = *inner,
                Meaning::Result(deed) => {
                    let Some(deed) = self.seen.deeds.get(*deed) else {
                        break;
                    };
                    let last = deed.path.rsplit('.').next().unwrap_or_default();
                    let folder = match (deed.path.as_str(), self.seen.meaning(deed.callee)) {
                        (
                            "glob.glob" | "glob.iglob" | "os.walk" | "os.listdir" | "os.scandir",
                            _,
                        ) => deed.arguments.first().map(|(_, folder)| *folder),
                        (_, Meaning::Member(folder, _))
                            if matches!(last, "glob" | "rglob" | "iterdir" | "walk") =>
                        {
                            Some(*folder)
                        }
                        _ if deed.path.starts_with("pathlib.")
                            && matches!(last, "glob" | "rglob" | "iterdir" | "walk") =>
                        {
                            Some(deed.callee)
                        }
                        ("sorted" | "list" | "enumerate" | "set", _) => {
                            match deed.arguments.first() {
                                Some((_, inner)) => {
                                    of = *inner;
                                    if let Meaning::Result(_) = self.seen.meaning(of) {
                                        continue;
                                    }
                                    break;
                                }
                                None => break,
                            }
                        }
                        _ => None,
                    };
                    let Some(folder) = folder else { break };
                    self.write(folder, out, depth, left);
                    return out.push_str("/…");
                }
                _ => break,
            }
        }
        out.push('…');
    }

    /// Where a value comes from.
    pub(super) fn origins(&self, value: usize) -> Origins {
        let mut origins = Origins::default();
        let mut visited = HashSet::new();
        self.follow(value, &mut origins, &mut visited, 0);
        origins
    }

    fn follow(
        &self,
        value: usize,
        origins: &mut Origins,
        visited: &mut HashSet<usize>,
        depth: usize,
    ) {
        if value == 0 {
            origins.unknown = true;
            return;
        }
        if depth > DEPTH || visited.len() > VALUES || !visited.insert(value) {
            return;
        }
        let deeper = depth.saturating_add(1);
        match self.seen.meaning(value) {
            Meaning::Text(text, Made::Decoded) => origins.decoded |= text.len() > 3,
            Meaning::Bytes(bytes, Made::Decoded) => origins.decoded |= bytes.len() > 3,
            Meaning::Name(name, _) => named(name, origins),
            Meaning::Sequence(parts) | Meaning::Joined(parts) | Meaning::Either(parts) => {
                for part in parts {
                    self.follow(*part, origins, visited, deeper);
                }
            }
            Meaning::Mapping(pairs) => {
                for (_, part) in pairs {
                    self.follow(*part, origins, visited, deeper);
                }
            }
            Meaning::Element(of) => {
                // One variable of the environment is not all of it.
                if matches!(self.seen.meaning(*of), Meaning::Name(name, _) if name == "os.environ")
                {
                    origins.unknown = true;
                    return;
                }
                self.follow(*of, origins, visited, deeper);
            }
            Meaning::Member(of, _) => self.follow(*of, origins, visited, deeper),
            Meaning::Parameter(scope, name) => {
                let passed = self.passed(*scope, name);
                if passed.is_empty() {
                    origins.unknown = true;
                }
                for value in passed {
                    self.follow(*value, origins, visited, deeper);
                }
            }
            Meaning::Result(deed) => self.result(*deed, origins, visited, deeper),
            Meaning::Unknown => origins.unknown = true,
            _ => {}
        }
    }

    fn result(
        &self,
        index: usize,
        origins: &mut Origins,
        visited: &mut HashSet<usize>,
        depth: usize,
    ) {
        let Some(deed) = self.seen.deeds.get(index) else {
            return;
        };
        if let Meaning::Local(scope) = self.seen.meaning(deed.callee) {
            if let Some(scope) = self.seen.scopes.get(*scope) {
                for value in &scope.returns {
                    self.follow(*value, origins, visited, depth);
                }
            }
            return;
        }
        let mut all = |origins: &mut Origins| {
            for (_, argument) in &deed.arguments {
                self.follow(*argument, origins, visited, depth);
            }
        };
        match known(&deed.path) {
            Some(Known::Network) => origins.network = true,
            Some(Known::Decode) => {
                origins.decoder = true;
                let mut inner = Origins::default();
                all(&mut inner);
                let constant = deed
                    .arguments
                    .iter()
                    .any(|(_, value)| self.is_long_constant(*value));
                origins.decoded |= constant || inner.decoded;
                origins.merge(inner);
            }
            Some(Known::Open) => {
                let value = deed.arguments.first().map_or(0, |(_, path)| *path);
                let path = self.text(value);
                let mut inner = Origins::default();
                self.follow(value, &mut inner, visited, depth);
                origins.hub |= inner.hub;
                origins.network |= inner.network;
                match places::credential(&path) {
                    Some(place) => origins.credential = Some(place.to_owned()),
                    None => origins.file = Some(path),
                }
            }
            Some(Known::Credential) => origins.credential = Some(deed.path.clone()),
            Some(Known::Environment) => {
                let name = deed.arguments.first().map_or(0, |(_, name)| *name);
                let name = self.text(name);
                if places::secret_name(&name) {
                    origins.secret = Some(name);
                }
            }
            Some(Known::Hub) => origins.hub = true,
            Some(Known::Through) => all(origins),
            _ => self.of_method(
                deed.callee,
                &deed.path,
                &deed.arguments,
                origins,
                visited,
                depth,
            ),
        }
    }

    fn of_method(
        &self,
        callee: usize,
        path: &str,
        arguments: &[(Option<String>, usize)],
        origins: &mut Origins,
        visited: &mut HashSet<usize>,
        depth: usize,
    ) {
        let last = path.rsplit('.').next().unwrap_or(path);
        // What one variable holds is not all of them.
        if path.starts_with("os.environ.") && !path.contains("()") {
            origins.environment = true;
        }
        // What stands beside the tensors is a text that somebody wrote.
        if path.starts_with("safetensors.") && last == "metadata" {
            origins.file = Some("metadata of weights".to_owned());
            return;
        }
        let read = matches!(last, "read_text" | "read_bytes" | "open");
        if read && (path.starts_with("pathlib.") || path.starts_with('.')) {
            let text = self.text(callee);
            match places::credential(&text) {
                Some(place) => origins.credential = Some(place.to_owned()),
                None => origins.file = Some(text),
            }
            return;
        }
        if let Meaning::Member(of, name) = self.seen.meaning(callee)
            && passes_on(name)
        {
            self.follow(*of, origins, visited, depth);
            for (_, argument) in arguments {
                self.follow(*argument, origins, visited, depth);
            }
            return;
        }
        if path.starts_with("os.path.") {
            for (_, argument) in arguments {
                self.follow(*argument, origins, visited, depth);
            }
            return;
        }
        origins.unknown = true;
    }

    fn is_long_constant(&self, value: usize) -> bool {
        match self.seen.meaning(value) {
            Meaning::Text(text, _) => text.len() > 15,
            Meaning::Bytes(bytes, _) => bytes.len() > 15,
            _ => false,
        }
    }
}

/// Methods of paths that give a path.
fn is_of_paths(method: &str) -> bool {
    matches!(
        method,
        "expanduser"
            | "resolve"
            | "absolute"
            | "joinpath"
            | "as_posix"
            | "with_suffix"
            | "with_name"
    )
}

fn named(name: &str, origins: &mut Origins) {
    match name {
        "os.environ" | "os.environb" => origins.environment = true,
        "__file__" => origins.own = true,
        _ => match name
            .strip_prefix("os.environ[")
            .and_then(|rest| rest.strip_suffix(']'))
        {
            Some(name) if places::secret_name(name) => origins.secret = Some(name.to_owned()),
            Some(_) => {}
            None => origins.unknown = true,
        },
    }
}

impl Origins {
    fn merge(&mut self, other: Self) {
        self.network |= other.network;
        self.decoded |= other.decoded;
        self.decoder |= other.decoder;
        self.environment |= other.environment;
        self.own |= other.own;
        self.hub |= other.hub;
        self.unknown |= other.unknown;
        self.secret = self.secret.take().or(other.secret);
        self.credential = self.credential.take().or(other.credential);
        self.file = self.file.take().or(other.file);
    }

    /// What of this nobody else should see: words for a message.
    pub(super) fn private(&self) -> Option<String> {
        if let Some(place) = &self.credential {
            return Some(format!("credentials ({place})"));
        }
        if self.environment {
            return Some("all of the environment".to_owned());
        }
        self.secret
            .as_ref()
            .map(|name| format!("the secret {name} of the environment"))
    }
}
