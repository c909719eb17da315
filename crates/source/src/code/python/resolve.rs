//! What is called, with what, and what comes back.

use ruff_python_ast::Expr;
use std::rc::Rc;

use super::evaluate::{Evaluator, Memo};
use super::methods::has_methods;
use super::names::{path, short};
use super::program::At;
use super::seen::{Given, Seen, Shared};
use super::texts;

/// A call that was looked at.
#[derive(Clone)]
pub(super) struct Resolved {
    pub(super) path: Rc<str>,
    pub(super) receiver: Option<usize>,
    /// Arguments that `functools.partial` put before those of the call.
    before: Option<Rc<[Given]>>,
    /// The function of this file that it calls.
    pub(super) function: Option<usize>,
    callee: Shared,
    /// The object that a method is called on.
    of: Option<Shared>,
}

impl Resolved {
    fn nothing() -> Rc<Self> {
        Rc::new(Self {
            path: "".into(),
            receiver: None,
            before: None,
            function: None,
            callee: Shared::unknown(),
            of: None,
        })
    }
}

impl<'a> Evaluator<'_, 'a> {
    /// Looks at a call, once.
    pub(super) fn resolve(&mut self, index: usize) -> Rc<Resolved> {
        match self.calls.get_mut(index) {
            Some(Memo::Done(resolved)) => return resolved.clone(),
            Some(slot @ Memo::Open) => *slot = Memo::Busy,
            _ => return Resolved::nothing(),
        }
        let resolved = Rc::new(self.look_at(index));
        if let Some(slot) = self.calls.get_mut(index) {
            *slot = Memo::Done(resolved.clone());
        }
        resolved
    }

    fn look_at(&mut self, index: usize) -> Resolved {
        let Some(called) = self.program.calls.get(index) else {
            return (*Resolved::nothing()).clone();
        };
        let (node, at) = (called.node, called.at);
        let (of, callee) = match &*node.func {
            Expr::Attribute(attribute) => {
                let of = self.eval(&attribute.value, at);
                let callee = self.attribute(&of, &attribute.attr);
                (Some((of, attribute.attr.as_str())), callee)
            }
            other => (None, self.eval(other, at)),
        };
        let callee = one_callee(&callee);
        let (callee, before) = match callee.seen() {
            Seen::Partial(inner, before) => (inner.clone(), Some(before.clone())),
            _ => (callee, None),
        };
        let (path, receiver) = self.path_of(&callee);
        let path: Rc<str> = match &*path {
            "" => fallback(&node.func, of.as_ref().map(|(of, _)| of)).into(),
            _ => path,
        };
        let function = match callee.seen() {
            Seen::Function(function) | Seen::Method(function, _) => Some(*function),
            Seen::Class(class) => self.constructor(*class),
            _ => None,
        };
        Resolved {
            path,
            receiver,
            before,
            function,
            callee,
            of: of.map(|(of, _)| of),
        }
    }

    /// What a call returns, found out once and only if asked for: a parameter asks for the
    /// arguments of calls whose results depend on that parameter.
    pub(super) fn result(&mut self, index: usize) -> Shared {
        match self.results.get_mut(index) {
            Some(Memo::Done(value)) => return value.clone(),
            Some(slot @ Memo::Open) => *slot = Memo::Busy,
            _ => return self.unknown(),
        }
        let resolved = self.resolve(index);
        let value = self.returned_by(index, &resolved);
        if let Some(slot) = self.results.get_mut(index) {
            *slot = Memo::Done(value.clone());
        }
        value
    }

    /// The arguments of a call, worked out once and only if asked for.
    pub(super) fn given(&mut self, index: usize) -> Rc<[Given]> {
        match self.given.get_mut(index) {
            Some(Memo::Done(given)) => return given.clone(),
            Some(slot @ Memo::Open) => *slot = Memo::Busy,
            _ => return Rc::from([]),
        }
        let mut given: Rc<[Given]> = Rc::from([]);
        if let Some(called) = self.program.calls.get(index) {
            given = self.written(&called.node.arguments, called.at);
        }
        if let Some(before) = &self.resolve(index).before {
            given = before.iter().chain(given.iter()).cloned().collect();
        }
        if let Some(slot) = self.given.get_mut(index) {
            *slot = Memo::Done(given.clone());
        }
        given
    }

    fn written(&mut self, arguments: &'a ruff_python_ast::Arguments, at: At) -> Rc<[Given]> {
        let mut given = Vec::new();
        for argument in &arguments.args {
            let value = self.eval(argument, at);
            match (argument, value.seen()) {
                (Expr::Starred(_), Seen::List(items)) if self.spend(items.len()) => {
                    let items = items.iter().take(256);
                    given.extend(items.map(|value| Given {
                        name: None,
                        value: value.clone(),
                    }));
                }
                _ => given.push(Given { name: None, value }),
            }
        }
        for keyword in &arguments.keywords {
            let value = self.eval(&keyword.value, at);
            match (&keyword.arg, value.seen()) {
                (Some(name), _) => given.push(Given {
                    name: Some(name.as_str().into()),
                    value,
                }),
                (None, _) => {
                    let written = given.len();
                    for map in value.alternatives() {
                        self.spread(map, written, &mut given);
                    }
                }
            }
        }
        given.into()
    }

    /// The entries of `**map`; of several maps, a name may have any of its values.
    fn spread(&mut self, map: &Shared, written: usize, given: &mut Vec<Given>) {
        let Seen::Map(entries) = map.seen() else {
            return;
        };
        if !self.spend(entries.len().saturating_mul(32)) {
            return;
        }
        for (name, value) in entries.iter().take(256) {
            let before = given.iter_mut().skip(written).take(256);
            match before
                .into_iter()
                .find(|given| given.name.as_ref() == Some(name))
            {
                Some(known) => {
                    known.value = Shared::either([known.value.clone(), value.clone()]);
                }
                None => given.push(Given {
                    name: Some(name.clone()),
                    value: value.clone(),
                }),
            }
        }
    }

    /// The path of what is called, and the call that made the object.
    pub(super) fn path_of(&self, callee: &Shared) -> (Rc<str>, Option<usize>) {
        let program = self.program;
        let class_name = |class: usize| program.classes.get(class).map_or("", |class| class.name);
        match callee.seen() {
            Seen::Module(module, name) => (path(module, name).into(), None),
            Seen::Name(name) => (name.clone(), None),
            Seen::Object { call, path, .. } => (path.clone(), *call),
            Seen::Class(class) => (class_name(*class).into(), None),
            Seen::Function(function) => (self.function_name(*function), None),
            Seen::Method(function, call) => (self.function_name(*function), *call),
            Seen::Instance(class, call) => {
                (format!("{}.__call__", class_name(*class)).into(), *call)
            }
            Seen::Partial(inner, _) | Seen::Altered(inner, _) => self.path_of(inner),
            _ => ("".into(), None),
        }
    }

    fn function_name(&self, function: usize) -> Rc<str> {
        let Some(known) = self.program.functions.get(function) else {
            return "".into();
        };
        match known
            .class
            .and_then(|class| self.program.classes.get(class))
        {
            Some(class) => format!("{}.{}", class.name, known.name).into(),
            None => known.name.into(),
        }
    }

    fn constructor(&self, class: usize) -> Option<usize> {
        let class = self.program.classes.get(class)?;
        let scope = self.program.scopes.get(class.scope)?;
        let binding = self
            .program
            .bindings
            .get(*scope.names.get("__init__")?.last()?)?;
        match binding.bound {
            super::program::Bound::Function(function) => Some(function),
            _ => None,
        }
    }

    fn returned_by(&mut self, index: usize, resolved: &Resolved) -> Shared {
        if let Some(of) = &resolved.of
            && let Some(called) = self.program.calls.get(index)
            && let Expr::Attribute(method) = &*called.node.func
            && has_methods(of)
            && let Some(value) = {
                let given = self.given(index);
                self.method(of, &method.attr, &given)
            }
        {
            return value;
        }
        if let Some(value) = self.well_known(index, resolved) {
            return value;
        }
        let object: Shared = Seen::Object {
            call: Some(index),
            path: resolved.path.clone(),
            whole: true,
            named: match resolved.callee.seen() {
                Seen::Module(module, name) if !name.is_empty() => {
                    Some((module.clone(), name.clone()))
                }
                _ => None,
            },
        }
        .into();
        match resolved.callee.seen() {
            Seen::Class(class) => Seen::Instance(*class, Some(index)).into(),
            Seen::Function(function) | Seen::Method(function, _) => {
                let value = self.deeper(|this| this.returned(*function));
                match value.seen() {
                    Seen::Unknown | Seen::Name(_) => object,
                    _ => value,
                }
            }
            _ => object,
        }
    }

    /// `of.name`.
    pub(super) fn attribute(&mut self, of: &Shared, name: &str) -> Shared {
        match of.seen() {
            Seen::Module(module, before) => {
                let name = if before.is_empty() {
                    name.to_owned()
                } else {
                    format!("{before}.{name}")
                };
                Seen::module(module, short(&name)).into()
            }
            Seen::Name(before) => {
                let value = self.argument_of(before, name);
                let longer = || Seen::Name(short(&format!("{before}.{name}")).into()).into();
                value.unwrap_or_else(longer)
            }
            Seen::Object {
                call, path, named, ..
            } => self.set_by_call(of, name).unwrap_or_else(|| {
                Seen::Object {
                    call: *call,
                    path: short(&format!("{path}.{name}")).into(),
                    whole: false,
                    named: within(named.as_ref(), name),
                }
                .into()
            }),
            Seen::Class(class) => self.deeper(|this| this.of_instance(*class, None, name)),
            Seen::Instance(class, call) => {
                self.deeper(|this| this.of_instance(*class, *call, name))
            }
            Seen::Altered(inner, attributes) => {
                let set = attributes.iter().rev().find(|(known, _)| &**known == name);
                match set {
                    Some((_, value)) => value.clone(),
                    None => self.attribute(inner, name),
                }
            }
            Seen::Configuration(..) => self.subscript(of, &Shared::text(name)),
            Seen::Arguments => self.argument_default(name),
            Seen::Either(values) => {
                let values: Vec<_> = values.iter().map(|it| self.attribute(it, name)).collect();
                Shared::either(values.into_iter().filter(|value| !value.is_unknown()))
            }
            Seen::Map(_) => of.get(name).cloned().unwrap_or_else(Shared::unknown),
            Seen::Function(_) => {
                let (path, _) = self.path_of(of);
                Seen::Name(short(&format!("{path}.{name}")).into()).into()
            }
            _ => self.of_plain(of, name),
        }
    }

    /// A constant that the call of a class of another file set an attribute to.
    fn set_by_call(&mut self, of: &Shared, name: &str) -> Option<Shared> {
        let Seen::Object {
            call: Some(call),
            whole: true,
            named: Some(_),
            ..
        } = of.seen()
        else {
            return None;
        };
        let given = self.given(*call);
        let given = given
            .iter()
            .find(|given| given.name.as_deref() == Some(name))?;
        let constant = matches!(
            given.value.seen(),
            Seen::Text(_) | Seen::Environment(..) | Seen::Configuration(..)
        );
        constant.then(|| given.value.clone())
    }

    /// Attributes of paths, and `value` of a member of an enumeration.
    fn of_plain(&self, of: &Shared, name: &str) -> Shared {
        match (of.seen(), name) {
            (_, "value") => of.clone(),
            (Seen::Text(text), "parent") => Shared::text(&texts::folder(text)),
            (Seen::Text(text), "name") => Shared::text(text.rsplit('/').next().unwrap_or_default()),
            (Seen::Environment(..), "get_secret_value") => of.clone(),
            _ => self.unknown(),
        }
    }
}

