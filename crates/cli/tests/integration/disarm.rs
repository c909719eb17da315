//! The verb `disarm`, end to end; and what `convert` and `disarm` do when the disk is full or the source
//! grows meanwhile.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Folder, Run};

/// A program in the low 16 bits of weights, a note in the metadata, and bytes behind the tensors.
const ARMED: &str = r#"metadata "format" "pt"
metadata "note" "hidden"
tensor "w" dtype=F32 shape=64,64 noise=1 low=16 from=100 payload=7f454c4602010100000000000000000003003e0001000000780040000000000040000000000000000000000000000000000000000000000040003800010000000000000000000000000000000000000000000000000000000000000000000000b03c31ff0f059090909090909090
tensor "steps" dtype=I64 shape=3
trailing hex=6d6f7265
"#;

/// Weights of two MiB.
fn large() -> Vec<u8> {
    let header = br#"{"w":{"dtype":"F32","shape":[512,1024],"data_offsets":[0,2097152]}}     "#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header);
    let number = |index: u32| (index.wrapping_mul(0x9e37_79b9) >> 8) as f32 / 16_777_216.0 - 0.5;
    bytes.extend((0..512 * 1024).flat_map(|index| number(index).to_le_bytes()));
    bytes
}

#[test]
fn a_payload_goes_and_the_model_stays() {
    let folder = Folder::new();
    folder.artifact("model.safetensors", "safetensors", ARMED);
    let before = folder.run("scan model.safetensors --format json").json();
    assert!(
        before.to_string().contains("low-bits-payload"),
        "the payload is found before"
    );
    let run = folder.run("disarm model.safetensors --format json");
    assert_eq!(run.code, Some(0), "{run:?}");
    let json = run.json();
    assert_eq!(json["schema"], "waybill.disarming/1");
    assert_eq!(json["method"]["bits"]["f32"], 16);
    assert_eq!(json["bits_cleared"], 16 * 64 * 64);
    assert_eq!(
        json["removed"],
        serde_json::json!([
            {"path": "", "what": "4 bytes after the last tensor"},
            {"path": "note", "what": "a text of 6 bytes"},
        ])
    );
    let tensor = &json["tensors"][1];
    assert_eq!(tensor["name"], "w");
    assert!(tensor["largest_change"].as_f64() <= tensor["bound"].as_f64());
    let schema = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../schemas/disarming-1.schema.json"),
    )
    .unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::is_valid(&schema, &json));
    let after = folder.run("scan model.disarmed.safetensors");
    assert_eq!(after.code, Some(0), "{after:?}");
    let compared =
        folder.run("compare model.disarmed.safetensors --claim-base model.disarmed.safetensors");
    assert_eq!(compared.code, Some(0));
    // The same options give the same bytes, another seed others.
    let digest = |run: &Run| run.json()["output"]["sha256"].clone();
    let again = folder.run("disarm model.safetensors --output again.safetensors --format json");
    let other =
        folder.run("disarm model.safetensors --output other.safetensors --seed 1 --format json");
    assert_eq!(digest(&again), json["output"]["sha256"]);
    assert_ne!(digest(&other), json["output"]["sha256"]);
    insta::assert_snapshot!(
        folder
            .run("disarm model.safetensors --bits 12 --cast bf16 --prune 0.25 --output small.safetensors")
            .shown()
    );
}

#[test]
fn what_cannot_be_disarmed_leaves_nothing() {
    let folder = Folder::new();
    folder
        .artifact("model.safetensors", "safetensors", ARMED)
        .artifact(
            "lie.safetensors",
            "safetensors",
            "tensor \"w\" dtype=F32 shape=2,3 begin=0 end=16",
        )
        .bytes("none.safetensors", b"\x02\0\0\0\0\0\0\0{}")
        .bytes("plain.safetensors", &large())
        .bytes("notes.txt", b"no model")
        .folder("folder")
        .pipe("pipe");
    let before = folder.names();
    let source = std::fs::read(folder.path("model.safetensors")).unwrap();
    for (arguments, said) in [
        (
            "disarm model.safetensors --output pipe --force",
            "no regular file, and is not replaced",
        ),
        (
            "convert plain.safetensors --output pipe --force",
            "no regular file, and is not replaced",
        ),
        (
            "disarm model.safetensors --output folder --force",
            "no regular file, and is not replaced",
        ),
        ("disarm lie.safetensors", "the file breaks its format"),
        ("disarm none.safetensors", "it holds no tensors"),
        ("disarm notes.txt", "`waybill convert` makes safetensors"),
        ("disarm absent.safetensors", "open `absent.safetensors`"),
        (
            "disarm model.safetensors --output lie.safetensors",
            "a file stands there",
        ),
        (
            "disarm model.safetensors --output model.safetensors --force",
            "it is the source, which stays as it is",
        ),
        (
            "disarm model.safetensors --bits 24",
            "the mantissa has 23 bits",
        ),
        (
            "disarm model.safetensors --bits f8=1",
            "f64, f32, f16 or bf16",
        ),
        (
            "disarm model.safetensors --prune 1.5",
            "a share from 0 to 1",
        ),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments}: {run:?}");
    }
    assert_eq!(folder.names(), before);
    let pipe = folder.path("pipe").metadata().unwrap();
    assert!(!pipe.is_file() && !pipe.is_dir(), "the pipe is still one");
    assert_eq!(
        std::fs::read(folder.path("model.safetensors")).unwrap(),
        source
    );
}

/// Runs the program where no file may grow beyond half a MiB, as on a disk that is full.
fn on_a_full_disk(folder: &Folder, arguments: &str) -> Run {
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_waybill"))
        .args(arguments.split_whitespace())
        .current_dir(folder.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    folder.finish(command, Vec::new())
}

#[test]
fn a_full_disk_leaves_nothing() {
    let folder = Folder::new();
    folder.bytes("model.safetensors", &large());
    let before = folder.names();
    for arguments in [
        "disarm model.safetensors",
        "convert model.safetensors --output converted.safetensors",
    ] {
        let run = on_a_full_disk(&folder, arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {run:?}");
        assert!(run.stderr.contains("write `"), "{arguments}: {run:?}");
        assert_eq!(folder.names(), before, "{arguments}");
    }
    assert_eq!(
        std::fs::read(folder.path("model.safetensors")).unwrap(),
        large()
    );
}

#[test]
fn a_source_that_grows_leaves_nothing() {
    let folder = Folder::new();
    for verb in ["disarm", "convert"] {
        folder.bytes("model.safetensors", &large());
        let stop = AtomicBool::new(false);
        let run = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut file = std::fs::File::options()
                    .append(true)
                    .open(folder.path("model.safetensors"))
                    .unwrap();
                while !stop.load(Ordering::Relaxed) {
                    file.write_all(b"more").unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            });
            let run = folder.run(&format!(
                "{verb} model.safetensors --output out.safetensors"
            ));
            stop.store(true, Ordering::Relaxed);
            run
        });
        assert_eq!(run.code, Some(2), "{verb}: {run:?}");
        assert_eq!(folder.names(), ["model.safetensors"], "{verb}");
    }
}
