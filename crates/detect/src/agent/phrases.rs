//! Phrases by which a text turns an agent against its user.

use waybill_domain::Severity;
use waybill_source::document::{DocumentLimits, Node, Scalar, json};
use waybill_source::unicode::{self, HiddenKind};

use crate::examine::{Noted, NotedKind};
use crate::rule::quoted;

/// What a phrase is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    SetsAside,
    Conceals,
    Reads,
    Sends,
    Runs,
}

/// Phrases in lower case; a `*` stands for up to forty characters.
const PHRASES: [(&str, Aim); 62] = [
    ("ignore all previous", Aim::SetsAside),
    ("ignore previous", Aim::SetsAside),
    ("ignore the previous", Aim::SetsAside),
    ("ignore any previous", Aim::SetsAside),
    ("ignore all prior", Aim::SetsAside),
    ("ignore your instructions", Aim::SetsAside),
    ("ignore all instructions", Aim::SetsAside),
    ("ignore the above", Aim::SetsAside),
    ("disregard all previous", Aim::SetsAside),
    ("disregard previous", Aim::SetsAside),
    ("disregard the above", Aim::SetsAside),
    ("disregard your", Aim::SetsAside),
    ("forget all previous", Aim::SetsAside),
    ("forget your instructions", Aim::SetsAside),
    ("override your instructions", Aim::SetsAside),
    ("override the system prompt", Aim::SetsAside),
    ("overrides all other instructions", Aim::SetsAside),
    ("new system prompt", Aim::SetsAside),
    ("bypass*safety", Aim::SetsAside),
    ("bypass*restrictions", Aim::SetsAside),
    ("do not tell the user", Aim::Conceals),
    ("don't tell the user", Aim::Conceals),
    ("never tell the user", Aim::Conceals),
    ("without telling the user", Aim::Conceals),
    ("without informing the user", Aim::Conceals),
    ("without notifying the user", Aim::Conceals),
    ("without the user's knowledge", Aim::Conceals),
    ("without asking the user", Aim::Conceals),
    ("without mentioning", Aim::Conceals),
    ("do not inform the user", Aim::Conceals),
    ("do not notify the user", Aim::Conceals),
    ("do not reveal", Aim::Conceals),
    ("do not mention this", Aim::Conceals),
    ("don't mention this", Aim::Conceals),
    ("never mention this", Aim::Conceals),
    ("do not mention*to the user", Aim::Conceals),
    ("hide this from the user", Aim::Conceals),
    ("the user must not", Aim::Conceals),
    ("keep this secret", Aim::Conceals),
    ("secretly", Aim::Conceals),
    ("~/.ssh", Aim::Reads),
    ("id_rsa", Aim::Reads),
    ("id_ed25519", Aim::Reads),
    ("~/.aws", Aim::Reads),
    (".aws/credentials", Aim::Reads),
    ("~/.cursor/mcp.json", Aim::Reads),
    ("~/.netrc", Aim::Reads),
    ("/etc/passwd", Aim::Reads),
    ("read*.env", Aim::Reads),
    ("all environment variables", Aim::Reads),
    ("printenv", Aim::Reads),
    ("upload*http", Aim::Sends),
    ("send*http", Aim::Sends),
    ("post*http", Aim::Sends),
    ("exfiltrate", Aim::Sends),
    ("as sidenote", Aim::Sends),
    ("to this url", Aim::Sends),
    ("fetch(*+", Aim::Sends),
    ("curl*| sh", Aim::Runs),
    ("curl*| bash", Aim::Runs),
    ("curl*|sh", Aim::Runs),
    ("always recommend http", Aim::Sends),
];

/// True for files that agents take for instructions.
pub(crate) fn is_instructions(name: &str) -> bool {
    let name = name.replace('\\', "/").to_ascii_lowercase();
    let last = name.rsplit('/').next().unwrap_or(&name);
    let by_name = matches!(
        last,
        "agents.md"
            | "agent.md"
            | "claude.md"
            | "claude.local.md"
            | "gemini.md"
            | "skill.md"
            | "copilot-instructions.md"
            | ".cursorrules"
            | ".windsurfrules"
            | ".clinerules"
            | ".roorules"
            | ".goosehints"
            | "warp.md"
            | "conventions.md"
            | "llms.txt"
            | "system_prompt.txt"
            | "system_prompt.md"
            | "modelfile"
            | ".aider.conf.yml"
    );
    let by_folder = [
        ".cursor/rules/",
        ".cursor/commands/",
        ".windsurf/rules/",
        ".clinerules/",
        ".roo/rules",
        ".claude/commands/",
        ".claude/agents/",
        ".claude/skills/",
        ".github/instructions/",
        ".github/prompts/",
        ".github/chatmodes/",
        ".amazonq/rules/",
        ".kiro/steering/",
        ".continue/rules/",
        ".junie/",
        ".augment/rules/",
    ];
    by_name
        || last.ends_with(".mdc")
        || last.ends_with(".prompt.md")
        || last.ends_with(".instructions.md")
        || by_folder.into_iter().any(|folder| name.contains(folder))
}

