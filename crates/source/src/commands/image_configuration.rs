use super::{
    CommandFacts, ImageUse, Variable,
    credentials::{kept, without_user},
    manifest::{extend, pairs},
    shell::{self, Constants, Setting},
};
use crate::document::{self, DocumentLimits, Node};

/// Programs whose packages are found in the layers, with more than the command says of them.
const INSTALLERS: [&str; 16] = [
    "apt", "apt-get", "apk", "dnf", "microdnf", "yum", "zypper", "pip", "pip3", "npm", "yarn",
    "pnpm", "conda", "mamba", "gem", "cargo",
];

/// What the configuration of a container image says of the image as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageLabels {
    /// What the image is called (`org.opencontainers.image.title`).
    pub title: Option<String>,
    /// Version of what is packed in it.
    pub version: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who distributes it.
    pub distributor: Option<String>,
    /// Where its source code is, without user name and password.
    pub source: Option<String>,
    /// The commit that it was built from.
    pub revision: Option<String>,
    /// Its licences as written.
    pub licences: Option<String>,
}

/// Reads the configuration of a container image: what it starts, its variables, the image that its
/// labels say it was built on, and the commands of its history.
///
/// Specification: <https://github.com/opencontainers/image-spec/blob/main/config.md> and
/// `annotations.md` there. What its history installed is left to the layers.
#[must_use]
pub fn image_configuration(text: &str) -> (CommandFacts, ImageLabels) {
    let document = document::json(text, &DocumentLimits::default());
    let mut facts = CommandFacts {
        unread: document.unread.clone(),
        ..CommandFacts::default()
    };
    let Some(root) = document.root() else {
        return (facts, ImageLabels::default());
    };
    let configuration = root.get("config");
    let mut constants = Constants::new();
    let variables = pairs(configuration.and_then(|node| node.get("Env")));
    for (name, value, line) in &variables {
        facts.environment.push(Variable {
            name: name.clone(),
            value: kept(name, value),
            context: None,
            line: *line,
        });
    }
    extend(&mut constants, &variables);
    let mut labels = ImageLabels::default();
    if let Some(node) = configuration.and_then(|node| node.get("Labels")) {
        labels = read_labels(&mut facts, node);
    }
    history(&mut facts, root, &constants);
    if let Some(node) = configuration {
        start(&mut facts, node, &constants);
    }
    (facts, labels)
}

/// `Entrypoint` with the arguments out of `Cmd`.
fn start(facts: &mut CommandFacts, configuration: &Node, constants: &Constants) {
    let list = |key: &str| configuration.get(key).map(Node::texts).unwrap_or_default();
    let words: Vec<String> = list("Entrypoint")
        .into_iter()
        .chain(list("Cmd"))
        .map(|word| shell::resolve(word, constants))
        .collect();
    let line = ["Entrypoint", "Cmd"]
        .iter()
        .find_map(|key| configuration.get(key))
        .map_or(1, Node::line);
    shell::exec(facts, &words, false, constants, &Setting::at(line));
}

fn read_labels(facts: &mut CommandFacts, node: &Node) -> ImageLabels {
    let label = |names: &[&str]| {
        let found = names.iter().find_map(|name| node.get(name)?.text());
        found
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(without_user)
    };
    let base = label(&["org.opencontainers.image.base.name"]);
    let digest = label(&["org.opencontainers.image.base.digest"]);
    // Distributions label their images with their own name and version, and every image that is
    // built on one inherits both: there, the labels are those of the image below.
    let inherited = label(&["org.opencontainers.image.ref.name"]);
    let version = label(&["org.opencontainers.image.version"]);
    let below = match (&base, &inherited, &version) {
        (Some(base), _, _) => Some(base.clone()),
        (None, Some(name), Some(version)) if !name.contains(':') => {
            Some(format!("{name}:{version}"))
        }
        _ => None,
    };
    if let Some(reference) = below {
        let reference = match digest.filter(|_| !reference.contains('@')) {
            Some(digest) => format!("{reference}@{digest}"),
            None => reference,
        };
        facts.images.push(ImageUse {
            reference,
            base: true,
            context: None,
            line: node.line(),
        });
    }
    ImageLabels {
        title: label(&["org.opencontainers.image.title"]),
        version: version.filter(|_| inherited.is_none()),
        description: label(&["org.opencontainers.image.description"]),
        distributor: label(&["org.opencontainers.image.vendor"]),
        source: label(&[
            "org.opencontainers.image.source",
            "org.label-schema.vcs-url",
        ]),
        revision: label(&["org.opencontainers.image.revision"]),
        licences: label(&["org.opencontainers.image.licenses"]),
    }
}

