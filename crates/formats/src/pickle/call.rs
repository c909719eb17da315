//! What a call comes to, as far as it can be followed without running anything.

use super::facts::{Handed, How, OddityKind};
use super::fold;
use super::machine::Machine;
use super::special::Special;
use super::value::{Constant, Node, Tag, Value};

/// Bytes or items that one call may ask for.
const ALLOCATION: u64 = 1 << 32;
/// How deep calls are followed through carriers and partial functions.
const CALL_DEPTH: u32 = 16;

impl Machine<'_, '_> {
    /// `callee(*arguments)`.
    pub(super) fn call(&mut self, callee: Value, arguments: Value, offset: u64) -> Value {
        if self.trace.is_some() {
            let line = self.renderer().call(callee, arguments);
            self.say(offset, &line);
        }
        self.call_at(callee, arguments, offset, 0)
    }

    pub(super) fn call_at(
        &mut self,
        callee: Value,
        arguments: Value,
        offset: u64,
        depth: u32,
    ) -> Value {
        if depth > CALL_DEPTH {
            return Value::INERT;
        }
        match callee.tag() {
            Tag::Global => self.call_name(callee, arguments, offset, depth),
            Tag::Node => self.call_node(callee, arguments, offset, depth),
            Tag::Made => {
                let maker = u32::try_from(callee.payload()).unwrap_or(u32::MAX);
                self.note(maker, How::CallResult, offset, false, |renderer| {
                    renderer.call(callee, arguments)
                });
                Value::INERT
            }
            _ if callee == Value::NOTED => Value::NOTED,
            _ => {
                let shown = self.renderer().call(callee, arguments);
                self.odd(offset, OddityKind::ComputedCall(shown));
                Value::INERT
            }
        }
    }

    fn call_name(&mut self, callee: Value, arguments: Value, offset: u64, depth: u32) -> Value {
        let name = u32::try_from(callee.payload()).unwrap_or(u32::MAX);
        let special = self
            .names
            .get(name)
            .map_or(Special::None, |name| name.special);
        let how = if self.only_carries(special, arguments) {
            How::Carry
        } else {
            How::Call(self.count(arguments))
        };
        self.note(name, how, offset, false, |renderer| {
            renderer.call(callee, arguments)
        });
        self.note_handed(name, arguments);
        let followed = match special {
            Special::None => self.fold_call(name, arguments),
            Special::Sized => {
                self.note_allocation(arguments, offset);
                self.fold_call(name, arguments)
            }
            Special::Keep => None,
            _ => self.follow(special, arguments, offset, depth),
        };
        followed.unwrap_or_else(|| {
            self.arena.node(
                Node::Call { callee, arguments },
                Value::new(Tag::Made, u64::from(name)),
            )
        })
    }

    /// Notes which objects and names a call is given: some functions call them.
    fn note_handed(&mut self, name: u32, arguments: Value) {
        let parts = self.parts(arguments).unwrap_or_default();
        for (index, part) in parts.iter().enumerate() {
            let given = match part.tag() {
                Tag::Global => part.payload().saturating_add(1),
                Tag::Node | Tag::Made => 0,
                _ => continue,
            };
            if self.handed.len() as u64 > self.limits.pickle_uses
                || !self.handed.insert((name, index, given))
            {
                continue;
            }
            let named = u32::try_from(part.payload())
                .ok()
                .filter(|_| given > 0)
                .and_then(|given| self.names.get(given));
            let given = named.map(|named| (named.module.to_string(), named.name.to_string()));
            let Some(called) = self.names.get(name) else {
                continue;
            };
            let handed = Handed {
                module: called.module.to_string(),
                name: called.name.to_string(),
                index,
                given,
            };
            self.facts.handed.push(handed);
        }
    }

    /// Notes a call whose numbers ask for more memory than any model's metadata.
    fn note_allocation(&mut self, arguments: Value, offset: u64) {
        let mut numbers = self.parts(arguments).unwrap_or_default();
        let shapes: Vec<Value> = numbers
            .iter()
            .filter_map(|part| self.parts(*part))
            .flatten()
            .collect();
        numbers.extend(shapes);
        let asked = numbers
            .iter()
            .filter_map(|number| match self.constant_of(*number) {
                Some(Constant::Int(number)) => {
                    u64::try_from(number).ok().filter(|number| *number > 0)
                }
                _ => None,
            })
            .fold(1_u64, u64::saturating_mul);
        if asked > ALLOCATION {
            self.odd(offset, OddityKind::Allocation(asked));
        }
    }

