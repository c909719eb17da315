//! The verb `compare`, end to end.

use crate::support::Folder;

/// A safetensors file with one matrix of 16 by 24.
fn model(number: impl Fn(u32) -> f32) -> Vec<u8> {
    let header = br#"{"w":{"dtype":"F32","shape":[16,24],"data_offsets":[0,1536]}}   "#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header);
    bytes.extend((0..384).flat_map(|index| number(index).to_le_bytes()));
    bytes
}

/// Numbers about zero that repeat nothing.
fn number(index: u32) -> f32 {
    let mixed = (index + 1).wrapping_mul(0x9e37_79b9);
    ((mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b) >> 8) as f32 / 8_388_608.0 - 1.0
}

#[test]
fn lineage_is_told_and_a_false_claim_fails() {
    let folder = Folder::new();
    folder
        .bytes("base.safetensors", &model(number))
        .bytes("copy.safetensors", &model(number))
        .bytes(
            "tuned.safetensors",
            &model(|index| number(index) + 0.01 * number(index + 999)),
        )
        .bytes("other.safetensors", &model(|index| number(index + 5000)))
        .bytes("notes.txt", b"no model");
    for (arguments, code, said) in [
        (
            "compare base.safetensors copy.safetensors",
            0,
            "result  identical (high",
        ),
        (
            "compare base.safetensors tuned.safetensors",
            0,
            "result  fine-tuned",
        ),
        (
            "compare base.safetensors other.safetensors",
            0,
            "result  unrelated",
        ),
        (
            "compare tuned.safetensors --claim-base base.safetensors",
            0,
            "claim   holds",
        ),
        (
            "compare other.safetensors --claim-base base.safetensors",
            1,
            "claim   fails",
        ),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments}: {run:?}");
        assert!(run.shown().contains(said), "{arguments}: {run:?}");
    }
    for (arguments, said) in [
        ("compare base.safetensors", "required"),
        (
            "compare base.safetensors absent.safetensors",
            "open `absent.safetensors`",
        ),
        ("compare notes.txt base.safetensors", "it is no checkpoint"),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments}: {run:?}");
    }
    let json = folder
        .run("compare base.safetensors tuned.safetensors --format json")
        .json();
    assert_eq!(json["schema"], "waybill.comparison/1");
    assert_eq!(json["relation"], "fine-tuned");
    assert_eq!(json["tensors"][0]["change"], "moved");
    assert_eq!(json["first"]["tensors"], 1);
    insta::assert_snapshot!(
        folder
            .run("compare other.safetensors --claim-base base.safetensors")
            .shown()
    );
}

#[test]
fn a_model_in_shards_is_one_model() {
    let folder = Folder::new();
    let shard = |name: &str, start: u32| {
        let text = String::from_utf8_lossy(&model(|_| 0.0)[8..72])
            .replace("\"w\"", &format!("\"{name}\""));
        let text = format!("{text:<72}");
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes.extend((0..384).flat_map(|index| number(index + start).to_le_bytes()));
        bytes
    };
    let index = |second: &str| {
        format!(r#"{{"weight_map": {{"one": "a.safetensors", "two": "{second}"}}}}"#)
    };
    folder
        .bytes("m/a.safetensors", &shard("one", 0))
        .bytes("m/b.safetensors", &shard("two", 900))
        .bytes(
            "m/model.safetensors.index.json",
            index("b.safetensors").as_bytes(),
        )
        .bytes("plain/x.safetensors", &shard("one", 0))
        .bytes("plain/y.safetensors", &shard("two", 900))
        .bytes("lies/a.safetensors", &shard("one", 0))
        .bytes("lies/b.safetensors", &shard("three", 900))
        .bytes(
            "lies/model.safetensors.index.json",
            index("b.safetensors").as_bytes(),
        )
        .bytes("out/a.safetensors", &shard("one", 0))
        .bytes(
            "out/model.safetensors.index.json",
            index("../m/b.safetensors").as_bytes(),
        )
        .bytes("twice/a.safetensors", &shard("one", 0))
        .bytes("twice/b.safetensors", &shard("one", 0))
        .folder("empty");
    for (arguments, code, said) in [
        ("compare m plain", 0, "result  identical"),
        (
            "compare m/model.safetensors.index.json plain",
            0,
            "2 tensors",
        ),
        ("compare m m/a.safetensors", 0, "result  "),
        ("compare m lies", 2, "the tensor `two` stands in"),
        ("compare m out", 2, "leads out of its folder"),
        ("compare m twice", 2, "the tensor `one` stands in"),
        ("compare m empty", 2, "0 files of safetensors"),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments}: {run:?}");
        assert!(run.shown().contains(said), "{arguments}: {}", run.shown());
    }
}
