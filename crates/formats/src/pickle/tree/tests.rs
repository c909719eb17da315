use super::*;

fn tree(bytes: &[u8]) -> Result<Tree, TreeError> {
    read(&bytes.to_vec(), 0, &Limits::default())
}

/// A value as Python would write it.
fn shown(tree: &Tree, id: Id) -> String {
    let list = |items: &[Id]| {
        let items: Vec<String> = items.iter().map(|item| shown(tree, *item)).collect();
        items.join(", ")
    };
    let dict = |pairs: &[(Id, Id)]| {
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{}: {}", shown(tree, *key), shown(tree, *value)))
            .collect();
        format!("{{{}}}", pairs.join(", "))
    };
    match tree.node(id) {
        Node::None => "None".into(),
        Node::Bool(truth) => truth.to_string(),
        Node::Int(number) => number.to_string(),
        Node::Long(bytes) => format!("long{bytes:?}"),
        Node::Float(number) => format!("{number:?}"),
        Node::Text(text) => format!("{text:?}"),
        Node::Bytes { offset, length } => format!("bytes[{offset}+{length}]"),
        Node::Escaped(bytes) => format!("escaped{bytes:?}"),
        Node::Tuple(items) => format!("({})", list(items)),
        Node::List(items) => format!("[{}]", list(items)),
        Node::Set(items) => format!("set({})", list(items)),
        Node::Dict(pairs) => dict(pairs),
        Node::Global { module, name } => format!("{module}.{name}"),
        Node::Persistent(id) => format!("persistent {}", shown(tree, *id)),
        Node::Extension(code) => format!("extension {code}"),
        Node::Buffer => "buffer".into(),
        Node::Call(call) => {
            let mut text = format!(
                "{}{}",
                shown(tree, call.callee),
                shown(tree, call.arguments)
            );
            if let Some(keywords) = call.keywords {
                text.push_str(&format!("**{}", shown(tree, keywords)));
            }
            if !call.items.is_empty() {
                text.push_str(&format!("+[{}]", list(&call.items)));
            }
            if !call.pairs.is_empty() {
                text.push_str(&format!("+{}", dict(&call.pairs)));
            }
            if let Some(state) = call.state {
                text.push_str(&format!("|{}", shown(tree, state)));
            }
            if let Some((offset, length)) = call.array {
                text.push_str(&format!("@{offset}+{length}"));
            }
            text
        }
    }
}

