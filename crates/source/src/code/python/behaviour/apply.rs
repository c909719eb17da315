//! What a call does: to what it leads, and what comes out of it.

use super::state::Interpreter;
use super::{Doing, Made, Meaning};

/// Most calls of simple functions inside each other that are worked out.
const INLINED: usize = 4;

/// Functions that call what they are handed, by the last part of their name.
const CALLERS: [&str; 28] = [
    "Thread",
    "Timer",
    "Process",
    "submit",
    "map",
    "filter",
    "starmap",
    "apply_async",
    "start_new_thread",
    "register",
    "run_in_executor",
    "call_soon",
    "call_later",
    "call_soon_threadsafe",
    "reduce",
    "sorted",
    "finalize",
    "callback",
    "signal",
    "settrace",
    "setprofile",
    "addaudithook",
    "add_done_callback",
    "register_at_fork",
    "create_task",
    "run",
    "ensure_future",
    "run_until_complete",
];

type Arguments = Vec<(Option<String>, usize)>;

impl Interpreter<'_, '_> {
    /// Calls something.
    pub(super) fn apply(&mut self, callee: usize, arguments: Arguments) -> usize {
        match self.at(callee).clone() {
            Meaning::Either(several) => {
                let results = several
                    .into_iter()
                    .take(4)
                    .map(|one| self.apply_once(one, arguments.clone()))
                    .collect();
                self.either(results)
            }
            _ => self.apply_once(callee, arguments),
        }
    }

    fn apply_once(&mut self, callee: usize, arguments: Arguments) -> usize {
        if !self.step() {
            return 0;
        }
        match self.at(callee).clone() {
            Meaning::Name(path, made) => self.named(callee, &path, made, arguments),
            Meaning::Local(scope) => self.own(callee, scope, arguments),
            Meaning::Class(class) => self.constructed(callee, class, arguments),
            Meaning::Partial(inner, mut first) => {
                first.extend(arguments);
                // What is partial was made of a plain callee, so this goes one level down.
                match self.at(inner) {
                    Meaning::Partial(..) | Meaning::Either(_) => self.recorded(inner, first),
                    _ => self.apply_once(inner, first),
                }
            }
            Meaning::Member(value, name) => match self.method(value, &name, &arguments) {
                Some(folded) => folded,
                None => {
                    self.begun(value, &name);
                    self.recorded(callee, arguments)
                }
            },
            Meaning::Result(deed) => self.of_result(callee, deed, arguments),
            _ => self.recorded(callee, arguments),
        }
    }

    /// `operator.attrgetter("system")(os)` and `operator.methodcaller("system", "x")(os)`.
    fn of_result(&mut self, callee: usize, deed: usize, arguments: Arguments) -> usize {
        let maker = self.out.deeds.get(deed).map(|deed| {
            let rest: Arguments = deed.arguments.iter().skip(1).cloned().collect();
            let first = deed.arguments.first().map_or(0, |(_, value)| *value);
            (deed.path.clone(), first, rest)
        });
        let (Some((path, name, rest)), Some((_, object))) = (maker, arguments.first()) else {
            return self.recorded(callee, arguments);
        };
        let Meaning::Text(name, made) = self.at(name).clone() else {
            return self.recorded(callee, arguments);
        };
        match path.as_str() {
            "operator.attrgetter" => self.member(*object, &name, made.max(Made::Joined)),
            "operator.methodcaller" => {
                let method = self.member(*object, &name, made.max(Made::Joined));
                match self.at(method) {
                    Meaning::Name(path, made) => {
                        let (path, made) = (path.clone(), *made);
                        self.named(method, &path, made, rest)
                    }
                    _ => self.recorded(method, rest),
                }
            }
            _ => self.recorded(callee, arguments),
        }
    }

    fn named(&mut self, callee: usize, path: &str, made: Made, arguments: Arguments) -> usize {
        if let Some(found) = self.reflected(path, &arguments) {
            return found;
        }
        if let Some(folded) = self.fold(path, &arguments) {
            return folded;
        }
        if path == "functools.partial"
            && let Some((None, inner)) = arguments.first()
        {
            let inner = *inner;
            let rest = arguments.into_iter().skip(1).collect();
            return self.keep(Meaning::Partial(inner, rest));
        }
        if let Some(owner) = path.strip_suffix(".__getattribute__")
            && let Some((_, name)) = arguments.last()
            && let Meaning::Text(name, made) = self.at(*name).clone()
        {
            let owner = match (owner, arguments.as_slice()) {
                ("object" | "type", [(_, object), _]) => *object,
                _ => self.name_of(owner, made),
            };
            return self.member(owner, &name, made.max(Made::Joined));
        }
        let result = self.recorded(callee, arguments.clone());
        let last = path.rsplit('.').next().unwrap_or(path);
        if CALLERS.contains(&last) {
            self.handed(&arguments);
        }
        if path.starts_with("sys.meta_path.") || path.starts_with("sys.path_hooks.") {
            self.consulted(&arguments);
        }
        let _ = made;
        result
    }

