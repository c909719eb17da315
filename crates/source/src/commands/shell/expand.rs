use super::{
    run::Run,
    scope::Binding,
    word::{Operation, Part, Word},
};

/// What a word amounts to while it is put together.
#[derive(Default)]
struct Fields {
    done: Vec<String>,
    open: Option<String>,
}

impl Fields {
    fn append(&mut self, text: &str) {
        self.open.get_or_insert_default().push_str(text);
    }

    fn close(&mut self) {
        self.done.extend(self.open.take());
    }

    /// Appends a value that the shell splits at blanks.
    fn split(&mut self, value: &str) {
        if value.starts_with(char::is_whitespace) {
            self.close();
        }
        for (index, piece) in value.split_whitespace().enumerate() {
            if index > 0 {
                self.close();
            }
            self.append(piece);
        }
        if value.ends_with(char::is_whitespace) {
            self.close();
        }
    }
}

impl Run<'_, '_> {
    /// How many alternatives the variables of words have at most.
    pub(super) fn alternatives<'w>(&self, words: impl Iterator<Item = &'w Word>) -> usize {
        words
            .flatten()
            .filter_map(|part| match part {
                Part::Variable { name, .. } => self.reader.scope.get(name).map(Vec::len),
                _ => None,
            })
            .max()
            .unwrap_or(1)
            .max(1)
    }

    /// The fields of a word, with the alternative `pick` of each variable.
    pub(super) fn expand(&mut self, word: &Word, pick: usize) -> Vec<String> {
        let mut fields = Fields::default();
        for part in word {
            self.expand_part(part, pick, &mut fields, 0);
        }
        fields.close();
        let bytes: usize = fields.done.iter().map(String::len).sum();
        self.reader.spend(bytes);
        fields.done
    }

    /// The value of a word where the shell does not split, and whether it is known.
    pub(super) fn value(&mut self, word: &Word, pick: usize) -> Option<Vec<String>> {
        let joined = self.joined(word, pick);
        let unknown = ["${", "$(", "{{"].iter().any(|sign| joined.contains(sign));
        (!unknown).then_some(vec![joined])
    }

    /// The text of a word where the shell does not split.
    pub(super) fn joined(&mut self, word: &Word, pick: usize) -> String {
        let mut fields = Fields::default();
        for part in word {
            let quoted = quoted(part);
            self.expand_part(&quoted, pick, &mut fields, 0);
        }
        fields.close();
        let joined = fields.done.join(" ");
        self.reader.spend(joined.len());
        joined
    }

    fn expand_part(&mut self, part: &Part, pick: usize, fields: &mut Fields, depth: usize) {
        match part {
            Part::Text { text, quoted: true } => fields.append(text),
            Part::Text { text, .. } => fields.append(text),
            Part::Hole(text) => fields.append(text),
            Part::Substitution { text, line } => {
                if pick == 0 {
                    self.substitute(text, *line);
                }
                fields.append("$(...)");
            }
            Part::Variable {
                name,
                quoted,
                operation,
            } => self.expand_variable(name, *quoted, operation, pick, fields, depth),
        }
    }

    fn expand_variable(
        &mut self,
        name: &str,
        quoted: bool,
        operation: &Operation,
        pick: usize,
        fields: &mut Fields,
        depth: usize,
    ) {
        let known = self
            .reader
            .scope
            .get(name)
            .and_then(|binding| picked(binding, pick));
        match (operation, known) {
            (Operation::Default(word, assign), known)
                if known
                    .as_ref()
                    .is_none_or(|fields| fields.iter().all(String::is_empty)) =>
            {
                if *assign {
                    let value = self.value(word, pick);
                    self.reader.scope.set(name, value);
                }
                for part in word {
                    let part = if quoted {
                        self::quoted(part)
                    } else {
                        part.clone()
                    };
                    self.expand_default(&part, quoted, pick, fields, depth);
                }
            }
            (Operation::Alternative(word), Some(known))
                if known.iter().any(|field| !field.is_empty()) =>
            {
                for part in word {
                    self.expand_default(part, quoted, pick, fields, depth);
                }
            }
            (Operation::Alternative(_), _) => {}
            (Operation::AfterLastSlash, Some(known)) => {
                let value = known.first().map_or("", String::as_str);
                fields.append(value.rsplit('/').next().unwrap_or(value));
            }
            (Operation::All, Some(known)) => {
                for (index, field) in known.iter().enumerate() {
                    if index > 0 {
                        fields.close();
                    }
                    if quoted {
                        fields.append(field);
                    } else {
                        fields.split(field);
                    }
                }
            }
            (Operation::Plain | Operation::Default(..), Some(known)) => {
                let value = known.first().map_or("", String::as_str);
                if quoted {
                    fields.append(value);
                } else {
                    fields.split(value);
                }
            }
            _ => fields.append(&format!("${{{name}}}")),
        }
    }

    /// A part of the word after `:-`: unquoted text in it is split too.
    fn expand_default(
        &mut self,
        part: &Part,
        quoted: bool,
        pick: usize,
        fields: &mut Fields,
        depth: usize,
    ) {
        match part {
            Part::Text {
                text,
                quoted: false,
            } if !quoted => fields.split(text),
            _ => self.expand_part(part, pick, fields, depth.saturating_add(1)),
        }
    }
}

fn picked(binding: &Binding, pick: usize) -> Option<Vec<String>> {
    binding.get(pick).or_else(|| binding.last()).cloned()
}

/// The same part as it is within double quotes.
fn quoted(part: &Part) -> Part {
    match part {
        Part::Variable {
            name, operation, ..
        } => Part::Variable {
            name: name.clone(),
            quoted: true,
            operation: operation.clone(),
        },
        Part::Text { text, .. } => Part::Text {
            text: text.clone(),
            quoted: true,
        },
        other => other.clone(),
    }
}
