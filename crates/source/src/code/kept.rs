//! What of a file's code somebody wants to know, so that the rest is neither worked out nor kept.

use super::{Argument, Call, CodeFacts, Import, NamedText, Value};

/// What somebody wants to know of code.
pub trait Wants: Sync {
    /// Whether anything that a file says is wanted; one of which nothing is, is only parsed.
    fn file(&self, text: &str) -> bool;
    /// Whether a call is wanted: given what the file imports, the path of the call, and the
    /// keywords of its arguments. Calls that made the object of a wanted one or whose result it
    /// is given are kept with it, as are those whose results are exported.
    fn call(&self, imports: &[Import], path: &str, keywords: &[&str]) -> bool;
    /// Whether a longer text is wanted.
    fn text(&self, text: &NamedText) -> bool;
}

/// Everything is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Wants for Everything {
    fn file(&self, _: &str) -> bool {
        true
    }

    fn call(&self, _: &[Import], _: &str, _: &[&str]) -> bool {
        true
    }

    fn text(&self, _: &NamedText) -> bool {
        true
    }
}

impl CodeFacts {
    /// Module and name of everything that is taken from elsewhere: by imports, and in values.
    pub fn taken(&self, found: &mut dyn FnMut(&str, Option<&str>)) {
        for import in &self.imports {
            found(&import.module, import.name.as_deref());
        }
        let arguments = self.calls.iter().flat_map(|call| &call.arguments);
        for value in self
            .exports
            .iter()
            .map(|(_, value)| value)
            .chain(arguments.map(|argument| &argument.value))
        {
            imported(value, found);
        }
    }

    /// Drops calls and texts that nobody wants.
    pub(super) fn keep(&mut self, wants: &dyn Wants) {
        self.texts.retain(|text| wants.text(text));
        let mut calls: Vec<Option<Call>> = self.calls.drain(..).map(Some).collect();
        let wanted = |call: &Call| {
            let names = call.arguments.iter().filter_map(|it| it.name.as_deref());
            let keywords: Vec<&str> = names.collect();
            wants.call(&self.imports, &call.path, &keywords)
        };
        let mut next = Vec::new();
        let mut tells = vec![false; calls.len()];
        for ((index, call), tells) in calls.iter().enumerate().zip(&mut tells) {
            let Some(call) = call else { continue };
            let is_wanted = wanted(call);
            if is_wanted {
                next.push(index);
            }
            let has_keywords = call.arguments.iter().any(|it| it.name.is_some());
            *tells = is_wanted || may_tell(&call.path, has_keywords);
        }
        let tells = |index: usize| tells.get(index) == Some(&true);
        self.take_calls(next, calls.len(), tells, |index| {
            calls.get_mut(index).and_then(Option::take)
        });
    }

    /// Takes over the wanted ones of `count` calls, those that they refer to, and those that
    /// exports refer to if they tell something, in their order; what refers to calls is numbered
    /// anew, or becomes unknown. `call` is asked once a call.
    pub(super) fn take_calls(
        &mut self,
        mut next: Vec<usize>,
        count: usize,
        tells: impl Fn(usize) -> bool,
        mut call: impl FnMut(usize) -> Option<Call>,
    ) {
        for (_, value) in &self.exports {
            results(value, &mut |index| {
                if tells(index) {
                    next.push(index);
                }
            });
        }
        for decoration in &self.decorations {
            referred(&decoration.call, &mut next);
        }
        let mut kept: Vec<Option<Call>> = Vec::new();
        kept.resize_with(count, || None);
        let mut asked = vec![false; count];
        while let Some(index) = next.pop() {
            let (Some(asked @ false), Some(slot)) = (asked.get_mut(index), kept.get_mut(index))
            else {
                continue;
            };
            *asked = true;
            *slot = call(index);
            if let Some(call) = slot {
                referred(call, &mut next);
            }
        }
        self.number(kept);
    }

