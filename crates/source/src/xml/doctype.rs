//! Document types: what they declare, read without expanding anything.

/// A document type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentType {
    /// Offset in the document.
    pub offset: usize,
    /// Address of the external subset.
    pub external: Option<String>,
    /// Entities that it declares, in their order.
    pub entities: Vec<Entity>,
    /// True if a parameter entity is used among the declarations.
    pub uses_parameters: bool,
}

/// A declared entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// True for a parameter entity, which the document type itself uses.
    pub parameter: bool,
    /// Address from which it is loaded.
    pub external: Option<String>,
    /// References to other entities in its value.
    pub references: u64,
    /// Bytes of its value.
    pub length: usize,
}

/// Entities that are kept.
const KEPT: usize = 1024;

impl DocumentType {
    /// A document may declare one; a second one is read as if it belonged to the first.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.external = self.external.or(other.external);
        self.entities.extend(other.entities);
        self.uses_parameters |= other.uses_parameters;
        self
    }
}

/// Reads what stands between `<!DOCTYPE` and `>`.
pub(super) fn read(content: &str, offset: usize) -> DocumentType {
    let mut found = DocumentType {
        offset,
        ..DocumentType::default()
    };
    let (outer, inner) = content.split_once('[').unwrap_or((content, ""));
    found.external = address(outer);
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('<') {
        found.uses_parameters |= uses_parameter(before);
        let (declaration, behind) = declaration(after);
        if let Some(entity) = declaration.strip_prefix("!ENTITY").and_then(entity)
            && found.entities.len() < KEPT
        {
            found.entities.push(entity);
        }
        rest = behind;
    }
    found.uses_parameters |= uses_parameter(rest);
    found
}

fn uses_parameter(text: &str) -> bool {
    text.split_once('%')
        .is_some_and(|(_, after)| after.contains(';'))
}

/// Splits at the end of a declaration, quotes and comments respected.
fn declaration(text: &str) -> (&str, &str) {
    if let Some(comment) = text.strip_prefix("!--") {
        return ("", comment.split_once("-->").map_or("", |(_, rest)| rest));
    }
    let mut quote = None;
    for (index, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => {
                return (
                    text.get(..index).unwrap_or_default(),
                    text.get(index..).unwrap_or_default(),
                );
            }
            _ => {}
        }
    }
    (text, "")
}

fn entity(declaration: &str) -> Option<Entity> {
    let text = declaration.trim_start();
    let (parameter, text) = match text.strip_prefix('%') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let (name, rest) = text.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let external = address(&format!(" {rest}"));
    let value = match &external {
        Some(_) => "",
        None => quoted(rest).unwrap_or_default(),
    };
    let references = value.bytes().filter(|byte| matches!(byte, b'&' | b'%'));
    Some(Entity {
        name: name.chars().take(128).collect(),
        parameter,
        external,
        references: references.count() as u64,
        length: value.len(),
    })
}

/// The address behind `SYSTEM` or `PUBLIC`: the last quoted text.
fn address(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let found = |word: &str| {
        let at = upper.find(word)?;
        let before = text.get(..at)?;
        // Not inside a value.
        (!before.contains(['"', '\''])).then(|| text.get(at.saturating_add(word.len())..))?
    };
    if let Some(rest) = found(" PUBLIC").or_else(|| found("\nPUBLIC")) {
        let rest = rest.trim_start();
        let public = quoted(rest)?;
        let behind = rest
            .get(public.len().saturating_add(2)..)
            .unwrap_or_default();
        return Some(
            quoted(behind.trim_start())
                .unwrap_or_default()
                .chars()
                .take(1024)
                .collect(),
        );
    }
    let rest = found(" SYSTEM").or_else(|| found("\nSYSTEM"))?;
    Some(quoted(rest.trim_start())?.chars().take(1024).collect())
}

/// What stands between the quotes that the text begins with.
fn quoted(text: &str) -> Option<&str> {
    let quote = text
        .chars()
        .next()
        .filter(|letter| matches!(letter, '"' | '\''))?;
    let rest = text.get(1..)?;
    rest.split_once(quote).map(|(value, _)| value)
}
