use std::sync::Arc;

use waybill_formats::wrapper::InMemory;
use waybill_formats::{Bytes, Limits};

use super::read;

/// `OrderedDict([["w", array]])`, as Python 2 wrote dictionaries that keep their order.
const PAIRS: &str = r#"PROTO 2
GLOBAL collections OrderedDict
EMPTY_LIST
EMPTY_LIST
BINUNICODE "w"
APPEND
GLOBAL numpy.core.multiarray _reconstruct
GLOBAL numpy ndarray
BININT1 0
TUPLE1
BINUNICODE "b"
TUPLE3
REDUCE
MARK
BININT1 1
BININT1 2
TUPLE1
GLOBAL numpy dtype
BINUNICODE "u1"
TUPLE1
REDUCE
NEWFALSE
BINUNICODE "AB"
TUPLE
BUILD
APPEND
APPEND
TUPLE1
REDUCE
STOP
"#;

#[test]
fn pairs_that_a_dictionary_is_made_of_are_its_items() {
    let bytes: Bytes = Arc::new(waybill_fixtures::assemble("pickle", PAIRS).unwrap());
    let model = read(&bytes, &Limits::default(), &InMemory).unwrap();
    let [tensor] = model.tensors.as_slice() else {
        panic!("{model:?}");
    };
    assert_eq!((tensor.name.as_str(), &tensor.shape), ("w", &vec![2]));
    let mut elements = Vec::new();
    tensor
        .stream(&mut |piece| {
            elements.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
    assert_eq!(elements, b"AB");
    assert!(model.left.is_empty());
}

#[test]
fn what_holds_nothing_is_looked_into_once_however_often_it_is_reached() {
    // Sixty pairs, each of which is twice the one before: 2^60 ways to the empty tuple.
    let text = format!("PROTO 4\nEMPTY_TUPLE\n{}STOP\n", "DUP\nTUPLE2\n".repeat(60));
    let bytes: Bytes = Arc::new(waybill_fixtures::assemble("pickle", &text).unwrap());
    let model = read(&bytes, &Limits::default(), &InMemory).unwrap();
    assert!(
        model.tensors.is_empty() && model.left.is_empty(),
        "{model:?}"
    );
}
