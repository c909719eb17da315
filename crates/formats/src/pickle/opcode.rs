//! Every opcode of protocols 0 to 5, as `Lib/pickletools.py` of `CPython` documents them.

/// How the argument of an opcode is written in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// No argument.
    None,
    /// That many bytes, little-endian unless said otherwise.
    Fixed(u8),
    /// One text line that ends with a newline.
    Line,
    /// Two text lines: module and name.
    TwoLines,
    /// A length of that many bytes, then that many bytes of content.
    Counted(u8),
}

/// One opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opcode {
    /// The byte in the stream.
    pub code: u8,
    /// The name that `pickletools` gives it.
    pub name: &'static str,
    /// Its argument.
    pub argument: Argument,
    /// The protocol that introduced it.
    pub protocol: u8,
}

const fn op(code: u8, name: &'static str, argument: Argument, protocol: u8) -> Opcode {
    Opcode {
        code,
        name,
        argument,
        protocol,
    }
}

/// All 68 opcodes.
pub const OPCODES: [Opcode; 68] = [
    op(b'I', "INT", Argument::Line, 0),
    op(b'J', "BININT", Argument::Fixed(4), 1),
    op(b'K', "BININT1", Argument::Fixed(1), 1),
    op(b'M', "BININT2", Argument::Fixed(2), 1),
    op(b'L', "LONG", Argument::Line, 0),
    op(0x8a, "LONG1", Argument::Counted(1), 2),
    op(0x8b, "LONG4", Argument::Counted(4), 2),
    op(b'S', "STRING", Argument::Line, 0),
    op(b'T', "BINSTRING", Argument::Counted(4), 1),
    op(b'U', "SHORT_BINSTRING", Argument::Counted(1), 1),
    op(b'B', "BINBYTES", Argument::Counted(4), 3),
    op(b'C', "SHORT_BINBYTES", Argument::Counted(1), 3),
    op(0x8e, "BINBYTES8", Argument::Counted(8), 4),
    op(0x96, "BYTEARRAY8", Argument::Counted(8), 5),
    op(0x97, "NEXT_BUFFER", Argument::None, 5),
    op(0x98, "READONLY_BUFFER", Argument::None, 5),
    op(b'N', "NONE", Argument::None, 0),
    op(0x88, "NEWTRUE", Argument::None, 2),
    op(0x89, "NEWFALSE", Argument::None, 2),
    op(b'V', "UNICODE", Argument::Line, 0),
    op(0x8c, "SHORT_BINUNICODE", Argument::Counted(1), 4),
    op(b'X', "BINUNICODE", Argument::Counted(4), 1),
    op(0x8d, "BINUNICODE8", Argument::Counted(8), 4),
    op(b'F', "FLOAT", Argument::Line, 0),
    op(b'G', "BINFLOAT", Argument::Fixed(8), 1),
    op(b']', "EMPTY_LIST", Argument::None, 1),
    op(b'a', "APPEND", Argument::None, 0),
    op(b'e', "APPENDS", Argument::None, 1),
    op(b'l', "LIST", Argument::None, 0),
    op(b')', "EMPTY_TUPLE", Argument::None, 1),
    op(b't', "TUPLE", Argument::None, 0),
    op(0x85, "TUPLE1", Argument::None, 2),
    op(0x86, "TUPLE2", Argument::None, 2),
    op(0x87, "TUPLE3", Argument::None, 2),
    op(b'}', "EMPTY_DICT", Argument::None, 1),
    op(b'd', "DICT", Argument::None, 0),
    op(b's', "SETITEM", Argument::None, 0),
    op(b'u', "SETITEMS", Argument::None, 1),
    op(0x8f, "EMPTY_SET", Argument::None, 4),
    op(0x90, "ADDITEMS", Argument::None, 4),
    op(0x91, "FROZENSET", Argument::None, 4),
    op(b'0', "POP", Argument::None, 0),
    op(b'2', "DUP", Argument::None, 0),
    op(b'(', "MARK", Argument::None, 0),
    op(b'1', "POP_MARK", Argument::None, 1),
    op(b'g', "GET", Argument::Line, 0),
    op(b'h', "BINGET", Argument::Fixed(1), 1),
    op(b'j', "LONG_BINGET", Argument::Fixed(4), 1),
    op(b'p', "PUT", Argument::Line, 0),
    op(b'q', "BINPUT", Argument::Fixed(1), 1),
    op(b'r', "LONG_BINPUT", Argument::Fixed(4), 1),
    op(0x94, "MEMOIZE", Argument::None, 4),
    op(0x82, "EXT1", Argument::Fixed(1), 2),
    op(0x83, "EXT2", Argument::Fixed(2), 2),
    op(0x84, "EXT4", Argument::Fixed(4), 2),
    op(b'c', "GLOBAL", Argument::TwoLines, 0),
    op(0x93, "STACK_GLOBAL", Argument::None, 4),
    op(b'R', "REDUCE", Argument::None, 0),
    op(b'b', "BUILD", Argument::None, 0),
    op(b'i', "INST", Argument::TwoLines, 0),
    op(b'o', "OBJ", Argument::None, 1),
    op(0x81, "NEWOBJ", Argument::None, 2),
    op(0x92, "NEWOBJ_EX", Argument::None, 4),
    op(0x80, "PROTO", Argument::Fixed(1), 2),
    op(b'.', "STOP", Argument::None, 0),
    op(0x95, "FRAME", Argument::Fixed(8), 4),
    op(b'P', "PERSID", Argument::Line, 0),
    op(b'Q', "BINPERSID", Argument::None, 1),
];

/// The opcode of a byte.
#[must_use]
pub fn opcode(code: u8) -> Option<&'static Opcode> {
    OPCODES.iter().find(|opcode| opcode.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique() {
        let codes: std::collections::BTreeSet<_> =
            OPCODES.iter().map(|opcode| opcode.code).collect();
        let names: std::collections::BTreeSet<_> =
            OPCODES.iter().map(|opcode| opcode.name).collect();
        assert_eq!((codes.len(), names.len()), (68, 68));
    }
}