/// The commands of `RUN`, as the builders write them: `/bin/sh -c pip install x`,
/// `RUN |1 A=b /bin/sh -c pip install x # buildkit`.
fn history(facts: &mut CommandFacts, root: &Node, constants: &Constants) {
    for step in root.get("history").map(Node::items).unwrap_or_default() {
        let Some(node) = step.get("created_by") else {
            continue;
        };
        let written = node.text().unwrap_or_default();
        let Some((before, text)) = written.split_once("/bin/sh -c ") else {
            continue;
        };
        let plain = before.trim_start_matches("RUN ").trim_start();
        if text.trim_start().starts_with("#(nop)") || !(plain.is_empty() || plain.starts_with('|'))
        {
            continue;
        }
        let text = text.trim_end().trim_end_matches("# buildkit");
        let mut known = constants.clone();
        let arguments: Vec<(String, String, u32)> = plain
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned(), node.line()))
            .collect();
        extend(&mut known, &arguments);
        let mut found = CommandFacts::default();
        shell::read(&mut found, text, &known, &Setting::at(node.line()));
        for mut command in found.commands {
            let program = command.words.first().map_or("", String::as_str);
            let program = program.rsplit('/').next().unwrap_or(program);
            let is_module = command.words.iter().take(3).any(|word| word == "pip");
            if INSTALLERS.contains(&program) || is_module {
                continue;
            }
            command.line = node.line();
            facts.commands.push(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGURATION: &str = r#"{
 "config": {
  "Env": ["PATH=/usr/bin", "MODEL=acme/reader", "HF_TOKEN=hf_abcdefghijklmnopqrstuv"],
  "Entrypoint": ["vllm", "serve", "$MODEL"],
  "Cmd": ["--port", "80"],
  "Labels": {
   "org.opencontainers.image.title": "Reader",
   "org.opencontainers.image.version": "2.1.0",
   "org.opencontainers.image.source": "https://u:p@git.example.org/reader",
   "org.opencontainers.image.vendor": "Acme",
   "org.opencontainers.image.base.name": "docker.io/library/python:3.12-slim"
  }
 },
 "history": [
  {"created_by": "/bin/sh -c #(nop)  CMD [\"bash\"]"},
  {"created_by": "RUN |1 REV=v1 /bin/sh -c pip install torch && hf download acme/x --revision ${REV} # buildkit"},
  {"created_by": "COPY app /app # buildkit"}
 ]
}"#;

    #[test]
    fn what_an_image_starts_and_says_of_itself() {
        let (facts, labels) = image_configuration(CONFIGURATION);
        let commands: Vec<_> = facts
            .commands
            .iter()
            .map(|command| (command.words.join(" "), command.line))
            .collect();
        assert_eq!(
            commands,
            [
                ("hf download acme/x --revision v1".to_owned(), 16),
                ("vllm serve acme/reader --port 80".to_owned(), 4),
            ]
        );
        let variables: Vec<_> = facts
            .environment
            .iter()
            .map(|variable| (variable.name.as_str(), variable.value.as_str()))
            .collect();
        assert_eq!(
            variables,
            [
                ("PATH", "/usr/bin"),
                ("MODEL", "acme/reader"),
                ("HF_TOKEN", "")
            ]
        );
        let base = |reference: &str, line| ImageUse {
            reference: reference.to_owned(),
            base: true,
            context: None,
            line,
        };
        assert_eq!(
            facts.images,
            [base("docker.io/library/python:3.12-slim", 6)]
        );
        let expected = ImageLabels {
            title: Some("Reader".into()),
            version: Some("2.1.0".into()),
            distributor: Some("Acme".into()),
            source: Some("https://git.example.org/reader".into()),
            ..ImageLabels::default()
        };
        assert_eq!(labels, expected);
    }

    #[test]
    fn labels_of_a_distribution_are_of_the_image_below() {
        let text = r#"{"config":{"Labels":{"org.opencontainers.image.ref.name":"ubuntu","org.opencontainers.image.version":"22.04"}}}"#;
        let (facts, labels) = image_configuration(text);
        assert_eq!(labels, ImageLabels::default());
        let references: Vec<_> = facts.images.iter().map(|image| &image.reference).collect();
        assert_eq!(references, ["ubuntu:22.04"]);
        assert_eq!(
            image_configuration("{\"config\":").1,
            ImageLabels::default()
        );
    }
}
