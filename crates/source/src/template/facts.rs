//! What a template says, as plain data.

use std::collections::BTreeMap;

/// Everything that was read out of one template. Offsets are bytes into its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TemplateFacts {
    /// Attributes and named items that expressions reach for, constants followed.
    pub accesses: Vec<Access>,
    /// Calls of functions, methods and macros.
    pub calls: Vec<Call>,
    /// Filters applied, in order.
    pub filters: Vec<FilterUse>,
    /// Tests applied (`is defined`), by name.
    pub tests: BTreeMap<String, Usage>,
    /// Names that expressions start from, and whether the template binds them itself.
    pub names: BTreeMap<String, Usage>,
    /// Statement tags, by name.
    pub tags: BTreeMap<String, Usage>,
    /// Other templates that this one asks for.
    pub inclusions: Vec<Inclusion>,
    /// Tags that neither Jinja2 nor its usual extensions know.
    pub unknown_tags: Vec<Located>,
    /// Macros defined.
    pub macros: Vec<Located>,
    /// `for` loops.
    pub loops: Vec<Loop>,
    /// Constants that decide how much work or memory rendering takes.
    pub expansions: Vec<Expansion>,
    /// Text that is emitted or assigned only when a comparison with a constant holds.
    pub conditional_texts: Vec<ConditionalText>,
    /// String literals inside tags, escapes decoded, adjacent ones joined.
    pub strings: Vec<Located>,
    /// All text outside tags, concatenated.
    pub literal_text: String,
    /// Where the text is not Jinja2; parsing goes on after the tag.
    pub errors: Vec<SyntaxError>,
    /// Limits that were reached, each once.
    pub limits_reached: Vec<LimitReached>,
}

impl TemplateFacts {
    /// Whether the template itself binds `name` (set, loop, macro, import, parameter).
    #[must_use]
    pub fn binds(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|usage| usage.bound)
    }
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Byte offset into the template.
    pub offset: usize,
    /// The name or decoded text.
    pub text: String,
}

/// How often a name occurs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Byte offset of the first use.
    pub offset: usize,
    /// Number of reads.
    pub count: usize,
    /// The template assigns the name somewhere.
    pub bound: bool,
}

/// One attribute or named item that an expression reaches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Byte offset of the dot, bracket, filter or call.
    pub offset: usize,
    /// How it is written.
    pub via: Via,
    /// What the base expression starts from.
    pub root: Root,
    /// The base expression as a canonical path, shortened: `cycler.__init__`.
    pub base: String,
    /// The name reached for.
    pub key: Key,
}

impl Access {
    /// The name, when it is constant.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.key {
            Key::Constant(name) => Some(name),
            Key::Computed(_) => None,
        }
    }
}

/// The name that an [`Access`] reaches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Known after following constants.
    Constant(String),
    /// Only known when rendering; holds the source of the expression, shortened.
    Computed(String),
}

/// The written form of an [`Access`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// `x.name`
    Dot,
    /// `x['name']`
    Subscript,
    /// `x|attr('name')`
    AttrFilter,
    /// An argument naming attributes, `x|map(attribute='name')`; holds the filter.
    FilterArgument(String),
    /// A getter called with the name, `x.get('name')`; holds the method.
    Getter(String),
    /// A replacement field, `'{0.name}'.format(x)`.
    FormatString,
}

/// What an expression starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// A name.
    Name(String),
    /// A literal: string, number, list, dict.
    Literal,
    /// Something composed.
    Expression,
}

impl Root {
    /// The name, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Root::Name(name) => Some(name),
            Root::Literal | Root::Expression => None,
        }
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Byte offset of the opening parenthesis.
    pub offset: usize,
    /// What the callee starts from.
    pub root: Root,
    /// The callee as a canonical path, shortened: `messages.pop`.
    pub path: String,
    /// Number of arguments, starred ones counted once.
    pub argument_count: usize,
    /// The arguments that are constant strings, shortened.
    pub constant_arguments: Vec<String>,
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterUse {
    /// Byte offset of the bar before it.
    pub offset: usize,
    /// Its name; for `map('upper')` a second entry `upper` follows.
    pub name: String,
    /// The arguments that are constant strings, shortened.
    pub constant_arguments: Vec<String>,
}

/// A request for another template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// Byte offset of the tag's name.
    pub offset: usize,
    /// Which statement.
    pub kind: InclusionKind,
    /// The template's name if constant; one entry per name of a constant list.
    pub target: Option<String>,
}

/// The statements that load another template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InclusionKind {
    /// `{% include %}`
    Include,
    /// `{% import %}`
    Import,
    /// `{% from %}`
    FromImport,
    /// `{% extends %}`
    Extends,
}

/// A `for` loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loop {
    /// Byte offset of the tag's name.
    pub offset: usize,
    /// Loops around it plus one.
    pub depth: usize,
    /// Number of rounds, when the iterable is constant.
    pub rounds: Option<u128>,
    /// `recursive` was asked for.
    pub recursive: bool,
}

/// A constant that decides how much work or memory rendering takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expansion {
    /// Byte offset of the operator or call.
    pub offset: usize,
    /// What grows.
    pub kind: ExpansionKind,
    /// Rounds, characters, or the exponent.
    pub amount: u128,
}

/// What an [`Expansion`] grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpansionKind {
    /// `range(n)` with constant bounds.
    Range,
    /// A string or list times a constant.
    Repeat,
    /// `a ** n`: the exponent.
    Power,
    /// A width: `|center(n)`, `|indent(n)`, `'%99999d'`.
    Width,
}

/// Text that is emitted or assigned only when a comparison with a constant holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionalText {
    /// Byte offset of the branch.
    pub offset: usize,
    /// Which branch.
    pub branch: Branch,
    /// Source of the condition, shortened; empty for `else`.
    pub condition_text: String,
    /// The comparisons with constants in the condition (for `else`: of the branches before).
    pub comparisons: Vec<Comparison>,
    /// Literal and constant text emitted inside the branch, shortened.
    pub emitted_text: String,
    /// Constant strings assigned to variables inside the branch, one a line, shortened.
    pub assigned_text: String,
}

/// The kinds of branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// `{% if %}`
    If,
    /// `{% elif %}`
    ElseIf,
    /// `{% else %}`
    Else,
    /// `{{ a if condition else b }}`
    Inline,
    /// `{% for x in y if condition %}`
    LoopFilter,
}

/// A comparison of something with a constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Byte offset.
    pub offset: usize,
    /// How they are compared.
    pub relation: Relation,
    /// The constant; numbers are written out.
    pub constant: String,
    /// The other side as a canonical path, shortened: `messages[-1].content`.
    pub subject: String,
}

/// How a [`Comparison`] compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// `==`
    Equal,
    /// `!=`
    Different,
    /// `in`, whichever side the constant is on.
    Membership,
    /// `not in`
    NonMembership,
    /// `<`, `<=`, `>`, `>=`
    Order,
    /// A method such as `startswith`.
    Method(String),
    /// A test such as `is equalto`.
    Test(String),
}

/// A place where the text is not Jinja2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset.
    pub offset: usize,
    /// What was wrong.
    pub message: String,
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitReached {
    /// Byte offset where it was first reached.
    pub offset: usize,
    /// Which one.
    pub limit: Limit,
}

/// The limits of [`super::Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Expressions nested too deeply: the tag was not read to its end.
    ExpressionDepth,
    /// Blocks nested too deeply: inner blocks were read but not matched.
    BlockDepth,
    /// A list of facts is full.
    Facts,
    /// A string literal is too long to follow.
    ValueBytes,
    /// Following constants took too much work.
    FoldingBytes,
}
