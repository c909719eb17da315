//! What a JSON document says, as plain data.

/// Bounds on reading a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nesting; deeper, reading stops.
    pub depth: usize,
    /// Entries of each list of facts.
    pub facts: usize,
    /// Bytes of one template.
    pub template_bytes: usize,
    /// Bytes of a value or path that is shown.
    pub excerpt_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 1_000,
            facts: 10_000,
            template_bytes: 4_194_304,
            excerpt_bytes: 512,
        }
    }
}

/// Everything that was read out of one document. Offsets are bytes into it, paths start at
/// `$`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonFacts {
    /// Chat templates, in order.
    pub templates: Vec<TemplateText>,
    /// Values under keys that name code or commands.
    pub named_code: Vec<NamedCode>,
    /// Strings that are an encoding of another format.
    pub payloads: Vec<Payload>,
    /// Strings that call into Python: `__import__('os').system('x')`.
    pub expressions: Vec<NamedCode>,
    /// Keys that an object has twice.
    pub duplicate_keys: Vec<DuplicateKey>,
    /// Strings that are values.
    pub string_count: u64,
    /// Objects.
    pub object_count: u64,
    /// Deepest nesting.
    pub depth: usize,
    /// Where the document is not JSON; reading stopped there.
    pub error: Option<SyntaxError>,
    /// Where something follows the document.
    pub trailing_offset: Option<usize>,
    /// Limits that were reached, each once.
    pub limits_reached: Vec<Limit>,
}

/// A chat template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// Byte offset of the string.
    pub offset: usize,
    /// Where it stands: `$.chat_template[1].template`.
    pub path: String,
    /// Its name, where templates have names.
    pub name: Option<String>,
    /// The template; lines of a list are joined.
    pub text: String,
}

/// A value that names code or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCode {
    /// Byte offset of the value.
    pub offset: usize,
    /// Where it stands: `$.auto_map.AutoModel`.
    pub path: String,
    /// The key of interest that it stands under: `auto_map`.
    pub key: String,
    /// The value, shortened; numbers and literals as written.
    pub value: String,
}

/// A string that is an encoding of another format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Byte offset of the string.
    pub offset: usize,
    /// Where it stands.
    pub path: String,
    /// How it is encoded.
    pub encoding: Encoding,
    /// What the decoded bytes start like.
    pub format: PayloadFormat,
    /// Bytes of the encoded string.
    pub encoded_bytes: usize,
}

/// Encodings of bytes in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Base64, either alphabet.
    Base64,
    /// Hexadecimal digits.
    Hexadecimal,
    /// A character for each byte.
    Latin1,
}

/// Formats that encoded bytes are recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadFormat {
    /// A pickle, protocol 2 to 5.
    Pickle,
    /// Code that Python marshalled.
    Marshal,
    /// A zip archive.
    Zip,
    /// Gzip.
    Gzip,
    /// An ELF binary.
    Elf,
    /// A Windows binary.
    Pe,
}

/// A key that an object has twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    /// Byte offset of the second one.
    pub offset: usize,
    /// Where it stands.
    pub path: String,
}

/// Where a document is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset.
    pub offset: usize,
    /// What was wrong.
    pub message: &'static str,
}

/// The limits of [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Nested too deeply: reading stopped.
    Depth,
    /// A list of facts is full.
    Facts,
    /// A template was shortened.
    TemplateBytes,
}
