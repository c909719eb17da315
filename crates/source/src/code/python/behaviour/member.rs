//! Members and elements of things, and the dotted names that things go by.

use super::state::Interpreter;
use super::{Doing, Made, Meaning};

/// Longest dotted name, in bytes.
const PATH: usize = 300;

/// A name that is not overlong.
pub(super) fn short(name: &str) -> &str {
    let mut end = name.len().min(PATH);
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    name.get(..end).unwrap_or_default()
}

impl Interpreter<'_, '_> {
    /// `value.name`.
    pub(super) fn member(&mut self, value: usize, name: &str, made: Made) -> usize {
        match self.at(value).clone() {
            Meaning::Name(path, before) => match name {
                "__call__" => value,
                _ if path == "builtins" => self.name_of(name, before.max(made)),
                _ => self.name_of(&format!("{path}.{name}"), before.max(made)),
            },
            Meaning::Either(several) => {
                let each = several
                    .into_iter()
                    .map(|one| self.member_once(one, name, made))
                    .collect();
                self.either(each)
            }
            _ => self.member_once(value, name, made),
        }
    }

    fn member_once(&mut self, value: usize, name: &str, made: Made) -> usize {
        match self.at(value).clone() {
            Meaning::Name(path, before) if path != "builtins" && name != "__call__" => {
                self.name_of(&format!("{path}.{name}"), before.max(made))
            }
            Meaning::Name(_, before) if name != "__call__" => self.name_of(name, before.max(made)),
            Meaning::Name(..) | Meaning::Local(_) if name == "__call__" => value,
            Meaning::Instance(class) | Meaning::Class(class) => self
                .of_class(class, name, 0)
                .unwrap_or_else(|| self.keep(Meaning::Member(value, name.to_owned()))),
            Meaning::Unknown => self.keep(Meaning::Member(0, name.to_owned())),
            _ => self.keep(Meaning::Member(value, name.to_owned())),
        }
    }

