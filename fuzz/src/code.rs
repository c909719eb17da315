//! Code: the first byte chooses the language, the second what is wanted of it.

use waybill_source::code::behaviour::Behaviour;
use waybill_source::code::{self, CodeFacts, Everything, Import, NamedText, Wants};

/// Wants what has a path of some length.
struct Partly(u8);

impl Wants for Partly {
    fn file(&self, _: &str) -> bool {
        self.0 != 1
    }

    fn call(&self, _: &[Import], path: &str, keywords: &[&str]) -> bool {
        (path.len() + keywords.len()).is_multiple_of(usize::from(self.0))
    }

    fn text(&self, text: &NamedText) -> bool {
        text.text.len().is_multiple_of(2)
    }
}

fn read(choice: u8, text: &str, wants: &dyn Wants) -> CodeFacts {
    match choice % 8 {
        0 => code::python_for(text, wants),
        1 => code::notebook_for(text, wants),
        2 => code::script_for(text, "a.js", wants),
        3 => code::script_for(text, "a.tsx", wants),
        4 => code::script_for(text, "a.vue", wants),
        5 => behaves(&code::behaviour::behaviour(text)),
        6 => behaves(&code::notebook_parts(text).python),
        _ => code::rust_for(text, wants),
    }
}

/// What is told of behaviour refers to what is there.
fn behaves(seen: &Behaviour) -> CodeFacts {
    for deed in &seen.deeds {
        assert!(deed.scope < seen.scopes.len() && deed.callee < seen.meanings.len());
    }
    CodeFacts::default()
}

/// Reads the text as code of that language.
pub fn run(bytes: &[u8]) {
    let [choice, wanted, rest @ ..] = bytes else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let facts = match wanted % 4 {
        0 => read(*choice, &text, &Everything),
        wanted => read(*choice, &text, &Partly(wanted)),
    };
    let calls = facts.calls.len();
    let decorations = facts.decorations.iter().map(|decoration| &decoration.call);
    for call in facts.calls.iter().chain(decorations) {
        assert!(call.receiver.is_none_or(|receiver| receiver < calls));
    }
    facts.taken(&mut |module, _| {
        std::hint::black_box(module);
    });
}
