use super::*;
use waybill_fixtures::assemble;

fn model(text: &str) -> TfliteFacts {
    let bytes = assemble("flatbuffer", text).unwrap();
    tflite(&bytes, &Limits::default()).unwrap()
}

#[test]
fn operators_tensors_and_metadata_are_read() {
    let facts = model(
        "tflite\nbuiltin 9\ncustom \"X\"\ntensor \"w\" type=9 hex=01020304\nmetadata \"m\" hex=05\nexternal \"w.bin\"\n",
    );
    assert_eq!(facts.problems, []);
    assert_eq!((facts.version, facts.graphs, facts.calls), (3, 1, 2));
    assert_eq!(facts.description, "made by fixtures");
    let operators: Vec<_> = facts
        .operators
        .iter()
        .map(|operator| (operator.builtin, operator.custom.as_deref()))
        .collect();
    assert_eq!(operators, [(9, None), (32, Some("X"))]);
    assert_eq!(
        facts.tensors,
        [Tensor {
            name: "w".to_owned(),
            datatype: 9,
            buffer: 1
        }]
    );
    let lengths: Vec<_> = facts.buffers.iter().map(|buffer| buffer.length).collect();
    assert_eq!(lengths, [0, 4, 1]);
    assert_eq!(facts.metadata, [("m".to_owned(), 2)]);
    assert_eq!(facts.external_files, ["w.bin"]);
}

#[test]
fn programs_name_operators_and_delegates() {
    let bytes = assemble(
        "flatbuffer",
        "executorch\noperator \"aten::add\" overload=\"out\"\ndelegate \"XnnpackBackend\"\n",
    )
    .unwrap();
    let facts = executorch(&bytes, &Limits::default()).unwrap();
    assert_eq!(facts.operators, ["aten::add.out"]);
    assert_eq!(facts.delegates[0].backend, "XnnpackBackend");
    assert_eq!(facts.problems, []);
}

#[test]
fn every_cut_and_every_flipped_byte_is_survived() {
    let text =
        "tflite\nbuiltin 9\ncustom \"X\"\ntensor \"w\" hex=01020304\nmetadata \"m\" hex=05\n";
    let whole = assemble("flatbuffer", text).unwrap();
    for length in 8..whole.len() {
        let _ = tflite(&whole[..length].to_vec(), &Limits::default());
    }
    for index in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut broken = whole.clone();
            broken[index] = value;
            let _ = tflite(&broken, &Limits::default());
            let _ = executorch(&broken, &Limits::default());
        }
    }
    let cut = tflite(&whole[..40].to_vec(), &Limits::default()).unwrap();
    assert!(!cut.problems.is_empty());
}
