use packageurl::PackageUrl;

/// A package URL in its canonical form; `None` if the parts cannot make a valid one.
///
/// `namespace` may have several segments joined by `/`. Qualifiers with an empty value are left out.
pub(crate) fn purl(
    kind: &str,
    namespace: Option<&str>,
    name: &str,
    version: Option<&str>,
    qualifiers: &[(&str, &str)],
) -> Option<String> {
    let mut url = PackageUrl::new(kind.to_owned(), name.to_owned()).ok()?;
    if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) {
        url.with_namespace(namespace.to_owned()).ok()?;
    }
    if let Some(version) = version.filter(|version| !version.is_empty()) {
        url.with_version(version.to_owned()).ok()?;
    }
    for (key, value) in qualifiers {
        if !value.is_empty() {
            url.add_qualifier((*key).to_owned(), (*value).to_owned())
                .ok()?;
        }
    }
    Some(written(&url))
}

/// A package URL as text. A branch may have a `/`, which in a version is written `%2F`; the crate
/// leaves it, and then cannot read it back.
pub(crate) fn written(url: &PackageUrl<'_>) -> String {
    let text = url.to_string();
    match url.version().filter(|version| version.contains('/')) {
        Some(version) => text.replacen(
            &format!("@{version}"),
            &format!("@{}", version.replace('/', "%2F")),
            1,
        ),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purls_are_canonical() {
        let cases = [
            (
                purl("pypi", None, "Torch_x", Some("2.1.0"), &[]),
                "pkg:pypi/torch-x@2.1.0",
            ),
            (
                purl("npm", Some("@scope"), "name", Some("1.0.0"), &[]),
                "pkg:npm/%40scope/name@1.0.0",
            ),
            (
                purl(
                    "docker",
                    Some("nvidia"),
                    "cuda",
                    Some("12.1"),
                    &[("repository_url", "ghcr.io")],
                ),
                "pkg:docker/nvidia/cuda@12.1?repository_url=ghcr.io",
            ),
            (
                purl("huggingface", Some("google"), "gemma-2b", None, &[]),
                "pkg:huggingface/google/gemma-2b",
            ),
            (
                purl(
                    "huggingface",
                    Some("intfloat"),
                    "e5",
                    Some("refs/pr/2"),
                    &[],
                ),
                "pkg:huggingface/intfloat/e5@refs%2Fpr%2F2",
            ),
        ];
        for (made, expected) in cases {
            assert_eq!(made.as_deref(), Some(expected));
        }
    }
}