fn said(bytes: &[u8]) -> String {
    match tree(bytes) {
        Ok(tree) => shown(&tree, tree.root()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn constants_of_all_protocols() {
    assert_eq!(said(b"N."), "None");
    assert_eq!(
        said(b"(I01\nI00\nI-7\nL12L\nF1.5\nt."),
        "(true, false, -7, 12, 1.5)"
    );
    assert_eq!(
        said(b"\x80\x02(J\xff\xff\xff\xffK\x07M\x00\x01\x8a\x02\x00\xff\x88\x89t."),
        "(-1, 7, 256, -256, true, false)"
    );
    assert_eq!(
        said(b"\x8a\x09\0\0\0\0\0\0\0\0\x01."),
        "long[0, 0, 0, 0, 0, 0, 0, 0, 1]"
    );
    assert_eq!(said(b"G\x3f\xf8\0\0\0\0\0\0."), "1.5");
    assert_eq!(
        said(b"(S'a\\n'\nVb\\u00e9\nX\x01\0\0\0cU\x01dt."),
        "(\"a\\n\", \"b\u{e9}\", \"c\", \"d\")"
    );
    assert_eq!(said(b"C\x03abc."), "bytes[2+3]");
}

#[test]
fn containers_and_the_memo() {
    assert_eq!(said(b"](K\x01K\x02eK\x03a."), "[1, 2, 3]");
    assert_eq!(
        said(b"}(X\x01\0\0\0aK\x01uX\x01\0\0\0bK\x02s."),
        "{\"a\": 1, \"b\": 2}"
    );
    assert_eq!(said(b"K\x01\x94K\x02\x940h\x00h\x01\x86."), "(1, 2)");
    assert_eq!(said(b"\x8f(K\x01\x90."), "set(1)");
    let repeated = tree(b"}(X\x01\0\0\0aK\x01X\x01\0\0\0bK\x02X\x01\0\0\0aK\x03u.").unwrap();
    let pairs = repeated.pairs(repeated.root()).unwrap();
    let pairs: Vec<(Option<&str>, Option<i64>)> = pairs
        .iter()
        .map(|(key, value)| (repeated.text(*key), repeated.int(*value)))
        .collect();
    assert_eq!(pairs, [(Some("a"), Some(3)), (Some("b"), Some(2))]);
    assert_eq!(
        repeated
            .get(repeated.root(), "a")
            .and_then(|id| repeated.int(id)),
        Some(3)
    );
}

#[test]
fn objects_keep_all_that_is_done_to_them() {
    assert_eq!(
        said(b"ccollections\nOrderedDict\n)R(X\x01\0\0\0aK\x01u}X\x01\0\0\0mK\x02sb."),
        "collections.OrderedDict()+{\"a\": 1}|{\"m\": 2}"
    );
    assert_eq!(said(b"\x8c\x01m\x8c\x01n\x93K\x01\x85\x81."), "m.n(1)");
    assert_eq!(said(b"(K\x01im\nn\n."), "m.n(1)");
    assert_eq!(said(b"(cm\nn\nK\x01o."), "m.n(1)");
    assert_eq!(said(b"cm\nn\n)}\x92."), "m.n()**{}");
    assert_eq!(said(b"K\x05Q."), "persistent 5");
    assert_eq!(said(b"Pabc\n."), "persistent \"abc\"");
    assert_eq!(said(b"\x82\x07."), "extension 7");
}

#[test]
fn an_array_of_joblib_stands_behind_its_wrapper() {
    let mut bytes = b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x05\0\0\0shapeK\x02K\x03\x86X\x05\0\0\0dtypecnumpy\ndtype\nX\x02\0\0\0f4\x85RX\x1b\0\0\0numpy_array_alignment_bytesK\x10ub".to_vec();
    let start = bytes.len() as u64;
    bytes.extend([3, 0xff, 0xff, 0xff]);
    bytes.extend([7; 24]);
    bytes.push(b'.');
    let tree = tree(&bytes).unwrap();
    let call = tree.call(tree.root()).unwrap();
    assert_eq!(call.array, Some((start + 4, 24)));
    assert_eq!(tree.end(), bytes.len() as u64);
}

#[test]
fn what_cannot_be_followed_names_its_place() {
    assert_eq!(said(b"."), "the stack is empty, at byte 0");
    assert_eq!(said(b"(."), "the stack is empty, at byte 1");
    assert_eq!(said(b"K\x01t."), "there is no mark, at byte 2");
    assert_eq!(said(b"}(K\x01u."), "a key without a value, at byte 4");
    assert_eq!(
        said(b"h\x05."),
        "nothing stands in the memo at 5, at byte 0"
    );
    assert_eq!(said(b"NN\x93."), "a name that is computed, at byte 2");
    assert_eq!(
        said(b"X\xff\xff\xff\x7fabc."),
        "a text of 2147483647 bytes, at byte 0"
    );
    assert_eq!(
        said(b"cm\nn\n)R}b}b."),
        "a state is set for the second time, at byte 10"
    );
    assert_eq!(said(b"\xf0."), "there is no opcode 0xf0, at byte 0");
    assert_eq!(
        said(b"K\x01"),
        "the pickle ends inside an opcode, at byte 2"
    );
    let limits = Limits {
        pickle_memory_bytes: 1000,
        ..Limits::default()
    };
    let many: Vec<u8> = b"N".repeat(100).into_iter().chain([b'.']).collect();
    let error = read(&many, 0, &limits).unwrap_err();
    assert_eq!(
        error.reason,
        "it is larger than the limit pickle_memory_bytes allows"
    );
}
