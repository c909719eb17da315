//! What a harmful name does.

/// What happens when a harmful name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Starts, replaces or ends a process or thread.
    Process,
    /// Runs code that its arguments hold or name.
    Code,
    /// Imports a module, or resolves a name, that its arguments choose.
    Import,
    /// Reads, writes or removes files.
    File,
    /// Reaches the network.
    Network,
    /// Loads native code or touches raw memory.
    Native,
    /// Deserialises bytes or files by a format that can run code.
    Deserialise,
    /// Reaches into or tampers with the interpreter.
    Introspection,
    /// Exhausts memory or processor time.
    Memory,
}

/// Why a name is harmful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Harm {
    /// The kind of effect.
    pub effect: Effect,
    /// A lowercase phrase that completes "it ...".
    pub does: &'static str,
    /// Where this is known from.
    pub source: &'static str,
}

impl Effect {
    /// Every effect, in the order of the list.
    pub const ALL: [Self; 9] = [
        Self::Process,
        Self::Code,
        Self::Import,
        Self::File,
        Self::Network,
        Self::Native,
        Self::Deserialise,
        Self::Introspection,
        Self::Memory,
    ];

    /// The word used for it in the data file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Code => "code",
            Self::Import => "import",
            Self::File => "file",
            Self::Network => "network",
            Self::Native => "native",
            Self::Deserialise => "deserialise",
            Self::Introspection => "introspection",
            Self::Memory => "memory",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.word() == word)
    }
}
