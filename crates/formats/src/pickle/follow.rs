//! Calls whose result is followed: attributes, imports, carriers.

use super::facts::How;
use super::fold;
use super::machine::Machine;
use super::special::Special;
use super::value::{Constant, Node, Tag, Value};

/// Calls that one carrier (`map`, `starmap`, ...) is followed into.
const CARRIED_CALLS: usize = 16;

impl Machine<'_, '_> {
    pub(super) fn follow(
        &mut self,
        special: Special,
        arguments: Value,
        offset: u64,
        depth: u32,
    ) -> Option<Value> {
        let parts = self.parts(arguments)?;
        match special {
            Special::GetAttribute => {
                let name = self.text_of(*parts.get(1)?)?;
                Some(self.attribute(*parts.first()?, &name, offset))
            }
            Special::ImportModule | Special::ModuleTable => {
                let module = self.text_of(*parts.first()?)?;
                Some(self.module(&module, offset))
            }
            Special::ResolveName => self.resolve_name(*parts.first()?, offset),
            Special::AttributeGetter
            | Special::ItemGetter
            | Special::MethodCaller
            | Special::Partial => self.follow_operator(special, &parts),
            Special::Carrier => self.carry(&parts, offset, depth),
            Special::Apply => {
                let (function, rest) = parts.split_first()?;
                let tuple = match rest {
                    [only] if self.parts(*only).is_some() && only.tag() != Tag::Str => *only,
                    _ => self.arena.node(Node::Tuple(rest.into()), Value::INERT),
                };
                Some(self.call_at(*function, tuple, offset, depth.saturating_add(1)))
            }
            Special::GetItem => {
                let (object, key) = (*parts.first()?, *parts.get(1)?);
                self.item(object, key, offset)
            }
            Special::Reconstructor | Special::NewObject | Special::NewObjectEx => {
                self.follow_new(special, &parts, offset)
            }
            Special::RebuildFromType => {
                self.call_at(
                    *parts.first()?,
                    *parts.get(2)?,
                    offset,
                    depth.saturating_add(1),
                );
                None
            }
            Special::NamedFunction => {
                let (module, name) = (
                    self.text_of(*parts.first()?)?,
                    self.text_of(*parts.get(1)?)?,
                );
                let index = self.names.intern(module.as_bytes(), name.as_bytes());
                self.import(index, offset, true);
                Some(Value::new(Tag::Global, u64::from(index)))
            }
            Special::AddExtension => {
                let (module, name) = (
                    self.text_of(*parts.first()?)?,
                    self.text_of(*parts.get(1)?)?,
                );
                let Constant::Int(code) = self.constant_of(*parts.get(2)?)? else {
                    return None;
                };
                let index = self.names.intern(module.as_bytes(), name.as_bytes());
                self.extensions.insert(u32::try_from(code).ok()?, index);
                None
            }
            Special::None | Special::Keep | Special::Sized | Special::ArrayWrapper => None,
        }
    }

    /// `resolve_name("module:name")`.
    fn resolve_name(&mut self, text: Value, offset: u64) -> Option<Value> {
        let text = self.text_of(text)?;
        let (module, name) = text
            .split_once(':')
            .or_else(|| text.rsplit_once('.'))
            .unwrap_or((text.as_str(), ""));
        if name.is_empty() {
            return Some(self.module(module, offset));
        }
        let index = self.names.intern(module.as_bytes(), name.as_bytes());
        self.import(index, offset, true);
        Some(Value::new(Tag::Global, u64::from(index)))
    }

    /// What the callables of `operator` and `functools` that are called later remember.
    fn follow_operator(&mut self, special: Special, parts: &[Value]) -> Option<Value> {
        match special {
            Special::AttributeGetter => {
                let names: Option<Vec<Box<str>>> = parts
                    .iter()
                    .map(|part| self.text_of(*part).map(Into::into))
                    .collect();
                Some(
                    self.arena
                        .node(Node::AttributeGetter(names?.into()), Value::INERT),
                )
            }
            Special::ItemGetter => Some(
                self.arena
                    .node(Node::ItemGetter(*parts.first()?), Value::INERT),
            ),
            Special::MethodCaller => {
                let (name, rest) = parts.split_first()?;
                let name = self.text_of(*name)?.into();
                Some(self.arena.node(
                    Node::MethodCaller {
                        name,
                        arguments: rest.into(),
                    },
                    Value::INERT,
                ))
            }
            Special::Partial => {
                let (function, rest) = parts.split_first()?;
                Some(self.arena.node(
                    Node::Partial {
                        function: *function,
                        arguments: rest.into(),
                    },
                    Value::INERT,
                ))
            }
            _ => None,
        }
    }

    /// The instance that a function of `copyreg` makes.
    fn follow_new(&mut self, special: Special, parts: &[Value], offset: u64) -> Option<Value> {
        let (class, rest) = parts.split_first()?;
        let tuple = match special {
            Special::Reconstructor => Value::new(Tag::EmptyTuple, offset),
            Special::NewObjectEx
                if rest
                    .get(1)
                    .is_none_or(|keywords| self.arena.get(*keywords).is_none()) =>
            {
                *rest.first()?
            }
            Special::NewObjectEx => Value::INERT,
            _ if rest.is_empty() => Value::new(Tag::EmptyTuple, offset),
            _ => self.arena.node(Node::Tuple(rest.into()), Value::INERT),
        };
        Some(self.instantiate(*class, tuple, offset))
    }