    /// True if a call does nothing but lead to a name that is judged by itself.
    fn only_carries(&self, special: Special, arguments: Value) -> bool {
        let parts = match special {
            Special::GetAttribute | Special::Partial | Special::ItemGetter => {
                self.parts(arguments).unwrap_or_default()
            }
            _ => return false,
        };
        let named = |value: Option<&Value>| {
            value.is_some_and(|value| {
                value.tag() == Tag::Global
                    || matches!(self.arena.get(*value), Some(Node::Module(_)))
            })
        };
        match special {
            Special::GetAttribute => {
                parts.len() == 2
                    && named(parts.first())
                    && parts
                        .get(1)
                        .is_some_and(|name| self.text_of(*name).is_some())
            }
            Special::Partial => {
                let constructor = |value: &Value| matches!(self.arena.get(*value), Some(Node::Attribute { name, .. }) if &**name == "__new__");
                named(parts.first()) || parts.first().is_some_and(constructor)
            }
            _ => parts.iter().all(|part| part.is_inert()),
        }
    }

    /// How many arguments a tuple holds.
    fn count(&self, arguments: Value) -> Option<u32> {
        self.parts(arguments)
            .and_then(|parts| u32::try_from(parts.len()).ok())
    }

    fn fold_call(&mut self, name: u32, arguments: Value) -> Option<Value> {
        let known = self.names.get(name)?;
        let (module, name) = (known.module.clone(), known.name.clone());
        const PURE_MODULES: [&str; 8] = [
            "operator",
            "_operator",
            "builtins",
            "__builtin__",
            "codecs",
            "_codecs",
            "binascii",
            "base64",
        ];
        let dotted_method = name.rsplit_once('.');
        if !PURE_MODULES.contains(&&*module) && &*module != "sys" {
            return None;
        }
        let parts = self.parts(arguments)?;
        if parts.len() > 4096 {
            return None;
        }
        // `str.join('', [...])`: a method looked up on the class takes its object first.
        if let Some(("str" | "bytes" | "bytearray" | "unicode", method)) = dotted_method {
            let (object, rest) = parts.split_first()?;
            return self.fold_method(*object, method, rest);
        }
        let constants: Vec<Constant> = parts
            .iter()
            .map(|part| self.constant_of(*part))
            .collect::<Option<_>>()?;
        let folded = fold::function(&module, &name, &constants)?;
        Some(self.arena.fold(folded))
    }

    fn fold_method(&mut self, object: Value, method: &str, arguments: &[Value]) -> Option<Value> {
        let object = self.constant_of(object)?;
        let list: Option<Vec<Constant>> = match arguments {
            [only] if method == "join" => self
                .parts(*only)
                .and_then(|parts| parts.iter().map(|part| self.constant_of(*part)).collect()),
            _ => None,
        };
        let constants: Vec<Constant> = match &list {
            Some(_) => Vec::new(),
            None => arguments
                .iter()
                .map(|part| self.constant_of(*part))
                .collect::<Option<_>>()?,
        };
        let folded = fold::method(&object, method, &constants, list.as_deref())?;
        Some(self.arena.fold(folded))
    }

