//! A document split by one thread while another takes what was split already.

use std::io::{ErrorKind, Read};
use std::sync::mpsc::{SyncSender, sync_channel};

use super::{
    BillError, BillLimits,
    json::Parsed,
    stream::{self, Batch, Sink},
};

/// Splits as [`stream::split`] does while a thread of its own takes what was split already.
pub(crate) fn split<S: Sink + Send>(
    reader: &mut dyn Read,
    limits: &BillLimits,
    sink: &mut S,
) -> Result<Parsed, BillError> {
    let (sender, receiver) = sync_channel(WAITING_PIECES);
    std::thread::scope(|scope| {
        let taking = scope.spawn(move || {
            for piece in receiver {
                match piece {
                    Piece::Member(key, text) => sink.member(&key, &text)?,
                    Piece::Batch(batch) => sink.batch(batch)?,
                }
            }
            Ok(())
        });
        let outline = stream::split(reader, limits, &mut Handing(sender));
        match taking.join() {
            // What was taken stands before what was split last, and so does its fault.
            Ok(taken) => taken.and(outline),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Pieces that may wait to be taken.
const WAITING_PIECES: usize = 2;

enum Piece {
    Member(String, Vec<u8>),
    Batch(Batch),
}

/// Hands on what a document is split into.
struct Handing(SyncSender<Piece>);

impl Handing {
    fn hand(&self, piece: Piece) -> Result<(), BillError> {
        // Nobody takes any more: why stands in what the taker returned.
        self.0
            .send(piece)
            .map_err(|_| BillError::Unreadable(ErrorKind::BrokenPipe.into()))
    }
}

impl Sink for Handing {
    fn member(&mut self, key: &str, text: &[u8]) -> Result<(), BillError> {
        self.hand(Piece::Member(key.to_owned(), text.to_vec()))
    }

    fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
        self.hand(Piece::Batch(batch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Sink for Seen {
        fn member(&mut self, key: &str, text: &[u8]) -> Result<(), BillError> {
            self.0
                .push(format!("{key}={}", String::from_utf8_lossy(text)));
            Ok(())
        }

        fn batch(&mut self, batch: Batch) -> Result<(), BillError> {
            if batch.key == "refused" {
                return Err(BillError::Unrecognised("refused".to_owned()));
            }
            self.0
                .push(format!("{} {}", batch.key, batch.texts().len()));
            Ok(())
        }
    }

    fn seen(text: &str) -> Result<Vec<String>, String> {
        let mut sink = Seen::default();
        match split(&mut text.as_bytes(), &BillLimits::default(), &mut sink) {
            Ok(_) => Ok(sink.0),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn everything_arrives_in_order() {
        let text = r#"{"a":[1,2],"b":true,"c":[3]}"#;
        assert_eq!(seen(text).unwrap(), ["a 2", "b=true", "c 1"]);
    }

    #[test]
    fn the_first_fault_of_the_document_is_told() {
        assert_eq!(
            seen(r#"{"a":1,"refused":[1],"b":1,"c":1,"d":1,"e":1,"f" 1}"#).unwrap_err(),
            "recognise the bill: refused"
        );
        assert_eq!(
            seen(r#"{"a":1 "refused":[1]}"#).unwrap_err(),
            "parse the bill at byte 7: expected `,` or `}` after `a`"
        );
    }
}
