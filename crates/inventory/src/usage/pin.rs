//! How firmly a revision or a name fixes what will be used.

use waybill_domain::inventory::Pin;

/// The pin of a revision of a repository.
pub(crate) fn of_revision(revision: Option<&str>) -> Pin {
    match revision {
        None => Pin::Floating,
        Some(revision) if is_commit(revision) => Pin::Digest,
        Some(
            "main" | "master" | "HEAD" | "latest" | "" | "refs/heads/main" | "refs/heads/master",
        ) => Pin::Floating,
        Some(_) => Pin::Name,
    }
}

/// True for a full commit id or a digest.
fn is_commit(revision: &str) -> bool {
    let digits = revision.strip_prefix("sha256:").unwrap_or(revision);
    matches!(digits.len(), 40 | 64) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// True if the name of a hosted model names one snapshot: a date or a version in it.
pub(crate) fn names_a_snapshot(name: &str) -> bool {
    if name.ends_with("latest") {
        return false;
    }
    let tokens: Vec<&str> = name.split(['-', '@', '/', '_']).collect();
    let dated = tokens.iter().any(|token| is_date(token));
    let parted = tokens.windows(3).any(|window| match window {
        [year, month, day] => is_year(year) && is_month(month) && is_day(day),
        _ => false,
    });
    let month_and_year = tokens.windows(2).any(|window| match window {
        [left, right] => (is_month(left) && (is_year(right) || is_day(right))) && left.len() == 2,
        _ => false,
    });
    let last = tokens.last().copied().unwrap_or_default();
    // Of a maker whose name stands before a dot, each version is a model of its own.
    let of_maker = name.contains('.') && last.strip_prefix('v').is_some_and(all_digits);
    let numbered = last.len() == 3 && last.starts_with('0') && all_digits(last);
    dated || parted || month_and_year || numbered || of_maker || is_version(name, last)
}

/// `v1:0`, `v2:1`, `v3.0`, `claude-2.1`, `owner/name:<64 digits>`.
fn is_version(name: &str, last: &str) -> bool {
    let bedrock = last.split_once(':').is_some_and(|(left, right)| {
        left.strip_prefix('v').is_some_and(all_digits)
            && right.split(':').next().is_some_and(all_digits)
    });
    let dotted = last
        .strip_prefix('v')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(left, right)| all_digits(left) && all_digits(right));
    let replicate = name
        .rsplit_once(':')
        .is_some_and(|(_, digits)| is_commit(digits));
    bedrock || dotted || replicate
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `20240229`, `0613`, `2407`.
fn is_date(token: &str) -> bool {
    let token = token.split(':').next().unwrap_or_default();
    if !all_digits(token) {
        return false;
    }
    match token.len() {
        8 => token.starts_with("20"),
        4 => {
            let (left, right) = token.split_at(2);
            (is_month(left) && is_day(right)) || (("22".."40").contains(&left) && is_month(right))
        }
        _ => false,
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.starts_with("20") && all_digits(text)
}

fn is_month(text: &str) -> bool {
    text.len() == 2 && all_digits(text) && ("01".."13").contains(&text)
}

fn is_day(text: &str) -> bool {
    let text = text.split(':').next().unwrap_or_default();
    text.len() == 2 && all_digits(text) && ("01".."32").contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_pin_by_digest_by_name_or_not() {
        let commit = "e".repeat(40);
        assert_eq!(of_revision(Some(&commit)), Pin::Digest);
        assert_eq!(of_revision(Some("v1.0")), Pin::Name);
        assert_eq!(of_revision(Some("refs/pr/5")), Pin::Name);
        assert_eq!(of_revision(Some("main")), Pin::Floating);
        assert_eq!(of_revision(None), Pin::Floating);
    }

    #[test]
    fn snapshots_of_hosted_models_carry_a_date_or_a_version() {
        for name in [
            "gpt-4o-2024-08-06",
            "gpt-4-0613",
            "gpt-3.5-turbo-0125",
            "gpt-4-1106-preview",
            "claude-3-5-sonnet-20241022",
            "claude-3-opus@20240229",
            "anthropic.claude-3-sonnet-20240229-v1:0",
            "anthropic.claude-v2:1",
            "anthropic.claude-v2",
            "amazon.titan-text-express-v1",
            "us.amazon.nova-lite-v1:0",
            "cohere.command-r-v1:0",
            "cohere.embed-english-v3",
            "meta.llama3-70b-instruct-v1:0",
            "ai21.j2-ultra-v1",
            "amazon.titan-embed-text-v2:0",
            "gemini-1.5-pro-002",
            "gemini-2.5-pro-preview-05-06",
            "text-embedding-ada-002",
            "mistral-large-2407",
            "command-r-08-2024",
            "embed-english-v3.0",
            "grok-2-1212",
            "qwen-max-2024-09-19",
        ] {
            assert!(names_a_snapshot(name), "{name}");
        }
        for name in [
            "gpt-4o",
            "gpt-4o-mini",
            "gpt-4-turbo",
            "claude-3-5-sonnet-latest",
            "claude-sonnet-4-5",
            "gemini-2.5-pro",
            "gemini-pro",
            "mistral-large-latest",
            "text-embedding-3-small",
            "command-r-plus",
            "meta-llama/Llama-3.3-70B-Instruct-Turbo",
            "llama-3.1-8b-instant",
            "dall-e-3",
            "mixtral-8x7b-32768",
            "llama3-8b-8192",
            "moonshot-v1-8k",
        ] {
            assert!(!names_a_snapshot(name), "{name}");
        }
    }
}