    /// Takes over calls that have kept their old numbers.
    fn number(&mut self, kept: Vec<Option<Call>>) {
        let mut left = 0_usize;
        let mut places = Vec::with_capacity(kept.len());
        for call in &kept {
            places.push(call.is_some().then_some(left));
            left = left.saturating_add(usize::from(call.is_some()));
        }
        let place = |index: usize| places.get(index).copied().flatten();
        self.calls = Vec::with_capacity(left);
        self.calls.extend(kept.into_iter().flatten());
        let decorations = self.decorations.iter_mut().map(|it| &mut it.call);
        for call in self.calls.iter_mut().chain(decorations) {
            call.receiver = call.receiver.and_then(place);
            for Argument { value, .. } in &mut call.arguments {
                renumber(value, &place);
            }
        }
        for (_, value) in &mut self.exports {
            renumber(value, &place);
        }
    }
}

/// The calls that a call refers to.
fn referred(call: &Call, found: &mut Vec<usize>) {
    found.extend(call.receiver);
    for argument in &call.arguments {
        results(&argument.value, &mut |index| found.push(index));
    }
}

/// Whether the result of a call that is not wanted itself may tell something to another file: an
/// attribute of it may be what was passed under that name, or what a class of the file gives it.
pub(super) fn may_tell(path: &str, has_keywords: bool) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    has_keywords || name.starts_with(char::is_uppercase)
}

/// The calls whose results a value holds. Values nest as deep as their readers let them.
fn results(value: &Value, found: &mut dyn FnMut(usize)) {
    match value {
        Value::Result(index) => found(*index),
        Value::Parts(values) | Value::List(values) | Value::Either(values) => {
            values.iter().for_each(|value| results(value, found));
        }
        Value::Map(entries) => entries.iter().for_each(|(_, value)| results(value, found)),
        Value::Environment { default, .. } => {
            default.iter().for_each(|value| results(value, found));
        }
        Value::Configuration { file, .. } => results(file, found),
        Value::Unknown
        | Value::None
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Imported { .. } => {}
    }
}

fn imported(value: &Value, found: &mut dyn FnMut(&str, Option<&str>)) {
    match value {
        Value::Imported { module, name } => {
            found(
                module,
                Some(name).filter(|it| !it.is_empty()).map(String::as_str),
            );
        }
        Value::Parts(values) | Value::List(values) | Value::Either(values) => {
            values.iter().for_each(|value| imported(value, found));
        }
        Value::Map(entries) => entries.iter().for_each(|(_, value)| imported(value, found)),
        Value::Environment { default, .. } => {
            default.iter().for_each(|value| imported(value, found));
        }
        Value::Configuration { file, .. } => imported(file, found),
        Value::Unknown
        | Value::None
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Result(_) => {}
    }
}

