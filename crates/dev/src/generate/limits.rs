//! The limits: names, defaults and what they bound.

use anyhow::{Context as _, Result};
use waybill_formats::Limits;

use super::{Page, documented};
use crate::workspace::Workspace;

const SOURCE: &str = "crates/formats/src/limits.rs";

pub(super) fn page(workspace: &Workspace) -> Result<Page> {
    let shown = format!("{:#?}", Limits::default());
    let mut body = String::from(
        "What an examination may cost at most. Reaching a limit is a finding: what lies beyond it is \
         reported as not examined, never passed over.\n\n| limit | default | bounds |\n|---|---:|---|\n",
    );
    for field in documented::members(&workspace.read(SOURCE)?, "pub struct Limits {") {
        let start = format!("    {}: ", field.name);
        let value = shown
            .lines()
            .find_map(|line| line.strip_prefix(&start)?.strip_suffix(','))
            .with_context(|| format!("find the default of {}", field.name))?;
        let value = readable(value, field.name.ends_with("_bytes"));
        body.push_str(&format!(
            "| `{}` | {value} | {} |\n",
            field.name, field.says
        ));
    }
    Ok(Page::reference("limits", "Limits", &body))
}

/// A number with its thousands apart, and in binary units if it is one of bytes.
fn readable(value: &str, bytes: bool) -> String {
    let Ok(number) = value.parse::<u64>() else {
        return value.to_owned();
    };
    for (unit, power) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] {
        if bytes && number >= 1 << power && number % (1 << power) == 0 {
            return format!("{} {unit}", number >> power);
        }
    }
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
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
        assert_eq!(readable("268435456", true), "256 MiB");
        assert_eq!(readable("100000000", true), "100,000,000");
        assert_eq!(readable("1000", false), "1,000");
        assert_eq!(readable("200", false), "200");
    }
}
