//! How one use of a global name stands: known harmful, known good in this very shape, or neither.

use std::collections::HashSet;

use waybill_formats::pickle::tree::{self, Node};
use waybill_formats::pickle::{How, PickleFacts, StateKind, Use};
use waybill_formats::{Limits, ReadAt};
use waybill_knowledge::{Harm, Shape, Standing, StateShape};

use crate::Context;

/// The facts of a pickle with the judgement on each use, made once for all rules.
pub(crate) struct JudgedPickle<'a> {
    facts: &'a PickleFacts,
    judged: Vec<Judged<'a>>,
    called: HashSet<(&'a str, &'a str)>,
}

impl<'a> JudgedPickle<'a> {
    /// Judges every use.
    pub(crate) fn new(
        facts: &'a PickleFacts,
        context: &'a Context<'_>,
        torchscript: bool,
        arrays_beside: bool,
    ) -> Self {
        let others = facts.uses.iter().filter(|known| known.how != How::Import);
        Self {
            facts,
            judged: facts
                .uses
                .iter()
                .map(|known| match judge(known, context) {
                    Judged::Unexpected if is_distribution(known) => Judged::Good,
                    Judged::Harmful(..)
                        if arrays_beside && is_wrapper(&known.module, &known.name) =>
                    {
                        Judged::Unexpected
                    }
                    Judged::Unvetted if torchscript && is_own_class(known) => Judged::Good,
                    Judged::Good if applies_unknown(known, facts, context) => Judged::Unexpected,
                    judged => judged,
                })
                .collect(),
            called: others
                .map(|known| (known.module.as_str(), known.name.as_str()))
                .collect(),
        }
    }

    /// Every use with its judgement.
    pub(super) fn uses(&self) -> impl Iterator<Item = (&'a Use, &Judged<'a>)> {
        self.facts.uses.iter().zip(&self.judged)
    }

    /// True if the name is also used in another way than being imported.
    pub(super) fn is_called(&self, known: &Use) -> bool {
        self.called
            .contains(&(known.module.as_str(), known.name.as_str()))
    }
}

impl std::ops::Deref for JudgedPickle<'_> {
    type Target = PickleFacts;

    fn deref(&self) -> &PickleFacts {
        self.facts
    }
}