fn renumber(value: &mut Value, place: &impl Fn(usize) -> Option<usize>) {
    match value {
        Value::Result(index) => match place(*index) {
            Some(now) => *index = now,
            None => *value = Value::Unknown,
        },
        Value::Parts(values) | Value::List(values) | Value::Either(values) => {
            values.iter_mut().for_each(|value| renumber(value, place));
        }
        Value::Map(entries) => entries
            .iter_mut()
            .for_each(|(_, value)| renumber(value, place)),
        Value::Environment { default, .. } => {
            default.iter_mut().for_each(|value| renumber(value, place));
        }
        Value::Configuration { file, .. } => renumber(file, place),
        Value::Unknown
        | Value::None
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Imported { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{python, python_for, rust, rust_for, script, script_for};

    /// Calls of one library, and no texts.
    struct Of(&'static str);

    impl Wants for Of {
        fn file(&self, text: &str) -> bool {
            text.contains(self.0)
        }

        fn call(&self, imports: &[Import], path: &str, keywords: &[&str]) -> bool {
            let imported = imports
                .iter()
                .any(|import| import.module.starts_with(self.0));
            (imported && path.starts_with(self.0)) || keywords.contains(&"output_dir")
        }

        fn text(&self, _: &NamedText) -> bool {
            false
        }
    }

    fn told(facts: &CodeFacts) -> Vec<(&str, Option<usize>)> {
        let calls = facts.calls.iter();
        calls
            .map(|call| (call.path.as_str(), call.receiver))
            .collect()
    }

    const PYTHON: &str = "\
import json
from openai import OpenAI

def rows(path):
    return sorted(json.load(open(path)))

print(len(rows('a.json')))
settings = json.loads('{}')
client = OpenAI(api_key=settings.get('key'))
client.chat.completions.create(model='gpt-4o', messages=list(rows('b.json')))
write(output_dir='out')
NOTE = 'a text of more than forty bytes that nobody asked for, as it happens'
";

    #[test]
    fn what_is_wanted_of_python_is_what_all_of_it_says() {
        let facts = python_for(PYTHON, &Of("openai"));
        let expected = [
            ("json.loads", None),
            ("openai.OpenAI", None),
            // What the key is, is what this returns.
            ("json.loads.get", Some(0)),
            ("openai.OpenAI.chat.completions.create", Some(1)),
            ("write", None),
        ];
        assert_eq!(told(&facts), expected);
        assert!(!facts.passed_over);
        let mut all = python(PYTHON);
        all.keep(&Of("openai"));
        assert_eq!(facts, all);
        assert!(facts.texts.is_empty());
        assert_eq!(python_for(PYTHON, &Everything), python(PYTHON));
    }

    #[test]
    fn what_is_wanted_of_scripts_and_rust_keeps_its_makers() {
        let text = "import OpenAI from 'openai';\nconst rows = JSON.parse(read('x'));\n\
                    console.log(rows.length);\nconst client = new OpenAI();\n\
                    client.responses.create({ model: 'gpt-4o' });\n";
        let facts = script_for(text, "a.ts", &Of("openai"));
        let expected = [
            ("openai.OpenAI", None),
            ("openai.OpenAI.responses.create", Some(0)),
        ];
        assert_eq!(told(&facts), expected);
        assert_eq!(script_for(text, "a.ts", &Everything), script(text, "a.ts"));
        let text = "use hf_hub::api::sync::Api;\nfn main() {\n    let api = Api::new().unwrap();\n    \
                    println!(\"{}\", words(3));\n    let model = api.model(\"acme/clerk\".to_string());\n}\n";
        let facts = rust_for(text, &Of("hf_hub"));
        let all = rust(text);
        assert!(told(&facts).len() < told(&all).len());
        let model = facts.calls.last().unwrap();
        assert!(model.path.ends_with(".model"), "{}", model.path);
        let maker = model.receiver.and_then(|index| facts.calls.get(index));
        assert!(maker.is_some_and(|maker| maker.path.ends_with("Api.new")));
    }

    #[test]
    fn a_file_of_which_nothing_is_wanted_is_only_parsed() {
        let wants = Of("transformers");
        let python = python_for("from .a import b\nx = b(1)\ndef broken(:\n", &wants);
        let script = script_for("import { b } from './a';\nb(1);\n", "x.ts", &wants);
        let rust = rust_for("use crate::a::b;\nfn main() { b(1); }\n", &wants);
        let expected = [(".a", &python), ("./a", &script), ("crate::a", &rust)];
        for (module, facts) in expected {
            assert!(facts.passed_over && facts.calls.is_empty() && facts.exports.is_empty());
            let mut taken = Vec::new();
            facts.taken(&mut |module, name| {
                taken.push((module.to_owned(), name.map(str::to_owned)))
            });
            assert_eq!(taken, [(module.to_owned(), Some("b".to_owned()))]);
        }
        let lines: Vec<_> = python.unread.iter().map(|unread| unread.line).collect();
        assert_eq!(lines, [Some(3), Some(4)]);
    }
}
