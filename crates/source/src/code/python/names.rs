//! What names, parameters and attributes stand for.

use super::bind::{everywhere, last_name};
use super::evaluate::{Evaluator, Memo};
use super::program::{At, Bound, EVERYWHERE, ScopeKind};
use super::seen::{Seen, Shared};
use super::texts;

/// Most bindings of one name that are looked at.
pub(super) const BINDINGS: usize = 32;
/// Most calls that are asked for the value of a parameter.
const CALLS: usize = 32;

impl<'a> Evaluator<'_, 'a> {
    /// What a name stands for at a place.
    pub(super) fn lookup(&mut self, name: &str, mut at: At) -> Shared {
        let program = self.program;
        let mut next = Some(at.scope);
        let mut direct = true;
        let mut levels = 0_usize;
        while let Some(scope) = next.and_then(|index| program.scopes.get(index)) {
            let visible = direct || !matches!(scope.kind, ScopeKind::Class);
            if visible
                && !(scope.parent.is_some() && scope.globals.contains(&name))
                && let Some(indices) = scope.names.get(name)
            {
                return self.bound(indices, at);
            }
            direct = direct && matches!(scope.kind, ScopeKind::Inline);
            if !matches!(scope.kind, ScopeKind::Inline | ScopeKind::Class) {
                at = everywhere(at.scope);
            }
            next = scope.parent;
            levels = levels.saturating_add(1);
            if levels > 64 {
                break;
            }
        }
        self.unbound(name)
    }

    fn unbound(&self, name: &str) -> Shared {
        if name == "__file__" {
            return Shared::text("./__file__");
        }
        if let [module] = self.program.stars.as_slice()
            && !BUILT_IN.contains(&name)
        {
            return Seen::module(module, name).into();
        }
        Seen::Name(short(name).into()).into()
    }

    /// What the bindings of one name in one scope amount to at a place.
    pub(super) fn bound(&mut self, indices: &[usize], at: At) -> Shared {
        let program = self.program;
        let before = indices.partition_point(|index| {
            program
                .bindings
                .get(*index)
                .is_some_and(|binding| binding.from <= at.offset)
        });
        let before = if before == 0 { indices.len() } else { before };
        let mut kept: Vec<Shared> = Vec::new();
        let mut branches: Vec<usize> = Vec::new();
        let mut arms: Vec<(usize, usize)> = Vec::new();
        let candidates = indices.get(..before).unwrap_or_default();
        for index in candidates.iter().rev().take(BINDINGS) {
            let Some(binding) = program.bindings.get(*index) else {
                continue;
            };
            let branch = binding.at.branch;
            let replaced = branches
                .iter()
                .any(|later| program.encloses(*later, branch));
            if replaced || (at.offset != EVERYWHERE && program.excludes(branch, at.branch)) {
                continue;
            }
            kept.push(self.binding(*index));
            branches.push(branch);
            if program.encloses(branch, at.branch) {
                break;
            }
            if let Some(arm) = program.branches.get(branch)
                && let Some(count) = arm.arms
                && program.encloses(arm.parent, at.branch)
            {
                arms.push((arm.group, arm.arm));
                if arms.iter().filter(|(group, _)| *group == arm.group).count() >= count {
                    break;
                }
            }
        }
        kept.reverse();
        Shared::either(kept)
    }

    /// What one binding binds.
    pub(super) fn binding(&mut self, index: usize) -> Shared {
        match self.bindings.get_mut(index) {
            Some(Memo::Done(value)) => return value.clone(),
            Some(slot @ Memo::Open) => *slot = Memo::Busy,
            _ => return self.unknown(),
        }
        let value = self.deeper(|this| this.evaluate_binding(index));
        if let Some(slot) = self.bindings.get_mut(index) {
            *slot = Memo::Done(value.clone());
        }
        value
    }

    fn evaluate_binding(&mut self, index: usize) -> Shared {
        let Some(binding) = self.program.bindings.get(index) else {
            return self.unknown();
        };
        let at = binding.at;
        match &binding.bound {
            Bound::Value(expression, steps) => {
                let mut value = self.eval(expression, at);
                for step in steps {
                    value = self.step(&value, *step);
                }
                value
            }
            Bound::Known(seen) => seen.clone().into(),
            Bound::Function(index) => Seen::Function(*index).into(),
            Bound::Class(index) => Seen::Class(*index).into(),
            Bound::Parameter(function, number) => self.parameter(*function, *number),
            Bound::Myself(class) => Seen::Instance(*class, None).into(),
            Bound::MyClass(class) => Seen::Class(*class).into(),
            Bound::Declared(annotation) => {
                let annotation = self.eval(annotation, at);
                self.of_class(&annotation)
            }
            Bound::Add(added) => {
                let before = self.before(index);
                let added = self.eval(added, at);
                self.binary(&before, ruff_python_ast::Operator::Add, &added)
            }
            Bound::Item(key, value) => {
                let key = self.eval(key, at);
                let value = self.eval(value, at);
                let before = self.before(index);
                match (before.seen(), texts::plain(&key)) {
                    (Seen::Map(entries), Some(key))
                        if self.spend(entries.len().saturating_mul(32)) =>
                    {
                        let mut entries = entries.clone();
                        entries.retain(|(known, _)| *known != key);
                        entries.push((key, value));
                        Seen::Map(entries).into()
                    }
                    _ => before,
                }
            }
            Bound::Append(value) => {
                let value = self.eval(value, at);
                let before = self.before(index);
                match before.seen() {
                    Seen::List(items) if self.spend(items.len().saturating_mul(16)) => {
                        let mut items = items.clone();
                        items.push(value);
                        Shared::list(items)
                    }
                    _ => before,
                }
            }
            Bound::Attribute(name, value) => {
                let value = self.eval(value, at);
                let before = self.before(index);
                self.altered(before, name, value)
            }
            Bound::Unknown => Seen::Name(short(binding.name).into()).into(),
        }
    }

    fn altered(&mut self, before: Shared, name: &str, value: Shared) -> Shared {
        match before.seen() {
            Seen::Unknown | Seen::Name(_) | Seen::Module(..) => before,
            Seen::Altered(of, attributes) if attributes.len() < 64 => {
                let mut attributes = attributes.clone();
                attributes.push((name.into(), value));
                Seen::Altered(of.clone(), attributes).into()
            }
            Seen::Altered(..) => before,
            _ => Seen::Altered(before, vec![(name.into(), value)]).into(),
        }
    }

    /// What the name of a binding stood for before it.
    fn before(&mut self, index: usize) -> Shared {
        let Some(binding) = self.program.bindings.get(index) else {
            return self.unknown();
        };
        let at = At {
            offset: binding.from.saturating_sub(1),
            ..binding.at
        };
        self.deeper(|this| this.lookup(binding.name, at))
    }

    /// An object of what an annotation names.
    pub(super) fn of_class(&mut self, annotation: &Shared) -> Shared {
        match annotation.seen() {
            Seen::Class(class) => Seen::Instance(*class, None).into(),
            Seen::Module(module, name) => {
                let last = name.rsplit('.').next().unwrap_or_default();
                if last.starts_with(char::is_uppercase) && &**module != "typing" {
                    let path = path(module, name);
                    return Seen::Object {
                        call: None,
                        path: path.into(),
                        whole: true,
                        named: Some((module.clone(), name.clone())),
                    }
                    .into();
                }
                self.unknown()
            }
            _ => self.unknown(),
        }
    }

    /// What a parameter may be: its default, and what the calls in this file pass.
    fn parameter(&mut self, function: usize, number: usize) -> Shared {
        let program = self.program;
        let Some(known) = program.functions.get(function) else {
            return self.unknown();
        };
        let Some(parameter) = known.parameters.get(number) else {
            return self.unknown();
        };
        let name = parameter.parameter.name.as_str();
        let mut values = Vec::new();
        match &parameter.default {
            Some(default) => {
                let value = self.eval(default, known.outer);
                values.push(value);
            }
            None => {
                let composed = if number == 0 {
                    self.composed(function)
                } else {
                    None
                };
                values.extend(composed.or_else(|| self.option(function, name)));
            }
        }
        let skipped = usize::from(known.bound_first);
        let called = match (
            known.class.and_then(|class| program.classes.get(class)),
            known.name,
        ) {
            (Some(class), "__init__") => class.name,
            (_, name) => name,
        };
        let position = number.checked_sub(skipped);
        for index in program
            .by_name
            .get(called)
            .into_iter()
            .flatten()
            .take(CALLS)
        {
            let resolved = self.resolve(*index);
            if resolved.function != Some(function) {
                continue;
            }
            let all = self.given(*index);
            let given = all
                .iter()
                .find(|given| given.name.as_deref() == Some(name))
                .or_else(|| {
                    let given = all.get(position?)?;
                    given.name.is_none().then_some(given)
                });
            values.extend(given.map(|given| given.value.clone()));
        }
        values.retain(|value| !value.is_unknown());
        if values
            .iter()
            .all(|value| matches!(value.seen(), Seen::None))
            && let Some(annotation) = &parameter.parameter.annotation
        {
            let annotation = self.eval(annotation, known.outer);
            let object = self.of_class(&annotation);
            if !object.is_unknown() {
                values.push(object);
            }
        }
        if values.is_empty() {
            return Seen::Name(short(name).into()).into();
        }
        Shared::either(values)
    }

    /// The default in `@click.option("--name", default=...)`.
    fn option(&mut self, function: usize, name: &str) -> Option<Shared> {
        let program = self.program;
        let known = program.functions.get(function)?;
        for decorator in &known.node?.decorator_list {
            let Some("option" | "argument") = last_name(&decorator.expression) else {
                continue;
            };
            let index = program.call(decorator.expression.as_call_expr()?)?;
            let given = self.given(index);
            if super::known::destination(&given).as_deref() == Some(name) {
                return super::known::default_of(&given);
            }
        }
        None
    }

    /// The configuration that `@hydra.main(config_path=..., config_name=...)` hands a function.
    fn composed(&mut self, function: usize) -> Option<Shared> {
        let program = self.program;
        for decorator in &program.functions.get(function)?.node?.decorator_list {
            let Some(node) = decorator.expression.as_call_expr() else {
                continue;
            };
            let index = program.call(node)?;
            if &*self.resolve(index).path != "hydra.main" {
                continue;
            }
            let all = self.given(index);
            let text = |name: &str| {
                let named = |given: &&super::seen::Given| given.name.as_deref() == Some(name);
                let given = all.iter().find(named)?;
                given.value.as_text().cloned()
            };
            let name = text("config_name")?;
            let ending = if name.contains(".y") { "" } else { ".yaml" };
            let folder = text("config_path").unwrap_or_else(|| ".".into());
            let file = Shared::text(&format!("{folder}/{name}{ending}"));
            return Some(Seen::Configuration(file, Vec::new()).into());
        }
        None
    }

    /// What a function returns.
    pub(super) fn returned(&mut self, function: usize) -> Shared {
        match self.returns.get_mut(function) {
            Some(Memo::Done(value)) => return value.clone(),
            Some(slot @ Memo::Open) => *slot = Memo::Busy,
            _ => return self.unknown(),
        }
        let mut values = Vec::new();
        if let Some(known) = self.program.functions.get(function) {
            for (value, at) in known.returns.iter().take(BINDINGS) {
                values.push(self.eval(value, *at));
            }
            values.retain(found_something);
            if known.generator {
                values.clear();
            }
        }
        let value = Shared::either(values);
        if let Some(slot) = self.returns.get_mut(function) {
            *slot = Memo::Done(value.clone());
        }
        value
    }
}

