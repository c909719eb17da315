//! Programs of `torch.export`: what reading one looks up by name, and what it evaluates.
//!
//! Format: the dataclasses of `torch/_export/serde/schema.py` as JSON. The targets of nodes are looked up
//! attribute by attribute, sizes of shapes are texts that SymPy evaluates, and guards are compiled as
//! Python (`torch/_export/serde/serialize.py`, `torch/export/_unlift.py`).

use std::collections::BTreeSet;

use super::facts::Limit;
use super::reader::{Event, Reader, Stop};
use super::strings;

/// Different texts of one kind that are kept.
const KEPT: usize = 20_000;
/// Longest text that is kept.
const TEXT_BYTES: usize = 2048;
/// Nesting of such a program.
const DEPTH: usize = 200;

/// What an exported program names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportedFacts {
    /// True if the document describes a graph of `torch.export`.
    pub recognised: bool,
    /// Each target of a node once, with the byte offset of the first.
    pub targets: Vec<(usize, String)>,
    /// Each text that is evaluated once: sizes as SymPy reads them.
    pub expressions: Vec<(usize, String)>,
    /// Each guard once, which is compiled as Python.
    pub guards: Vec<(usize, String)>,
    /// Modules that are imported to find an enumeration of Python.
    pub modules: Vec<(usize, String)>,
    /// True if not all of it was read or kept.
    pub incomplete: bool,
}

/// Reads a program of `torch.export`.
#[must_use]
pub fn exported(text: &[u8]) -> ExportedFacts {
    let mut facts = ExportedFacts::default();
    let mut reader = Reader::new(text, DEPTH);
    let mut key = String::new();
    let mut seen = Seen::default();
    let (mut module, mut version) = (false, false);
    loop {
        match reader.next() {
            Ok(Some((_, Event::Key(raw)))) => {
                key = strings::decode(raw).into_owned();
                module |= key == "graph_module";
                version |= matches!(
                    key.as_str(),
                    "opset_version" | "schema_version" | "module_call_graph"
                );
            }
            Ok(Some((offset, Event::Text(raw)))) => {
                let text = strings::decode(raw);
                seen.text(&mut facts, &key, offset, &text);
            }
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(Stop::Syntax(_) | Stop::Limit(Limit::Depth)) => {
                facts.incomplete = true;
                break;
            }
            Err(Stop::Limit(_)) => facts.incomplete = true,
        }
    }
    facts.recognised = module && version;
    facts
}

/// Texts that were met, by kind.
#[derive(Default)]
struct Seen([BTreeSet<String>; 4]);

impl Seen {
    fn text(&mut self, facts: &mut ExportedFacts, key: &str, offset: usize, text: &str) {
        match key {
            "target" => self.keep(facts, 0, offset, text),
            "expr_str" => self.keep(facts, 1, offset, text),
            "guards_code" => self.keep(facts, 2, offset, text),
            _ if text.contains("__enum__") => self.enumerations(facts, offset, text),
            _ => {}
        }
    }

    /// Shapes of arguments are JSON within JSON, two levels deep: `"fqn": "module:Class"`.
    fn enumerations(&mut self, facts: &mut ExportedFacts, offset: usize, text: &str) {
        for (at, _) in text.match_indices("fqn") {
            let rest = text.get(at.saturating_add(3)..).unwrap_or_default();
            let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
            let rest = rest.trim_start_matches(|letter: char| {
                matches!(letter, '\\' | '"' | ':') || letter.is_whitespace()
            });
            let name: String = rest.chars().take_while(|letter| plain(*letter)).collect();
            if !name.is_empty() {
                self.keep(facts, 3, offset, &name);
            }
        }
    }

    fn keep(&mut self, facts: &mut ExportedFacts, kind: usize, offset: usize, text: &str) {
        let Some(seen) = self.0.get_mut(kind) else {
            return;
        };
        if seen.contains(text) {
            return;
        }
        let end = text.floor_char_boundary(TEXT_BYTES);
        let kept = text.get(..end).unwrap_or(text);
        if seen.len() >= KEPT {
            facts.incomplete = true;
            return;
        }
        facts.incomplete |= kept.len() < text.len();
        seen.insert(kept.to_owned());
        let list = match kind {
            0 => &mut facts.targets,
            1 => &mut facts.expressions,
            2 => &mut facts.guards,
            _ => &mut facts.modules,
        };
        list.push((offset, kept.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_kept_once() {
        let text = br#"{"graph_module": {"graph": {"nodes": [
 {"target": "torch.ops.aten.add.Tensor"}, {"target": "torch.ops.aten.add.Tensor"}],
 "sizes": [{"as_expr": {"expr_str": "2*s0"}}]},
 "in_spec": "[1, {\"context\": \"{\\\"__enum__\\\": true, \\\"fqn\\\": \\\"os:x\\\"}\"}]"},
 "guards_code": ["L['x'].size()[0] > 2"], "schema_version": {"major": 8}}"#;
        let facts = exported(text);
        let texts = |list: &[(usize, String)]| -> Vec<String> {
            list.iter().map(|(_, text)| text.clone()).collect()
        };
        assert!(facts.recognised && !facts.incomplete);
        assert_eq!(texts(&facts.targets), ["torch.ops.aten.add.Tensor"]);
        assert_eq!(texts(&facts.expressions), ["2*s0"]);
        assert_eq!(texts(&facts.guards), ["L['x'].size()[0] > 2"]);
        assert_eq!(texts(&facts.modules), ["os"]);
    }

    #[test]
    fn what_is_cut_off_is_told() {
        let facts = exported(b"{\"graph_module\": {\"target\": \"a\"");
        assert!(facts.incomplete && !facts.recognised);
        assert_eq!(facts.targets.len(), 1);
        assert!(!exported(b"[1, 2]").recognised);
    }
}