    /// Names that are found by text.
    fn reflected(&mut self, path: &str, arguments: &[(Option<String>, usize)]) -> Option<usize> {
        let value = |index: usize| arguments.get(index).map_or(0, |(_, value)| *value);
        let text = |it: &Self, index: usize| match it.at(value(index)) {
            Meaning::Text(text, made) => Some((text.clone(), *made)),
            _ => None,
        };
        match path {
            "getattr" => {
                let (name, made) = text(self, 1)?;
                let named = matches!(
                    self.at(value(0)),
                    Meaning::Name(..)
                        | Meaning::Either(_)
                        | Meaning::Instance(_)
                        | Meaning::Class(_)
                );
                named.then(|| self.member(value(0), &name, made))
            }
            "setattr" => {
                let (name, _) = text(self, 1)?;
                match self.at(value(0)) {
                    Meaning::Instance(_) => self.set(value(0), &name, value(2)),
                    Meaning::Name(..) => self.changes(value(0), &name, value(2)),
                    _ => {}
                }
                Some(0)
            }
            "__import__" | "importlib.import_module" | "importlib.__import__" => {
                let (name, made) = text(self, 0)?;
                let line = self.lines.line(self.offset);
                self.out.imports.push((name.clone(), line));
                let root = name.split('.').next().unwrap_or(&name);
                let shown = if path.ends_with("__import__") {
                    root
                } else {
                    &name
                };
                Some(self.name_of(shown, made))
            }
            "vars" => match self.at(value(0)) {
                Meaning::Name(owner, made) => {
                    let (owner, made) = (format!("{owner}.__dict__"), *made);
                    Some(self.keep(Meaning::Name(owner, made)))
                }
                _ => None,
            },
            "globals" | "locals" => {
                Some(self.keep(Meaning::Name("globals()".to_owned(), Made::Written)))
            }
            "globals().get"
            | "globals().__getitem__"
            | "sys.modules.get"
            | "sys.modules.__getitem__" => {
                let owner = if path.starts_with("sys") {
                    "sys.modules"
                } else {
                    "globals()"
                };
                let owner = self.keep(Meaning::Name(owner.to_owned(), Made::Written));
                Some(self.item(owner, value(0)))
            }
            _ => {
                let owner = path
                    .strip_suffix(".__dict__.get")
                    .or_else(|| path.strip_suffix(".__dict__.__getitem__"))?;
                let (name, made) = text(self, 0)?;
                let owner = self.name_of(owner, made);
                Some(self.member(owner, &name, made.max(Made::Joined)))
            }
        }
    }

    /// `Worker().start()`: a thread or process of this file runs its `run`.
    fn begun(&mut self, value: usize, name: &str) {
        if !matches!(name, "start" | "cmdloop" | "serve_forever") {
            return;
        }
        let Meaning::Instance(class) = self.at(value) else {
            return;
        };
        let found = self.out.classes.get(*class).and_then(|class| {
            let methods = class.methods.iter();
            methods.rev().find(|(method, _)| method == "run").cloned()
        });
        if let Some((_, scope)) = found {
            self.runs(scope);
        }
    }

    /// What looks for modules is asked at every import that follows.
    fn consulted(&mut self, arguments: &[(Option<String>, usize)]) {
        for (_, value) in arguments {
            let (Meaning::Instance(class) | Meaning::Class(class)) = self.at(*value) else {
                continue;
            };
            let methods = self.out.classes.get(*class);
            let methods = methods.map(|class| class.methods.clone());
            for (_, scope) in methods.unwrap_or_default() {
                self.runs(scope);
            }
        }
    }

