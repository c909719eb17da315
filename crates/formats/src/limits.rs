/// How much work and memory an examination may cost. Reaching a limit is a fact of its own, so
/// that what lies beyond it is reported as not examined, never passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many containers may stand inside each other.
    pub depth: u32,
    /// Members of one archive, and tensors or key-value pairs of one table.
    pub members: u64,
    /// Bytes of one JSON header (the safetensors reference refuses more than this).
    pub header_bytes: u64,
    /// Bytes of one text that is parsed whole: JSON documents, templates, string values.
    pub text_bytes: u64,
    /// Bytes that all decompression of one artifact may produce.
    pub expanded_bytes: u64,
    /// Expansion beyond which a member that produces more than [`Limits::bomb_bytes`] is a bomb.
    pub bomb_ratio: u64,
    /// Decompressed bytes below which no ratio makes a bomb.
    pub bomb_bytes: u64,
    /// Bytes that the symbolic pickle machine may hold: memo, stack and values.
    pub pickle_memory_bytes: u64,
    /// Different global names and uses of them that one pickle may show.
    pub pickle_uses: u64,
    /// Bytes of one decompressed member that are kept in memory; larger ones go to scratch space.
    pub spool_memory_bytes: u64,
    /// Bytes of one text or program that the YARA rules of Waybill see; those of the user see all.
    pub yara_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8,
            members: 1_000_000,
            header_bytes: 100_000_000,
            text_bytes: 64 << 20,
            expanded_bytes: 256 << 30,
            bomb_ratio: 200,
            bomb_bytes: 64 << 20,
            pickle_memory_bytes: 160 << 20,
            pickle_uses: 65_536,
            spool_memory_bytes: 16 << 20,
            yara_bytes: 16 << 20,
        }
    }
}
