//! The tensors of any format, read and streamed, and the safetensors file that they become.

use std::sync::Arc;

use waybill_formats::wrapper::InMemory;
use waybill_formats::{Bytes, Limits};
use waybill_tensors::disarm;

/// Elements of one tensor that are streamed: a view may repeat few bytes without end.
const ELEMENTS: u64 = 1 << 20;
/// Tensors that are streamed.
const TENSORS: usize = 64;

/// Reads, streams and writes; what was written has to read as it was. What is disarmed has to open
/// again with nothing left to remove.
pub fn run(bytes: &[u8]) {
    let limits = Limits {
        pickle_memory_bytes: 16 << 20,
        expanded_bytes: 4 << 20,
        bomb_bytes: 1 << 20,
        spool_memory_bytes: 64 << 10,
        ..Limits::default()
    };
    let source: Bytes = Arc::new(bytes.to_vec());
    disarmed(&source, bytes, &limits);
    let Ok(mut model) = waybill_tensors::read(&source, &limits, &InMemory) else {
        return;
    };
    let small =
        |tensor: &waybill_tensors::Tensor| tensor.elements().is_ok_and(|count| count <= ELEMENTS);
    model.tensors.retain(small);
    model.tensors.truncate(TENSORS);
    let mut out = Vec::new();
    let Ok(written) = waybill_tensors::write(&model, &[], &mut out) else {
        return;
    };
    assert_eq!(written, out.len() as u64);
    let again: Bytes = Arc::new(out);
    let again = waybill_tensors::read(&again, &Limits::default(), &InMemory)
        .expect("what was written can be read");
    assert_eq!(again.tensors.len(), model.tensors.len());
    assert!(again.left.is_empty());
}

/// The plan is told by the bytes, too.
fn disarmed(source: &Bytes, bytes: &[u8], limits: &Limits) {
    let Ok(container) = disarm::open(source, limits, &[]) else {
        return;
    };
    let told = bytes.last().copied().unwrap_or_default();
    let share = f64::from(told >> 4) / 15.0;
    let plan = disarm::Plan {
        bits: disarm::Bits::of_single(u32::from(told & 15) + 4),
        cast: (told & 16 != 0).then_some(disarm::Cast::Bf16),
        prune: (told & 32 != 0).then_some(match told & 64 != 0 {
            true => disarm::Prune::Values(share),
            false => disarm::Prune::Rows(share),
        }),
        seed: u64::from(told),
    };
    let mut out = Vec::new();
    let Ok(written) = disarm::disarm(&container, &plan, &mut out) else {
        return;
    };
    for tensor in &written.tensors {
        assert!(tensor.largest_change <= tensor.bound, "{tensor:?}");
    }
    let again: Bytes = Arc::new(out);
    let again = disarm::open(&again, &Limits::default(), &[]).expect("what was written opens");
    assert!(again.removed.is_empty(), "{:?}", again.removed);
    assert_eq!(again.parts.len(), written.tensors.len());
}
