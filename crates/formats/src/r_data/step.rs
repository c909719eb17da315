//! What becomes of a frame: which item it needs next, and what an item that ended means to it.

use super::calls::{Around, Open};
use super::input::Fault;
use super::item::{Context, Frame, Pair, Step, Value, code};
use super::machine::{LISTED, Machine};

impl Machine<'_, '_> {
    /// Reads what the frame on top needs next.
    pub(super) fn advance(&mut self) -> Result<(), Fault> {
        let Some(frame) = self.stack.last_mut() else {
            return Ok(());
        };
        match frame {
            Frame::Items {
                left,
                attributes,
                context,
                ..
            } => {
                let context = *context;
                if *left > 0 {
                    *left = left.saturating_sub(1);
                    return self.item(context);
                }
                if *attributes {
                    *attributes = false;
                    return self.item(context);
                }
                self.finish();
                Ok(())
            }
            Frame::ByteCode {
                constants,
                read_code,
                attributes,
                context,
            } => {
                let context = *context;
                if !*read_code {
                    *read_code = true;
                    return self.item(context);
                }
                match constants {
                    None => {
                        let count = self.input.length()?;
                        *constants = Some(count);
                        Ok(())
                    }
                    Some(0) if *attributes => {
                        *attributes = false;
                        self.item(context)
                    }
                    Some(0) => {
                        self.finish();
                        Ok(())
                    }
                    Some(left) => {
                        *left = left.saturating_sub(1);
                        self.constant(context)
                    }
                }
            }
            Frame::Pair(pair) => {
                let (step, context, bare) = (pair.step, pair.context, pair.bare);
                let inner = pair.inner();
                match step {
                    Step::Attributes => self.item(context),
                    Step::Tag => self.item(context),
                    Step::First if bare => self.bare(inner),
                    Step::First => self.item(inner),
                    Step::Rest => self.rest(inner),
                    Step::Done => {
                        self.finish();
                        Ok(())
                    }
                }
            }
        }
    }

    /// Gives an item that ended to what it stands in.
    pub(super) fn feed(&mut self, mut frame: Frame, value: Value) {
        let top = self.stack.is_empty();
        match &mut frame {
            Frame::Items {
                value: kept, code, ..
            } => {
                if *code == code::COMPACT
                    && let Value::List(names) = &value
                    && self.facts.compact.len() < LISTED
                {
                    let name = |at: usize| names.get(at).cloned().unwrap_or_default();
                    let known = (name(0), name(1));
                    if !self.facts.compact.contains(&known) {
                        self.facts.compact.push(known);
                    }
                }
                if *kept == Value::Other && matches!(value, Value::Text(_)) {
                    *kept = value;
                }
            }
            Frame::ByteCode { .. } => {}
            Frame::Pair(pair) => match pair.step {
                Step::Attributes => {
                    pair.step = if pair.tagged { Step::Tag } else { Step::First };
                }
                Step::Tag => {
                    if let Value::Symbol(name) = value {
                        pair.tag = Some(name);
                    }
                    pair.step = Step::First;
                }
                Step::First => {
                    if top
                        && self.facts.workspace
                        && value == Value::Function
                        && let Some(name) = &pair.tag
                        && self.facts.functions.len() < LISTED
                    {
                        let named = (name.clone(), self.input.offset());
                        self.facts.functions.push(named);
                    }
                    pair.take(value);
                    pair.step = Step::Rest;
                }
                Step::Rest | Step::Done => {}
            },
        }
        self.stack.push(frame);
    }

    /// Ends the frame on top.
    pub(super) fn finish(&mut self) {
        let value = match self.stack.pop() {
            Some(Frame::Pair(pair)) => {
                let Pair {
                    role, open, value, ..
                } = *pair;
                match (role, open, value) {
                    (code::CLOSURE, ..) => Value::Function,
                    (_, Some(open), known) => {
                        let value = match (open.qualified(), &open.function) {
                            (Some(name), _) => Value::Call(name),
                            (None, Some(name)) => Value::Call(name.clone()),
                            (None, None) => {
                                known.unwrap_or_else(|| Value::List(open.arguments.clone()))
                            }
                        };
                        self.seen.add(open, self.facts);
                        value
                    }
                    (_, None, known) => known.unwrap_or(Value::Other),
                }
            }
            Some(Frame::Items { value, code, .. }) if code == code::STRINGS => value,
            _ => Value::Other,
        };
        self.pending = Some(value);
    }
}

impl Pair {
    /// Where its elements stand.
    fn inner(&self) -> Context {
        let Context { around, held } = self.context;
        match (self.role, self.step) {
            (code::CLOSURE, _) => Context {
                around: if around == Around::Promise {
                    around
                } else {
                    Around::Closure
                },
                held: true,
            },
            (code::PROMISE, Step::Rest) if self.first == Some(Value::Open) => Context {
                around: Around::Promise,
                held,
            },
            _ => self.context,
        }
    }

    /// Takes the first element.
    fn take(&mut self, value: Value) {
        match &mut self.open {
            Some(open) if self.role == code::LANGUAGE && open.function.is_none() => {
                open.function = Some(match &value {
                    Value::Symbol(name) | Value::Call(name) => name.clone(),
                    other => other.shown(),
                });
            }
            Some(open) => open.argument(value.shown()),
            None if self.role == code::LIST && self.value.is_none() => {
                // The first cells of a list: a compact vector is told by the symbols in it.
                self.open = Some(Open {
                    function: None,
                    arguments: vec![value.shown()],
                    around: self.context.around,
                    offset: 0,
                });
            }
            None => {}
        }
        self.first = Some(value);
    }
}
