//! Pickle, protocols 0 to 5, executed symbolically.
//!
//! A pickle is a program. [`examine`] executes it on abstract values and yields what loading would
//! import, call and set, in order, each with its offset; nothing is ever run. A stream that breaks
//! half-way yields everything before the break, because a loader has run it by then. After `STOP`
//! further streams are looked for, as multi-stream files and `torch`'s legacy format have them.
//!
//! Opcodes and their meaning: `Lib/pickletools.py` and `Modules/_pickle.c` of `CPython`, PEP 3154,
//! PEP 574. Raw arrays between opcodes: `joblib/numpy_pickle.py`.

mod arena;
mod array;
mod call;
mod facts;
mod fold;
mod follow;
mod input;
mod literal;
mod lookup;
mod machine;
mod memo;
mod object;
mod opcode;
mod recognise;
mod render;
mod scipy;
mod sniff;
mod special;
mod stack;
pub mod tree;
mod value;

pub use facts::{
    Embedded, Encoding, Ended, Handed, How, Oddity, OddityKind, PickleFacts, StateKind, Storage,
    Stream, Use,
};
pub use fold::{base64, unhex};
pub use machine::Trace;
pub use opcode::{Argument, OPCODES, Opcode, opcode};
pub use recognise::{convinces, find, imports, recognises};

use crate::{Limits, ReadAt};
use machine::Machine;

/// What `torch`'s legacy format begins with behind the protocol: the magic number as `LONG1`.
const TORCH_LEGACY_NUMBER: [u8; 12] = [
    0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
];

/// Bytes that [`begins_torch_legacy`] needs.
pub const TORCH_LEGACY_HEAD_BYTES: usize = 23;

/// True if `torch`'s legacy format begins so: a protocol, a frame from protocol 4 on, the magic number.
#[must_use]
pub fn begins_torch_legacy(head: &[u8]) -> bool {
    match head {
        [0x80, 4..=5, 0x95, rest @ ..] => rest
            .get(8..)
            .is_some_and(|rest| rest.starts_with(&TORCH_LEGACY_NUMBER)),
        [0x80, 2..=5, rest @ ..] => rest.starts_with(&TORCH_LEGACY_NUMBER),
        _ => false,
    }
}

/// Streams that `torch`'s legacy format has before the storages: magic number, protocol version,
/// system information, the object, and the keys of the storages.
const TORCH_LEGACY_STREAMS: usize = 5;

/// Streams of one file that are executed before the rest counts as not examined.
const STREAMS: usize = 100_000;

/// Executes the streams from `offset` on; `trace` receives each step as pseudo-Python.
pub fn examine(
    source: &dyn ReadAt,
    offset: u64,
    limits: &Limits,
    trace: Option<Trace<'_>>,
) -> PickleFacts {
    let head = source
        .bytes_at(offset, TORCH_LEGACY_HEAD_BYTES)
        .unwrap_or_default();
    let most = if begins_torch_legacy(&head) {
        TORCH_LEGACY_STREAMS
    } else {
        STREAMS
    };
    let mut machine = Machine::new(source, offset, limits, trace);
    loop {
        let at = machine.input.offset();
        let line = format!("# stream at byte {at}");
        machine.say(at, &line);
        let stream = machine.stream();
        match &stream.ended {
            Ended::Stop => {}
            Ended::Broken { offset, reason } => {
                machine.say(*offset, &format!("# breaks off here: {reason}"))
            }
            Ended::Limit { offset, limit } => machine.say(
                *offset,
                &format!("# not followed further: the limit {limit} was reached"),
            ),
        }
        let done = !stream.complete();
        machine.facts.end = stream.end;
        machine.facts.streams.push(stream);
        let end = machine.facts.end;
        if done || machine.facts.streams.len() >= most {
            break;
        }
        let Some(next) = next_stream(source, end, limits) else {
            break;
        };
        machine.input.seek(next);
    }
    machine.facts
}

/// Where the next stream begins: directly behind the last one, white space aside.
fn next_stream(source: &dyn ReadAt, end: u64, limits: &Limits) -> Option<u64> {
    let head = source.bytes_at(end, 64).ok()?;
    let blank = head
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let next = end.checked_add(blank as u64)?;
    let head = head.get(blank..)?;
    match head {
        [0x80, 0..=5, ..] => Some(next),
        [] => None,
        _ => recognise::is_stream(source, next, limits).then_some(next),
    }
}

/// Executes one stream only, for at most `opcodes`; what follows it is left alone.
fn examine_one(source: &dyn ReadAt, offset: u64, limits: &Limits, opcodes: u64) -> PickleFacts {
    one(Machine::new(source, offset, limits, None).with_fuel(opcodes))
}

fn one(mut machine: Machine<'_, '_>) -> PickleFacts {
    let stream = machine.stream();
    machine.facts.end = stream.end;
    machine.facts.streams.push(stream);
    machine.facts
}
