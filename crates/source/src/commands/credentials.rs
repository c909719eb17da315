//! What must not be kept: values that look like credentials.

/// Parts of a variable's name, in uppercase, that say that its value is secret.
const NAMES: [&str; 20] = [
    "KEY",
    "APIKEY",
    "TOKEN",
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PASS",
    "PWD",
    "CREDENTIAL",
    "CREDENTIALS",
    "PRIVATE",
    "AUTH",
    "AUTHORIZATION",
    "COOKIE",
    "SIGNATURE",
    "DSN",
    "PAT",
    "WEBHOOK",
];

/// Beginnings of well-known tokens, each with the length from which it is believed.
const BEGINNINGS: [(&str, usize); 22] = [
    ("hf_", 20),
    ("sk-", 20),
    ("sk_", 20),
    ("pk_live", 20),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("xapp-", 16),
    ("eyJ", 40),
    ("gsk_", 20),
    ("r8_", 20),
    ("nvapi-", 20),
    ("-----BEGIN", 10),
];

/// True if a variable of this name holds something secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    if name == "PWD" || name == "OLDPWD" {
        return false;
    }
    let upper = name.to_ascii_uppercase();
    upper
        .split(['_', '-', '.'])
        .any(|part| NAMES.contains(&part))
        || ["APIKEY", "ACCESSKEY", "SECRETKEY", "PASSWORD", "AUTHTOKEN"]
            .iter()
            .any(|word| upper.contains(word))
}

/// True if a value looks like a token or a key, whatever it is called.
pub(super) fn is_secret(value: &str) -> bool {
    let value = value
        .strip_prefix("Bearer ")
        .or_else(|| value.strip_prefix("Basic "))
        .unwrap_or(value);
    BEGINNINGS
        .iter()
        .any(|(beginning, length)| value.starts_with(beginning) && value.len() >= *length)
        || value.contains("-----BEGIN")
}

/// The value of a variable as it may be kept.
pub(super) fn kept(name: &str, value: &str) -> String {
    if is_secret_name(name) || is_secret(value) {
        String::new()
    } else {
        without_user(value)
    }
}

/// A word of a command as it may be kept; `previous` is the word before it.
pub(super) fn kept_word(previous: Option<&str>, word: &str) -> String {
    let after_option = previous.is_some_and(|option| {
        option.starts_with("--") && !option.contains('=') && is_secret_name(option)
    });
    if after_option && !word.starts_with('-') {
        return hidden();
    }
    if is_secret(word) {
        return hidden();
    }
    if let Some((name, value)) = word.split_once('=')
        && (is_secret(value) || (is_option_or_name(name) && is_secret_name(name)))
        && !value.is_empty()
    {
        return format!("{name}={}", hidden());
    }
    let lower = word.to_ascii_lowercase();
    for header in ["authorization:", "x-api-key:", "private-token:", "api-key:"] {
        if lower.starts_with(header) {
            return format!("{header} {}", hidden());
        }
    }
    without_user(word)
}

fn is_option_or_name(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn hidden() -> String {
    "${SECRET}".to_owned()
}

/// A text with user name and password cut out of the address in it.
pub(super) fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest
        .find(['/', '?', '#', ' ', '"', '\''])
        .unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    match authority.rsplit_once('@') {
        // `git` is the user name that everybody uses for SSH, and no secret.
        Some(("git", _)) => text.to_owned(),
        Some((_, host)) => format!("{scheme}://{host}{tail}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        assert_eq!(kept("HF_TOKEN", "hello"), "");
        assert_eq!(kept("OPENAI_API_KEY", "x"), "");
        assert_eq!(kept("MODEL", "hf_abcdefghijklmnopqrstuvwx"), "");
        assert_eq!(kept("MODEL_ID", "org/name"), "org/name");
        assert_eq!(kept("MAX_TOKENS", "512"), "512");
        assert_eq!(kept("TOKENIZER_PATH", "a/b"), "a/b");
        assert_eq!(
            kept("DATABASE", "postgres://u:p@host:5432/x"),
            "postgres://host:5432/x"
        );
    }

    #[test]
    fn words_of_commands_lose_their_secrets() {
        assert_eq!(kept_word(Some("--token"), "abc"), "${SECRET}");
        assert_eq!(kept_word(None, "--api-key=abc"), "--api-key=${SECRET}");
        assert_eq!(kept_word(None, "MODEL=abc"), "MODEL=abc");
        assert_eq!(
            kept_word(Some("clone"), "https://me:pw@example.org/a/b"),
            "https://example.org/a/b"
        );
        assert_eq!(
            kept_word(Some("-H"), "Authorization: Bearer abc"),
            "authorization: ${SECRET}"
        );
    }
}