/// Judges a text that an agent takes for instructions.
pub(crate) fn phrases(text: &str, line: u32) -> Vec<Noted> {
    let mut noted = Vec::new();
    hidden(text, line, &mut noted);
    let lower = text.to_lowercase();
    let mut met: Vec<(Aim, &str, usize)> = Vec::new();
    for (phrase, aim) in PHRASES {
        if let Some(at) = find(&lower, phrase)
            && !met.iter().any(|(known, ..)| *known == aim)
        {
            met.push((aim, phrase, at));
        }
    }
    met.sort_by_key(|(_, _, at)| *at);
    let Some((_, _, at)) = met.first() else {
        return noted;
    };
    let turns = met
        .iter()
        .any(|(aim, ..)| matches!(aim, Aim::SetsAside | Aim::Conceals));
    let severity = match (met.len(), turns) {
        (2.., true) => Severity::High,
        (1, true) => Severity::Medium,
        (2.., false) if met.iter().any(|(aim, ..)| *aim == Aim::Reads) => Severity::Medium,
        _ => return noted,
    };
    let shown: Vec<String> = met
        .iter()
        .map(|(aim, ..)| described(*aim).to_owned())
        .collect();
    let before = lower.get(..*at).unwrap_or_default();
    let lines = u32::try_from(before.matches('\n').count()).unwrap_or(0);
    let excerpt: String = lower
        .get(*at..)
        .unwrap_or_default()
        .chars()
        .take(100)
        .map(|letter| if letter == '\n' { ' ' } else { letter })
        .collect();
    noted.push(Noted {
        kind: NotedKind::Instructions,
        line: line.saturating_add(lines),
        severity,
        message: format!(
            "tells an agent to {}: {}",
            shown.join(", and to "),
            quoted(&excerpt)
        ),
    });
    noted
}

const fn described(aim: Aim) -> &'static str {
    match aim {
        Aim::SetsAside => "set its instructions aside",
        Aim::Conceals => "keep something from its user",
        Aim::Reads => "read credentials",
        Aim::Sends => "send something away",
        Aim::Runs => "run what it fetches",
    }
}

/// Where a phrase stands; a `*` stands for up to forty characters of the same line.
fn find(text: &str, phrase: &str) -> Option<usize> {
    let Some((first, second)) = phrase.split_once('*') else {
        return text.find(phrase);
    };
    let mut from = 0_usize;
    for _ in 0..64 {
        let at = from.saturating_add(text.get(from..)?.find(first)?);
        let rest = text.get(at..)?;
        let near: String = rest.chars().take(first.len().saturating_add(60)).collect();
        let near = near.lines().next().unwrap_or_default();
        if near
            .get(first.len()..)
            .is_some_and(|near| near.contains(second))
        {
            return Some(at);
        }
        from = at.saturating_add(first.len());
    }
    None
}

/// Characters that only a model reads.
fn hidden(text: &str, line: u32, noted: &mut Vec<Noted>) {
    for run in unicode::hidden(text).iter().filter(|run| !run.legitimate) {
        let (severity, what) = match run.kind {
            HiddenKind::Tag => (Severity::High, "invisible tag characters"),
            HiddenKind::Direction => (Severity::High, "controls of the direction of text"),
            HiddenKind::ZeroWidth if run.count > 3 => {
                (Severity::Medium, "characters without width")
            }
            HiddenKind::VariationSelector if run.count > 3 => {
                (Severity::High, "a row of variation selectors")
            }
            _ => continue,
        };
        let before = text.get(..run.offset).unwrap_or_default();
        let lines = u32::try_from(before.matches('\n').count()).unwrap_or(0);
        let said = run
            .decoded
            .as_deref()
            .map(|said| format!(", which say {}", quoted(said)))
            .unwrap_or_default();
        noted.push(Noted {
            kind: NotedKind::Instructions,
            line: line.saturating_add(lines),
            severity,
            message: format!("has {what} in instructions to an agent{said}"),
        });
        if noted.len() > 20 {
            return;
        }
    }
}

/// Descriptions of tools, prompts and resources in a JSON document.
pub(crate) fn tools(text: &str) -> Vec<Noted> {
    let limits = DocumentLimits {
        depth: 64,
        values: 200_000,
    };
    let document = json(text, &limits);
    let mut noted = Vec::new();
    if let Some(root) = document.root() {
        described_in(root, 0, &mut noted);
    }
    noted
}

fn described_in(node: &Node, depth: usize, noted: &mut Vec<Noted>) {
    if depth > 16 || noted.len() > 50 {
        return;
    }
    for (key, line, value) in node.entries() {
        if let Node::Scalar {
            value: Scalar::Text(text),
            ..
        } = value.as_ref()
        {
            if matches!(
                key.as_str(),
                "description" | "title" | "instructions" | "prompt" | "system_prompt"
            ) {
                noted.extend(phrases(text, *line));
            }
        } else {
            described_in(value, depth.saturating_add(1), noted);
        }
    }
    for item in node.items() {
        described_in(item, depth.saturating_add(1), noted);
    }
}
