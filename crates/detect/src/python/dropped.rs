//! Files that a program fetches or decodes and then runs, and objects that have something called
//! wherever they are loaded.

use waybill_domain::Severity::{Critical, Low, Medium};
use waybill_source::code::behaviour::{Behaviour, Deed, Meaning};

use super::judged::{Act, Judge, Kind};
use super::known::{Known, known};
use super::moment::Moment;
use super::values::Values;
use crate::rule::quoted;

/// Files of one program that are followed.
const FILES: usize = 64;

/// A file that the program writes with what it has from elsewhere.
struct Written {
    path: String,
    kind: Kind,
}

/// What runs of that which was written.
pub(super) fn judge(
    seen: &Behaviour,
    values: &Values<'_>,
    moments: &[Moment],
    model: bool,
) -> Vec<(usize, Act)> {
    let mut acts = Vec::new();
    let judge = |deed| Judge {
        values,
        deed,
        moment: moments.get(deed.scope).copied().unwrap_or(Moment::Call),
        model,
    };
    reduced(seen, values, moments, model, &mut acts);
    let written: Vec<Written> = seen
        .deeds
        .iter()
        .filter_map(|deed| written(&judge(deed)))
        .take(FILES)
        .collect();
    if written.is_empty() {
        return acts;
    }
    for deed in &seen.deeds {
        let judge = judge(deed);
        let Some(ran) = ran(&judge) else { continue };
        let Some(file) = written.iter().find(|file| runs(&ran, &file.path)) else {
            continue;
        };
        let call = (file.kind == Kind::Decoded).then_some(Medium);
        let severity = judge.by_moment(Some(Critical), Some(Critical), call);
        let what = if file.kind == Kind::Decoded {
            "runs a file that it decodes and writes"
        } else {
            "runs a file that it fetches"
        };
        let does = judge.said(what);
        acts.push((deed.scope, judge.act(file.kind, severity, does)));
    }
    acts
}

/// The path of a file that a deed fills with something fetched or decoded.
fn written(judge: &Judge<'_>) -> Option<Written> {
    let fetched = |place: usize, names: &[&str]| {
        let path = judge.values.text(judge.argument(place, names)?);
        named(&path).then_some(Written {
            path,
            kind: Kind::Fetched,
        })
    };
    match judge.deed.path.as_str() {
        "urllib.request.urlretrieve" | "urllib.urlretrieve" => return fetched(1, &["filename"]),
        "torch.hub.download_url_to_file" => return fetched(1, &["dst"]),
        "wget.download" => return fetched(1, &["out"]),
        "gdown.download" => return fetched(1, &["output"]),
        _ => {}
    }
    let Meaning::Member(of, method) = judge.meaning(judge.deed.callee) else {
        return None;
    };
    if !matches!(method.as_str(), "write" | "write_text" | "write_bytes") {
        return None;
    }
    let origins = judge.values.origins(judge.argument(0, &["data", "s"])?);
    let kind = match (origins.network, origins.decoded || origins.decoder) {
        (true, _) => Kind::Fetched,
        (_, true) => Kind::Decoded,
        _ => return None,
    };
    let path = match (method.as_str(), judge.meaning(*of)) {
        ("write", Meaning::Result(opened)) => {
            let opened = judge.values.seen.deeds.get(*opened)?;
            opened_path(judge.values, opened)?
        }
        ("write", _) => return None,
        _ => judge.values.text(*of),
    };
    named(&path).then_some(Written { path, kind })
}

fn opened_path(values: &Values<'_>, opened: &Deed) -> Option<String> {
    if known(&opened.path) == Some(Known::Open) {
        return opened.arguments.first().map(|(_, path)| values.text(*path));
    }
    match values.seen.meaning(opened.callee) {
        Meaning::Member(of, method) if method == "open" => Some(values.text(*of)),
        _ => None,
    }
}

/// True if enough of a path is known to know it again.
fn named(path: &str) -> bool {
    path.chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .count()
        > 2
        && path.len() < 1_000
}

/// What a deed runs, as text.
fn ran(judge: &Judge<'_>) -> Option<String> {
    let deed = judge.deed;
    let first = judge.argument(0, &["args", "command", "cmd", "path", "name", "path_name"]);
    if deed.path == "importlib.util.spec_from_file_location" {
        return Some(judge.values.text(judge.argument(1, &["location"])?));
    }
    match known(&deed.path)? {
        Known::Process => {
            let mut command = judge.values.text(first?);
            if deed.path.starts_with("os.") {
                for (_, value) in deed.arguments.iter().skip(1).take(4) {
                    command.push(' ');
                    command.push_str(&judge.values.text(*value));
                }
            }
            Some(command)
        }
        Known::RunFile | Known::Native => Some(judge.values.text(first?)),
        Known::Execute => judge.values.origins(first?).file,
        _ => None,
    }
}

/// True if a command runs a file: begins with it, or hands it to something that runs files.
fn runs(command: &str, path: &str) -> bool {
    let command = command.trim();
    let Some(at) = command.find(path) else {
        return false;
    };
    let before = command.get(..at).unwrap_or_default().trim();
    let runner = before
        .split_whitespace()
        .next()
        .map(|first| first.rsplit('/').next().unwrap_or(first));
    before.is_empty()
        || runner.is_some_and(|runner| {
            matches!(
                runner,
                "sh" | "bash"
                    | "zsh"
                    | "dash"
                    | "python"
                    | "python3"
                    | "node"
                    | "perl"
                    | "chmod"
                    | "sudo"
                    | "nohup"
                    | "start"
                    | "cmd"
                    | "exec"
                    | "setsid"
            )
        })
}

/// `__reduce__` that gives `(os.system, ("x",))`.
fn reduced(
    seen: &Behaviour,
    values: &Values<'_>,
    moments: &[Moment],
    model: bool,
    acts: &mut Vec<(usize, Act)>,
) {
    let scopes = seen.scopes.iter().enumerate();
    let scopes = scopes.filter(|(_, scope)| {
        matches!(scope.name.as_str(), "__reduce__" | "__reduce_ex__") && scope.class.is_some()
    });
    for (index, scope) in scopes {
        for value in &scope.returns {
            let Meaning::Sequence(parts) = seen.meaning(*value) else {
                continue;
            };
            let Some(Meaning::Name(path, _)) = parts.first().map(|first| seen.meaning(*first))
            else {
                continue;
            };
            if !matches!(
                known(path),
                Some(Known::Process | Known::Execute | Known::Native | Known::Install)
            ) {
                continue;
            }
            let moment = moments.get(index).copied().unwrap_or(Moment::Call);
            let severity = if moment.is_unasked() || moment == Moment::Load && model {
                Critical
            } else {
                Low
            };
            let arguments = parts.get(1).map(|value| values.text(*value));
            let call = format!("{path}({})", arguments.unwrap_or_default());
            acts.push((
                index,
                Act {
                    kind: Kind::Process,
                    moment,
                    severity: Some(severity),
                    does: format!(
                        "has something called wherever its objects are copied or loaded: {}",
                        quoted(&call)
                    ),
                    line: scope.line,
                },
            ));
        }
    }
}
