//! The limits: names, defaults and what they bound.

use waybill_engine::LIMITS;
use waybill_formats::Limits;

use super::Page;

pub(super) fn page() -> Page {
    let mut body = String::from(
        "What an examination may cost at most. Reaching a limit is a finding: what lies beyond it is \
         reported as not examined, never passed over. `[limits]` in `waybill.toml` sets them by name; \
         `waybill limits` prints those in force.\n\n| limit | default | bounds |\n|---|---:|---|\n",
    );
    let defaults = Limits::default();
    for limit in LIMITS {
        let value = readable(limit.value(&defaults), limit.name.ends_with("_bytes"));
        body.push_str(&format!(
            "| `{}` | {value} | {} |\n",
            limit.name, limit.what
        ));
    }
    Page::reference("limits", "Limits", &body)
}

/// A number with its thousands apart, or in binary units if it is a round number of bytes.
fn readable(number: u64, bytes: bool) -> String {
    for (unit, power) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] {
        if bytes && number >= 1 << power && number.is_multiple_of(1 << power) {
            return format!("{} {unit}", number >> power);
        }
    }
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(readable(268_435_456, true), "256 MiB");
        assert_eq!(readable(100_000_000, true), "100,000,000");
        assert_eq!(readable(1000, false), "1,000");
        assert_eq!(readable(200, false), "200");
    }
}
