//! Doc comments of the fields and variants of one type, out of its formatted source.

/// A field or variant with its documentation.
pub(super) struct Documented {
    pub(super) name: String,
    /// What stands behind `=`, if anything.
    pub(super) value: Option<String>,
    /// The doc comment, its lines joined.
    pub(super) says: String,
}

/// The fields or variants of the type that the line `opening` begins.
pub(super) fn members(source: &str, opening: &str) -> Vec<Documented> {
    let mut found = Vec::new();
    let mut says = String::new();
    let lines = source.lines().skip_while(|line| *line != opening).skip(1);
    for line in lines.take_while(|line| *line != "}") {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix("///") {
            if !says.is_empty() {
                says.push(' ');
            }
            says.push_str(comment.trim());
        } else if !line.starts_with('#') && !line.is_empty() {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let end = line
                .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .unwrap_or(line.len());
            let value = line
                .split_once(" = ")
                .map(|(_, value)| value.trim_end_matches(',').to_owned());
            found.push(Documented {
                name: line[..end].to_owned(),
                value,
                says: std::mem::take(&mut says),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_variants_with_their_comments() {
        let source = "/// A.\npub enum Code {\n    /// One\n    /// thing.\n    One = 1,\n    #[default]\n    /// Two.\n    Two = 2,\n}\n\npub struct S {\n    /// Field.\n    pub size_bytes: u64,\n}\n";
        let variants = members(source, "pub enum Code {");
        assert_eq!(variants.len(), 2);
        assert_eq!(variants[0].says, "One thing.");
        assert_eq!(variants[1].value.as_deref(), Some("2"));
        let fields = members(source, "pub struct S {");
        assert_eq!(fields[0].name, "size_bytes");
    }
}