    /// A method or attribute of a class of this file, also an inherited one.
    fn of_class(&mut self, class: usize, name: &str, depth: usize) -> Option<usize> {
        let seen = self.out.classes.get(class)?;
        let method = seen.methods.iter().rev().find(|(known, _)| known == name);
        if let Some((_, scope)) = method {
            let scope = *scope;
            return Some(self.keep(Meaning::Local(scope)));
        }
        let set: Vec<usize> = seen
            .attributes
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| *value)
            .take(8)
            .collect();
        if !set.is_empty() {
            return Some(self.either(set));
        }
        let parents = seen.parents.clone();
        if depth >= 8 {
            return None;
        }
        parents
            .into_iter()
            .find_map(|parent| self.of_class(parent, name, depth.saturating_add(1)))
    }

    /// Any element of something.
    pub(super) fn element(&mut self, value: usize) -> usize {
        match self.at(value).clone() {
            Meaning::Unknown => 0,
            Meaning::Sequence(parts) => self.either(parts),
            Meaning::Mapping(pairs) => {
                let all = pairs.into_iter().map(|(key, _)| key).collect();
                self.either(all)
            }
            _ => self.keep(Meaning::Element(value)),
        }
    }

    /// `value[key]`.
    pub(super) fn item(&mut self, value: usize, key: usize) -> usize {
        let key_text = match self.at(key) {
            Meaning::Text(text, made) => Some((text.clone(), *made)),
            _ => None,
        };
        match (self.at(value).clone(), key_text) {
            (Meaning::Name(path, _), Some((name, made))) => {
                // Looking a name up by its text is a way of not writing it.
                let made = made.max(Made::Joined);
                match path.as_str() {
                    "sys.modules" => self.name_of(&name, Made::Written),
                    "builtins" => self.name_of(&name, made),
                    "globals()" => self.lookup(&name),
                    _ => match path.strip_suffix(".__dict__") {
                        Some("builtins") => self.name_of(&name, made),
                        Some(owner) => self.name_of(&format!("{owner}.{name}"), made),
                        None => {
                            let whole = self.name_of(&format!("{path}[{name}]"), Made::Written);
                            self.keep(Meaning::Element(whole))
                        }
                    },
                }
            }
            (Meaning::Mapping(pairs), Some((name, _))) => {
                let found: Vec<usize> = pairs
                    .iter()
                    .filter(
                        |(key, _)| matches!(self.at(*key), Meaning::Text(text, _) if *text == name),
                    )
                    .map(|(_, value)| *value)
                    .collect();
                match found.last() {
                    Some(found) => *found,
                    None => self.keep(Meaning::Element(value)),
                }
            }
            (Meaning::Mapping(pairs), None) => {
                let all = pairs.into_iter().map(|(_, value)| value).collect();
                self.either(all)
            }
            (Meaning::Sequence(parts), _) => self.of_sequence(value, &parts, key),
            (Meaning::Unknown, _) => 0,
            _ => self.keep(Meaning::Element(value)),
        }
    }

    fn of_sequence(&mut self, value: usize, parts: &[usize], key: usize) -> usize {
        let index = match self.at(key) {
            Meaning::Number(index) => *index,
            _ => return self.keep(Meaning::Element(value)),
        };
        let length = i64::try_from(parts.len()).unwrap_or(i64::MAX);
        let place = if index < 0 {
            length.saturating_add(index)
        } else {
            index
        };
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        parts.get(place).copied().unwrap_or(0)
    }

    /// The dotted name of something; empty where there is none.
    pub(super) fn path(&self, value: usize) -> String {
        let mut tail: Vec<String> = Vec::new();
        let mut at = value;
        let mut head = String::new();
        for _ in 0..64 {
            match self.at(at) {
                Meaning::Name(path, _) => head.clone_from(path),
                Meaning::Member(of, name) => {
                    tail.push(format!(".{name}"));
                    at = *of;
                    continue;
                }
                Meaning::Element(of) => {
                    tail.push("[]".to_owned());
                    at = *of;
                    continue;
                }
                Meaning::Result(deed) => {
                    let path = self.out.deeds.get(*deed).map(|deed| deed.path.as_str());
                    head = format!("{}()", path.unwrap_or_default());
                }
                Meaning::Instance(class) => {
                    let name = self
                        .out
                        .classes
                        .get(*class)
                        .map(|class| class.name.as_str());
                    head = format!("{}()", name.unwrap_or_default());
                }
                Meaning::Class(class) => {
                    let name = self
                        .out
                        .classes
                        .get(*class)
                        .map(|class| class.name.as_str());
                    name.unwrap_or_default().clone_into(&mut head);
                }
                Meaning::Local(scope) => {
                    let name = self.out.scopes.get(*scope).map(|scope| scope.name.as_str());
                    name.unwrap_or_default().clone_into(&mut head);
                }
                Meaning::Either(several) => {
                    if let Some(first) = several.iter().find(|one| !self.is_vague(**one)) {
                        at = *first;
                        continue;
                    }
                }
                Meaning::Text(..) | Meaning::Bytes(..) => "str".clone_into(&mut head),
                Meaning::Parameter(..) => "?".clone_into(&mut head),
                _ => {}
            }
            break;
        }
        for part in tail.iter().rev() {
            head.push_str(part);
            if head.len() > PATH {
                break;
            }
        }
        short(&head).to_owned()
    }

    fn is_vague(&self, value: usize) -> bool {
        matches!(
            self.at(value),
            Meaning::Unknown | Meaning::Nothing | Meaning::Truth(_) | Meaning::Number(_)
        )
    }

    /// Notes that something outside the file is changed, where a call does it.
    pub(super) fn changes(&mut self, owner: usize, name: &str, value: usize) {
        let path = format!("{}.{name}", self.path(owner));
        self.deed(Doing::Set, owner, path, vec![(None, value)]);
    }
}