    fn call_node(&mut self, callee: Value, arguments: Value, offset: u64, depth: u32) -> Value {
        let Some(node) = self.arena.get(callee).cloned() else {
            return Value::INERT;
        };
        let parts = self.parts(arguments).unwrap_or_default();
        let depth = depth.saturating_add(1);
        match node {
            Node::Partial {
                function,
                arguments: bound,
            } => {
                let all: Vec<Value> = bound.iter().chain(&parts).copied().collect();
                let tuple = self.arena.node(Node::Tuple(all.into()), Value::INERT);
                self.call_at(function, tuple, offset, depth)
            }
            Node::AttributeGetter(names) => {
                let object = parts.first().copied().unwrap_or(Value::INERT);
                let mut found = Value::INERT;
                for path in &names {
                    found = path
                        .split('.')
                        .fold(object, |object, name| self.attribute(object, name, offset));
                }
                found
            }
            Node::ItemGetter(key) => {
                let object = parts.first().copied().unwrap_or(Value::INERT);
                self.item(object, key, offset).unwrap_or(Value::INERT)
            }
            Node::MethodCaller {
                name,
                arguments: bound,
            } => {
                let object = parts.first().copied().unwrap_or(Value::INERT);
                let method = self.attribute(object, &name, offset);
                let tuple = self.arena.node(Node::Tuple(bound), Value::INERT);
                self.call_at(method, tuple, offset, depth)
            }
            Node::Attribute { object, name }
                if &*name == "__new__" && object.tag() == Tag::Global =>
            {
                let rest: Vec<Value> = parts.iter().skip(1).copied().collect();
                let tuple = self.arena.node(Node::Tuple(rest.into()), Value::INERT);
                self.instantiate(parts.first().copied().unwrap_or(object), tuple, offset)
            }
            Node::Attribute { object, name } => {
                self.call_method(object, &name, arguments, &parts, offset)
            }
            Node::Call { callee: inner, .. } => {
                match (inner.tag(), u32::try_from(inner.payload())) {
                    (Tag::Global, Ok(maker)) => {
                        self.note(maker, How::CallResult, offset, false, |renderer| {
                            renderer.call(callee, arguments)
                        })
                    }
                    _ => {
                        let shown = self.renderer().call(callee, arguments);
                        self.odd(offset, OddityKind::ComputedCall(shown));
                    }
                }
                self.arena
                    .node(Node::Call { callee, arguments }, Value::INERT)
            }
            Node::Tuple(_) | Node::Items { .. } | Node::Module(_) | Node::Persistent(_) => {
                let shown = self.renderer().call(callee, arguments);
                self.odd(offset, OddityKind::ComputedCall(shown));
                Value::INERT
            }
        }
    }

    pub(super) fn call_method(
        &mut self,
        object: Value,
        name: &str,
        arguments: Value,
        parts: &[Value],
        offset: u64,
    ) -> Value {
        if let Some(folded) = self.fold_method(object, name, parts) {
            return folded;
        }
        if matches!(name, "get" | "__getitem__" | "pop")
            && let Some(key) = parts.first()
            && let Some(item) = self.item(object, *key, offset)
        {
            return item;
        }
        let callee = self.arena.node(
            Node::Attribute {
                object,
                name: name.into(),
            },
            Value::INERT,
        );
        match self.maker(object) {
            Some(maker) => {
                self.note(
                    maker,
                    How::Method(name.to_owned()),
                    offset,
                    false,
                    |renderer| renderer.call(callee, arguments),
                );
            }
            None => {
                let shown = self.renderer().call(callee, arguments);
                self.odd(offset, OddityKind::ComputedCall(shown));
            }
        }
        self.arena
            .node(Node::Call { callee, arguments }, Value::INERT)
    }

    /// `class.__new__(class, *arguments)`, or the call of a class by `INST` and `OBJ`.
    pub(super) fn instantiate(&mut self, class: Value, arguments: Value, offset: u64) -> Value {
        if self.trace.is_some() {
            let line = self.renderer().call(class, arguments);
            self.say(offset, &line);
        }
        if class.tag() != Tag::Global {
            return self.call_at(class, arguments, offset, 1);
        }
        let name = u32::try_from(class.payload()).unwrap_or(u32::MAX);
        let count = self.count(arguments);
        self.note(name, How::New(count), offset, false, |renderer| {
            renderer.call(class, arguments)
        });
        let special = self
            .names
            .get(name)
            .map_or(Special::None, |name| name.special);
        let followed = match special {
            Special::None
            | Special::Keep
            | Special::Reconstructor
            | Special::NewObject
            | Special::NewObjectEx => None,
            _ => self.follow(special, arguments, offset, 1),
        };
        followed.unwrap_or_else(|| {
            self.arena.node(
                Node::Call {
                    callee: class,
                    arguments,
                },
                Value::new(Tag::Made, u64::from(name)),
            )
        })
    }
}
