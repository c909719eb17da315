//! Values as pseudo-Python, cut to a readable length.

use super::arena::{Arena, Names};
use super::literal::{self, Literal};
use super::value::{Constant, Node, Tag, Value};
use crate::ReadAt;

/// Longest rendering of one value.
pub(super) const SAMPLE_CHARACTERS: usize = 400;
/// Longest rendering of one string inside it.
const STRING_CHARACTERS: usize = 160;
const ITEMS_SHOWN: usize = 8;
const DEPTH_SHOWN: u32 = 6;

/// What rendering needs to look things up.
pub(super) struct Renderer<'a> {
    pub(super) source: &'a dyn ReadAt,
    pub(super) arena: &'a Arena,
    pub(super) names: &'a Names,
}

impl Renderer<'_> {
    /// `callee(arguments)`.
    pub(super) fn call(&self, callee: Value, arguments: Value) -> String {
        let mut out = String::new();
        self.show(callee, 0, &mut out);
        self.show_arguments(arguments, 1, &mut out);
        cut(out)
    }

    pub(super) fn value(&self, value: Value) -> String {
        let mut out = String::new();
        self.show(value, 0, &mut out);
        cut(out)
    }

    fn show_arguments(&self, arguments: Value, depth: u32, out: &mut String) {
        match arguments.tag() {
            Tag::EmptyTuple => out.push_str("()"),
            Tag::Run => {
                let before = out.len();
                self.show(arguments, depth, out);
                // A tuple of one is written `(x,)`; as arguments it is `(x)`.
                if out.ends_with(",)") {
                    out.truncate(out.len().saturating_sub(2).max(before));
                    out.push(')');
                }
            }
            _ => match self.arena.get(arguments) {
                Some(Node::Tuple(parts)) => self.list(parts, 0, ("(", ")"), depth, out),
                _ => {
                    out.push_str("(*");
                    self.show(arguments, depth, out);
                    out.push(')');
                }
            },
        }
    }

    fn show(&self, value: Value, depth: u32, out: &mut String) {
        if depth > DEPTH_SHOWN || out.len() > SAMPLE_CHARACTERS {
            out.push('…');
            return;
        }
        match value.tag() {
            Tag::None => out.push_str("None"),
            Tag::True => out.push_str("True"),
            Tag::False => out.push_str("False"),
            Tag::Int | Tag::Float | Tag::Str | Tag::Bytes => {
                match literal::read(
                    self.source,
                    value.payload(),
                    STRING_CHARACTERS.saturating_add(8),
                ) {
                    Some(literal) => show_literal(&literal, out),
                    None => out.push('…'),
                }
            }
            Tag::Run => self.show_run(value, out),
            Tag::EmptyTuple => out.push_str("()"),
            Tag::Inert => out.push('…'),
            Tag::List | Tag::Dict | Tag::Set => self.show_container(value, depth, out),
            Tag::Buffer => out.push_str("<buffer>"),
            Tag::Folded => match self.arena.folded(value) {
                Some(Constant::Str(text)) => show_text(text, text.len() as u64, out),
                Some(Constant::Bytes(bytes)) => show_bytes(bytes, bytes.len() as u64, out),
                Some(Constant::Int(number)) => out.push_str(&number.to_string()),
                None => out.push('…'),
            },
            Tag::Global => self.show_name(value, out),
            Tag::Made => {
                out.push('<');
                self.show_name(value, out);
                out.push('>');
            }
            Tag::Node => self.show_node(value, depth.saturating_add(1), out),
        }
    }

    fn show_name(&self, value: Value, out: &mut String) {
        match u32::try_from(value.payload())
            .ok()
            .and_then(|index| self.names.get(index))
        {
            Some(name) => {
                escape(&name.module, out);
                out.push('.');
                escape(&name.name, out);
            }
            None => out.push('?'),
        }
    }

    fn show_run(&self, value: Value, out: &mut String) {
        let (start, end) = value.run_bounds();
        let literals =
            literal::read_run(self.source, start, end, STRING_CHARACTERS.saturating_add(8))
                .unwrap_or_default();
        out.push('(');
        for (index, (_, literal)) in literals.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            if index >= ITEMS_SHOWN || out.len() > SAMPLE_CHARACTERS {
                out.push('…');
                break;
            }
            show_literal(literal, out);
        }
        out.push_str(if literals.len() == 1 { ",)" } else { ")" });
    }

    fn list(
        &self,
        parts: &[Value],
        cut: u64,
        brackets: (&str, &str),
        depth: u32,
        out: &mut String,
    ) {
        out.push_str(brackets.0);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            if index >= ITEMS_SHOWN || out.len() > SAMPLE_CHARACTERS {
                out.push('…');
                out.push_str(brackets.1);
                return;
            }
            self.show(*part, depth, out);
        }
        if cut > 0 {
            out.push_str(", …");
        }
        out.push_str(brackets.1);
    }

    fn show_container(&self, value: Value, depth: u32, out: &mut String) {
        let (open, close) = match value.tag() {
            Tag::List => ("[", "]"),
            _ => ("{", "}"),
        };
        match self.arena.get(value) {
            Some(Node::Items {
                tag: Tag::Dict,
                items,
                cut,
            }) => {
                out.push_str(open);
                for (index, pair) in items.chunks(2).enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    if index >= ITEMS_SHOWN || out.len() > SAMPLE_CHARACTERS {
                        out.push('…');
                        break;
                    }
                    if let [key, item] = pair {
                        self.show(*key, depth.saturating_add(1), out);
                        out.push_str(": ");
                        self.show(*item, depth.saturating_add(1), out);
                    }
                }
                if *cut > 0 {
                    out.push_str(", …");
                }
                out.push_str(close);
            }
            Some(Node::Items { items, cut, .. }) => {
                self.list(items, *cut, (open, close), depth.saturating_add(1), out)
            }
            _ if value.tag() == Tag::Set => out.push_str("set()"),
            _ => {
                out.push_str(open);
                out.push_str(close);
            }
        }
    }

    fn show_node(&self, value: Value, depth: u32, out: &mut String) {
        match self.arena.get(value) {
            Some(Node::Tuple(parts)) => {
                self.list(
                    parts,
                    0,
                    ("(", if parts.len() == 1 { ",)" } else { ")" }),
                    depth,
                    out,
                );
            }
            Some(Node::Call { callee, arguments }) => {
                self.show(*callee, depth, out);
                self.show_arguments(*arguments, depth, out);
            }
            Some(Node::Module(index)) => match self.names.get(*index) {
                Some(name) => escape(&name.module, out),
                None => out.push('?'),
            },
            Some(Node::Attribute { object, name }) => {
                self.show(*object, depth, out);
                out.push('.');
                escape(name, out);
            }
            Some(Node::AttributeGetter(names)) => {
                out.push_str("operator.attrgetter(");
                show_text(&names.join(", "), 0, out);
                out.push(')');
            }
            Some(Node::ItemGetter(key)) => {
                out.push_str("operator.itemgetter(");
                self.show(*key, depth, out);
                out.push(')');
            }
            Some(Node::MethodCaller { name, arguments }) => {
                out.push_str("operator.methodcaller(");
                show_text(name, 0, out);
                if !arguments.is_empty() {
                    self.list(arguments, 0, (", ", ""), depth, out);
                }
                out.push(')');
            }
            Some(Node::Partial {
                function,
                arguments,
            }) => {
                out.push_str("functools.partial(");
                self.show(*function, depth, out);
                if !arguments.is_empty() {
                    self.list(arguments, 0, (", ", ""), depth, out);
                }
                out.push(')');
            }
            Some(Node::Persistent(id)) => {
                out.push_str("persistent_load(");
                self.show(*id, depth, out);
                out.push(')');
            }
            Some(Node::Items { .. }) | None => out.push('…'),
        }
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(SAMPLE_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

pub(super) fn show_literal(literal: &Literal, out: &mut String) {
    match literal {
        Literal::None => out.push_str("None"),
        Literal::Bool(true) => out.push_str("True"),
        Literal::Bool(false) => out.push_str("False"),
        Literal::Int(number) => out.push_str(&number.to_string()),
        Literal::BigInt => out.push_str("<big integer>"),
        Literal::Float(number) => out.push_str(&number.to_string()),
        Literal::Str(text, length) => show_text(text, *length, out),
        Literal::Bytes(bytes, length) => show_bytes(bytes, *length, out),
    }
}

fn show_text(text: &str, length: u64, out: &mut String) {
    out.push('\'');
    for (index, letter) in text.chars().enumerate() {
        if index >= STRING_CHARACTERS {
            break;
        }
        escape_letter(letter, out);
    }
    if text.chars().nth(STRING_CHARACTERS).is_some() || length > text.len() as u64 {
        out.push('…');
    }
    out.push('\'');
}

fn show_bytes(bytes: &[u8], length: u64, out: &mut String) {
    use std::fmt::Write as _;
    out.push_str("b'");
    for byte in bytes.iter().take(STRING_CHARACTERS / 4) {
        match byte {
            b'\'' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            0x20..=0x7e => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    if length > (STRING_CHARACTERS / 4) as u64 {
        out.push('…');
    }
    out.push('\'');
}

/// Writes text from the stream so that no control character survives.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars().take(STRING_CHARACTERS) {
        escape_letter(letter, out);
    }
    if text.chars().nth(STRING_CHARACTERS).is_some() {
        out.push('…');
    }
}

fn escape_letter(letter: char, out: &mut String) {
    match letter {
        '\'' => out.push_str("\\'"),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        letter if letter.is_control() => out.extend(letter.escape_default()),
        letter => out.push(letter),
    }
}
