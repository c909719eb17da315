//! What a Python file would do, judged by when it does it and with what.

use waybill_domain::Severity;
use waybill_source::code::behaviour::{Behaviour, Deed, Doing, Made, Meaning, behaviour};
use waybill_source::unicode::{HiddenKind, hidden_up_to};

use super::moment::{Moment, Role, holds_model, is_loaded, moments};
use super::values::Values;

/// Code inside code inside code that is read.
const NESTED: usize = 4;
/// Bytes of code inside code that are read, in all.
const NESTED_BYTES: usize = 8 << 20;

/// What an act is, and so which rule tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Process,
    Network,
    Decoded,
    Fetched,
    Computed,
    Native,
    UnsafeLoad,
    Install,
    Theft,
    Persistence,
    Tampering,
    FileChange,
    RemoteShell,
    HiddenName,
}

/// One thing that a file would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) kind: Kind,
    pub(crate) moment: Moment,
    /// How bad that is by itself; `None` for what is only of interest together with other files.
    pub(crate) severity: Option<Severity>,
    /// What it would do, as a fragment: `starts a program: ...`.
    pub(crate) does: String,
    pub(crate) line: u32,
}

/// A thing that a file would do if something outside of it had it done: as code of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Latent {
    /// Judged as if it happened when a model is loaded.
    pub(crate) act: Act,
    /// Functions of the file by which it is reached: `function`, `Class.method`, and `Class` where
    /// making an object or loading a model is enough.
    pub(crate) within: Vec<String>,
    /// True if nothing that is known calls it.
    pub(crate) asked: bool,
}

/// A Python file that was read and judged.
#[derive(Debug, Default)]
pub(crate) struct JudgedPython {
    pub(crate) role: Option<Role>,
    pub(crate) acts: Vec<Act>,
    /// Parts that could not be followed: line and why.
    pub(crate) unread: Vec<(Option<u32>, String)>,
    /// Serialised objects that stand in the file as constants, with the line that loads them.
    pub(crate) payloads: Vec<(Vec<u8>, u32)>,
    /// What happens only if something outside asks for it.
    pub(crate) latent: Vec<Latent>,
    /// Modules beside it that it imports, and what it calls of them: `.sibling.prepare`.
    pub(crate) beside: Vec<String>,
}

/// Latent acts, and calls to other modules, of one file that are kept.
const KEPT: usize = 200;

impl JudgedPython {
    pub(crate) fn new(text: &str, role: Role) -> Self {
        Self::of(&behaviour(text), role)
    }

    pub(crate) fn of(seen: &Behaviour, role: Role) -> Self {
        let mut judged = Self {
            role: Some(role),
            unread: seen
                .unread
                .iter()
                .map(|unread| (unread.line, unread.reason.clone()))
                .collect(),
            ..Self::default()
        };
        let mut left = NESTED_BYTES;
        judged.file(seen, role, &mut left, 0);
        if matches!(role, Role::Notebook | Role::Program) {
            judged.count_runs();
        }
        judged.beside = beside(seen);
        judged.sort();
        judged
    }

    /// Moves every line down, for code that begins further down in another file.
    pub(crate) fn move_down(&mut self, lines: u32) {
        let acts = self.acts.iter_mut().map(|act| &mut act.line);
        let unread = self.unread.iter_mut().filter_map(|(line, _)| line.as_mut());
        let payloads = self.payloads.iter_mut().map(|(_, line)| line);
        for line in acts.chain(unread).chain(payloads) {
            *line = line.saturating_add(lines);
        }
    }

    /// What only counts when it is run counts where the code is there to be run.
    fn count_runs(&mut self) {
        for act in &mut self.acts {
            if act.moment > Moment::Program {
                continue;
            }
            let severity = match act.kind {
                Kind::Fetched | Kind::Decoded | Kind::RemoteShell | Kind::Persistence => {
                    Severity::High
                }
                Kind::Theft
                    if act.does.starts_with("sends") && !act.does.contains("the secret") =>
                {
                    Severity::High
                }
                _ => continue,
            };
            act.severity = Some(act.severity.map_or(severity, |told| told.max(severity)));
        }
    }

    /// Controls of the direction of text, by which code reads otherwise than it runs.
    pub(crate) fn turned(&mut self, text: &str) {
        if text.is_ascii() {
            return;
        }
        let runs = hidden_up_to(text, 1_000);
        let turning = runs.iter().find(|run| {
            run.kind == HiddenKind::Direction
                && !run.legitimate
                && text
                    .get(run.offset..run.offset.saturating_add(run.bytes))
                    .is_some_and(|run| {
                        run.contains(['\u{202a}', '\u{202b}', '\u{202d}', '\u{202e}'])
                            || run.contains(['\u{2066}', '\u{2067}', '\u{2068}'])
                    })
        });
        let Some(run) = turning else { return };
        let before = text.get(..run.offset).unwrap_or_default();
        let line = u32::try_from(before.matches('\n').count().saturating_add(1)).unwrap_or(1);
        let model = self.role == Some(Role::Model);
        self.acts.push(Act {
            kind: Kind::HiddenName,
            moment: Moment::Import,
            severity: Some(if model {
                Severity::High
            } else {
                Severity::Medium
            }),
            does:
                "it has controls of the direction of text, by which it reads otherwise than it runs"
                    .to_owned(),
            line,
        });
    }

