use waybill_fixtures::assemble;

use super::*;

fn read(path: &str, kind: &str, text: &str) -> Option<ArtifactFacts> {
    artifact(path, &assemble(kind, text).unwrap())
}

#[test]
fn content_decides_what_a_file_is() {
    let facts = read(
        "models/weights.dat",
        "gguf",
        "pair \"general.architecture\" string \"llama\"\n",
    )
    .unwrap();
    assert_eq!(
        (facts.format.as_str(), facts.nature),
        ("gguf", Nature::Weights)
    );
    let facts = read(
        "x.bin",
        "safetensors",
        "metadata \"format\" \"pt\"\ntensor \"w\" dtype=BF16 shape=3\n",
    )
    .unwrap();
    assert_eq!(facts.model.parameter_count, Some(3));
    assert_eq!(read("notes.txt", "text", "no artifact"), None);
    assert_eq!(read("x.bin", "hex", "00 01 02 03"), None);
}

#[test]
fn pickles_tell_their_library() {
    let text = "PROTO 4\nSHORT_BINUNICODE \"sklearn.linear_model._logistic\"\nSHORT_BINUNICODE \"LogisticRegression\"\nSTACK_GLOBAL\nEMPTY_TUPLE\nNEWOBJ\nSTOP\n";
    let facts = read("clf.pkl", "pickle", text).unwrap();
    assert_eq!(facts.model.library.as_deref(), Some("scikit-learn"));
    assert_eq!(
        facts.model.architecture.as_deref(),
        Some("LogisticRegression")
    );
    assert_eq!(facts.nature, Nature::Weights);
}

#[test]
fn pointers_stand_for_their_bytes() {
    let text = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{:064x}\nsize 123\n",
        9
    );
    let facts = artifact("m/model.safetensors", &text.into_bytes()).unwrap();
    assert_eq!(
        facts.stands_for,
        Some(("sha-256".to_owned(), format!("{:064x}", 9)))
    );
    assert_eq!(facts.format, "safetensors");
}
