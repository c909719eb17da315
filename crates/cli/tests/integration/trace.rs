//! `waybill scan --trace`: what loading would do, as pseudo-Python.

use crate::support::{Folder, GOOD, HARMFUL, UNVETTED};

fn traced(kind: &str, text: &str) -> String {
    let folder = Folder::new();
    folder.artifact("model", kind, text);
    folder.run("scan --trace model").shown()
}

#[test]
fn protocol_zero() {
    insta::assert_snapshot!(traced(
        "pickle",
        "GLOBAL os system\nMARK\nSTRING \"echo pwned\"\nTUPLE\nREDUCE\nPUT 0\nSTOP\n"
    ));
}

#[test]
fn a_broken_stream() {
    insta::assert_snapshot!(traced(
        "pickle",
        &HARMFUL.replace("STOP\n", "BINUNICODE \"x\" length=4294967295\n")
    ));
}

#[test]
fn a_torch_archive() {
    let member = |name: &str, text: &str| {
        let block: String = text.lines().map(|line| format!("  {line}\n")).collect();
        format!("member \"{name}\" : pickle\n{block}")
    };
    let data = "PROTO 2\nGLOBAL collections OrderedDict\nEMPTY_TUPLE\nREDUCE\nMARK\nBINUNICODE \"weight\"\nGLOBAL torch._utils _rebuild_tensor_v2\nMARK\nMARK\nBINUNICODE \"storage\"\nGLOBAL torch FloatStorage\nBINUNICODE \"0\"\nBINUNICODE \"cpu\"\nBININT1 2\nTUPLE\nBINPERSID\nBININT1 0\nBININT1 2\nTUPLE1\nBININT1 1\nTUPLE1\nNEWFALSE\nGLOBAL collections OrderedDict\nEMPTY_TUPLE\nREDUCE\nTUPLE\nREDUCE\nSETITEMS\nSTOP\n";
    let archive = format!(
        "{}member \"archive/byteorder\" : text\n  little\nmember \"archive/data/0\" hex=0000803f00000040\nmember \"archive/version\" : text\n  3\n{}",
        member("archive/data.pkl", data),
        member("archive/other.pkl", HARMFUL)
    );
    insta::assert_snapshot!(traced("zip", &archive));
}

/// joblib writes the bytes of an array between two pieces of one stream.
#[test]
fn a_joblib_stream_with_an_interleaved_array() {
    let text = "PROTO 3\nGLOBAL joblib.numpy_pickle NumpyArrayWrapper\nEMPTY_TUPLE\nNEWOBJ\nEMPTY_DICT\nMARK\nBINUNICODE \"subclass\"\nGLOBAL numpy ndarray\nBINUNICODE \"shape\"\nBININT1 3\nTUPLE1\nBINUNICODE \"order\"\nBINUNICODE \"C\"\nBINUNICODE \"dtype\"\nGLOBAL numpy dtype\nBINUNICODE \"f8\"\nNEWFALSE\nNEWTRUE\nTUPLE3\nREDUCE\nMARK\nBININT1 3\nBINUNICODE \"<\"\nNONE\nNONE\nNONE\nBININT -1\nBININT -1\nBININT1 0\nTUPLE\nBUILD\nBINUNICODE \"allow_mmap\"\nNEWTRUE\nSETITEMS\nBUILD\nRAW 000000000000f03f 0000000000000040 0000000000000840\nGLOBAL posix system\nBINUNICODE \"echo pwned\"\nTUPLE1\nREDUCE\nTUPLE2\nSTOP\n";
    insta::assert_snapshot!(traced("pickle", text));
}

#[test]
fn a_chain_of_getattr() {
    let get = "GLOBAL builtins getattr\n";
    let of = |name: &str| format!("SHORT_BINUNICODE \"{name}\"\nTUPLE2\nREDUCE\n");
    let import = "GLOBAL builtins __import__\nSHORT_BINUNICODE \"platform\"\nTUPLE1\nREDUCE\n";
    let text = format!(
        "PROTO 4\n{get}{get}{import}{}{}SHORT_BINUNICODE \"echo pwned\"\nTUPLE1\nREDUCE\nSTOP\n",
        of("os"),
        of("system")
    );
    insta::assert_snapshot!(traced("pickle", &text));
}

#[test]
fn a_compressed_stream() {
    insta::assert_snapshot!(traced(
        "wrapper",
        "gzip : pickle\n  PROTO 4\n  GLOBAL posix system\n  SHORT_BINUNICODE \"echo pwned\"\n  TUPLE1\n  REDUCE\n  STOP\n"
    ));
}

#[test]
fn several_files_are_told_apart() {
    let folder = Folder::new();
    folder.pickle("a.pkl", HARMFUL).pickle("b.pkl", UNVETTED);
    insta::assert_snapshot!(folder.run("scan --trace a.pkl b.pkl").shown());
}

#[test]
fn what_holds_no_pickle_says_so() {
    let folder = Folder::new();
    folder.bytes("notes.txt", b"prose\n").bytes("empty", b"");
    for name in ["notes.txt", "empty"] {
        let run = folder.run(&format!("scan --trace {name}"));
        assert_eq!(run.code, Some(0));
        assert!(run.stdout.is_empty());
        assert!(run.stderr.contains("holds no pickle"), "{}", run.stderr);
    }
    insta::assert_snapshot!(folder.run("scan --trace notes.txt").shown());
}

#[test]
fn only_single_files_are_traced() {
    let folder = Folder::new();
    folder.pickle("m/a.pkl", GOOD);
    for target in ["m", "-", "m/a.pkl -"] {
        let run = folder.run(&format!("scan --trace {target}"));
        assert_eq!(run.code, Some(2), "{target}");
        assert!(run.stdout.is_empty());
    }
    let both = ["m", "-"].map(|target| folder.run(&format!("scan --trace {target}")).stderr);
    insta::assert_snapshot!(both.concat());
}

/// Text of the artifact cannot move the cursor of whoever reads the trace.
#[test]
fn what_is_printed_is_harmless() {
    let text = "PROTO 4\nGLOBAL posix system\nBINUNICODE \"echo \\u001b[2J\\u202epwned\\nSTOP\"\nTUPLE1\nREDUCE\nSTOP\n";
    let shown = traced("pickle", text);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']));
    insta::assert_snapshot!(shown);
}

#[test]
fn reports_are_written_beside_a_trace() {
    let folder = Folder::new();
    folder.pickle("a.pkl", HARMFUL);
    let run = folder.run("scan --trace a.pkl --output json:out.json");
    assert_eq!(run.code, Some(1));
    assert_eq!(run.stderr, "a.pkl: reject\n");
    assert!(folder.text("out.json").contains("\"verdict\": \"reject\""));
}
