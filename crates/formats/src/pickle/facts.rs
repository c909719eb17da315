use super::Argument;

/// What a pickle file holds and what loading it would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PickleFacts {
    /// The streams, in the order in which they stand.
    pub streams: Vec<Stream>,
    /// Every different use of every global name, in the order of first appearance.
    pub uses: Vec<Use>,
    /// What a well-behaved pickler does not write.
    pub oddities: Vec<Oddity>,
    /// Constants whose first bytes are those of another format.
    pub embedded: Vec<Embedded>,
    /// Arrays that `joblib` wrote raw between the opcodes.
    pub arrays: u64,
    /// Offset behind the last byte that belongs to a stream or to an array between streams.
    pub end: u64,
    /// Object arrays between the opcodes, each a pickle of its own that stands in `streams`.
    pub object_arrays: u64,
    /// Objects and names that calls of global names are given, each once.
    pub handed: Vec<Handed>,
    /// Storages that `torch` persistent ids name, in the order of the stream.
    pub storages: Vec<Storage>,
}

/// Something that is not inert, given to a call of a global name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Module of the name that is called.
    pub module: String,
    /// The name that is called.
    pub name: String,
    /// Index of the argument.
    pub index: usize,
    /// Module and name of what is given; `None` if it is an object.
    pub given: Option<(String, String)>,
}

/// What a persistent id of `torch` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Module of the storage class, `torch` or `torch.storage`.
    pub module: String,
    /// Name of the storage class, for instance `FloatStorage`.
    pub class: String,
    /// Key: the name of the member that holds the bytes.
    pub key: String,
    /// Device, for instance `cpu`.
    pub location: String,
    /// Number of elements.
    pub elements: u64,
    /// Offset of the opcode.
    pub offset: u64,
}

impl Storage {
    /// Bytes of one element; `None` for a class that `torch` does not have.
    #[must_use]
    pub fn element_bytes(&self) -> Option<u64> {
        Some(match self.class.as_str() {
            "DoubleStorage" | "LongStorage" | "ComplexFloatStorage" => 8,
            "FloatStorage" | "IntStorage" | "QInt32Storage" => 4,
            "HalfStorage" | "BFloat16Storage" | "ShortStorage" => 2,
            "ByteStorage" | "CharStorage" | "BoolStorage" | "QInt8Storage" | "QUInt8Storage"
            | "UntypedStorage" | "QUInt4x2Storage" | "QUInt2x4Storage" => 1,
            "ComplexDoubleStorage" => 16,
            _ => return None,
        })
    }
}

/// One pickle stream: from its first opcode to `STOP`, or to where it breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Offset of the first opcode.
    pub start: u64,
    /// Offset behind the last opcode understood.
    pub end: u64,
    /// The argument of `PROTO`, if there is one.
    pub protocol: Option<u8>,
    /// Number of opcodes.
    pub opcodes: u64,
    /// How the stream ended.
    pub ended: Ended,
    /// What the stream returns, if that is a plain constant or name.
    pub result: String,
}

/// How a stream ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// With `STOP` and one value on the stack.
    Stop,
    /// It cannot be read on; a loader has run everything before this point.
    Broken {
        /// Offset of the opcode that cannot be executed.
        offset: u64,
        /// Why, as a lowercase fragment.
        reason: String,
    },
    /// A limit was reached; what follows was not examined.
    Limit {
        /// Offset of the opcode at which the limit was reached.
        offset: u64,
        /// Name of the limit.
        limit: &'static str,
    },
}

/// One way in which a stream uses a global name.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The module as the stream names it.
    pub module: String,
    /// The name within the module; dotted for attributes of attributes.
    pub name: String,
    /// How it is used.
    pub how: How,
    /// Offset of the opcode of the first such use.
    pub offset: u64,
    /// How often.
    pub count: u64,
    /// The first such use as pseudo-Python, cut to a readable length.
    pub sample: String,
    /// True if the name was not written in the stream but put together by its calls.
    pub computed: bool,
}

/// How a global name is used. Numbers of arguments are `None` where they cannot be known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// Looked up, which imports the module.
    Import,
    /// Called with that many positional arguments.
    Call(Option<u32>),
    /// Called only to carry a global name that is judged by itself: `getattr` of a known attribute,
    /// `functools.partial` of a named function.
    Carry,
    /// Handed on as a value although it is something that calls what it is given.
    Passed,
    /// A class instantiated with that many positional arguments.
    New(Option<u32>),
    /// `BUILD` on an instance that the name made.
    State(StateKind),
    /// Items are appended or set on an instance that the name made.
    Items,
    /// An attribute of an instance that the name made is looked up.
    Attribute(String),
    /// A method of an instance that the name made is called.
    Method(String),
    /// The result of calling the name is called in turn.
    CallResult,
    /// `BUILD` or items on the named thing itself: the module or class is changed in place.
    Patch,
}

/// What `BUILD` hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateKind {
    /// A dict, which becomes the instance's attributes or goes to `__setstate__`.
    Dict,
    /// A dict with the argument template of a `scipy.stats` distribution, which `__setstate__` runs,
    /// exactly in the form in which scipy writes it.
    ArgumentTemplate,
    /// A pair of dicts (or `None`): attributes and slots.
    Slots,
    /// A tuple of that length; `None` where it cannot be known.
    Tuple(Option<u32>),
    /// A list.
    List,
    /// Any other inert value.
    Inert,
    /// An object, a call's result or a global.
    Object,
}

/// What a well-behaved pickler does not write, as a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Oddity {
    /// Offset of the opcode.
    pub offset: u64,
    /// What it is.
    pub kind: OddityKind,
}

/// The kinds of oddities.
#[derive(Clone, Debug, PartialEq)]
pub enum OddityKind {
    /// A global name whose text could not be followed to constants; the operands as pseudo-Python.
    ComputedName(String),
    /// A call of something that is no global name; as pseudo-Python.
    ComputedCall(String),
    /// An extension code that nothing in the stream registers.
    Extension(u32),
    /// A memo index far beyond the number of opcodes: some loaders allocate that much.
    MemoIndex(u64),
    /// A protocol that no loader knows.
    Protocol(u8),
    /// A frame that reaches beyond the end of the data.
    Frame(u64),
    /// The stream's values nest or multiply out of proportion: see the count of references.
    Expansion(u64),
    /// A call that allocates that many bytes or items at once.
    Allocation(u64),
    /// A number written in that many decimal digits: reading it takes time that grows with their square.
    Digits(u64),
    /// Bytes of an array that a plain loader executes, and what they import.
    SecondReading(String),
    /// State is set on, or items are put into, something whose maker is not known; as pseudo-Python.
    ComputedState(String),
    /// A persistent id that is not a torch storage; as pseudo-Python.
    PersistentId(String),
    /// A value left on the stack at `STOP`, or an unconsumed mark.
    Leftover(u64),
}

/// A string or bytes constant whose content begins like another format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Offset of the opcode that carries the constant.
    pub offset: u64,
    /// Offset of the content.
    pub start: u64,
    /// Length of the content in bytes.
    pub length: u64,
    /// How the content is written.
    pub encoding: Encoding,
}

/// How an embedded constant is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Raw,
    /// Base64, standard or URL-safe.
    Base64,
    /// Hexadecimal digits.
    Hexadecimal,
}

impl Stream {
    /// True if a loader would have returned a value.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.ended == Ended::Stop
    }
}

impl PickleFacts {
    /// True if no stream broke and no limit was reached.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.streams.iter().all(Stream::complete)
    }
}

impl Argument {
    /// True if the argument's length does not depend on the stream.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::None | Self::Fixed(_))
    }
}
