//! Statements about conversions and disarmings, and the verb `reproduce`, end to end.

use crate::support::{Folder, Run};

/// An array of NumPy with four numbers of single precision.
fn array(numbers: [f32; 4]) -> Vec<u8> {
    let mut header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".to_owned();
    while !(10 + header.len() + 1).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\0".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

fn expect(desk: &Folder, arguments: &str, code: i32, said: &str) -> Run {
    let run = desk.run(arguments);
    assert_eq!(run.code, Some(code), "{arguments}: {run:?}");
    assert!(run.shown().contains(said), "{arguments}: {}", run.shown());
    run
}

fn desk() -> Folder {
    let desk = Folder::new();
    desk.bytes("model.npy", &array([0.1, -2.5, 3.25, 1e-3]));
    expect(&desk, "keys generate key.pem --public key.pub", 0, "");
    expect(&desk, "keys generate other.pem --public other.pub", 0, "");
    desk
}

#[test]
fn own_steps_are_stated_and_done_again() {
    let desk = desk();
    let signed = "--key key.pem --timestamp 2026-11-23T10:00:00Z";
    expect(
        &desk,
        &format!("convert model.npy --attest converted.json {signed}"),
        0,
        "stated in `converted.json`",
    );
    expect(
        &desk,
        &format!("disarm model.safetensors --bits 12 --seed 9 --attest disarmed.json {signed}"),
        0,
        "stated in `disarmed.json`",
    );
    for statement in ["converted.json", "disarmed.json"] {
        expect(
            &desk,
            &format!("reproduce {statement} --key key.pub"),
            0,
            "equal, byte for byte",
        );
        expect(
            &desk,
            &format!("reproduce {statement} --key other.pub"),
            2,
            "failed to reproduce",
        );
    }
    let json = expect(&desk, "reproduce disarmed.json --format json", 0, "").json();
    assert_eq!(json["schema"], "waybill.reproduction/1");
    assert_eq!(json["recipe"]["verb"], "disarm");
    assert_eq!(json["outcome"], "equal");
    // The statement joins up with the signature of the file as a model.
    desk.bytes(
        "policy.toml",
        b"schema = \"waybill.statements/1\"\n[[signer]]\nkeys = [\"key.pub\"]\n\
          [[require]]\nstatement = \"provenance\"\nkeys = [\"key.pub\"]\n",
    );
    expect(
        &desk,
        "sign model.disarmed.safetensors --key key.pem",
        0,
        "",
    );
    expect(
        &desk,
        "verify model.disarmed.safetensors --policy policy.toml --attestation disarmed.json",
        0,
        "",
    );
    expect(
        &desk,
        "verify model.disarmed.safetensors --policy policy.toml --attestation converted.json",
        1,
        "",
    );
    expect(
        &desk,
        "reproduce disarmed.json --policy policy.toml",
        0,
        "signed",
    );
    // Another input is none.
    desk.bytes("model.npy", &array([0.1, -2.5, 3.25, 2e-3]));
    expect(
        &desk,
        "reproduce converted.json",
        2,
        "nothing in `.` has this name and digest",
    );
}

#[test]
fn a_statement_needs_its_key_and_its_key_a_statement() {
    let desk = desk();
    let before = desk.names();
    for arguments in [
        "convert model.npy --attest made.json",
        "convert model.npy --key key.pem",
        "convert model.npy --attest made.json --key key.pub",
        "convert model.npy --attest no/made.json --key key.pem",
        "disarm model.npy --attest made.json --key key.pem",
        "reproduce key.pub",
        "reproduce gone.json",
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {run:?}");
    }
    assert_eq!(desk.names(), before);
}

/// States what a shell command made out of `data.txt`.
fn stated(desk: &Folder, command: &str) {
    let mut run = desk.command();
    run.args("attest run --key key.pem --write made.json --input data.txt --product out.txt --environment PATH -- sh -c".split(' '))
        .arg(command)
        .env("PATH", "/bin:/usr/bin");
    let done = desk.finish(run, Vec::new());
    assert_eq!(done.code, Some(0), "{done:?}");
}

#[test]
fn a_command_is_printed_and_run_only_for_whom_is_trusted() {
    let desk = desk();
    desk.bytes("data.txt", b"b\na\n");
    stated(&desk, "sort data.txt > out.txt");
    expect(
        &desk,
        "reproduce made.json",
        4,
        "made     sh -c 'sort data.txt > out.txt'",
    );
    expect(
        &desk,
        "reproduce made.json --run",
        2,
        "name who has to have signed it",
    );
    expect(
        &desk,
        "reproduce made.json --run --key other.pub",
        2,
        "failed to",
    );
    let run = desk.run("reproduce made.json --run --key key.pub");
    if run.stderr.contains("without a network: this system") {
        assert_eq!(run.code, Some(2), "{run:?}");
        return;
    }
    assert_eq!(run.code, Some(0), "{run:?}");
    // It has no network but an empty one, and only the stated environment.
    stated(
        &desk,
        "tail -n +3 /proc/net/dev | wc -l > out.txt; cat data.txt >> out.txt",
    );
    let run = desk.run("reproduce made.json --run --key key.pub --keep kept");
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    assert!(desk.text("kept/out.txt").starts_with("1\n"), "{run:?}");
    for (command, said) in [
        ("date +%s > out.txt", "other times"),
        (
            "tr -dc 0-9a-f < /proc/sys/kernel/random/uuid > out.txt",
            "another content",
        ),
    ] {
        stated(&desk, command);
        // A second has to pass for the time to be another.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        expect(&desk, "reproduce made.json --run --key key.pub", 1, said);
    }
    // What went in shows nothing of what a command makes.
    desk.bytes("out.txt", b"x\n");
    expect(
        &desk,
        "attest run --key key.pem --write kept.json --input out.txt --product out.txt -- /bin/true",
        0,
        "",
    );
    expect(
        &desk,
        "reproduce kept.json --run --key key.pub",
        2,
        "went in as it came out",
    );
    stated(&desk, "test -e gone && echo gone; echo x > out.txt");
    desk.bytes("data.txt", b"c\n");
    expect(
        &desk,
        "reproduce made.json --run --key key.pub",
        2,
        "find `data.txt`",
    );
}

/// A statement without a signature that holds: how nothing at all was made by `true`.
const NOTHING: &str = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbXSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2xzYS5kZXYvcHJvdmVuYW5jZS92MSIsInByZWRpY2F0ZSI6eyJidWlsZERlZmluaXRpb24iOnsiYnVpbGRUeXBlIjoieCIsImV4dGVybmFsUGFyYW1ldGVycyI6eyJjb21tYW5kIjpbInRydWUiXX19fX0=";

#[test]
fn a_statement_about_nothing_is_refused() {
    let desk = Folder::new();
    let envelope = format!(
        r#"{{"payloadType":"application/vnd.in-toto+json","payload":"{NOTHING}","signatures":[{{"sig":"AAAA"}}]}}"#
    );
    desk.bytes("empty.json", envelope.as_bytes());
    expect(
        &desk,
        "reproduce empty.json",
        2,
        "it says of nothing that it came out",
    );
}
