//! The opcodes that look names up, call them and set state.

use super::facts::{How, OddityKind, StateKind};
use super::input::SHORT_LINE_BYTES;
use super::machine::{Halt, Machine};
use super::render::SAMPLE_CHARACTERS;
use super::special::Special;
use super::value::{Node, Tag, Value};

impl Machine<'_, '_> {
    pub(super) fn object(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        match code {
            b'c' => {
                let name = self.two_lines()?;
                self.import(name, offset, false);
                self.stack.push(Value::new(Tag::Global, u64::from(name)));
                Ok(())
            }
            0x93 => self.stack_global(offset),
            b'R' => {
                let arguments = self.pop()?;
                let callee = self.pop()?;
                let made = self.call(callee, arguments, offset);
                self.stack.push(made);
                Ok(())
            }
            b'b' => self.build(offset),
            b'i' => {
                let name = self.two_lines()?;
                let arguments = self.pop_to_mark()?;
                self.import(name, offset, false);
                self.push_new_instance(Value::new(Tag::Global, u64::from(name)), arguments, offset);
                Ok(())
            }
            b'o' => {
                let mut arguments = self.pop_to_mark()?;
                if arguments.is_empty() {
                    return Err(Halt::Broken("OBJ without a class".into()));
                }
                let class = arguments.remove(0);
                self.push_new_instance(class, arguments, offset);
                Ok(())
            }
            0x81 => {
                let arguments = self.pop()?;
                let class = self.pop()?;
                let made = self.instantiate(class, arguments, offset);
                self.stack.push(made);
                Ok(())
            }
            0x92 => {
                let keywords = self.pop()?;
                let arguments = self.pop()?;
                let class = self.pop()?;
                let none = keywords.tag() == Tag::Dict && self.arena.get(keywords).is_none();
                // Keyword arguments are not counted, so that their number is not known.
                let arguments = if none { arguments } else { Value::INERT };
                let made = self.instantiate(class, arguments, offset);
                self.stack.push(made);
                Ok(())
            }
            0x82..=0x84 => self.extension(code, offset),
            b'P' => {
                let line = self.input.line(SHORT_LINE_BYTES)?;
                let shown = String::from_utf8_lossy(line)
                    .chars()
                    .take(SAMPLE_CHARACTERS)
                    .collect();
                let id = Value::new(Tag::Inert, 0);
                self.odd(offset, OddityKind::PersistentId(shown));
                self.persistent(id, offset)
            }
            b'Q' => {
                let id = self.pop()?;
                self.persistent(id, offset)
            }
            _ => Err(Halt::Broken(format!("byte {code:#04x} is no opcode"))),
        }
    }

    fn push_new_instance(&mut self, class: Value, arguments: Vec<Value>, offset: u64) {
        let tuple = if arguments.is_empty() {
            Value::new(Tag::EmptyTuple, offset)
        } else {
            self.arena
                .node(Node::Tuple(arguments.into_boxed_slice()), Value::INERT)
        };
        let made = self.instantiate(class, tuple, offset);
        self.stack.push(made);
    }

    fn two_lines(&mut self) -> Result<u32, Halt> {
        let module = self.input.line(SHORT_LINE_BYTES)?.to_vec();
        let name = self.input.line(SHORT_LINE_BYTES)?.to_vec();
        if module.len() > 1 << 16 || name.len() > 1 << 16 {
            return Err(Halt::Broken(
                "a global name longer than 65,536 bytes".into(),
            ));
        }
        Ok(self.names.intern(&module, &name))
    }

    /// Notes the look-up of a name, which imports its module.
    pub(super) fn import(&mut self, name: u32, offset: u64, computed: bool) {
        self.note(name, How::Import, offset, computed, |renderer| {
            renderer
                .names
                .get(name)
                .map(|name| format!("from {} import {}", name.module, name.name))
                .unwrap_or_default()
        });
        if self.trace.is_some() {
            let line = self
                .names
                .get(name)
                .map(|name| format!("from {} import {}", name.module, name.name));
            self.say(offset, &line.unwrap_or_default());
        }
    }

