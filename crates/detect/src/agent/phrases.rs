//! Phrases by which a text turns an agent against its user.

use waybill_domain::Severity;
use waybill_source::unicode::{self, HiddenKind};

use super::line;
use crate::examine::{Noted, NotedKind};
use crate::python::places;
use crate::rule::quoted;

/// What a phrase is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    SetsAside,
    Conceals,
    /// As a prompt may ask for good reasons: worth something only beside others.
    Hushes,
    Reads,
    Sends,
    /// Has code written that loads from elsewhere, or packages taken from elsewhere.
    Plants,
    Runs,
}

/// Phrases in lower case; a `*` stands for up to forty characters.
const PHRASES: [(&str, Aim); 98] = [
    ("ignore earlier instructions", Aim::SetsAside),
    ("ignore other instructions", Aim::SetsAside),
    ("disregard all prior", Aim::SetsAside),
    ("disregard any", Aim::SetsAside),
    ("disregard the system", Aim::SetsAside),
    ("forget everything", Aim::SetsAside),
    ("supersedes*instructions", Aim::SetsAside),
    ("takes precedence over*system prompt", Aim::SetsAside),
    ("override*guidelines", Aim::SetsAside),
    ("you are now in*mode", Aim::SetsAside),
    ("do not mention*to anyone", Aim::Conceals),
    ("do not mention it", Aim::Hushes),
    ("don't mention it", Aim::Hushes),
    ("never mention it", Aim::Hushes),
    ("never mention that", Aim::Hushes),
    ("do not mention that", Aim::Hushes),
    ("do not disclose", Aim::Hushes),
    ("do not tell anyone", Aim::Conceals),
    ("do not ask the user", Aim::Hushes),
    ("do not ask for confirmation", Aim::Hushes),
    ("silently", Aim::Hushes),
    ("without the user noticing", Aim::Conceals),
    ("add*<script", Aim::Plants),
    ("insert*<script", Aim::Plants),
    ("include*<script", Aim::Plants),
    ("config set registry http:", Aim::Plants),
    ("config set global.index-url http:", Aim::Plants),
    ("--index-url http:", Aim::Plants),
    ("get request to http", Aim::Sends),
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
    ("without mentioning", Aim::Hushes),
    ("do not inform the user", Aim::Conceals),
    ("do not notify the user", Aim::Conceals),
    ("do not reveal", Aim::Hushes),
    ("do not mention this", Aim::Hushes),
    ("don't mention this", Aim::Hushes),
    ("never mention this", Aim::Conceals),
    ("do not mention*to the user", Aim::Conceals),
    ("hide this from the user", Aim::Conceals),
    ("the user must not", Aim::Conceals),
    ("keep this secret", Aim::Hushes),
    ("secretly", Aim::Hushes),
    ("~/.ssh", Aim::Reads),
    ("id_rsa", Aim::Reads),
    ("id_ed25519", Aim::Reads),
    ("~/.aws", Aim::Reads),
    (".aws/credentials", Aim::Reads),
    ("~/.cursor/mcp.json", Aim::Reads),
    ("~/.netrc", Aim::Reads),
    ("/etc/passwd", Aim::Reads),
    ("read*.env", Aim::Reads),
    ("read all environment", Aim::Reads),
    ("list all environment", Aim::Reads),
    ("print all environment", Aim::Reads),
    ("collect*environment variables", Aim::Reads),
    ("printenv", Aim::Reads),
    ("upload*http", Aim::Sends),
    ("send*http", Aim::Sends),
    ("post*http", Aim::Sends),
    ("exfiltrate", Aim::Sends),
    ("as sidenote", Aim::Sends),
    ("'sidenote'", Aim::Sends),
    ("pass its content", Aim::Sends),
    ("pass the content", Aim::Sends),
    ("put its content", Aim::Sends),
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
    look_alikes(text, line, &mut noted);
    let lower = text.to_lowercase();
    let mut met: Vec<(Aim, &str, usize)> = Vec::new();
    for (phrase, aim) in PHRASES {
        if let Some(at) = find(&lower, phrase)
            && !(matches!(aim, Aim::Reads | Aim::Sends | Aim::Plants) && is_forbidden(&lower, at))
            && !met.iter().any(|(known, ..)| *known == aim)
        {
            met.push((aim, phrase, at));
        }
    }
    let run = run(text, line, &mut noted);
    if let Some(at) = run
        && !met.iter().any(|(aim, ..)| *aim == Aim::Runs)
    {
        met.push((Aim::Runs, "", at));
    }
    met.sort_by_key(|(_, _, at)| *at);
    let Some((_, _, at)) = met.first() else {
        return noted;
    };
    let Some(severity) = weighed(&met) else {
        return noted;
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

/// What the aims of a text come to together.
fn weighed(met: &[(Aim, &str, usize)]) -> Option<Severity> {
    let has = |wanted: Aim| met.iter().any(|(aim, ..)| *aim == wanted);
    let turns = has(Aim::SetsAside) || has(Aim::Conceals);
    let acts = has(Aim::Reads) || has(Aim::Sends) || has(Aim::Plants) || has(Aim::Runs);
    match met.len() {
        2.. if turns && (acts || has(Aim::SetsAside) && has(Aim::Conceals)) => Some(Severity::High),
        2.. if has(Aim::Hushes) && has(Aim::Plants) => Some(Severity::High),
        2.. if has(Aim::Hushes) && has(Aim::Reads) && has(Aim::Sends) => Some(Severity::High),
        2.. if has(Aim::Hushes) && acts && !has(Aim::Runs) => Some(Severity::Medium),
        2.. if has(Aim::Reads) && has(Aim::Sends) => Some(Severity::Medium),
        _ if turns => Some(Severity::Medium),
        _ => None,
    }
}

/// Commands that the text has an agent run: the worst is noted, and its place given.
fn run(text: &str, line: u32, noted: &mut Vec<Noted>) -> Option<usize> {
    let mut first = None;
    for (number, command) in line::told(text) {
        let Some((severity, what)) = line::judged(command) else {
            continue;
        };
        first = first
            .or_else(|| Some((command.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)));
        let severity = if what.contains("fetches") && is_known_installer(command) {
            continue;
        } else if is_plain(command) || what.contains("encoded") || what.contains("credentials") {
            Severity::High
        } else {
            severity.min(Severity::Medium)
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        noted.push(Noted {
            kind: NotedKind::Instructions,
            line: line.saturating_add(number),
            severity,
            message: format!(
                "tells an agent to run a command that {what}: {}",
                quoted(command)
            ),
        });
        if noted.len() > 20 {
            break;
        }
    }
    first
}

/// True for what anybody between may change, or what is at no name.
fn is_plain(command: &str) -> bool {
    command.contains("http://") && !places::is_local(command)
        || places::numbered_host(command).is_some()
        || command.contains("/dev/tcp/")
        || places::telling_host(command).is_some()
}

/// Hosts and repositories from which everybody is told to install by a script.
fn is_known_installer(command: &str) -> bool {
    const KNOWN: [&str; 36] = [
        "https://astral.sh/",
        "https://sh.rustup.rs",
        "https://get.docker.com",
        "https://deb.nodesource.com/",
        "https://rpm.nodesource.com/",
        "https://install.python-poetry.org",
        "https://bun.sh/",
        "https://bun.com/",
        "https://deno.land/",
        "https://get.pnpm.io/",
        "https://mise.run",
        "https://mise.jdx.dev/",
        "https://pixi.sh/",
        "https://ollama.com/",
        "https://ollama.ai/",
        "https://claude.ai/",
        "https://raw.githubusercontent.com/",
        "https://github.com/",
        "https://get.helm.sh",
        "https://fly.io/",
        "https://cli.github.com/",
        "https://bootstrap.pypa.io/",
        "https://pyenv.run",
        "https://install.duckdb.org",
        "https://starship.rs/",
        "https://sdk.cloud.google.com",
        "https://aka.ms/",
        "https://nixos.org/",
        "https://install.determinate.systems/",
        "https://just.systems/",
        "https://get.sdkman.io",
        "https://foundry.paradigm.xyz",
        "https://cursor.com/",
        "https://huggingface.co/",
        "https://hf.co/",
        "https://tailscale.com/",
    ];
    let addresses = command.matches("://").count();
    addresses == 1 && KNOWN.into_iter().any(|known| command.contains(known))
        || addresses == 0 && !command.contains("/dev/")
}

const fn described(aim: Aim) -> &'static str {
    match aim {
        Aim::SetsAside => "set its instructions aside",
        Aim::Conceals | Aim::Hushes => "keep something from its user",
        Aim::Plants => "bring in code from elsewhere",
        Aim::Reads => "read credentials",
        Aim::Sends => "send something away",
        Aim::Runs => "run what it fetches",
    }
}

/// True for what a text says is not to be done: `Never read ~/.aws/credentials`.
fn is_forbidden(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let before = before
        .rsplit(['\n', '.', '!', ';'])
        .next()
        .unwrap_or_default();
    let before = format!(" {before}");
    let forbids = [
        " never ",
        "do not ",
        "don't ",
        "must not ",
        "avoid ",
        "not allowed",
    ]
    .into_iter()
    .any(|word| before.contains(word));
    let urges = [
        "forget",
        "hesitate",
        "fail ",
        "tell",
        "mention",
        "inform",
        "stop until",
    ]
    .into_iter()
    .any(|word| before.contains(word));
    forbids && !urges
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
            HiddenKind::ZeroWidth | HiddenKind::Ignorable if run.count > 7 => {
                (Severity::High, "a row of characters without width")
            }
            HiddenKind::ZeroWidth | HiddenKind::Ignorable if run.count > 3 => {
                (Severity::Medium, "characters without width")
            }
            HiddenKind::Ignorable => (Severity::Medium, "characters that nothing shows"),
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

/// Words in which letters of other scripts stand for Latin ones: in a command or an address they
/// lead elsewhere.
fn look_alikes(text: &str, line: u32, noted: &mut Vec<Noted>) {
    if text.is_ascii() {
        return;
    }
    let mut met = 0_usize;
    for (number, written) in text.lines().enumerate() {
        if written.is_ascii() {
            continue;
        }
        for word in
            written.split(|letter: char| letter.is_whitespace() || "`'\"()[]<>,".contains(letter))
        {
            let Some(found) = unicode::homoglyphs(word).filter(|found| found.mixed) else {
                continue;
            };
            // Styled letters of mathematics are seen for what they are.
            let scripts = found
                .look_alikes
                .iter()
                .any(|letter| matches!(letter.written, '\u{370}'..='\u{52f}' | '\u{530}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}'));
            if !scripts || found.looks_like.len() < 4 {
                continue;
            }
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            noted.push(Noted {
                kind: NotedKind::Instructions,
                line: line.saturating_add(number),
                severity: Severity::Medium,
                message: format!(
                    "has a word in instructions to an agent that reads {} and is not",
                    quoted(&found.looks_like)
                ),
            });
            met = met.saturating_add(1);
            if met > 4 {
                return;
            }
        }
    }
}
