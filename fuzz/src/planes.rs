//! The low bits of numbers.

use waybill_formats::planes::{self, Element};

/// Reads the bytes in every way.
pub fn run(bytes: &[u8]) {
    for element in [
        Element::F64,
        Element::F32,
        Element::F16,
        Element::Bf16,
        Element::Byte,
    ] {
        let _ = planes::find(bytes, element);
        let _ = planes::is_uneven(bytes, element);
        let _ = planes::begins_uneven(bytes, element);
    }
    let _ = planes::precision(bytes);
    let _ = planes::text(bytes);
}
