//! Methods of which it is known what they return: of texts, mappings, configuration, files.

use std::rc::Rc;

use super::evaluate::Evaluator;
use super::known::argument;
use super::seen::{Given, Seen, Shared};

/// Whether anything is known of the methods of a value.
pub(super) fn has_methods(of: &Shared) -> bool {
    matches!(
        of.seen(),
        Seen::Text(_)
            | Seen::Parts(_)
            | Seen::Environment(..)
            | Seen::Map(_)
            | Seen::Configuration(..)
            | Seen::File(_)
            | Seen::Arguments
            | Seen::Either(_)
    )
}

impl Evaluator<'_, '_> {
    /// What a method of a plain value returns.
    pub(super) fn method(&mut self, of: &Shared, name: &str, given: &[Given]) -> Option<Shared> {
        match of.seen() {
            Seen::Text(text) => self.of_text(of, &text.clone(), name, given),
            Seen::Parts(_) | Seen::Environment(..) => match name {
                "strip" | "lower" | "rstrip" | "lstrip" | "upper" | "get_secret_value"
                | "resolve" | "expanduser" | "absolute" | "as_posix" | "encode" | "format" => {
                    Some(of.clone())
                }
                "joinpath" => Some(self.joined(of, given)),
                "read_text" | "read_bytes" => {
                    Some(Seen::Configuration(of.clone(), Vec::new()).into())
                }
                "open" => Some(Seen::File(of.clone()).into()),
                _ => None,
            },
            Seen::Map(entries) => match name {
                "get" | "pop" | "setdefault" => {
                    let key = argument(given, 0, &["key"])?;
                    let found = match key.as_text() {
                        Some(key) => of.get(key).cloned(),
                        None => Some(self.subscript(of, key)),
                    };
                    let default = argument(given, 1, &["default"]).cloned();
                    Some(match (found, key.as_text()) {
                        (Some(found), Some(_)) => found,
                        (found, _) => Shared::either(found.into_iter().chain(default)),
                    })
                }
                _ if !self.spend(entries.len().saturating_mul(32)) => None,
                "items" => Some(Shared::list(
                    entries
                        .iter()
                        .map(|(key, value)| {
                            Shared::list(vec![Seen::Text(key.clone()).into(), value.clone()])
                        })
                        .collect(),
                )),
                "values" => {
                    let values = entries.iter().map(|(_, value)| value.clone());
                    Some(Shared::list(values.collect()))
                }
                "keys" => {
                    let keys = entries
                        .iter()
                        .map(|(key, _)| Seen::Text(key.clone()).into());
                    Some(Shared::list(keys.collect()))
                }
                "copy" => Some(of.clone()),
                _ => None,
            },
            Seen::Configuration(..) => self.of_configuration(of, name, given),
            Seen::File(file) if matches!(name, "read" | "readlines") => {
                Some(Seen::Configuration(file.clone(), Vec::new()).into())
            }
            Seen::Arguments if name == "get" => {
                let key = argument(given, 0, &[])?.clone();
                Some(self.subscript(of, &key))
            }
            Seen::Either(values) if matches!(name, "get" | "format" | "strip" | "lower") => {
                let results: Vec<Shared> = values
                    .iter()
                    .filter_map(|value| self.method(value, name, given))
                    .collect();
                (!results.is_empty()).then(|| Shared::either(results))
            }
            _ => None,
        }
    }

    fn of_configuration(&mut self, of: &Shared, name: &str, given: &[Given]) -> Option<Shared> {
        match name {
            "get" | "pop" | "getstr" => {
                // `configparser` asks for section and option.
                let key = argument(given, 0, &["key", "section"])?.clone();
                let value = self.subscript(of, &key);
                let default = argument(given, 1, &["default", "fallback"]).cloned();
                Some(Shared::either(std::iter::once(value).chain(default)))
            }
            "copy" | "strip" | "read" | "lower" | "unwrap" => Some(of.clone()),
            _ => None,
        }
    }

    fn joined(&mut self, of: &Shared, given: &[Given]) -> Shared {
        let rest = given.iter().map(|given| given.value.clone());
        let parts: Vec<Shared> = std::iter::once(of.clone()).chain(rest).collect();
        self.join_paths(&parts)
    }

    fn of_text(
        &mut self,
        of: &Shared,
        text: &Rc<str>,
        name: &str,
        given: &[Given],
    ) -> Option<Shared> {
        if !self.spend(text.len()) {
            return None;
        }
        let one = || argument(given, 0, &[])?.as_text().cloned();
        Some(match name {
            "format" | "format_map" => {
                let positional: Vec<Shared> = given
                    .iter()
                    .filter(|given| given.name.is_none())
                    .map(|given| given.value.clone())
                    .collect();
                let named = |name: &str| {
                    let given = given
                        .iter()
                        .find(|given| given.name.as_deref() == Some(name));
                    given.map(|given| given.value.clone())
                };
                super::texts::format(text, &positional, &named)
            }
            "join" => match argument(given, 0, &["iterable"])?.seen() {
                Seen::List(items) => {
                    let parts = items.clone();
                    super::texts::join_with(text, &parts)
                }
                _ => return None,
            },
            "strip" => Shared::text(text.trim()),
            "rstrip" | "lstrip" => match one() {
                Some(letters) if name == "rstrip" => {
                    Shared::text(text.trim_end_matches(|letter| letters.contains(letter)))
                }
                Some(letters) => {
                    Shared::text(text.trim_start_matches(|letter| letters.contains(letter)))
                }
                None if name == "rstrip" => Shared::text(text.trim_end()),
                None => Shared::text(text.trim_start()),
            },
            "lower" => Shared::text(&text.to_lowercase()),
            "upper" => Shared::text(&text.to_uppercase()),
            "replace" => {
                let to = argument(given, 1, &[])?.as_text()?.clone();
                let from = one().filter(|from| !from.is_empty() && to.len() < 1_000)?;
                let limit = text.len().min(1_000);
                Shared::text(&text.replacen(&*from, &to, limit))
            }
            "split" => {
                let separator = one().filter(|it| !it.is_empty())?;
                let parts = text.split(&*separator).take(64);
                Shared::list(parts.map(Shared::text).collect())
            }
            "removeprefix" => Shared::text(text.strip_prefix(&*one()?).unwrap_or(text)),
            "removesuffix" => Shared::text(text.strip_suffix(&*one()?).unwrap_or(text)),
            "joinpath" => self.joined(of, given),
            "encode" | "expanduser" | "resolve" | "absolute" | "as_posix" | "with_suffix"
            | "decode" | "format_prompt" => of.clone(),
            "open" => Seen::File(of.clone()).into(),
            "read_text" | "read_bytes" => Seen::Configuration(of.clone(), Vec::new()).into(),
            _ => return None,
        })
    }
}
