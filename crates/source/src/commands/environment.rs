use super::{CommandFacts, Variable, credentials::kept, shell};

/// Reads a file of variables: `.env`, `.env.example`.
///
/// One `NAME=value` a line, `export` allowed, values quoted or not, `#` begins a comment, earlier
/// variables are replaced in later values. Values that look like secrets are dropped.
#[must_use]
pub fn environment(text: &str) -> CommandFacts {
    let mut facts = CommandFacts::default();
    let mut known = shell::Constants::new();
    for (index, written) in text.lines().enumerate() {
        let line = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let written = written.trim();
        let written = written
            .strip_prefix("export ")
            .unwrap_or(written)
            .trim_start();
        let Some((name, value)) = written.split_once('=') else {
            continue;
        };
        let name = name.trim_end();
        let named = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if !named {
            continue;
        }
        let value = kept(name, &value_of(value.trim(), &known));
        if !value.contains("${") {
            known.insert(name.to_owned(), vec![vec![value.clone()]]);
        }
        facts.environment.push(Variable {
            name: name.to_owned(),
            value,
            context: None,
            line,
        });
    }
    facts
}

fn value_of(written: &str, known: &shell::Constants) -> String {
    if let Some(rest) = written.strip_prefix('\'') {
        return rest.split('\'').next().unwrap_or(rest).to_owned();
    }
    let plain = if let Some(rest) = written.strip_prefix('"') {
        rest.split('"').next().unwrap_or(rest)
    } else {
        written.split(" #").next().unwrap_or(written).trim_end()
    };
    shell::resolve(plain, known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_and_secrets_dropped() {
        let text = "# settings\nexport MODEL_ID=org/name # the model\nNAME='a b'\n\
            EMBED=\"${MODEL_ID}-embed\"\nHF_TOKEN=hf_abcdefghijklmnopqrstuv\nno line\nOTHER=${UNKNOWN}\n";
        let facts = environment(text);
        let pairs: Vec<_> = facts
            .environment
            .iter()
            .map(|variable| {
                (
                    variable.name.as_str(),
                    variable.value.as_str(),
                    variable.line,
                )
            })
            .collect();
        assert_eq!(
            pairs,
            [
                ("MODEL_ID", "org/name", 2),
                ("NAME", "a b", 3),
                ("EMBED", "org/name-embed", 4),
                ("HF_TOKEN", "", 5),
                ("OTHER", "${UNKNOWN}", 7),
            ]
        );
    }
}