pub(super) fn found_something(value: &Shared) -> bool {
    !matches!(value.seen(), Seen::Unknown)
}

/// The dotted path of a name out of a module.
pub(super) fn path(module: &str, name: &str) -> String {
    if name.is_empty() {
        short(module).to_owned()
    } else if module.ends_with('.') {
        short(&format!("{module}{name}")).to_owned()
    } else {
        short(&format!("{module}.{name}")).to_owned()
    }
}

/// A name that is not overlong.
pub(super) fn short(name: &str) -> &str {
    let mut end = name.len().min(500);
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    name.get(..end).unwrap_or_default()
}

/// Names that a star import does not bind, as a rule.
const BUILT_IN: [&str; 48] = [
    "print",
    "open",
    "len",
    "range",
    "str",
    "int",
    "float",
    "bool",
    "list",
    "dict",
    "set",
    "tuple",
    "type",
    "isinstance",
    "issubclass",
    "super",
    "enumerate",
    "zip",
    "map",
    "filter",
    "sorted",
    "reversed",
    "min",
    "max",
    "sum",
    "abs",
    "any",
    "all",
    "input",
    "getattr",
    "setattr",
    "hasattr",
    "iter",
    "next",
    "repr",
    "format",
    "id",
    "vars",
    "round",
    "bytes",
    "object",
    "property",
    "Exception",
    "ValueError",
    "RuntimeError",
    "KeyError",
    "staticmethod",
    "classmethod",
];
