//! Configurations of Keras.

use waybill_source::keras;

/// Follows the configuration.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = keras::recognises(&text);
    let _ = keras::parse(&text);
}
