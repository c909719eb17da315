//! The forms of keys and tokens, and how to tell a real one from what only looks like it.

use waybill_domain::Severity;

use crate::examine::{Noted, NotedKind};

/// Findings in one artifact or member.
const MOST: usize = 20;

/// What is told of a token.
struct Form {
    prefix: &'static str,
    what: &'static str,
    /// Letters after the prefix, at least and at most.
    length: (usize, usize),
    /// Which letters.
    letters: Letters,
    /// Whether the whole is right, where its form says more.
    holds: fn(&str) -> bool,
}

#[derive(Clone, Copy)]
enum Letters {
    Alphanumeric,
    /// And `-` and `_`.
    Url,
    Upper,
    /// And `.`, `-`, `_`.
    Dotted,
}

const FORMS: [Form; 27] = [
    form(
        "ghp_",
        "a GitHub token",
        (36, 36),
        Letters::Alphanumeric,
        github,
    ),
    form(
        "gho_",
        "a GitHub token",
        (36, 36),
        Letters::Alphanumeric,
        github,
    ),
    form(
        "ghu_",
        "a GitHub token",
        (36, 36),
        Letters::Alphanumeric,
        github,
    ),
    form(
        "ghs_",
        "a GitHub token",
        (36, 36),
        Letters::Alphanumeric,
        github,
    ),
    form(
        "ghr_",
        "a GitHub token",
        (36, 36),
        Letters::Alphanumeric,
        github,
    ),
    form(
        "github_pat_",
        "a GitHub token",
        (82, 82),
        Letters::Url,
        varied,
    ),
    form(
        "npm_",
        "an npm token",
        (36, 36),
        Letters::Alphanumeric,
        github,
    ),
    form("pypi-AgE", "a PyPI token", (80, 400), Letters::Url, varied),
    form(
        "hf_",
        "a Hugging Face token",
        (34, 40),
        Letters::Alphanumeric,
        varied,
    ),
    form("AKIA", "an AWS key", (16, 16), Letters::Upper, varied),
    form("ASIA", "an AWS key", (16, 16), Letters::Upper, varied),
    form("xoxb-", "a Slack token", (30, 120), Letters::Url, varied),
    form("xoxp-", "a Slack token", (30, 120), Letters::Url, varied),
    form("xoxa-", "a Slack token", (30, 120), Letters::Url, varied),
    form("xapp-", "a Slack token", (40, 140), Letters::Url, varied),
    form(
        "sk_live_",
        "a Stripe key",
        (24, 120),
        Letters::Alphanumeric,
        varied,
    ),
    form(
        "rk_live_",
        "a Stripe key",
        (24, 120),
        Letters::Alphanumeric,
        varied,
    ),
    form("AIza", "a Google key", (35, 35), Letters::Url, varied),
    form("GOCSPX-", "a Google secret", (28, 28), Letters::Url, varied),
    form(
        "sk-ant-",
        "an Anthropic key",
        (80, 120),
        Letters::Url,
        varied,
    ),
    form("sk-proj-", "an OpenAI key", (40, 200), Letters::Url, varied),
    form(
        "sk-svcacct-",
        "an OpenAI key",
        (40, 200),
        Letters::Url,
        varied,
    ),
    form("glpat-", "a GitLab token", (20, 20), Letters::Url, varied),
    form(
        "dckr_pat_",
        "a Docker token",
        (27, 36),
        Letters::Url,
        varied,
    ),
    form("SG.", "a SendGrid key", (60, 72), Letters::Dotted, sendgrid),
    form(
        "sk-",
        "an OpenAI key",
        (48, 48),
        Letters::Alphanumeric,
        openai,
    ),
    form(
        "eyJ",
        "a signed token",
        (60, 2_000),
        Letters::Dotted,
        signed,
    ),
];

const fn form(
    prefix: &'static str,
    what: &'static str,
    length: (usize, usize),
    letters: Letters,
    holds: fn(&str) -> bool,
) -> Form {
    Form {
        prefix,
        what,
        length,
        letters,
        holds,
    }
}