    fn stack_global(&mut self, offset: u64) -> Result<(), Halt> {
        let name = self.pop()?;
        let module = self.pop()?;
        if let Some(known) = self.names.pairs.get(&(module, name)).copied() {
            self.import(known, offset, false);
            self.stack.push(Value::new(Tag::Global, u64::from(known)));
            return Ok(());
        }
        let texts = (self.text_of(module), self.text_of(name));
        let (Some(module_text), Some(name_text)) = texts else {
            let shown = format!(
                "{} . {}",
                self.renderer().value(module),
                self.renderer().value(name)
            );
            if module.is_constant() && name.is_constant() {
                return Err(Halt::Broken("STACK_GLOBAL without two strings".into()));
            }
            self.odd(offset, OddityKind::ComputedName(shown));
            self.stack.push(Value::NOTED);
            return Ok(());
        };
        let index = self
            .names
            .intern(module_text.as_bytes(), name_text.as_bytes());
        let computed = module.tag() == Tag::Folded || name.tag() == Tag::Folded;
        if self.names.pairs.len() < 1 << 16 {
            self.names.pairs.insert((module, name), index);
        }
        self.import(index, offset, computed);
        self.stack.push(Value::new(Tag::Global, u64::from(index)));
        Ok(())
    }

    fn extension(&mut self, code: u8, offset: u64) -> Result<(), Halt> {
        let width = match code {
            0x82 => 1,
            0x83 => 2,
            _ => 4,
        };
        let number = u32::try_from(self.input.unsigned(width)?).unwrap_or(u32::MAX);
        match self.extensions.get(&number).copied() {
            Some(name) => {
                self.import(name, offset, true);
                self.stack.push(Value::new(Tag::Global, u64::from(name)));
            }
            None => {
                self.odd(offset, OddityKind::Extension(number));
                self.stack.push(Value::NOTED);
            }
        }
        Ok(())
    }

    fn persistent(&mut self, id: Value, offset: u64) -> Result<(), Halt> {
        let node = self.arena.node(Node::Persistent(id), Value::INERT);
        self.storage(id, offset);
        self.stack.push(node);
        Ok(())
    }