    /// What is handed to something that calls it.
    fn handed(&mut self, arguments: &[(Option<String>, usize)]) {
        let given: Arguments = arguments
            .iter()
            .filter(|(name, _)| name.as_deref() == Some("args"))
            .flat_map(|(_, value)| match self.at(*value) {
                Meaning::Sequence(parts) => parts.clone(),
                _ => vec![*value],
            })
            .map(|value| (None, value))
            .collect();
        let mut rest: Arguments = Vec::new();
        for (_, value) in arguments.iter().rev() {
            let callable = matches!(
                self.at(*value),
                Meaning::Name(..) | Meaning::Local(_) | Meaning::Partial(..)
            );
            if callable {
                let passed = if given.is_empty() { &rest } else { &given };
                let passed: Arguments = passed
                    .iter()
                    .map(|(_, value)| {
                        let value = match self.at(*value) {
                            // `map(f, [x])` and `Timer(1, f, [x])` take them out of a list.
                            Meaning::Sequence(parts) => parts.first().copied().unwrap_or(0),
                            _ => *value,
                        };
                        (None, value)
                    })
                    .collect();
                match self.at(*value).clone() {
                    Meaning::Name(path, _) => {
                        self.deed(Doing::Call, *value, path, passed);
                    }
                    Meaning::Local(scope) => {
                        self.own(*value, scope, passed);
                    }
                    Meaning::Partial(inner, first) => {
                        let path = self.path(inner);
                        self.deed(Doing::Call, inner, path, first);
                    }
                    _ => {}
                }
            }
            rest.insert(0, (None, *value));
        }
    }

    fn own(&mut self, callee: usize, scope: usize, arguments: Arguments) -> usize {
        self.runs(scope);
        if let Some(worked) = self.inlined(scope, &arguments) {
            return worked;
        }
        let (names, method) = match self.out.scopes.get(scope) {
            Some(seen) => (seen.parameters.clone(), seen.class.is_some()),
            None => return 0,
        };
        // A method is called with its object before the rest; of a static one nothing is lost.
        let skipped = usize::from(method && arguments.len() < names.len());
        let mut position = skipped;
        for (name, value) in &arguments {
            let named = match name {
                Some(name) => Some(name.clone()),
                None => {
                    let named = names.get(position).cloned();
                    position = position.saturating_add(1);
                    named
                }
            };
            if let Some(named) = named
                && *value != 0
                && self.out.given.len() < 200_000
            {
                self.out.given.push((scope, named, *value));
            }
        }
        self.recorded(callee, arguments)
    }

    /// A function that is one expression, called with constants, worked out.
    fn inlined(&mut self, scope: usize, arguments: &[(Option<String>, usize)]) -> Option<usize> {
        let constant = |it: &Self, value: usize| {
            matches!(
                it.at(value),
                Meaning::Text(..) | Meaning::Bytes(..) | Meaning::Number(_) | Meaning::Sequence(_)
            )
        };
        let fits = !arguments.is_empty()
            && self.inlining < INLINED
            && arguments
                .iter()
                .all(|(name, value)| name.is_none() && constant(self, *value));
        let (body, frame) = self.simple.get(&scope).copied().filter(|_| fits)?;
        let names = self.out.scopes.get(scope)?.parameters.clone();
        let parent = self.frames.get(frame)?.parent;
        let (outer, outer_scope) = (self.frame, self.scope);
        self.frame = self.open_frame(parent, false);
        for (name, (_, value)) in names.iter().zip(arguments) {
            if let Some(frame) = self.frames.get_mut(self.frame) {
                frame.names.insert(name.clone(), vec![*value]);
            }
        }
        self.scope = scope;
        self.inlining = self.inlining.saturating_add(1);
        self.quiet = self.quiet.saturating_add(1);
        let found = self.expression(body);
        self.quiet = self.quiet.saturating_sub(1);
        self.inlining = self.inlining.saturating_sub(1);
        (self.frame, self.scope) = (outer, outer_scope);
        matches!(
            self.at(found),
            Meaning::Text(..)
                | Meaning::Bytes(..)
                | Meaning::Number(_)
                | Meaning::Sequence(_)
                | Meaning::Name(..)
        )
        .then_some(found)
    }

    fn constructed(&mut self, callee: usize, class: usize, arguments: Arguments) -> usize {
        let methods = self.out.classes.get(class).map(|seen| {
            let mut methods = seen.methods.clone();
            for parent in seen.parents.iter().take(8) {
                if let Some(parent) = self.out.classes.get(*parent) {
                    methods.extend(parent.methods.iter().cloned());
                }
            }
            methods
        });
        for (name, scope) in methods.unwrap_or_default() {
            if name == "__init__" {
                self.own(callee, scope, arguments.clone());
            } else if name.starts_with("__") && name.ends_with("__") && name != "__call__" {
                // Operators, comparisons and the rest run without being called by name.
                self.runs(scope);
            }
        }
        self.keep(Meaning::Instance(class))
    }

    /// Keeps a call, and gives what comes out of it.
    fn recorded(&mut self, callee: usize, arguments: Arguments) -> usize {
        let path = self.path(callee);
        let deed = self.deed(Doing::Call, callee, path, arguments);
        self.keep(Meaning::Result(deed))
    }
}