/// The secrets in a text or in bytes.
pub(crate) fn secrets(bytes: &[u8], textual: bool) -> Vec<Noted> {
    let mut noted: Vec<Noted> = Vec::new();
    let mut lines = Lines::default();
    for (index, byte) in bytes.iter().enumerate() {
        if !matches!(
            byte,
            b'g' | b'n'
                | b'p'
                | b'h'
                | b'A'
                | b'x'
                | b's'
                | b'r'
                | b'G'
                | b'd'
                | b'S'
                | b'e'
                | b'-'
        ) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| bytes.get(before));
        if before.is_some_and(|before| {
            before.is_ascii_alphanumeric() || matches!(before, b'_' | b'-') && *byte != b'-'
        }) {
            continue;
        }
        let rest = bytes.get(index..).unwrap_or_default();
        let found = if *byte == b'-' {
            private_key(rest, textual)
        } else {
            token(rest, bytes, index, textual)
        };
        let Some((what, shown)) = found else { continue };
        let message = format!("holds {what}: {shown}");
        if noted.iter().any(|known| known.message == message) {
            continue;
        }
        noted.push(Noted {
            kind: NotedKind::Secret,
            line: lines.of(bytes, index),
            severity: Severity::Medium,
            message,
        });
        if noted.len() >= MOST {
            break;
        }
    }
    noted
}

/// Passwords in addresses: `postgresql://user:password@host`.
pub(crate) fn passwords(text: &str) -> Vec<Noted> {
    let mut noted: Vec<Noted> = Vec::new();
    let mut lines = Lines::default();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        let rest = text.get(at.saturating_add(3)..).unwrap_or_default();
        let end = rest
            .find(|letter: char| letter.is_whitespace() || "/\"'`<>,;|)(".contains(letter))
            .unwrap_or(rest.len());
        let Some((login, host)) = rest.get(..end).and_then(|part| part.rsplit_once('@')) else {
            continue;
        };
        let Some((user, password)) = login.split_once(':') else {
            continue;
        };
        let example = [
            "example.com",
            "example.org",
            "example.net",
            "localhost",
            "127.0.0.1",
        ]
        .into_iter()
        .any(|known| host.starts_with(known) || host.contains(".example."));
        let kinds = [
            u8::is_ascii_digit,
            u8::is_ascii_uppercase,
            u8::is_ascii_lowercase,
        ];
        let random = password.len() >= 12
            && password.len() <= 200
            && kinds
                .into_iter()
                .all(|kind| password.bytes().any(|byte| kind(&byte)))
            && !password.contains(['{', '}', '$', '%', '*'])
            && varied(password)
            && !is_example(password);
        if !random || example || user.is_empty() || host.is_empty() {
            continue;
        }
        noted.push(Noted {
            kind: NotedKind::Secret,
            line: lines.of(text.as_bytes(), at),
            severity: Severity::Medium,
            message: format!(
                "holds a password in an address: `{user}:…@{host}` ({} characters)",
                password.chars().count()
            ),
        });
        if noted.len() >= MOST {
            break;
        }
    }
    noted
}

/// Counts lines forward only.
#[derive(Default)]
struct Lines {
    at: usize,
    line: u32,
}

impl Lines {
    fn of(&mut self, bytes: &[u8], index: usize) -> u32 {
        let passed = bytes.get(self.at..index).unwrap_or_default();
        let breaks = memchr::memchr_iter(b'\n', passed).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = index;
        self.line.saturating_add(1)
    }
}

fn token(rest: &[u8], bytes: &[u8], index: usize, textual: bool) -> Option<(String, String)> {
    let form = FORMS
        .iter()
        .find(|form| rest.starts_with(form.prefix.as_bytes()))?;
    let body = rest.get(form.prefix.len()..)?;
    let longest = form.length.1.saturating_add(1);
    let length = body
        .iter()
        .take(longest)
        .position(|byte| !belongs(form.letters, *byte))
        .unwrap_or_else(|| body.len().min(longest));
    if length < form.length.0 || length > form.length.1 {
        return None;
    }
    let body = std::str::from_utf8(body.get(..length)?).ok()?;
    if is_example(body) || !(form.holds)(body) {
        return None;
    }
    // Among serialised objects no documentation stands: there one half is enough.
    if form.what == "an AWS key" && textual && !secret_half_near(bytes, index) {
        return None;
    }
    let begins: String = body.chars().take(4).collect();
    let shown = format!(
        "`{}{begins}…` ({} characters)",
        form.prefix,
        length.saturating_add(form.prefix.len())
    );
    Some((form.what.to_owned(), shown))
}

fn belongs(letters: Letters, byte: u8) -> bool {
    match letters {
        Letters::Alphanumeric => byte.is_ascii_alphanumeric(),
        Letters::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
        Letters::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        Letters::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'),
    }
}