/// The name of a part of what another file knows by a name.
pub(super) fn within(named: Option<&(Rc<str>, Rc<str>)>, part: &str) -> Option<(Rc<str>, Rc<str>)> {
    let (module, name) = named?;
    let longer = format!("{name}.{part}");
    (longer.len() < 200).then(|| (module.clone(), longer.into()))
}

/// The one alternative that can be called.
fn one_callee(callee: &Shared) -> Shared {
    let callable = |value: &&Shared| {
        matches!(
            value.seen(),
            Seen::Module(..)
                | Seen::Object { .. }
                | Seen::Function(_)
                | Seen::Method(..)
                | Seen::Class(_)
                | Seen::Partial(..)
        )
    };
    let alternatives = callee.alternatives();
    let named = |value: &&Shared| matches!(value.seen(), Seen::Name(_) | Seen::Instance(..));
    alternatives
        .iter()
        .find(callable)
        .or_else(|| alternatives.iter().find(named))
        .unwrap_or(callee)
        .clone()
}

/// A path out of what is written, for a call of something that nothing is known of.
fn fallback(callee: &Expr, of: Option<&Shared>) -> String {
    let mut names = Vec::new();
    let mut first = callee;
    while let Expr::Attribute(node) = first {
        names.push(node.attr.as_str());
        first = &node.value;
    }
    match of.map(Shared::seen) {
        Some(Seen::Text(_) | Seen::Parts(_)) => {
            return format!("str.{}", names.first().copied().unwrap_or_default());
        }
        Some(Seen::Map(_)) => {
            return format!("dict.{}", names.first().copied().unwrap_or_default());
        }
        Some(Seen::List(_)) => {
            return format!("list.{}", names.first().copied().unwrap_or_default());
        }
        _ => {}
    }
    if let Expr::Name(node) = first {
        names.push(&node.id);
    }
    names.reverse();
    names.truncate(32);
    short(&names.join(".")).to_owned()
}
