//! Calls of functions and methods.

use super::ast::Arguments;
use super::examiner::{Examiner, Seen, excerpt, extend_path};
use super::facts::{Access, Call, ExpansionKind, Key, Relation, Root, Via};
use super::fold::{self, methods};
use super::steps::{SeenArguments, Walk};
use super::value::Value;

/// Bytes of one constant argument that are kept.
const ARGUMENT_BYTES: usize = 256;
/// Constant arguments kept for one call.
const ARGUMENTS: usize = 8;
/// Widths below this are layout.
const NOTABLE_WIDTH: u128 = 1_000;

impl Examiner<'_> {
    pub(super) fn call(&mut self, walk: &mut Walk, offset: usize, arguments: &Arguments) {
        let count = arguments.count();
        let arguments = self.arguments(arguments);
        if self.room(self.facts.calls.len(), offset) {
            self.facts.calls.push(Call {
                offset,
                root: walk.seen.root.clone(),
                path: walk.seen.path.clone(),
                argument_count: count,
                constant_arguments: constant_texts(&arguments),
            });
        }
        let value = match walk.method.take() {
            Some((receiver, method)) => {
                let pattern = receiver.as_ref().and_then(Value::text);
                if matches!(method.as_str(), "format" | "format_map") {
                    self.format_string(offset, pattern.unwrap_or_default());
                }
                self.method(walk, offset, &method, &arguments);
                let constants = arguments.constants();
                let weight = receiver.as_ref().map_or(0, Value::weight);
                let work = weight.saturating_add(arguments.weight()).saturating_mul(4);
                match (receiver, constants) {
                    (Some(receiver), Some(constants)) if self.afford(work, offset) => {
                        methods::call(&receiver, &method, &constants, self.ceiling())
                    }
                    _ => None,
                }
            }
            None => self.function(walk, offset, &arguments),
        };
        walk.seen.value = self.afforded(value, offset);
        for argument in &arguments.positional {
            super::visit::merge_variables(&mut walk.seen.variables, &argument.variables);
        }
        extend_path(&mut walk.seen.path, &["()"]);
    }

    /// `range`, `dict`, `namespace` and the like.
    fn function(
        &mut self,
        walk: &mut Walk,
        offset: usize,
        arguments: &SeenArguments,
    ) -> Option<Value> {
        match walk.seen.path.as_str() {
            "range" => {
                walk.seen.ranges = true;
                walk.seen.rounds = range_rounds(arguments);
                if let Some(rounds) = walk.seen.rounds {
                    self.expansion(offset, ExpansionKind::Range, rounds);
                }
                None
            }
            "lipsum" => {
                self.width(offset, arguments.get("n", 0));
                None
            }
            "namespace" => {
                let fields = arguments.named.iter();
                let fields = fields.map(|(name, seen)| (name.clone(), seen.value.clone()));
                walk.seen.fields = fields.collect();
                None
            }
            "dict" if arguments.positional.is_empty() => {
                let named = arguments.constants()?.named.into_iter();
                let items = named.map(|(name, value)| (Value::Text(name), value));
                Some(Value::Mapping(items.collect()))
            }
            _ => None,
        }
    }

    fn method(&mut self, walk: &Walk, offset: usize, method: &str, arguments: &SeenArguments) {
        self.note_mutation(&walk.receiver, method);
        let first = arguments.positional.first();
        match method {
            "startswith" | "endswith" | "find" | "rfind" | "index" | "rindex" | "count"
            | "contains" | "includes" | "__contains__" | "__eq__" => {
                if let Some(constant) = first.and_then(|seen| seen.value.clone()) {
                    let relation = Relation::Method(method.to_owned());
                    self.compare_with(offset, &relation, &constant, &walk.receiver);
                }
            }
            "get" | "pop" | "setdefault" => {
                if let Some(key) = first.filter(|seen| seen.text().is_some()) {
                    self.getter(walk, offset, method, key);
                }
            }
            "__getattribute__" | "__getattr__" | "__getitem__" => {
                if let Some(key) = first {
                    self.getter(walk, offset, method, key);
                }
            }
            "center" | "ljust" | "rjust" | "zfill" | "expandtabs" => self.width(offset, first),
            _ => {}
        }
    }

    fn getter(&mut self, walk: &Walk, offset: usize, method: &str, key: &Seen) {
        let base = Seen::new(walk.seen.root.clone(), &walk.receiver, None);
        self.reach(offset, Via::Getter(method.to_owned()), &base, key);
    }

    pub(super) fn width(&mut self, offset: usize, width: Option<&Seen>) {
        let width = width.and_then(Seen::integer);
        let width = width.and_then(|width| u128::try_from(width).ok());
        if let Some(width) = width.filter(|width| *width >= NOTABLE_WIDTH) {
            self.expansion(offset, ExpansionKind::Width, width);
        }
    }

    pub(super) fn pattern_widths(&mut self, offset: usize, pattern: &str) {
        for width in fold::percent_widths(pattern).filter(|width| *width >= NOTABLE_WIDTH) {
            self.expansion(offset, ExpansionKind::Width, width);
        }
    }

    /// `'{0.__class__}'.format(x)` reads attributes too.
    fn format_string(&mut self, offset: usize, pattern: &str) {
        for field in fold::brace_fields(pattern) {
            for name in &field.names {
                self.access(Access {
                    offset,
                    via: Via::FormatString,
                    root: Root::Literal,
                    base: ["{", excerpt(field.argument, ARGUMENT_BYTES), "}"].concat(),
                    key: Key::Constant(excerpt(name, ARGUMENT_BYTES).to_owned()),
                });
            }
        }
    }
}

/// The constant strings among the arguments, shortened.
pub(super) fn constant_texts(arguments: &SeenArguments) -> Vec<String> {
    let texts = arguments.all().filter_map(Seen::text);
    let texts = texts.map(|text| excerpt(text, ARGUMENT_BYTES).to_owned());
    texts.take(ARGUMENTS).collect()
}

fn range_rounds(arguments: &SeenArguments) -> Option<u128> {
    let bounds = arguments.positional.iter().map(Seen::integer);
    let bounds: Option<Vec<i128>> = bounds.collect();
    let (start, stop, step) = match *bounds?.as_slice() {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, step] if step != 0 => (start, stop, step),
        _ => return None,
    };
    let span = if step > 0 {
        stop.saturating_sub(start)
    } else {
        start.saturating_sub(stop)
    };
    let span = u128::try_from(span.max(0)).ok()?;
    Some(span.div_ceil(step.unsigned_abs()))
}
