//! Deeds that only together say what they are for.

use std::collections::BTreeMap;

use waybill_domain::Severity;
use waybill_source::code::behaviour::{Behaviour, Meaning};

use super::judged::{Act, Kind};
use super::known::{Known, known};
use super::moment::Moment;
use super::values::Values;

/// What one part of the program does, as far as it matters here.
#[derive(Default)]
struct Part {
    connects: bool,
    hands_over: Option<u32>,
    code_memory: usize,
    /// Something in memory is made a function.
    made_function: bool,
    memory_line: u32,
}

/// A connection whose ends become those of a shell; memory that is filled and run.
pub(super) fn judge(
    seen: &Behaviour,
    values: &Values<'_>,
    moments: &[Moment],
) -> Vec<(usize, Act)> {
    let mut acts = Vec::new();
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    for deed in &seen.deeds {
        let Some(known) = known(&deed.path) else {
            continue;
        };
        if deed.path == "mmap.mmap" && !is_executable(seen, values, deed) {
            continue;
        }
        let part = parts.entry(deed.scope).or_default();
        match known {
            Known::Network => part.connects |= deed.path.starts_with("socket."),
            Known::Descriptor => {
                let of_socket = deed.arguments.iter().any(|(_, value)| {
                    values.origins(*value).network || is_descriptor(seen, *value)
                });
                if of_socket {
                    part.hands_over = Some(deed.line);
                }
            }
            Known::Process => {
                let piped = deed.arguments.iter().any(|(name, value)| {
                    matches!(name.as_deref(), Some("stdin" | "stdout" | "stderr"))
                        && (is_descriptor(seen, *value) || is_socket(seen, *value))
                });
                if piped {
                    part.hands_over = Some(deed.line);
                }
            }
            Known::CodeMemory if deed.path.ends_with("FUNCTYPE()") => part.made_function = true,
            Known::CodeMemory => {
                part.code_memory = part.code_memory.saturating_add(1);
                part.memory_line = deed.line;
            }
            _ => {}
        }
    }
    for (scope, part) in parts {
        let moment = moments.get(scope).copied().unwrap_or(Moment::Call);
        let severity = if moment.is_unasked() {
            Severity::Critical
        } else {
            Severity::High
        };
        if let (true, Some(line)) = (part.connects, part.hands_over) {
            acts.push((
                scope,
                Act {
                    kind: Kind::RemoteShell,
                    moment,
                    severity: Some(severity),
                    does: "hands a connection to a program as its input and output".to_owned(),
                    line,
                },
            ));
        }
        if part.code_memory > 1 || part.code_memory > 0 && part.made_function {
            acts.push((
                scope,
                Act {
                    kind: Kind::Native,
                    moment,
                    severity: Some(severity),
                    does: "fills memory with code and runs it".to_owned(),
                    line: part.memory_line,
                },
            ));
        }
    }
    acts
}

/// `mmap.mmap(-1, n, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)`.
fn is_executable(
    seen: &Behaviour,
    values: &Values<'_>,
    deed: &waybill_source::code::behaviour::Deed,
) -> bool {
    deed.arguments.iter().any(|(name, value)| {
        values.text(*value).contains("PROT_EXEC")
            || name.as_deref() == Some("prot")
                && matches!(seen.meaning(*value), Meaning::Number(number) if number & 4 != 0)
    })
}

/// `connection.fileno()`.
fn is_descriptor(seen: &Behaviour, value: usize) -> bool {
    let Meaning::Result(deed) = seen.meaning(value) else {
        return false;
    };
    seen.deeds
        .get(*deed)
        .is_some_and(|deed| deed.path.starts_with("socket.") && deed.path.ends_with(".fileno"))
}

fn is_socket(seen: &Behaviour, value: usize) -> bool {
    let Meaning::Result(deed) = seen.meaning(value) else {
        return false;
    };
    seen.deeds.get(*deed).is_some_and(|deed| {
        matches!(
            deed.path.as_str(),
            "socket.socket" | "socket.create_connection"
        )
    })
}
