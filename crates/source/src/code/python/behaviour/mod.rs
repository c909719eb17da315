//! What Python code would do: its calls in the order of the text, what is passed, and which part
//! of the program they belong to.
//!
//! The statements are gone through once, as if every branch were taken. Nothing is run; constant
//! expressions are worked out (strings put together, base64, `chr`, reversed texts), names are
//! followed through aliases, `getattr` and `__import__`, and the rest stays as a small graph of
//! meanings from which it can be told where a value comes from.
//!
//! See <https://docs.python.org/3/reference/executionmodel.html>.

mod apply;
mod constants;
mod decode;
mod express;
mod fold;
mod frames;
mod member;
mod state;

#[cfg(test)]
mod tests;

use ruff_python_ast::{Mod, ModModule};
use ruff_python_parser::{Mode, ParseOptions, parse_cells_unchecked, parse_unchecked};

use super::{LARGEST, errors, escapes, in_one, lines::Lines, lines::note, shallow};
use crate::code::Unread;
use state::Interpreter;

/// How a text came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Made {
    /// It stands in the file as it is.
    Written,
    /// It was put together out of pieces.
    Joined,
    /// It was decoded: base64, hexadecimal, characters by number, reversed.
    Decoded,
}

/// What an expression amounts to. Numbers are indices into [`Behaviour::meanings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing is known.
    Unknown,
    /// `None`.
    Nothing,
    /// `True` or `False`.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String, Made),
    /// Bytes.
    Bytes(Vec<u8>, Made),
    /// Something of another module or built in, by its dotted name: `os.system`, `exec`.
    Name(String, Made),
    /// What a call gives: an index into [`Behaviour::deeds`].
    Result(usize),
    /// A member of something: the thing and the name.
    Member(usize, String),
    /// One element of something.
    Element(usize),
    /// A parameter of a scope.
    Parameter(usize, String),
    /// A list, tuple or set.
    Sequence(Vec<usize>),
    /// A dictionary.
    Mapping(Vec<(usize, usize)>),
    /// Pieces that are put together.
    Joined(Vec<usize>),
    /// One of several.
    Either(Vec<usize>),
    /// A function of this file: an index into [`Behaviour::scopes`].
    Local(usize),
    /// A class of this file: an index into [`Behaviour::classes`].
    Class(usize),
    /// An object of a class of this file.
    Instance(usize),
    /// A function with some of its arguments.
    Partial(usize, Vec<(Option<String>, usize)>),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// A call.
    Call,
    /// Something outside the file was set: `sys.stdout = x`.
    Set,
}

/// One call, or one change of something outside the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Call or change.
    pub doing: Doing,
    /// The dotted name of what is called; results are written as `requests.get().text`.
    pub path: String,
    /// How the name came to be.
    pub made: Made,
    /// What is called.
    pub callee: usize,
    /// What is passed, with the name of keywords; `**` has the name `**`.
    pub arguments: Vec<(Option<String>, usize)>,
    /// The part of the program that does it.
    pub scope: usize,
    /// Line, from 1.
    pub line: u32,
}

/// When a scope runs, as far as the syntax tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The file itself: runs when it is imported.
    Module,
    /// A function, method or `lambda`.
    Function,
    /// What stands under `if __name__ == "__main__":`.
    Program,
}

/// A part of the program that runs at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// Name of the function; empty for the file itself and for `lambda`.
    pub name: String,
    /// The class whose method it is.
    pub class: Option<usize>,
    /// Scopes that it calls, or whose functions it hands to something that calls them.
    pub calls: Vec<usize>,
    /// What it returns or yields.
    pub returns: Vec<usize>,
    /// Its parameters, in order.
    pub parameters: Vec<String>,
    /// Line, from 1.
    pub line: u32,
}

/// A class of this file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassSeen {
    /// Its name.
    pub name: String,
    /// Dotted names of what it inherits from.
    pub bases: Vec<String>,
    /// Its methods, by index of their scopes.
    pub methods: Vec<(String, usize)>,
    /// What `self.name = ...` sets.
    pub attributes: Vec<(String, usize)>,
    /// The classes of this file that it inherits from.
    pub parents: Vec<usize>,
}

/// What Python code would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Behaviour {
    /// The graph of values.
    pub meanings: Vec<Meaning>,
    /// Calls and changes, in the order in which they were met.
    pub deeds: Vec<Deed>,
    /// Parts of the program; the first is the file itself.
    pub scopes: Vec<Scope>,
    /// Classes.
    pub classes: Vec<ClassSeen>,
    /// Modules that are imported, with the line: `os`, `transformers.models.llama`, `.sibling`.
    pub imports: Vec<(String, u32)>,
    /// What callers in this file pass for parameters: scope, name, value.
    pub given: Vec<(usize, String, usize)>,
    /// Names that the file binds at its top level.
    pub top_level: Vec<String>,
    /// Parts that could not be read: place and why.
    pub unread: Vec<Unread>,
}

impl Behaviour {
    /// The meaning at an index.
    #[must_use]
    pub fn meaning(&self, index: usize) -> &Meaning {
        self.meanings.get(index).unwrap_or(&Meaning::Unknown)
    }
}

/// Tells what Python code would do. Syntax errors are noted in `unread`, and what stands around
/// them is read.
#[must_use]
pub fn behaviour(text: &str) -> Behaviour {
    let mut unread = Vec::new();
    if text.len() > LARGEST {
        note(&mut unread, None, "larger than 64 MiB");
        return Behaviour {
            unread,
            ..Behaviour::default()
        };
    }
    let lines = Lines::new(text, None);
    let Some(shallow) = shallow(text, Mode::Module, &lines, &mut unread) else {
        return Behaviour {
            unread,
            ..Behaviour::default()
        };
    };
    let parsed = parse_unchecked(&shallow, ParseOptions::from(Mode::Module));
    errors(&parsed, &mut unread, &lines);
    match parsed.into_syntax() {
        Mod::Module(module) => interpret(&module, &lines, unread),
        Mod::Expression(_) => Behaviour::default(),
    }
}

/// Tells what the code cells of a notebook would do, as one program; `origin` has the line in the
/// notebook of each of their lines. A mistake in one cell does not touch the others.
#[must_use]
pub fn notebook_behaviour(cells: &[String], origin: &[u32]) -> Behaviour {
    let (code, ranges) = in_one(cells);
    let lines = Lines::new(&code, Some(origin));
    let mut unread = Vec::new();
    if code.len() > LARGEST {
        note(&mut unread, None, "larger than 64 MiB");
        return Behaviour {
            unread,
            ..Behaviour::default()
        };
    }
    let tamed = escapes::tamed(&code);
    let Some(shallow) = shallow(&tamed, Mode::Ipython, &lines, &mut unread) else {
        return Behaviour {
            unread,
            ..Behaviour::default()
        };
    };
    let options = ParseOptions::from(Mode::Ipython);
    let parsed = parse_cells_unchecked(&shallow, ranges, &options);
    errors(&parsed, &mut unread, &lines);
    interpret(&parsed.into_syntax(), &lines, unread)
}

fn interpret(module: &ModModule, lines: &Lines<'_>, unread: Vec<Unread>) -> Behaviour {
    let mut interpreter = Interpreter::new(lines);
    interpreter.out.unread = unread;
    interpreter.module(&module.body);
    interpreter.finish()
}