/// The judgement on one use.
pub(super) enum Judged<'a> {
    /// Known good, used as its library uses it.
    Good,
    /// Admitted by the user, by exact name.
    Allowed(Option<&'a str>),
    /// Known good, but not used like this.
    Unexpected,
    /// Known harmful; the name it resolves to if that is not the name as written.
    Harmful(&'a Harm, Option<String>),
    /// Reaches into an object's internals.
    Traversal(String),
    /// Only carries something else, which is judged by itself.
    Carrier,
    /// Nobody has vetted it.
    Unvetted,
}

/// The dotted name of a use.
pub(super) fn dotted(known: &Use) -> String {
    if known.name.is_empty() {
        known.module.clone()
    } else {
        format!("{}.{}", known.module, known.name)
    }
}

/// Judges one use. What the user allows extends the list of good names; it does not make a
/// harmful one good.
fn judge<'a>(known: &Use, context: &'a Context<'_>) -> Judged<'a> {
    let judged = listed(known, context);
    let open = matches!(
        judged,
        Judged::Unexpected | Judged::Carrier | Judged::Unvetted
    );
    match context.allowed.get(&dotted(known)).filter(|_| open) {
        Some(reason) => Judged::Allowed(reason.as_deref()),
        None => judged,
    }
}

/// True for the classes by which old versions of `joblib` name a file with an array.
fn is_wrapper(module: &str, name: &str) -> bool {
    let module = module.strip_prefix("sklearn.externals.").unwrap_or(module);
    matches!(module, "joblib.numpy_pickle" | "joblib.numpy_pickle_compat")
        && matches!(name, "NDArrayWrapper" | "ZNDArrayWrapper")
}

/// True if every array that a pickle of old `joblib` takes from a file is in one that stands beside
/// it, as `joblib.dump` writes them: such a pickle reads no file that is not looked at, too.
pub(crate) fn arrays_beside(
    source: &dyn ReadAt,
    offset: u64,
    facts: &PickleFacts,
    limits: &Limits,
) -> bool {
    if !facts
        .uses
        .iter()
        .any(|known| is_wrapper(&known.module, &known.name))
    {
        return false;
    }
    // Only a stream that is followed whole says what all of them name.
    let [stream] = facts.streams.as_slice() else {
        return false;
    };
    let Ok(tree) = tree::read(source, offset, limits) else {
        return false;
    };
    stream.complete()
        && tree.nodes().all(|(_, node)| {
            let Node::Call(call) = node else { return true };
            let wrapper = tree
                .global(call.callee)
                .is_some_and(|(module, name)| is_wrapper(module, name));
            let named = call.state.and_then(|state| tree.get(state, "filename"));
            let named = named.and_then(|name| tree.text(name));
            !wrapper
                || named.is_some_and(|name| {
                    !name.contains(['/', '\\', ':']) && !name.starts_with('.') && !name.is_empty()
                })
        })
}

/// True for the classes of a TorchScript archive: their code stands in the archive and is judged
/// there, and no Python module has this name.
fn is_own_class(known: &Use) -> bool {
    known.module == "__torch__" || known.module.starts_with("__torch__.")
}

/// True for the state of a scipy distribution whose text, which unpickling runs, is the one that
/// scipy writes.
fn is_distribution(known: &Use) -> bool {
    known.how == How::State(StateKind::ArgumentTemplate) && known.module.starts_with("scipy.stats.")
}

/// Judges one use by the lists alone.
fn listed<'a>(known: &Use, context: &'a Context<'_>) -> Judged<'a> {
    match context.globals.standing(&known.module, &known.name) {
        Standing::Good(shape) if fits(&known.how, &shape) => Judged::Good,
        Standing::Good(_) => Judged::Unexpected,
        Standing::Harmful(harm) => Judged::Harmful(harm, None),
        Standing::Unknown => resolve(known, context),
    }
}

/// A name that is listed nowhere as it is written may still lead somewhere: `glob.os.system`,
/// `eval.__call__`, `torch.os.system`.
fn resolve<'a>(known: &Use, context: &'a Context<'_>) -> Judged<'a> {
    if context.globals.is_carrier(&known.module, &known.name) {
        return if known.how == How::Carry {
            Judged::Good
        } else {
            Judged::Carrier
        };
    }
    let parts: Vec<&str> = known.name.split('.').collect();
    let harmful = |module: &str, name: &str| match context.globals.standing(module, name) {
        Standing::Harmful(harm) => Some(harm),
        _ => None,
    };
    for length in (1..parts.len()).rev() {
        let prefix = parts.get(..length).unwrap_or_default().join(".");
        if let Some(harm) = harmful(&known.module, &prefix) {
            return Judged::Harmful(harm, Some(format!("{}.{prefix}", known.module)));
        }
    }
    for start in 0..parts.len().saturating_sub(1) {
        let module = parts.get(start).copied().unwrap_or_default();
        let name = parts
            .get(start.saturating_add(1)..)
            .unwrap_or_default()
            .join(".");
        for module in [module, module.trim_start_matches('_')] {
            let module = if module.trim_matches('_') == "builtins" {
                "builtins"
            } else {
                module
            };
            if let Some(harm) = harmful(module, &name) {
                return Judged::Harmful(harm, Some(format!("{module}.{name}")));
            }
            if context.globals.is_carrier(module, &name) {
                return Judged::Traversal(format!("{module}.{name}"));
            }
        }
    }
    let inner = parts
        .iter()
        .find(|part| part.len() > 4 && part.starts_with("__") && part.ends_with("__"));
    match inner {
        Some(inner) => Judged::Traversal((*inner).to_owned()),
        None => Judged::Unvetted,
    }
}

/// True for a call of a known-good function that itself calls one of its arguments, where that
/// argument is not a known-good name.
fn applies_unknown(known: &Use, facts: &PickleFacts, context: &Context<'_>) -> bool {
    if !matches!(known.how, How::Call(_) | How::New(_)) {
        return false;
    }
    let Standing::Good(Shape {
        applies: Some(index),
        ..
    }) = context.globals.standing(&known.module, &known.name)
    else {
        return false;
    };
    let mut handed = facts.handed.iter().filter(|handed| {
        handed.index == index && handed.module == known.module && handed.name == known.name
    });
    handed.any(|handed| match &handed.given {
        Some((module, name)) => {
            context.globals.is_carrier(module, name)
                || !matches!(context.globals.standing(module, name), Standing::Good(_))
        }
        None => true,
    })
}

fn fits(how: &How, shape: &Shape) -> bool {
    let any = |arities: &[waybill_knowledge::Arity]| {
        arities
            .iter()
            .any(|arity| arity.min == 0 && arity.max.is_none())
    };
    let count = |count: &u32| usize::try_from(*count).unwrap_or(usize::MAX);
    match how {
        // A name may always be handed on; what calls it is judged there.
        How::Import | How::Passed => true,
        How::Call(Some(arguments)) => shape.allows_call(count(arguments)),
        How::Call(None) => any(&shape.calls),
        How::New(Some(arguments)) => shape.allows_new(count(arguments)),
        How::New(None) => any(&shape.news),
        How::State(kind) => shape.states.iter().any(|state| state_fits(*kind, state)),
        How::Items => shape.items,
        How::Carry | How::Attribute(_) | How::Method(_) | How::CallResult | How::Patch => false,
    }
}

fn state_fits(kind: StateKind, shape: &StateShape) -> bool {
    match (shape, kind) {
        (StateShape::Any, kind) => kind != StateKind::Object,
        (StateShape::Dict, StateKind::Dict | StateKind::ArgumentTemplate) => true,
        (StateShape::Slots, StateKind::Slots) => true,
        (StateShape::List, StateKind::List) => true,
        // A pair of dicts is a tuple of two as well.
        (StateShape::Tuple(arity), StateKind::Slots) => arity.allows(2),
        (StateShape::Tuple(arity), StateKind::Tuple(Some(length))) => {
            usize::try_from(length).is_ok_and(|length| arity.allows(length))
        }
        (StateShape::Tuple(arity), StateKind::Tuple(None)) => arity.max.is_none(),
        _ => false,
    }
}
