//! What R writes with `saveRDS` and `save`: one serialised object, or a list of named ones.
//!
//! Format: R Internals, section 1.8 "Serialization Formats"
//! (<https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats>), versions 2
//! and 3, as big-endian binary (`X`), text (`A`) and little-endian binary (`B`). Nothing is
//! evaluated; promises, closures, byte code and calls are told with what they name. Compression
//! around it is a wrapper of its own.

mod calls;
mod input;
mod item;
mod machine;
mod step;
#[cfg(test)]
mod tests;

pub use calls::{Around, Call};

use crate::{Limits, ReadAt};

/// How the numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Big-endian binary.
    Xdr,
    /// Text, one value a line.
    Ascii,
    /// Little-endian binary.
    Native,
}

/// What the stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RFacts {
    /// How the numbers are written.
    pub encoding: Encoding,
    /// True for a workspace (`save`): named objects that loading puts beside those of the user.
    pub workspace: bool,
    /// Version of the serialisation format.
    pub version: i32,
    /// Items read.
    pub items: u64,
    /// Offsets of promises that stand where no environment holds them.
    pub bare_promises: Vec<u64>,
    /// Promises in all.
    pub promises: u64,
    /// Closures.
    pub closures: u64,
    /// Pieces of byte code.
    pub byte_codes: u64,
    /// Environments written out.
    pub environments: u64,
    /// Calls by the name of what they call: the first of each, with how often it stands there.
    pub calls: Vec<Call>,
    /// Names of top-level objects of a workspace that are functions, with their offset.
    pub functions: Vec<(String, u64)>,
    /// Compact representations: class and package.
    pub compact: Vec<(String, String)>,
    /// Names that the reader asks a hook for.
    pub persistent: u64,
    /// Pointers, which come back as null.
    pub pointers: u64,
    /// Offset behind the last item.
    pub end: u64,
    /// Where reading stopped, and why.
    pub broken: Option<(u64, String)>,
    /// Different calls beyond those that are listed.
    pub calls_left_out: u64,
}

/// True if the content begins as one of the streams does. `head` is the first bytes of the file.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    header(head).is_some()
}

/// Encoding, whether it is a workspace, and where the version stands.
fn header(head: &[u8]) -> Option<(Encoding, bool, u64)> {
    let (rest, workspace, start) = match head {
        [
            b'R',
            b'D',
            b'X' | b'A' | b'B',
            b'2' | b'3',
            b'\n',
            rest @ ..,
        ] => (rest, true, 5),
        rest => (rest, false, 0_u64),
    };
    let encoding = match rest {
        [b'X', b'\n', 0, 0, 0, 1..=9, ..] => Encoding::Xdr,
        [b'A', b'\n', b'1'..=b'9', b'\n', b'0'..=b'9', ..] => Encoding::Ascii,
        [b'B', b'\n', 1..=9, 0, 0, 0, ..] => Encoding::Native,
        _ => return None,
    };
    Some((encoding, workspace, start.saturating_add(2)))
}

/// Reads the whole stream; `None` if the content does not begin as one.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<RFacts> {
    let head = source.bytes_at(0, 16).ok()?;
    let (encoding, workspace, start) = header(&head)?;
    let mut facts = RFacts {
        encoding,
        workspace,
        version: 0,
        items: 0,
        bare_promises: Vec::new(),
        promises: 0,
        closures: 0,
        byte_codes: 0,
        environments: 0,
        calls: Vec::new(),
        functions: Vec::new(),
        compact: Vec::new(),
        persistent: 0,
        pointers: 0,
        end: start,
        broken: None,
        calls_left_out: 0,
    };
    let mut machine = machine::Machine::new(source, start, limits, &mut facts);
    let ended = machine.run();
    let at = machine.offset();
    facts.end = at;
    if let Err(reason) = ended {
        facts.broken = Some((at, reason));
    }
    Some(facts)
}
