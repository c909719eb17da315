//! Container images that code describes: `modal.Image.debian_slim().pip_install("vllm")`, BentoML's
//! images; and commands that a notebook gives to its shell by a call.

use waybill_source::{
    code::{Call, CodeFacts, Value},
    commands::{CommandFacts, ImageUse, shell},
};

/// Most texts of one call.
const MOST: usize = 1000;

/// What the calls of a file amount to, as if they stood in a Dockerfile.
pub(super) fn described(code: &CodeFacts) -> CommandFacts {
    let mut facts = CommandFacts::default();
    for call in &code.calls {
        let of_image = ["modal.Image.", "modal.image.Image.", "bentoml.images."]
            .iter()
            .any(|begin| call.path.starts_with(begin));
        let method = call.path.rsplit('.').next().unwrap_or_default();
        if of_image {
            layer(&mut facts, call, method);
        } else if call.path.ends_with("get_ipython.system") {
            for text in texts(call).into_iter().take(1) {
                add(&mut facts, text, call.line);
            }
        }
    }
    facts
}

fn layer(facts: &mut CommandFacts, call: &Call, method: &str) {
    let texts = texts(call);
    match method {
        "pip_install" | "uv_pip_install" | "python_packages" => {
            install(facts, "pip install", &texts, call.line);
        }
        "apt_install" | "system_packages" => {
            install(facts, "apt-get install -y", &texts, call.line);
        }
        "micromamba_install" => install(facts, "conda install", &texts, call.line),
        "run_commands" | "run" => {
            for text in texts {
                add(facts, text, call.line);
            }
        }
        "from_registry" => facts.images.extend(texts.first().map(|reference| ImageUse {
            reference: (*reference).to_owned(),
            base: true,
            context: None,
            line: call.line,
        })),
        _ => {}
    }
}

/// Names and requirements as words of one command; each is put in quotes.
fn install(facts: &mut CommandFacts, command: &str, names: &[&str], line: u32) {
    let plain = names.iter().filter(|name| !name.contains('\''));
    let words: Vec<String> = plain.map(|name| format!("'{name}'")).collect();
    if !words.is_empty() {
        add(facts, &format!("{command} {}", words.join(" ")), line);
    }
}

fn add(facts: &mut CommandFacts, text: &str, line: u32) {
    let mut read = shell(text);
    for command in &mut read.commands {
        command.line = line;
    }
    facts.commands.append(&mut read.commands);
}

/// Texts given by position, and those of lists among them.
fn texts(call: &Call) -> Vec<&str> {
    let mut found = Vec::new();
    let plain = call.arguments.iter().filter(|one| one.name.is_none());
    for argument in plain {
        match &argument.value {
            Value::Text(text) => found.push(text.as_str()),
            Value::List(items) => found.extend(items.iter().filter_map(|item| match item {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            })),
            _ => {}
        }
    }
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use waybill_source::code::python;

    use super::*;

    #[test]
    fn images_of_modal_are_read() {
        let facts = described(&python(
            "import modal\nimage = modal.Image.debian_slim().pip_install('vllm==0.6.3', ['peft>=0.1'])\n\
             image = image.run_commands('hf download acme/x')\nbase = modal.Image.from_registry('nvidia/cuda:12.4')\n",
        ));
        let commands: Vec<_> = facts
            .commands
            .iter()
            .map(|command| (command.words.join(" "), command.line))
            .collect();
        assert_eq!(
            commands,
            [
                ("pip install vllm==0.6.3 peft>=0.1".to_owned(), 2),
                ("hf download acme/x".to_owned(), 3),
            ]
        );
        let images: Vec<_> = facts.images.iter().map(|image| &image.reference).collect();
        assert_eq!(images, ["nvidia/cuda:12.4"]);
    }
}