    /// `map(function, iterable)` and its like call the function with the items.
    fn carry(&mut self, parts: &[Value], offset: u64, depth: u32) -> Option<Value> {
        let (function, iterables) = parts.split_first()?;
        let items = iterables
            .first()
            .and_then(|iterable| self.parts(*iterable))
            .unwrap_or_default();
        let mut last = None;
        // `functools.reduce(function, [a, b, c])` folds from the left; following it as such also
        // covers `map`, whose first call it is.
        if let [first, second, ..] = items.as_slice()
            && iterables.len() == 1
        {
            let pair = self
                .arena
                .node(Node::Tuple([*first, *second].into()), Value::INERT);
            let mut sum = self.call_at(*function, pair, offset, depth.saturating_add(1));
            for item in items.iter().skip(2).take(CARRIED_CALLS) {
                let pair = self
                    .arena
                    .node(Node::Tuple([sum, *item].into()), Value::INERT);
                sum = self.call_at(*function, pair, offset, depth.saturating_add(1));
            }
            last = Some(sum);
        }
        for item in items.iter().take(CARRIED_CALLS) {
            let single = match self.arena.get(*item) {
                Some(Node::Tuple(_)) => *item,
                _ => self.arena.node(Node::Tuple([*item].into()), Value::INERT),
            };
            self.call_at(*function, single, offset, depth.saturating_add(1));
        }
        last
    }

    /// `object.name`.
    pub(super) fn attribute(&mut self, object: Value, name: &str, offset: u64) -> Value {
        // `cls.__new__`, as protocols 2 and 3 write `NEWOBJ_EX`: calling it instantiates the class.
        if name == "__new__" && object.tag() == Tag::Global {
            return self.arena.node(
                Node::Attribute {
                    object,
                    name: name.into(),
                },
                Value::INERT,
            );
        }
        let found = match object.tag() {
            Tag::Global => {
                let known = u32::try_from(object.payload())
                    .ok()
                    .and_then(|index| self.names.get(index));
                known.map(|known| (known.module.to_string(), format!("{}.{name}", known.name)))
            }
            Tag::Node => match self.arena.get(object) {
                Some(Node::Module(index)) => self
                    .names
                    .get(*index)
                    .map(|known| (known.module.to_string(), name.to_owned())),
                _ => None,
            },
            _ => None,
        };
        if let Some((module, dotted)) = found {
            let index = self.names.intern(module.as_bytes(), dotted.as_bytes());
            self.import(index, offset, true);
            return Value::new(Tag::Global, u64::from(index));
        }
        if let Some(maker) = self.maker(object) {
            self.note(
                maker,
                How::Attribute(name.to_owned()),
                offset,
                false,
                |renderer| format!("{}.{name}", renderer.value(object)),
            );
        }
        self.arena.node(
            Node::Attribute {
                object,
                name: name.into(),
            },
            Value::INERT,
        )
    }

    /// An imported module.
    fn module(&mut self, module: &str, offset: u64) -> Value {
        let index = self.names.intern(module.as_bytes(), b"");
        self.note(index, How::Import, offset, true, |_| {
            format!("import {module}")
        });
        self.arena.node(Node::Module(index), Value::INERT)
    }

    /// `object[key]`.
    pub(super) fn item(&mut self, object: Value, key: Value, offset: u64) -> Option<Value> {
        if let (Some(constant), Some(Constant::Int(index))) =
            (self.constant_of(object), self.constant_of(key))
        {
            let folded = fold::function("operator", "getitem", &[constant, Constant::Int(index)])?;
            return Some(self.arena.fold(folded));
        }
        if object.tag() == Tag::Global {
            let known = self.names.get(u32::try_from(object.payload()).ok()?)?;
            let (module, name) = (known.module.to_string(), known.name.to_string());
            let key = self.text_of(key)?;
            if name == "modules" && module == "sys" || name.ends_with("sys.modules") {
                return Some(self.module(&key, offset));
            }
            let index = self
                .names
                .intern(module.as_bytes(), format!("{name}.{key}").as_bytes());
            self.import(index, offset, true);
            return Some(Value::new(Tag::Global, u64::from(index)));
        }
        match (self.arena.get(object)?.clone(), self.constant_of(key)) {
            (Node::Tuple(parts), Some(Constant::Int(index))) => {
                parts.get(usize::try_from(index).ok()?).copied()
            }
            (
                Node::Items {
                    tag: Tag::List,
                    items,
                    ..
                },
                Some(Constant::Int(index)),
            ) => items.get(usize::try_from(index).ok()?).copied(),
            (
                Node::Items {
                    tag: Tag::Dict,
                    items,
                    ..
                },
                Some(wanted),
            ) => {
                let pairs: Vec<(Value, Value)> = items
                    .chunks_exact(2)
                    .filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
                    .collect();
                pairs
                    .iter()
                    .rev()
                    .find(|(key, _)| self.constant_of(*key).as_ref() == Some(&wanted))
                    .map(|(_, value)| *value)
            }
            // `vars(module)['name']`, `globals()['name']`.
            (Node::Call { arguments, .. }, Some(Constant::Str(key))) => {
                let first = self.parts(arguments)?.first().copied()?;
                matches!(self.arena.get(first), Some(Node::Module(_)))
                    .then(|| self.attribute(first, &key, offset))
            }
            (
                Node::Attribute {
                    object: inner,
                    name,
                },
                Some(Constant::Str(key)),
            ) if &*name == "__dict__" => Some(self.attribute(inner, &key, offset)),
            _ => None,
        }
    }
}
