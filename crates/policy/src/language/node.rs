use regex::Regex;
use waybill_domain::facts::Record;

/// The type of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Type {
    Bool,
    Int,
    Number,
    Text,
    /// One of a few words.
    Word(&'static [&'static str]),
    Texts,
    /// A list of whole numbers or of numbers, which only a policy can write.
    Numbers,
    One(&'static Record),
    Many(&'static Record),
}

impl std::fmt::Display for Type {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool => formatter.write_str("a bool"),
            Self::Int => formatter.write_str("an int"),
            Self::Number => formatter.write_str("a double"),
            Self::Text => formatter.write_str("a string"),
            Self::Word(words) => write!(formatter, "one of \"{}\"", words.join("\", \"")),
            Self::Texts => formatter.write_str("a list of strings"),
            Self::Numbers => formatter.write_str("a list of numbers"),
            Self::One(record) => write!(formatter, "a record `{}`", record.name),
            Self::Many(record) => write!(formatter, "a list of `{}` records", record.name),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A question about two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    End,
    Anywhere,
}

/// What is asked of the elements of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    Any,
    ExactlyOne,
}

/// A step over the elements of a list; the element stands in a slot while the body is judged.
#[derive(Debug)]
pub(super) struct Each {
    pub(super) list: Node,
    pub(super) slot: u8,
    pub(super) body: Node,
}

/// An expression whose types were checked, and whose names are positions.
#[derive(Debug)]
pub(super) enum Node {
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(Box<str>),
    Texts(Box<[String]>),
    Numbers(Box<[f64]>),
    Slot(u8),
    Field(Box<Node>, u16),
    Not(Box<Node>),
    And(Box<[Node]>),
    Or(Box<[Node]>),
    If(Box<[Node; 3]>),
    Compare(Comparison, Box<[Node; 2]>),
    Calculate(Arithmetic, Box<[Node; 2]>),
    Negate(Box<Node>),
    In(Box<[Node; 2]>),
    Size(Box<Node>),
    Has(Part, Box<[Node; 2]>),
    Matches(Box<Node>, Box<Regex>),
    Quantified(Quantifier, Box<Each>),
    Filter(Box<Each>),
    /// The texts that the body yields.
    Map(Box<Each>),
}
