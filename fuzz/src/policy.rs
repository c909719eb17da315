//! A policy and facts, random both: refused with reasons, or judged.

use waybill_domain::Gate;
use waybill_domain::facts::GateFacts;
use waybill_policy::{Engine, Exceptions, MOST_DAYS, PolicyFile, run_cases};

/// The text is a policy, facts behind a line `---`, and by itself a condition, cases and exceptions.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (policy, facts) = text.split_once("\n---\n").unwrap_or((&text, "{}"));
    let condition = format!(
        "version = 1\nname = \"p\"\nextends = \"nothing\"\n[[rule]]\nid = \"r\"\ngates = [\"scan\"]\non = \"finding\"\n\
         when = {}\nverdict = \"reject\"\nmessage = \"{{finding.rule}}\"\n",
        toml_string(policy)
    );
    for text in [policy, &condition] {
        let file = PolicyFile { file: "p", text };
        let Ok(engine) = Engine::load(&[], &[file], &Gate::ALL) else {
            continue;
        };
        for gate in Gate::ALL {
            let mut reader = serde_json::Deserializer::from_str(facts);
            if let Ok(facts) = GateFacts::read(gate, &mut reader) {
                let _ = engine.decide(&facts);
            }
        }
        let _ = run_cases(
            file,
            PolicyFile {
                file: "c",
                text: facts,
            },
        );
    }
    let _ = Exceptions::parse("e", &text, MOST_DAYS);
}

/// JSON strings of text without controls are TOML strings, too.
fn toml_string(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    serde_json::to_string(&text).unwrap_or_default()
}
