//! `.npmrc`: which registries are asked, for all names and for those of a scope. npm, Yarn 1, pnpm and
//! Bun read it: <https://docs.npmjs.com/cli/configuring-npm/npmrc>.

use crate::packages::{PackageFacts, Strength, address};

/// So many registries are kept.
const MOST_REGISTRIES: usize = 1000;

/// Reads the configuration of npm. Tokens and passwords are passed over.
#[must_use]
pub fn npm_configuration(text: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Wanted);
    for line in text.lines().map(str::trim) {
        if line.starts_with(['#', ';', '[']) {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let url = address::plain(value.trim().trim_matches(['"', '\'']));
        if url.is_empty() || facts.indexes.len().max(facts.scopes.len()) >= MOST_REGISTRIES {
            continue;
        }
        let key = key.trim().trim_matches(['"', '\'']);
        match key.rsplit_once(':') {
            // What is written last counts.
            None if key == "registry" => facts.indexes = vec![url],
            Some((scope, "registry")) if scope.starts_with('@') => {
                let scope = scope.to_ascii_lowercase();
                facts.scopes.retain(|(known, _)| *known != scope);
                facts.scopes.push((scope, url));
            }
            _ => {}
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_are_read_without_secrets() {
        let text = "; ours\nregistry=https://old.example/\nregistry = \"https://me:secret@all.example/npm/\"\n@Acme:registry=https://acme.example/\n//acme.example/:_authToken=${TOKEN}\n@other:_authToken=x\n";
        let facts = npm_configuration(text);
        assert_eq!(facts.indexes, ["https://all.example/npm/"]);
        let scope = ("@acme".to_owned(), "https://acme.example/".to_owned());
        assert_eq!(facts.scopes, [scope]);
        for broken in [
            "=",
            "registry",
            "registry=",
            "@:registry=x",
            ":",
            "[",
            "\u{0}=",
        ] {
            let _ = npm_configuration(broken);
        }
    }
}