/// Words and rows by which documentations show what a token looks like.
fn is_example(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    [
        "example",
        "xxxx",
        "your",
        "0000000",
        "1234567890",
        "abcdefgh",
        "redacted",
        "placeholder",
        "dummy",
        "fake",
        "test_",
    ]
    .into_iter()
    .any(|word| lower.contains(word))
}

/// A random text has many different letters.
fn varied(body: &str) -> bool {
    let mut seen = [false; 128];
    for byte in body.bytes() {
        if let Some(slot) = seen.get_mut(usize::from(byte)) {
            *slot = true;
        }
    }
    let different = seen.iter().filter(|slot| **slot).count();
    different >= 10 && different.saturating_mul(4) >= body.len().min(40)
}

/// Tokens of GitHub and npm end in their checksum: CRC-32 of the rest in base 62, six digits.
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>
fn github(body: &str) -> bool {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some((random, check)) = body.split_at_checked(body.len().saturating_sub(6)) else {
        return false;
    };
    let mut left = crc32fast::hash(random.as_bytes());
    let mut digits = [b'0'; 6];
    for slot in digits.iter_mut().rev() {
        let digit = usize::try_from(left % 62).unwrap_or(0);
        *slot = DIGITS.get(digit).copied().unwrap_or(b'0');
        left /= 62;
    }
    digits == check.as_bytes()
}

/// The older keys carry a mark of OpenAI in their middle; others may be of anybody.
fn openai(body: &str) -> bool {
    body.get(20..28) == Some("T3BlbkFJ") && varied(body)
}

fn sendgrid(body: &str) -> bool {
    let mut parts = body.split('.');
    parts.next().is_some_and(|first| first.len() == 22)
        && parts.next().is_some_and(|second| second.len() == 43)
        && parts.next().is_none()
}

/// Three parts in base64, of which the first names an algorithm; the end of a JWT is its signature.
/// <https://www.rfc-editor.org/rfc/rfc7519>
fn signed(body: &str) -> bool {
    let mut parts = body.split('.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let header = waybill_formats::pickle::base64(format!("eyJ{header}").as_bytes());
    let names = header.is_some_and(|header| memchr::memmem::find(&header, b"\"alg\"").is_some());
    names && claims.starts_with("eyJ") && signature.len() >= 40 && parts.next().is_none()
}

/// The secret half of an AWS key is forty letters of base64 nearby.
fn secret_half_near(bytes: &[u8], index: usize) -> bool {
    let from = index.saturating_sub(400);
    let near = bytes
        .get(from..bytes.len().min(index.saturating_add(600)))
        .unwrap_or_default();
    near.split(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')))
        .any(|word| {
            word.len() == 40
                && word.iter().any(u8::is_ascii_uppercase)
                && word.iter().any(u8::is_ascii_lowercase)
                && word.iter().any(u8::is_ascii_digit)
                && std::str::from_utf8(word).is_ok_and(|word| varied(word) && !is_example(word))
        })
}

/// `-----BEGIN ... PRIVATE KEY-----` with a body that decodes.
fn private_key(rest: &[u8], textual: bool) -> Option<(String, String)> {
    const KINDS: [&str; 6] = [
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "DSA PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ];
    let rest = rest.strip_prefix(b"-----BEGIN ")?;
    let kind = KINDS.into_iter().find(|kind| {
        rest.strip_prefix(kind.as_bytes())
            .is_some_and(|rest| rest.starts_with(b"-----"))
    })?;
    let body = rest.get(kind.len().saturating_add(5)..)?;
    // No documentation stands among serialised objects: there a beginning is enough.
    if !textual && (body.starts_with(b"\nMI") || body.starts_with(b"\r\nMI")) {
        let shown = format!("`BEGIN {kind}`");
        return Some(("a private key, or its beginning".to_owned(), shown));
    }
    let body = body.get(..body.len().min(16_384))?;
    let end = memchr::memmem::find(body, b"-----END")?;
    // In source code and JSON lines may end in an escaped break and quotes.
    let text = String::from_utf8_lossy(body.get(..end)?).replace("\\n", "\n");
    let letters: String = text
        .lines()
        .map(|line| {
            line.trim_matches(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | '+' | ',' | '\\')
            })
        })
        .filter(|line| !line.contains(':'))
        .collect();
    let plausible = letters.len() >= 100
        && letters
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        && (letters.starts_with("MI")
            || letters.starts_with("b3BlbnNzaC1rZXk")
            || kind.starts_with("PGP"))
        && varied(&letters);
    plausible.then(|| {
        (
            "a private key".to_owned(),
            format!("`BEGIN {kind}` ({} characters)", letters.len()),
        )
    })
}
