//! The verb `convert`, end to end.

use crate::support::{Folder, HARMFUL};

/// A checkpoint of a dictionary with a tensor of two by three, seen column by column, and a number.
const CHECKPOINT: &str = r#"member "m/data.pkl" : pickle
  PROTO 2
  EMPTY_DICT
  MARK
  BINUNICODE "w"
  GLOBAL torch._utils _rebuild_tensor_v2
  MARK
  MARK
  BINUNICODE "storage"
  GLOBAL torch FloatStorage
  BINUNICODE "0"
  BINUNICODE "cpu"
  BININT1 6
  TUPLE
  BINPERSID
  BININT1 0
  BININT1 3
  BININT1 2
  TUPLE2
  BININT1 1
  BININT1 3
  TUPLE2
  NEWFALSE
  GLOBAL collections OrderedDict
  EMPTY_TUPLE
  REDUCE
  TUPLE
  REDUCE
  BINUNICODE "epoch"
  BININT1 7
  SETITEMS
  STOP
member "m/data/0" : bytes
  f32le 1 2 3 4 5 6
member "m/version" : text
  3
"#;

#[test]
fn a_checkpoint_becomes_safetensors_with_the_same_elements() {
    let folder = Folder::new();
    folder.artifact("model.pt", "zip", CHECKPOINT);
    let run = folder.run("convert model.pt --format json");
    assert_eq!(run.code, Some(0), "{run:?}");
    let json = run.json();
    assert_eq!(json["schema"], "waybill.conversion/1");
    assert_eq!(json["source"]["format"], "torch-zip");
    assert_eq!(json["tensors"][0]["name"], "w");
    assert_eq!(json["tensors"][0]["shape"], serde_json::json!([3, 2]));
    assert_eq!(
        json["left_behind"],
        serde_json::json!([{"path": "epoch", "what": "a number"}])
    );
    let bytes = std::fs::read(folder.path("model.safetensors")).unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let numbers: Vec<f32> = bytes[8 + header..]
        .chunks(4)
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect();
    assert_eq!(numbers, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_eq!(
        folder.run("scan model.safetensors").code,
        Some(0),
        "what was written is admitted"
    );
    insta::assert_snapshot!(
        folder
            .run("convert model.pt --output again.safetensors")
            .shown()
    );
}

#[test]
fn what_cannot_be_converted_leaves_nothing() {
    let folder = Folder::new();
    folder
        .artifact("model.pt", "zip", CHECKPOINT)
        .artifact("short.pt", "zip", &CHECKPOINT.replace(" 5 6", ""))
        .artifact(
            "bomb.pt",
            "zip",
            &CHECKPOINT
                .replace(
                    "BININT1 3\n  BININT1 2\n  TUPLE2",
                    "BININT 2147483647\n  BININT1 2\n  TUPLE2",
                )
                .replace(
                    "BININT1 1\n  BININT1 3\n  TUPLE2",
                    "BININT1 0\n  BININT1 0\n  TUPLE2",
                ),
        )
        .artifact(
            "q.pt",
            "zip",
            &CHECKPOINT.replace("FloatStorage", "QInt8Storage"),
        )
        .pickle("harmful.pkl", HARMFUL)
        .bytes("notes.txt", b"no model")
        .bytes("taken.safetensors", b"mine");
    let before = folder.names();
    for (arguments, said) in [
        ("convert short.pt", "reaches beyond the 16 bytes"),
        ("convert bomb.pt", "far larger than the file"),
        ("convert q.pt", "it is quantised (QInt8Storage)"),
        ("convert harmful.pkl", "it holds no tensors"),
        ("convert notes.txt", "it is no checkpoint"),
        ("convert absent.pt", "open `absent.pt`"),
        (
            "convert model.pt --output taken.safetensors",
            "a file stands there",
        ),
        (
            "convert model.pt --output no/where.safetensors",
            "write `no/where.safetensors`",
        ),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments}: {run:?}");
    }
    assert_eq!(folder.names(), before);
    assert_eq!(folder.text("taken.safetensors"), "mine");
    let run = folder.run("convert model.pt --output taken.safetensors --force");
    assert_eq!(run.code, Some(0));
}