    /// The name behind an instance: what was called or instantiated to make it.
    pub(super) fn maker(&self, instance: Value) -> Option<u32> {
        match instance.tag() {
            Tag::Made => u32::try_from(instance.payload()).ok(),
            Tag::Node => match self.arena.get(instance) {
                Some(Node::Call { callee, .. }) if callee.tag() == Tag::Global => {
                    u32::try_from(callee.payload()).ok()
                }
                Some(Node::Call { callee, .. }) if callee != &instance => {
                    self.maker_of_callee(*callee)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn maker_of_callee(&self, callee: Value) -> Option<u32> {
        match self.arena.get(callee) {
            Some(Node::Attribute { object, .. }) => match object.tag() {
                Tag::Made => u32::try_from(object.payload()).ok(),
                _ => None,
            },
            _ => None,
        }
    }

    fn state_kind(&self, state: Value) -> StateKind {
        let length = |parts: &Option<Vec<Value>>| {
            parts
                .as_ref()
                .and_then(|parts| u32::try_from(parts.len()).ok())
        };
        match state.tag() {
            Tag::Dict => match self
                .state_item(state, "_parse_arg_template")
                .and_then(|text| self.text_of(text))
            {
                Some(text) if super::scipy::is_argument_template(&text) => {
                    StateKind::ArgumentTemplate
                }
                _ => StateKind::Dict,
            },
            Tag::List => StateKind::List,
            Tag::EmptyTuple => StateKind::Tuple(Some(0)),
            Tag::Run => StateKind::Tuple(length(&self.parts(state))),
            Tag::Inert => StateKind::Tuple(None),
            Tag::Node => match self.arena.get(state) {
                Some(Node::Tuple(parts)) => match **parts {
                    [first, second]
                        if is_mapping(first)
                            && is_mapping(second)
                            && (first.tag() == Tag::Dict || second.tag() == Tag::Dict) =>
                    {
                        StateKind::Slots
                    }
                    _ => StateKind::Tuple(u32::try_from(parts.len()).ok()),
                },
                _ => StateKind::Object,
            },
            Tag::Global | Tag::Made => StateKind::Object,
            _ => StateKind::Inert,
        }
    }

    fn build(&mut self, offset: u64) -> Result<(), Halt> {
        let state = self.pop()?;
        let instance = self.top()?;
        let kind = self.state_kind(state);
        if self.trace.is_some() {
            let line = format!(
                "{}.__setstate__({})",
                self.renderer().value(instance),
                self.renderer().value(state)
            );
            self.say(offset, &line);
        }
        if instance.tag() == Tag::Global {
            let name = u32::try_from(instance.payload()).unwrap_or(u32::MAX);
            self.note(name, How::Patch, offset, false, |renderer| {
                format!(
                    "{}.__dict__.update({})",
                    renderer.value(instance),
                    renderer.value(state)
                )
            });
            return Ok(());
        }
        if let Some(Node::Module(index)) = self.arena.get(instance) {
            let index = *index;
            self.note(index, How::Patch, offset, true, |renderer| {
                format!(
                    "{}.__dict__.update({})",
                    renderer.value(instance),
                    renderer.value(state)
                )
            });
            return Ok(());
        }
        let Some(maker) = self.maker(instance) else {
            self.note_computed_state(instance, state, offset);
            return Ok(());
        };
        self.note(maker, How::State(kind), offset, false, |renderer| {
            format!(
                "{}.__setstate__({})",
                renderer.value(instance),
                renderer.value(state)
            )
        });
        if self
            .names
            .get(maker)
            .is_some_and(|name| name.special == Special::Keep)
            && self.states.len() < 1 << 16
        {
            self.states.insert(instance, state);
        }
        if self
            .names
            .get(maker)
            .is_some_and(|name| name.special == Special::ArrayWrapper)
        {
            self.interleaved_array(state)?;
        }
        Ok(())
    }

    /// `BUILD` on a partial function sets the function; on anything else whose maker is not known
    /// it runs a `__setstate__` that cannot be judged.
    fn note_computed_state(&mut self, instance: Value, state: Value, offset: u64) {
        if let Some(Node::Partial { function, .. }) = self.arena.get(instance).cloned() {
            let same = self.parts(state).and_then(|parts| parts.first().copied()) == Some(function);
            if same {
                return;
            }
        }
        let shown = format!(
            "{}.__setstate__({})",
            self.renderer().value(instance),
            self.renderer().value(state)
        );
        self.odd(offset, OddityKind::ComputedState(shown));
    }

    /// Items put into something that is no plain container.
    pub(super) fn fill_object(&mut self, target: Value, items: &[Value], offset: u64) {
        let first = items.first().copied().unwrap_or(Value::NONE);
        if target.tag() == Tag::Global {
            let name = u32::try_from(target.payload()).unwrap_or(u32::MAX);
            self.note(name, How::Patch, offset, false, |renderer| {
                format!("{}[{}] = …", renderer.value(target), renderer.value(first))
            });
            return;
        }
        if let Some(maker) = self.maker(target) {
            self.note(maker, How::Items, offset, false, |renderer| {
                format!("{}[…] = {}", renderer.value(target), renderer.value(first))
            });
        } else {
            let shown = format!(
                "{}[…] = {}",
                self.renderer().value(target),
                self.renderer().value(first)
            );
            self.odd(offset, OddityKind::ComputedState(shown));
        }
    }
}

fn is_mapping(value: Value) -> bool {
    matches!(value.tag(), Tag::Dict | Tag::None)
}
