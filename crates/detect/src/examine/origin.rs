/// What is known about an artifact besides its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// File name or path: its extension is a hint, never the judge.
    pub name: String,
}
