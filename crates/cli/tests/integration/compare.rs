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
