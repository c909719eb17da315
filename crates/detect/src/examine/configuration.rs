//! YAML: what its tags and names make a reader do, and what its texts carry.

use waybill_formats::pickle;
use waybill_source::document::yaml_objects;
use waybill_source::json::JsonFacts;

use super::{Facts, Format, Noted, NotedKind, Place, Walk};
use crate::config::call_target;
use crate::config::named::{JudgedObjects, judge as standing};
use crate::rule::quoted;

/// True for a text that is only shaped like YAML: by its name nothing reads it as such, and it holds
/// nothing that would matter to what does. It is searched as a text.
fn is_prose(text: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let named = [".yaml", ".yml", "mlmodel", "kitfile"]
        .iter()
        .any(|end| name.ends_with(end));
    let matters = ["!!", "!<", "_target_", "${", "{{", "{%"];
    !named && !matters.iter().any(|mark| text.contains(mark))
}

impl Walk<'_> {
    pub(super) fn yaml(&mut self, text: &str, format: Format, place: &Place<'_>) {
        let mut objects = yaml_objects(text);
        if is_prose(text, place.name) {
            objects.stopped = None;
        }
        let judged = JudgedObjects::new(&objects, self.context);
        self.judge(place, format, text.len() as u64, Facts::Yaml(&judged));
        for template in &objects.templates {
            self.template(&template.text, &template.path, place);
        }
        for encoded in &objects.encoded {
            let packed: Vec<u8> = encoded
                .text
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            if let Some(content) = pickle::base64(&packed) {
                self.constant(content, u64::from(encoded.line), place);
            }
        }
    }

    /// Names that a JSON document hands to what imports and calls them.
    pub(super) fn targets(
        &mut self,
        facts: &JsonFacts,
        raw: &[u8],
        format: Format,
        place: &Place<'_>,
    ) {
        let mut noted = Vec::new();
        for named in facts
            .named_code
            .iter()
            .filter(|named| named.key == "_target_")
        {
            let standing = standing(&named.value, self.context);
            let Some((severity, why)) = call_target::judge(&named.key, &named.value, &standing)
            else {
                continue;
            };
            let before = raw.get(..named.offset).unwrap_or_default();
            let breaks = memchr::memchr_iter(b'\n', before).count();
            noted.push(Noted {
                kind: NotedKind::Target,
                line: u32::try_from(breaks.saturating_add(1)).unwrap_or(u32::MAX),
                severity,
                message: format!(
                    "{} names {}: {why}",
                    quoted(&named.path),
                    quoted(&named.value)
                ),
            });
        }
        if !noted.is_empty() {
            self.judge(place, format, raw.len() as u64, Facts::Noted(&noted));
        }
    }
}
