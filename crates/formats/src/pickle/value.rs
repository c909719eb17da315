//! Abstract values. A pickle may hold hundreds of millions of them, so a value is eight bytes:
//! a tag and, for constants, the offset of the opcode that made it. What it says is read again
//! from the stream when somebody asks. Only what a rule could want to follow (calls, globals,
//! tuples with something in them) gets a [`Node`].

/// What a value is. Constants carry the offset of their opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Tag {
    None,
    True,
    False,
    Int,
    Float,
    Str,
    Bytes,
    /// A tuple of constants written one after the other: end and length of that run.
    Run,
    EmptyTuple,
    /// Inert, but what exactly is no longer known.
    Inert,
    List,
    Dict,
    Set,
    Buffer,
    /// A folded constant: index into the constants.
    Folded,
    /// A global name: index into the globals.
    Global,
    /// An instance made by a global name: index into the globals.
    Made,
    /// Index into the nodes.
    Node,
}

/// Eight bytes: the tag in the highest byte, an offset or index in the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Value(u64);

const PAYLOAD: u64 = (1 << 56) - 1;
/// A run's length has 16 bits above the 40 bits of its end.
const RUN_END_BITS: u32 = 40;

impl Value {
    pub(super) const NONE: Self = Self::new(Tag::None, 0);
    pub(super) const INERT: Self = Self::new(Tag::Inert, 0);
    /// What a look-up gave that is already noted as an oddity: calling it is no second one.
    pub(super) const NOTED: Self = Self::new(Tag::Inert, 2);

    pub(super) const fn new(tag: Tag, payload: u64) -> Self {
        Self(((tag as u64) << 56) | (payload & PAYLOAD))
    }

    /// A tuple of constants that stand in `start..end`; `None` if the run is too long to be noted.
    pub(super) fn run(start: u64, end: u64) -> Option<Self> {
        let length = end.checked_sub(start)?;
        (length < 1 << 16 && end < 1 << RUN_END_BITS)
            .then(|| Self::new(Tag::Run, (length << RUN_END_BITS) | end))
    }

    /// Start and end of a run.
    pub(super) const fn run_bounds(self) -> (u64, u64) {
        let end = self.payload() & ((1 << RUN_END_BITS) - 1);
        (end.saturating_sub(self.payload() >> RUN_END_BITS), end)
    }

    pub(super) const fn payload(self) -> u64 {
        self.0 & PAYLOAD
    }

    pub(super) fn index(self) -> usize {
        usize::try_from(self.payload()).unwrap_or(usize::MAX)
    }

    pub(super) const fn tag(self) -> Tag {
        match (self.0 >> 56) as u8 {
            0 => Tag::None,
            1 => Tag::True,
            2 => Tag::False,
            3 => Tag::Int,
            4 => Tag::Float,
            5 => Tag::Str,
            6 => Tag::Bytes,
            7 => Tag::Run,
            8 => Tag::EmptyTuple,
            10 => Tag::List,
            11 => Tag::Dict,
            12 => Tag::Set,
            13 => Tag::Buffer,
            14 => Tag::Folded,
            15 => Tag::Global,
            16 => Tag::Made,
            17 => Tag::Node,
            _ => Tag::Inert,
        }
    }

    /// True for constants that are written by one opcode and can be read again at its offset.
    pub(super) const fn is_constant(self) -> bool {
        matches!(
            self.tag(),
            Tag::None | Tag::True | Tag::False | Tag::Int | Tag::Float | Tag::Str | Tag::Bytes
        )
    }

    /// True if nothing in it can import, call or be called. Containers are judged by what was put
    /// into them, which the machine knows.
    pub(super) const fn is_inert(self) -> bool {
        self.is_constant()
            || matches!(
                self.tag(),
                Tag::Run | Tag::EmptyTuple | Tag::Inert | Tag::Buffer | Tag::Folded
            )
    }
}

/// A value with parts that may matter later.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Tuple(Box<[Value]>),
    /// A list, dict or set with its items (keys and values alternate); `cut` counts those not kept.
    Items {
        tag: Tag,
        items: Vec<Value>,
        cut: u64,
    },
    /// What a call returned.
    Call {
        callee: Value,
        arguments: Value,
    },
    /// An imported module.
    Module(u32),
    /// An attribute of something that is no global.
    Attribute {
        object: Value,
        name: Box<str>,
    },
    /// `operator.attrgetter(...)`.
    AttributeGetter(Box<[Box<str>]>),
    /// `operator.itemgetter(...)`.
    ItemGetter(Value),
    /// `operator.methodcaller(name, ...)`.
    MethodCaller {
        name: Box<str>,
        arguments: Box<[Value]>,
    },
    /// `functools.partial(function, ...)`.
    Partial {
        function: Value,
        arguments: Box<[Value]>,
    },
    /// What `persistent_load` returns.
    Persistent(Value),
}

impl Node {
    /// Bytes of memory that the node costs, for the budget.
    pub(super) fn cost_bytes(&self) -> u64 {
        let parts = match self {
            Self::Tuple(parts) => parts.len(),
            Self::Items { items, .. } => items.len(),
            Self::MethodCaller { arguments, .. } | Self::Partial { arguments, .. } => {
                arguments.len()
            }
            _ => 2,
        };
        (parts as u64)
            .saturating_mul(8)
            .saturating_add(std::mem::size_of::<Self>() as u64)
    }
}

/// A constant that a chain of pure calls came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Str(String),
    Bytes(Vec<u8>),
    Int(i64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_payloads_survive_packing() {
        for tag in [
            Tag::None,
            Tag::Run,
            Tag::Inert,
            Tag::List,
            Tag::Folded,
            Tag::Node,
        ] {
            let value = Value::new(tag, 0x00ab_cdef);
            assert_eq!((value.tag(), value.payload()), (tag, 0x00ab_cdef));
        }
        let run = Value::run(1000, 1012).unwrap();
        assert_eq!(run.run_bounds(), (1000, 1012));
        assert!(Value::run(0, 70_000).is_none());
        assert_eq!(std::mem::size_of::<Value>(), 8);
    }
}
