//! Code to facts: what it imports, what it calls with which constants, which texts it holds.
//!
//! The facts are the same for every language. A value is followed as far as the file alone
//! allows; where it depends on another file, on the environment or on a configuration, the
//! [`Value`] says on what, and whoever sees the whole tree goes on from there.

mod flow;
mod kept;
mod notebook;
mod python;
mod rust;
mod script;

pub use kept::{Everything, Wants};
pub use notebook::{
    NotebookParts, Shown, ShownKind, Written, notebook, notebook_for, notebook_parts,
};
pub use python::{behaviour, python, python_for};
pub use rust::{rust, rust_for};
pub use script::{script, script_for};

/// What was found in one file or cell of code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodeFacts {
    /// Modules that are imported, at any depth of the file.
    pub imports: Vec<Import>,
    /// Calls, in the order of the text.
    pub calls: Vec<Call>,
    /// What the names at the top level of the file are bound to (the last binding; `Unknown` if
    /// bindings disagree), for other files that import them. Attributes of classes and objects
    /// have dotted names (`Limits.summary`), as has what a function's result holds; the result
    /// itself ends in `()`.
    pub exports: Vec<(String, Value)>,
    /// Functions with the calls or names that are written above them as decorators, and classes
    /// with those of other modules that they inherit from.
    pub decorations: Vec<Decoration>,
    /// Longer texts that are bound to a name, a key or an argument: candidates for prompts.
    pub texts: Vec<NamedText>,
    /// Commands run in a shell from within: `!pip install x`, `subprocess.run([...])`, `os.system`.
    pub commands: Vec<EmbeddedCommand>,
    /// Parts that could not be read: place and why.
    pub unread: Vec<Unread>,
    /// Whether the file was only parsed, because nothing in it was wanted: of what is told,
    /// `imports` and `unread` are complete.
    pub passed_over: bool,
}

impl CodeFacts {
    /// Moves every line down, for code that begins further down in another file.
    pub fn move_down(&mut self, lines: u32) {
        let places = self
            .imports
            .iter_mut()
            .map(|import| &mut import.line)
            .chain(self.calls.iter_mut().map(|call| &mut call.line))
            .chain(self.texts.iter_mut().map(|text| &mut text.line))
            .chain(self.commands.iter_mut().map(|command| &mut command.line))
            .chain(self.unread.iter_mut().filter_map(|part| part.line.as_mut()));
        for line in places {
            *line = line.saturating_add(lines);
        }
    }
}

/// A module or a name out of a module made available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Dotted (Python), as quoted (JavaScript) or `::`-joined (Rust) path of the module.
    pub module: String,
    /// The name out of it, if only one is taken.
    pub name: Option<String>,
    /// Line from 1.
    pub line: u32,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Full path of what is called, aliases resolved, parts joined by `.` in every language:
    /// `transformers.AutoModel.from_pretrained`, `@huggingface/transformers.pipeline`,
    /// `hf_hub.api.sync.Api.model`. A method of an object made by an earlier call continues the
    /// path of that call: `openai.OpenAI.chat.completions.create`.
    pub path: String,
    /// Index into [`CodeFacts::calls`] of the call that made the object, if it is a method of one.
    pub receiver: Option<usize>,
    /// Arguments in order, those by position first.
    pub arguments: Vec<Argument>,
    /// Line from 1 of the start of the call.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
}

/// A function under a decorator, or a class that inherits.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoration {
    /// The name of the function or class.
    pub function: String,
    /// The decorator as a call, without arguments if it is a name only; or the class inherited
    /// from, with the argument `name` if the class gives itself one.
    pub call: Call,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its keyword; for JavaScript the keys of a single object argument count as keywords too.
    pub name: Option<String>,
    /// Its value.
    pub value: Value,
}

/// A value as far as it can be told without running anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing can be told.
    #[default]
    Unknown,
    /// `None`, `null`, `undefined`.
    None,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text, fully known.
    Text(String),
    /// A text put together of known and unknown parts (an f-string, a template, a sum).
    Parts(Vec<Value>),
    /// A list, tuple or set.
    List(Vec<Value>),
    /// A mapping with known keys, in order.
    Map(Vec<(String, Value)>),
    /// Out of the environment: the variable and the default in the code.
    Environment {
        /// Name of the variable.
        name: String,
        /// What is taken if it is not set.
        default: Option<Box<Value>>,
    },
    /// Bound in another module: module path and name in it (empty for the module itself).
    Imported {
        /// The module as the import writes it, relative dots included.
        module: String,
        /// The name and the attributes or keys taken from it, joined by `.`.
        name: String,
    },
    /// Read from a configuration file: `yaml.safe_load(open("c.yaml"))["model"]["name"]`.
    Configuration {
        /// The file as the code names it.
        file: Box<Value>,
        /// Keys into it.
        keys: Vec<String>,
    },
    /// What a call returned: index into [`CodeFacts::calls`].
    Result(usize),
    /// One of several, depending on something unknown: both branches of a condition, a parameter
    /// with its default, the elements of a loop.
    Either(Vec<Value>),
}

/// A text that is bound to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedText {
    /// The name, key or keyword that it is bound to.
    pub name: String,
    /// The text; unknown parts are written `{}`.
    pub text: String,
    /// Line from 1.
    pub line: u32,
}

/// A command that code hands to a shell or starts as a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedCommand {
    /// The command line; a list of arguments is joined with shell quoting.
    pub text: String,
    /// Line from 1.
    pub line: u32,
}

/// A part of a text that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Line from 1, if known.
    pub line: Option<u32>,
    /// Why, as a lowercase fragment.
    pub reason: String,
}