    fn file(&mut self, seen: &Behaviour, role: Role, left: &mut usize, depth: usize) {
        let values = Values::new(seen);
        let moments = moments(seen, role);
        let model = holds_model(seen) || role == Role::Model;
        for deed in &seen.deeds {
            let moment = moments.get(deed.scope).copied().unwrap_or(Moment::Call);
            let judge = Judge {
                values: &values,
                deed,
                moment,
                // Methods run with a model only where a loader makes an object of the class.
                model,
            };
            judge.acts(&mut self.acts);
            if moment < Moment::Program
                && let Some(payload) = judge.payload()
                && self.payloads.len() < 64
            {
                self.payloads.push((payload, deed.line));
            }
            self.nested(&judge, left, depth);
        }
        let several = super::together::judge(seen, &values, &moments);
        self.acts.extend(several.into_iter().map(|(_, act)| act));
        let dropped = super::dropped::judge(seen, &values, &moments, model);
        self.acts.extend(dropped.into_iter().map(|(_, act)| act));
        if depth == 0 {
            self.latent(seen, &values, &moments);
        }
    }

    /// What runs only when it is called, or loaded as a model, judged as if it were.
    fn latent(&mut self, seen: &Behaviour, values: &Values<'_>, moments: &[Moment]) {
        let asleep = |scope: usize| {
            moments
                .get(scope)
                .is_some_and(|moment| *moment >= Moment::Load)
        };
        let mut found: Vec<(usize, Act)> = Vec::new();
        for deed in seen.deeds.iter().filter(|deed| asleep(deed.scope)) {
            let judge = Judge {
                values,
                deed,
                moment: Moment::Load,
                model: true,
            };
            let mut acts = Vec::new();
            judge.acts(&mut acts);
            found.extend(acts.into_iter().map(|act| (deed.scope, act)));
        }
        if found.is_empty() {
            return;
        }
        let as_loaded: Vec<Moment> = moments
            .iter()
            .map(|moment| (*moment).min(Moment::Load))
            .collect();
        found.extend(super::together::judge(seen, values, &as_loaded));
        found.extend(super::dropped::judge(seen, values, &as_loaded, true));
        let callers = Callers::of(seen);
        for (scope, act) in found {
            let counts = act.severity >= Some(Severity::Medium) && asleep(scope);
            if counts && self.latent.len() < KEPT {
                let moment = moments.get(scope).copied().unwrap_or(Moment::Call);
                self.latent.push(Latent {
                    act: Act { moment, ..act },
                    within: callers.reach(seen, scope),
                    asked: moment > Moment::Load,
                });
            }
        }
    }

    /// Code that stands in the file as a text and is run from it.
    fn nested(&mut self, judge: &Judge<'_>, left: &mut usize, depth: usize) {
        let Some((text, made)) = judge.code() else {
            return;
        };
        if depth >= NESTED || text.len() > *left {
            let why = "code inside code, nested too deep or too long";
            self.unread.push((Some(judge.deed.line), why.to_owned()));
            return;
        }
        *left = left.saturating_sub(text.len());
        let mut inner = Self::default();
        inner.file(
            &behaviour(&text),
            Role::Module,
            left,
            depth.saturating_add(1),
        );
        for act in inner.acts {
            let moment = if act.moment == Moment::Import {
                judge.moment
            } else {
                act.moment.max(judge.moment)
            };
            let severity = match act.severity {
                Some(severity) if moment == Moment::Call && made == Made::Written => {
                    (severity < Severity::Medium).then_some(severity)
                }
                severity => severity,
            };
            self.acts.push(Act {
                moment,
                severity,
                line: judge.deed.line,
                does: format!("{} (in code that is itself a text)", act.does),
                ..act
            });
        }
        self.payloads.extend(
            inner
                .payloads
                .into_iter()
                .map(|(payload, _)| (payload, judge.deed.line)),
        );
    }

    fn sort(&mut self) {
        self.acts.sort_by(|left, right| {
            (left.line, left.kind as usize, &left.does).cmp(&(
                right.line,
                right.kind as usize,
                &right.does,
            ))
        });
        self.acts.dedup();
    }
}

/// Which scopes call which.
struct Callers(std::collections::HashMap<usize, Vec<usize>>);

impl Callers {
    fn of(seen: &Behaviour) -> Self {
        let mut callers: std::collections::HashMap<usize, Vec<usize>> = Default::default();
        for (index, scope) in seen.scopes.iter().enumerate() {
            for called in &scope.calls {
                callers.entry(*called).or_default().push(index);
            }
        }
        Self(callers)
    }

