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
        ("compare base.safetensors", "name the second model"),
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

/// A safetensors file with six matrices of 16 by 24.
fn matrices(number: impl Fn(u32) -> f32) -> Vec<u8> {
    let entries: Vec<String> = (0..6)
        .map(|place| {
            let (start, end) = (place * 1536, place * 1536 + 1536);
            format!(
                r#""layer.{place}":{{"dtype":"F32","shape":[16,24],"data_offsets":[{start},{end}]}}"#
            )
        })
        .collect();
    let header = format!("{{{}}}", entries.join(","));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend((0..6 * 384).flat_map(|index| number(index).to_le_bytes()));
    bytes
}

/// A folder with models, one of which an index knows.
fn known() -> Folder {
    let folder = Folder::new();
    folder
        .bytes("base.safetensors", &matrices(number))
        .bytes("copy.safetensors", &matrices(number))
        .bytes(
            "tuned.safetensors",
            &matrices(|index| number(index) + 0.01 * number(index + 9999)),
        )
        .bytes("other.safetensors", &matrices(|index| number(index + 7000)));
    let run = folder.run(
        "compare base.safetensors --index known.json --add acme/encoder --revision 1.0 \
         --supplier Acme --licence Apache-2.0",
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    insta::assert_snapshot!("added_to_an_index", run.shown());
    folder
}

#[test]
fn a_model_is_traced_to_a_known_one_without_its_weights() {
    let folder = known();
    std::fs::remove_file(folder.path("base.safetensors")).unwrap();
    for (arguments, code, said) in [
        ("copy.safetensors", 0, "acme/encoder: identical (high"),
        ("tuned.safetensors", 0, "acme/encoder: fine-tuned (high"),
        ("other.safetensors", 0, "comes from none of 1 known model,"),
        (
            "tuned.safetensors --claim-base acme/encoder",
            0,
            "claim   holds",
        ),
        (
            "tuned.safetensors --claim-base acme/encoder@1.0",
            0,
            "claim   holds",
        ),
        (
            "other.safetensors --claim-base acme/encoder",
            1,
            "claim   fails",
        ),
        (
            "other.safetensors --claim-base acme/other",
            2,
            "none has it",
        ),
        (
            "copy.safetensors --claim-base tuned.safetensors",
            0,
            "claim   holds",
        ),
    ] {
        let run = folder.run(&format!("compare --index known.json {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {run:?}");
        let shown = run.shown() + &run.stderr;
        assert!(shown.contains(said), "{arguments}: {shown}");
    }
    let run = folder.run("compare tuned.safetensors --index known.json --format json");
    let json = run.json();
    assert_eq!(json["schema"], "waybill.tracing/1");
    assert_eq!(json["known"], 1);
    assert_eq!(json["origins"][0]["relation"], "fine-tuned");
    assert_eq!(json["origins"][0]["matrices"][0]["change"], "moved");
    let run = folder.run("compare tuned.safetensors --index known.json --verbose");
    insta::assert_snapshot!("traced_to_a_known_model", run.shown());
    // The configuration names indexes; without any there is nothing to compare with.
    let run = folder.run("compare tuned.safetensors");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("name the second model"), "{run:?}");
    folder.bytes("waybill.toml", b"[compare]\nindexes = [\"known.json\"]\n");
    let run = folder.run("compare tuned.safetensors");
    assert!(run.shown().contains("acme/encoder: fine-tuned"), "{run:?}");
}

#[test]
fn an_index_is_added_to_wholly_or_not_at_all() {
    let folder = known();
    let good = folder.text("known.json");
    assert!(good.len() < 4096, "{}", good.len());
    let run = folder.run("compare tuned.safetensors --index known.json --add acme/tuned");
    assert_eq!(run.code, Some(0), "{run:?}");
    let two = folder.text("known.json");
    for (arguments, said) in [
        (
            "tuned.safetensors --add acme/tuned",
            "of this name and revision",
        ),
        (
            "absent.safetensors --add acme/absent",
            "open `absent.safetensors`",
        ),
        (
            "tuned.safetensors --index more.json --add acme/more",
            "to one index",
        ),
    ] {
        let run = folder.run(&format!("compare --index known.json {arguments}"));
        assert_eq!(run.code, Some(2), "{arguments}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments}: {}", run.stderr);
        assert_eq!(folder.text("known.json"), two, "{arguments}");
    }
}

#[test]
fn an_index_is_read_with_suspicion() {
    let folder = known();
    let good = folder.text("known.json");
    let sketch = good.split("\"sketch\":\"").nth(1).unwrap().split_at(96).0;
    let once = good.split("\"models\": [").nth(1).unwrap();
    let once = once.rsplit_once("\n  ]").unwrap().0;
    for (text, said) in [
        (good[..good.len() / 2].to_owned(), "EOF"),
        (
            good.replace("model-index/1", "model-index/9"),
            "its schema is",
        ),
        (good.replace("\"models\"", "\"modules\""), "unknown field"),
        (
            good.replace(sketch, &sketch[2..]),
            "the sketch of a matrix is none",
        ),
        (
            good.replace(sketch, &sketch.to_uppercase().replace('0', "G")),
            "the sketch",
        ),
        (
            good.replace("[16,24]", "[18446744073709551615,24]"),
            "the shape",
        ),
        (good.replace("[16,24]", "[384]"), "the shape"),
        (good.replace("\"norm\":", "\"norm\":-"), "the norm"),
        (
            good.replace("\"norm\":", "\"norm\":1e999,\"n\":"),
            "number out of range",
        ),
        (good.replace("\"F32\"", "\"F33\""), "the type"),
        (
            good.replace("layer.1", "layer.0"),
            "two matrices of one name",
        ),
        (
            good.replace("acme/encoder", "acme/\\u001b[2J"),
            "its name is empty or holds",
        ),
        (
            good.replace("acme/encoder", &"a".repeat(300)),
            "longer than 256",
        ),
        (
            good.replace(once, &format!("{once},{once}")),
            "it is there twice",
        ),
        ("[".repeat(100_000), "invalid type"),
    ] {
        folder.bytes("hostile.json", text.as_bytes());
        let run = folder.run("compare tuned.safetensors --index hostile.json");
        assert_eq!(run.code, Some(2), "{said}: {run:?}");
        assert!(
            run.stderr.contains("use the index `hostile.json`"),
            "{run:?}"
        );
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
        let run = folder.run("compare tuned.safetensors --index hostile.json --add a");
        assert_eq!(run.code, Some(2), "{said}: {run:?}");
        let left = folder.text("hostile.json");
        assert_eq!(left, text);
    }
}
