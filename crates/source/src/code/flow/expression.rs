//! What code of any language is lowered to: expressions only, a statement being one whose value
//! nobody takes.

use std::borrow::Cow;
use std::rc::Rc;

use super::super::Value;

/// A piece of the source, or made of it.
pub(crate) type Word<'a> = Cow<'a, str>;

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// Offset of its first byte; with `end`, what tells calls apart.
    pub(crate) start: u32,
    /// Offset after its last byte.
    pub(crate) end: u32,
    /// Line from 1.
    pub(crate) line: u32,
    /// Column in characters from 1.
    pub(crate) column: u32,
}

/// Something that has a value.
#[derive(Debug)]
pub(crate) enum Expression<'a> {
    /// A literal, and the line it begins on.
    Known(Value, u32),
    /// A variable.
    Name(Word<'a>),
    /// The object whose method this is.
    This,
    /// The class that this one extends.
    Parent,
    /// A member by name.
    Member(Box<Expression<'a>>, Word<'a>),
    /// A member by a computed key.
    Index(Box<Expression<'a>>, Box<Expression<'a>>),
    /// A call.
    Call(Box<Calling<'a>>),
    /// A mapping.
    Map(Vec<Entry<'a>>),
    /// A value of a named type with its fields.
    Construct(Box<Expression<'a>>, Vec<Entry<'a>>, Place),
    /// A list.
    List(Vec<Expression<'a>>),
    /// The elements of a list in the middle of another, or of arguments.
    Spread(Box<Expression<'a>>),
    /// Texts put together; true if the result is a text whatever the parts are. The line it begins on.
    Join(Vec<Expression<'a>>, bool, u32),
    /// One of these.
    Either(Vec<Expression<'a>>),
    /// The first that there is.
    Otherwise(Vec<Expression<'a>>),
    /// A function.
    Function(Rc<Function<'a>>),
    /// A class.
    Class(Rc<Class<'a>>),
    /// A new name in the scope it stands in.
    Let(Box<Pattern<'a>>, Option<Box<Expression<'a>>>),
    /// A new value for what there is.
    Assign(Box<Pattern<'a>>, Box<Expression<'a>>),
    /// All of these in order; the value is the last one's.
    All(Vec<Expression<'a>>),
    /// All of these in order; the value is unknown.
    Effects(Vec<Expression<'a>>),
    /// All of these in order in a scope of their own; the value is the last one's.
    Block(Vec<Expression<'a>>),
    /// What a function returns.
    Return(Box<Expression<'a>>),
    /// A loop: the pattern is each element.
    Each(Box<Pattern<'a>>, Box<Expression<'a>>, Box<Expression<'a>>),
    /// A name out of another module: path for calls, module, name in it.
    Imported(Word<'a>, Word<'a>, Word<'a>),
    /// A file that is read as a whole.
    Configuration(Word<'a>),
    /// The name under which other files see a value.
    Export(Word<'a>, Box<Expression<'a>>),
}

impl Expression<'_> {
    /// An expression nothing is known about.
    pub(crate) const UNKNOWN: Self = Self::Known(Value::Unknown, 0);
}

/// A call and what it is given.
#[derive(Debug)]
pub(crate) struct Calling<'a> {
    pub(crate) callee: Expression<'a>,
    pub(crate) arguments: Vec<Expression<'a>>,
    /// Whether an object is made (`new`).
    pub(crate) construct: bool,
    pub(crate) place: Place,
}

/// A part of a mapping.
#[derive(Debug)]
pub(crate) enum Entry<'a> {
    /// Key and value.
    Pair(Word<'a>, Expression<'a>),
    /// A computed key and its value.
    Computed(Expression<'a>, Expression<'a>),
    /// The entries of another mapping.
    Spread(Expression<'a>),
}

/// A function with what it is given and what it does.
#[derive(Debug)]
pub(crate) struct Function<'a> {
    /// What tells functions of a file apart.
    pub(crate) id: u32,
    pub(crate) parameters: Vec<Parameter<'a>>,
    pub(crate) body: Vec<Expression<'a>>,
    /// Whether the last expression of the body is returned.
    pub(crate) yields_last: bool,
}

/// A parameter of a function.
#[derive(Debug)]
pub(crate) struct Parameter<'a> {
    pub(crate) pattern: Pattern<'a>,
    /// Its type, if one is named.
    pub(crate) annotation: Option<Expression<'a>>,
    /// Whether it becomes a field of the object of the same name.
    pub(crate) field: bool,
}

/// A class: fields and methods.
#[derive(Debug)]
pub(crate) struct Class<'a> {
    /// What tells classes of a file apart.
    pub(crate) id: u32,
    pub(crate) parent: Option<Expression<'a>>,
    /// Fields with annotation and value.
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) constructor: Option<Rc<Function<'a>>>,
    /// Methods; true if it is read like a field.
    pub(crate) methods: Vec<(Word<'a>, Rc<Function<'a>>, bool)>,
}

/// A field of a class.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) name: Word<'a>,
    pub(crate) annotation: Option<Expression<'a>>,
    pub(crate) value: Option<Expression<'a>>,
}

/// What a value is taken apart into.
#[derive(Debug)]
pub(crate) enum Pattern<'a> {
    /// Not taken.
    Nothing,
    /// A name.
    Name(Word<'a>),
    /// Members by name.
    Map(Vec<(Word<'a>, Pattern<'a>)>),
    /// Members by place.
    List(Vec<Pattern<'a>>),
    /// With a default.
    Default(Box<Pattern<'a>>, Expression<'a>),
    /// With a type.
    Typed(Box<Pattern<'a>>, Expression<'a>),
    /// A member of something.
    Target(Expression<'a>),
}
