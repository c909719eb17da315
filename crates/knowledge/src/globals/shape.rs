//! How a good name may be used.

/// The uses under which a good name is inert. A name may always be imported and
/// passed around; the rest must be listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Counts of positional arguments that it may be called with (`REDUCE`).
    pub calls: Vec<Arity>,
    /// Counts of arguments after the class that it may be instantiated with
    /// (`NEWOBJ`, `OBJ`, `INST`, and the functions of `copyreg` that mean the same).
    pub news: Vec<Arity>,
    /// States that may be given to the result (`BUILD`).
    pub states: Vec<StateShape>,
    /// Whether items may be added to the result (`APPENDS`, `SETITEMS`, `ADDITEMS`).
    pub items: bool,
    /// Which argument it calls itself, counted from zero: that argument must be a
    /// good name too, and not one that carries another.
    pub applies: Option<usize>,
}

/// A span of argument counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// The smallest count.
    pub min: usize,
    /// The largest count; none means any.
    pub max: Option<usize>,
}

/// What a state may look like. Its contents must be inert all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateShape {
    /// A dictionary of attributes.
    Dict,
    /// A pair of a dictionary or nothing, and a dictionary of slots.
    Slots,
    /// A list.
    List,
    /// A tuple of so many values.
    Tuple(Arity),
    /// Any inert value.
    Any,
}

impl Arity {
    /// Whether so many arguments are within the span.
    pub fn allows(&self, count: usize) -> bool {
        self.min <= count && self.max.is_none_or(|max| count <= max)
    }

    /// Reads `N`, `N-M` or `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self { min: 0, max: None });
        }
        let (min, max) = text.split_once('-').unwrap_or((text, text));
        let (min, max) = (min.parse().ok()?, max.parse().ok()?);
        (min <= max).then_some(Self {
            min,
            max: Some(max),
        })
    }
}

impl StateShape {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "dict" => Self::Dict,
            "slots" => Self::Slots,
            "list" => Self::List,
            "any" => Self::Any,
            _ => Self::Tuple(Arity::parse(text.strip_prefix("tuple ")?)?),
        })
    }
}

impl Shape {
    /// Whether a call with so many positional arguments is listed.
    pub fn allows_call(&self, count: usize) -> bool {
        self.calls.iter().any(|arity| arity.allows(count))
    }

    /// Whether an instance made with so many arguments after the class is listed.
    pub fn allows_new(&self, count: usize) -> bool {
        self.news.iter().any(|arity| arity.allows(count))
    }

    /// Reads `use; use; ...`; nothing if any of it is not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut shape = Self::default();
        for one in text.split("; ") {
            match one.split_once(' ') {
                None if one == "ref" => {}
                None if one == "items" => shape.items = true,
                Some(("call", arity)) => shape.calls.push(Arity::parse(arity)?),
                Some(("new", arity)) => shape.news.push(Arity::parse(arity)?),
                Some(("apply", index)) => shape.applies = Some(index.parse().ok()?),
                Some(("state", state)) => shape.states.push(StateShape::parse(state)?),
                _ => return None,
            }
        }
        Some(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arities_are_numbers_spans_or_any() {
        let exact = Arity::parse("2").unwrap();
        assert!(exact.allows(2) && !exact.allows(1) && !exact.allows(3));
        let span = Arity::parse("1-3").unwrap();
        assert!(!span.allows(0) && span.allows(1) && span.allows(3) && !span.allows(4));
        assert!(Arity::parse("*").unwrap().allows(99));
        for wrong in ["", "-", "3-1", "x", "1-", "-1", "1 "] {
            assert_eq!(Arity::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn shapes_are_read_whole_or_not_at_all() {
        let shape =
            Shape::parse("call 1; call 3-4; new *; state dict; state tuple 2; items").unwrap();
        assert!(shape.allows_call(1) && !shape.allows_call(2) && shape.allows_call(4));
        assert!(shape.allows_new(7) && shape.items);
        let pair = Arity {
            min: 2,
            max: Some(2),
        };
        assert_eq!(shape.states, [StateShape::Dict, StateShape::Tuple(pair)]);
        assert_eq!(Shape::parse("ref"), Some(Shape::default()));
        assert_eq!(Shape::parse("call 4; apply 0").unwrap().applies, Some(0));
        for wrong in [
            "",
            "call",
            "call x",
            "state",
            "state set",
            "state tuple",
            "ref;items",
            "news 1",
        ] {
            assert_eq!(Shape::parse(wrong), None, "{wrong:?}");
        }
    }
}
