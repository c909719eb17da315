//! The codes of items and the frames of those that are being read.

use super::calls::{Around, Open};

/// Codes of items: the types of R, and the short forms of the format.
pub(super) mod code {
    pub(in super::super) const SYMBOL: u8 = 1;
    pub(in super::super) const LIST: u8 = 2;
    pub(in super::super) const CLOSURE: u8 = 3;
    pub(in super::super) const ENVIRONMENT: u8 = 4;
    pub(in super::super) const PROMISE: u8 = 5;
    pub(in super::super) const LANGUAGE: u8 = 6;
    pub(in super::super) const SPECIAL: u8 = 7;
    pub(in super::super) const BUILTIN: u8 = 8;
    pub(in super::super) const CHARACTERS: u8 = 9;
    pub(in super::super) const LOGICAL: u8 = 10;
    pub(in super::super) const INTEGER: u8 = 13;
    pub(in super::super) const REAL: u8 = 14;
    pub(in super::super) const COMPLEX: u8 = 15;
    pub(in super::super) const STRINGS: u8 = 16;
    pub(in super::super) const DOTS: u8 = 17;
    pub(in super::super) const VECTOR: u8 = 19;
    pub(in super::super) const EXPRESSION: u8 = 20;
    pub(in super::super) const BYTE_CODE: u8 = 21;
    pub(in super::super) const POINTER: u8 = 22;
    pub(in super::super) const WEAK_REFERENCE: u8 = 23;
    pub(in super::super) const RAW: u8 = 24;
    pub(in super::super) const OBJECT: u8 = 25;
    pub(in super::super) const COMPACT: u8 = 238;
    pub(in super::super) const ATTRIBUTED_LIST: u8 = 239;
    pub(in super::super) const ATTRIBUTED_LANGUAGE: u8 = 240;
    pub(in super::super) const BASE_ENVIRONMENT: u8 = 241;
    pub(in super::super) const EMPTY_ENVIRONMENT: u8 = 242;
    pub(in super::super) const REPEATED: u8 = 243;
    pub(in super::super) const REPEATABLE: u8 = 244;
    pub(in super::super) const PERSISTENT: u8 = 247;
    pub(in super::super) const PACKAGE: u8 = 248;
    pub(in super::super) const NAMESPACE: u8 = 249;
    pub(in super::super) const BASE_NAMESPACE: u8 = 250;
    pub(in super::super) const MISSING: u8 = 251;
    pub(in super::super) const UNBOUND: u8 = 252;
    pub(in super::super) const GLOBAL_ENVIRONMENT: u8 = 253;
    pub(in super::super) const NULL: u8 = 254;
    pub(in super::super) const REFERENCE: u8 = 255;
}

/// What an item amounts to, as far as its surroundings care.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Symbol(String),
    Text(String),
    /// A call; the name of what it calls, if it is one.
    Call(String),
    /// The texts and symbols of a list.
    List(Vec<String>),
    Function,
    /// Unbound or missing: a promise with this value is not evaluated yet.
    Open,
    Other,
}

impl Value {
    /// How it is shown as an argument.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Symbol(name) => name.clone(),
            Self::Text(text) => text.clone(),
            Self::Call(name) => format!("{name}(...)"),
            Self::List(_) | Self::Function | Self::Open | Self::Other => "...".to_owned(),
        }
    }
}

/// Where an item stands.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) around: Around,
    /// True below an environment, where promises are ordinary.
    pub(super) held: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Attributes,
    Tag,
    First,
    Rest,
    Done,
}

/// A cell of a list, and what is made of such cells.
pub(super) struct Pair {
    pub(super) role: u8,
    pub(super) step: Step,
    pub(super) tagged: bool,
    pub(super) context: Context,
    /// The call or list that the elements belong to.
    pub(super) open: Option<Open>,
    pub(super) tag: Option<String>,
    pub(super) first: Option<Value>,
    /// The value of the whole once it is known.
    pub(super) value: Option<Value>,
    /// True in the constants of byte code, where cells are written without flags.
    pub(super) bare: bool,
}

/// What is being read.
pub(super) enum Frame {
    Pair(Box<Pair>),
    /// Elements of a vector, or another fixed number of items.
    Items {
        left: u64,
        attributes: bool,
        context: Context,
        value: Value,
        /// What the items are: a vector, or the parts of an environment or a compact vector.
        code: u8,
    },
    /// Byte code: `None` before the number of constants was read.
    ByteCode {
        constants: Option<u64>,
        read_code: bool,
        attributes: bool,
        context: Context,
    },
}
