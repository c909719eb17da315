use super::*;

fn facts(text: &str) -> RFacts {
    let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
    parse(&bytes, &Limits::default()).unwrap()
}

const HEAD: &str = "text \"X\\n\"\nu32be 2 0x30500 0x20300\n";

fn summary(facts: &RFacts) -> Vec<(String, Vec<String>, Around, u64)> {
    let calls = facts.calls.iter();
    calls
        .map(|call| {
            (
                call.function.clone(),
                call.arguments.clone(),
                call.around,
                call.count,
            )
        })
        .collect()
}

#[test]
fn a_promise_is_told_with_what_it_calls() {
    let text = format!(
        "{HEAD}u32be 5 252 6 1 0x40009\nlp32be \"system\"\nu32be 2 16 1 0x40009\nlp32be \"echo pwned\"\nu32be 254\n"
    );
    let facts = facts(&text);
    assert_eq!(facts.broken, None);
    assert_eq!(
        (facts.promises, facts.bare_promises.as_slice()),
        (1, &[14_u64][..])
    );
    assert_eq!(
        summary(&facts),
        [(
            "system".to_owned(),
            vec!["echo pwned".to_owned()],
            Around::Promise,
            1
        )]
    );
}

#[test]
fn a_forced_promise_is_data() {
    let text = format!("{HEAD}u32be 5 254 6 1 0x40009\nlp32be \"c\"\nu32be 254\n");
    assert_eq!(
        summary(&facts(&text)),
        [("c".to_owned(), vec![], Around::Data, 1)]
    );
}

#[test]
fn qualified_names_are_put_together() {
    // base::system("x")
    let text = format!(
        "{HEAD}u32be 6 6 1 0x40009\nlp32be \"::\"\nu32be 2 1 0x40009\nlp32be \"base\"\nu32be 2 1 0x40009\nlp32be \"system\"\nu32be 254 2 16 1 0x40009\nlp32be \"x\"\nu32be 254\n"
    );
    let found = facts(&text);
    assert_eq!(found.broken, None);
    assert_eq!(
        summary(&found),
        [
            (
                "::".to_owned(),
                vec!["base".to_owned(), "system".to_owned()],
                Around::Data,
                1
            ),
            (
                "base::system".to_owned(),
                vec!["x".to_owned()],
                Around::Data,
                1
            )
        ]
    );
}

#[test]
fn functions_of_a_workspace_have_names() {
    // RDX2: pairlist, tag `.First`, closure with global environment, no formals, body quit()
    let text = "text \"RDX2\\nX\\n\"\nu32be 2 0x30500 0x20300\nu32be 0x402 1 0x40009\nlp32be \".First\"\nu32be 0x403 253 254 6 1 0x40009\nlp32be \"quit\"\nu32be 254 254\n";
    let found = facts(text);
    assert_eq!(found.broken, None);
    assert_eq!(found.functions.len(), 1);
    assert_eq!(found.functions[0].0, ".First");
    assert_eq!(
        summary(&found),
        [("quit".to_owned(), vec![], Around::Closure, 1)]
    );
}

#[test]
fn text_encoding_and_little_endian_say_the_same() {
    let ascii = "text \"A\\n2\\n197888\\n131840\\n6\\n1\\n262153\\n6\\nsystem\\n2\\n16\\n1\\n262153\\n3\\na\\\\nb\\n254\\n\"\n";
    let found = facts(ascii);
    assert_eq!(
        (found.encoding, found.broken.clone()),
        (Encoding::Ascii, None)
    );
    assert_eq!(
        summary(&found),
        [(
            "system".to_owned(),
            vec!["a\nb".to_owned()],
            Around::Data,
            1
        )]
    );
    let little = "text \"B\\n\"\nu32le 2 0x30500 0x20300 13 3 1 2 3\n";
    let found = facts(little);
    assert_eq!(
        (found.encoding, found.broken, found.end),
        (Encoding::Native, None, 34)
    );
}

#[test]
fn vectors_are_passed_over_and_attributes_read() {
    // A named numeric vector: REALSXP with attributes.
    let text = format!(
        "{HEAD}u32be 0x20e 2\nf64be 1.5 2.5\nu32be 0x402 1 0x40009\nlp32be \"names\"\nu32be 16 2 0x40009\nlp32be \"a\"\nu32be 0x40009\nlp32be \"b\"\nu32be 254\n"
    );
    let found = facts(&text);
    assert_eq!((found.broken.clone(), found.calls.len()), (None, 0));
}

#[test]
fn compact_vectors_are_told_by_class_and_package() {
    let text = format!(
        "{HEAD}u32be 238 2 1 0x40009\nlp32be \"mmap_real\"\nu32be 2 1 0x40009\nlp32be \"simplemmap\"\nu32be 2 13 1 14 254\nu32be 16 1 0x40009\nlp32be \"/etc/passwd\"\nu32be 254\n"
    );
    let found = facts(&text);
    assert_eq!(found.broken, None);
    assert_eq!(
        found.compact,
        [("mmap_real".to_owned(), "simplemmap".to_owned())]
    );
}

#[test]
fn broken_streams_keep_what_was_read() {
    let cut = format!("{HEAD}u32be 19 2 6 1 0x40009\nlp32be \"system\"\nu32be 254\n");
    let found = facts(&cut);
    assert_eq!(found.calls.len(), 1);
    assert!(found.broken.is_some());
    let deep = format!("{HEAD}u32be repeat=30000 19 1\n");
    assert!(facts(&deep).broken.unwrap().1.contains("deeper"));
    let huge = format!("{HEAD}u32be 14 0x7fffffff\n");
    assert!(facts(&huge).broken.is_some());
    let reference = format!("{HEAD}u32be 0x1ff\n");
    assert_eq!(
        facts(&reference).broken.unwrap().1,
        "a reference leads nowhere"
    );
}

#[test]
fn long_lists_are_not_deep() {
    let text = format!("{HEAD}u32be repeat=50000 2 254\nu32be 254\n");
    let found = facts(&text);
    assert_eq!((found.broken, found.items), (None, 100_001));
}