    /// Names of the functions and classes from which a scope is reached.
    fn reach(&self, seen: &Behaviour, scope: usize) -> Vec<String> {
        let mut met = vec![scope];
        let mut at = 0_usize;
        while let Some(scope) = met.get(at).copied().filter(|_| at < 64) {
            at = at.saturating_add(1);
            for caller in self.0.get(&scope).into_iter().flatten() {
                if !met.contains(caller) {
                    met.push(*caller);
                }
            }
        }
        let mut names: Vec<String> = Vec::new();
        for scope in met.iter().filter_map(|scope| seen.scopes.get(*scope)) {
            let class = scope.class.and_then(|class| seen.classes.get(class));
            match class {
                Some(class) => {
                    names.push(format!("{}.{}", class.name, scope.name));
                    if is_loaded(&scope.name) {
                        names.push(class.name.clone());
                    }
                }
                None if !scope.name.is_empty() => names.push(scope.name.clone()),
                None => {}
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Modules that a file imports, and names of others that it calls.
fn beside(seen: &Behaviour) -> Vec<String> {
    let imports = seen.imports.iter().map(|(module, _)| module.clone());
    let mut names: Vec<String> = imports.collect();
    let roots: Vec<String> = names.clone();
    let called = seen.deeds.iter().filter(|deed| {
        deed.doing == Doing::Call
            && roots.iter().any(|root| {
                deed.path
                    .strip_prefix(root.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
            })
    });
    names.extend(
        called
            .map(|deed| deed.path.clone())
            .take(KEPT.saturating_mul(4)),
    );
    // Classes that are inherited from are made and called too.
    names.extend(seen.classes.iter().flat_map(|class| class.bases.clone()));
    names.sort_unstable();
    names.dedup();
    names.truncate(2_000);
    names
}

/// One deed with what is needed to judge it.
pub(super) struct Judge<'a> {
    pub(super) values: &'a Values<'a>,
    pub(super) deed: &'a Deed,
    pub(super) moment: Moment,
    pub(super) model: bool,
}

impl Judge<'_> {
    /// The value of a parameter by place or name.
    pub(super) fn argument(&self, place: usize, names: &[&str]) -> Option<usize> {
        let named = self
            .deed
            .arguments
            .iter()
            .find(|(name, _)| name.as_deref().is_some_and(|name| names.contains(&name)));
        let placed = self
            .deed
            .arguments
            .iter()
            .filter(|(name, _)| name.is_none());
        named
            .or_else(|| placed.into_iter().nth(place))
            .map(|(_, value)| *value)
    }

    pub(super) fn meaning(&self, value: usize) -> &Meaning {
        self.values.seen.meaning(value)
    }

    /// True if it happens without anybody asking for it, or when a model is loaded.
    pub(super) fn is_early(&self) -> bool {
        self.moment.is_unasked() || self.is_load()
    }

    pub(super) fn is_load(&self) -> bool {
        self.moment == Moment::Load && self.model
    }

    /// Severity by moment.
    pub(super) fn by_moment(
        &self,
        unasked: Option<Severity>,
        load: Option<Severity>,
        call: Option<Severity>,
    ) -> Option<Severity> {
        match self.moment {
            moment if moment.is_unasked() => unasked,
            Moment::Load if self.model => load,
            _ => call,
        }
    }

    pub(super) fn act(&self, kind: Kind, severity: Option<Severity>, does: String) -> Act {
        Act {
            kind,
            moment: self.moment,
            severity,
            does,
            line: self.deed.line,
        }
    }

    /// The text that this deed runs as code.
    fn code(&self) -> Option<(String, Made)> {
        let runs = matches!(
            self.deed.path.as_str(),
            "exec"
                | "eval"
                | "execfile"
                | "timeit.timeit"
                | "cProfile.run"
                | "six.exec_"
                | "get_ipython().run_cell"
                | "code.InteractiveInterpreter().runsource"
        );
        if !runs {
            return None;
        }
        let mut value = self.argument(0, &["source", "stmt", "object"])?;
        // `exec(compile(text, "", "exec"))`
        if let Meaning::Result(inner) = self.meaning(value)
            && let Some(inner) = self.values.seen.deeds.get(*inner)
            && inner.path == "compile"
        {
            value = inner.arguments.first()?.1;
        }
        match self.meaning(value) {
            Meaning::Text(text, made) => Some((text.clone(), *made)),
            Meaning::Bytes(bytes, made) => {
                Some((String::from_utf8_lossy(bytes).into_owned(), *made))
            }
            _ => None,
        }
    }

    /// Serialised objects that stand in the file.
    fn payload(&self) -> Option<Vec<u8>> {
        let loads = matches!(
            self.deed.path.as_str(),
            "pickle.loads" | "_pickle.loads" | "cPickle.loads" | "dill.loads" | "cloudpickle.loads"
        );
        let value = self.argument(0, &["data"]).filter(|_| loads)?;
        match self.meaning(value) {
            Meaning::Bytes(bytes, _) if bytes.len() < 1 << 24 => Some(bytes.clone()),
            _ => None,
        }
    }
}
