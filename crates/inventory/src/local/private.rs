//! What the texts of configurations and cards say of the machine and of the person that wrote them:
//! paths below somebody's home, user names and passwords in addresses.

use waybill_domain::inventory::Component;

use crate::draft::Draft;

/// Takes it out of everything that is said of components.
pub(super) fn clean(draft: &mut Draft) {
    for component in draft.components_mut() {
        for statement in &mut component.statements {
            replace(&mut statement.value);
        }
        for value in component.properties.values_mut() {
            replace(value);
        }
        facts(component);
    }
}

fn facts(component: &mut Component) {
    if let Some(model) = &mut component.model {
        for value in model.hyperparameters.values_mut() {
            replace(value);
        }
    }
}

fn replace(text: &mut String) {
    if let Some(shown) = shown(text) {
        *text = shown;
    }
}

/// The text as it may be shown, if it may not be shown as it is.
fn shown(text: &str) -> Option<String> {
    if !text.contains(['/', '\\']) {
        return None;
    }
    let mut changed = false;
    let words = text.split(' ').map(|word| match plain(word) {
        Some(plain) => {
            changed = true;
            plain
        }
        None => word.to_owned(),
    });
    let shown = words.collect::<Vec<_>>().join(" ");
    changed.then_some(shown)
}

/// A word without what only means something elsewhere, or must not be known.
fn plain(word: &str) -> Option<String> {
    if let Some((scheme, rest)) = word.split_once("://") {
        if scheme.ends_with("file") {
            return last(rest).map(|last| format!("{}{last}", scheme.trim_end_matches("file")));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at_checked(end)?;
        let (user, host) = host.rsplit_once('@')?;
        return (user != "git").then(|| format!("{scheme}://{host}{path}"));
    }
    let from = word.find(|sign: char| !matches!(sign, '"' | '\'' | '(' | '[' | '`'))?;
    let (front, path) = word.split_at_checked(from)?;
    is_of_a_machine(path)
        .then(|| last(path))?
        .map(|last| format!("{front}{last}"))
}

/// True for a path that begins where only machines have folders.
fn is_of_a_machine(path: &str) -> bool {
    const ROOTS: [&str; 20] = [
        "/home/",
        "/Users/",
        "/root/",
        "/mnt/",
        "/tmp/",
        "/var/",
        "/opt/",
        "/srv/",
        "/workspace/",
        "/workspaces/",
        "/content/",
        "/kaggle/",
        "/scratch/",
        "/gpfs/",
        "/lustre/",
        "/nfs/",
        "/private/",
        "/Volumes/",
        "/data/",
        "~/",
    ];
    let bytes = path.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    drive || path.starts_with("\\\\") || ROOTS.iter().any(|root| path.starts_with(root))
}

/// The last part of a path.
fn last(path: &str) -> Option<&str> {
    path.trim_end_matches(['/', '\\'])
        .rsplit(['/', '\\'])
        .next()
        .filter(|last| !last.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_machines_and_credentials_are_taken_out() {
        let cases = [
            ("adapter of /mnt/ann/models/base", Some("adapter of base")),
            ("C:\\work\\base-7b", Some("base-7b")),
            ("file:///srv/m/base", Some("base")),
            (
                "fine-tuned from https://ann:pw@hub.example/acme/base",
                Some("fine-tuned from https://hub.example/acme/base"),
            ),
            ("\"/Users/ann/x.jsonl\"", Some("\"x.jsonl\"")),
            ("acme/base", None),
            ("POST /v1/chat/completions", None),
            ("ssh://git@host/x", None),
            ("/", None),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
    }
}
