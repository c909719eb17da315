use serde::Deserialize;
use serde_json::Value;

use crate::verified::{SignedBy, Unproven};

/// Who may publish a package, as an index or a lock file names them: PEP 740's publisher objects
/// and the attestation identities of PEP 751.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct AttestationIdentity {
    /// `GitHub`, `GitLab`, `Google`, or another word.
    pub kind: String,
    /// Owner and name of the repository.
    #[serde(default)]
    pub repository: Option<String>,
    /// File of the workflow at GitHub.
    #[serde(default)]
    pub workflow: Option<String>,
    /// File of the workflow at GitLab.
    #[serde(default)]
    pub workflow_filepath: Option<String>,
    /// Address of mail at Google.
    #[serde(default)]
    pub email: Option<String>,
}

impl AttestationIdentity {
    /// Reads the object that names a publisher.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// Fails unless this is who signed. Of kinds that are not known here nothing can be told, and
    /// that is no proof.
    ///
    /// # Errors
    /// [`Unproven::Identity`].
    pub fn holds(&self, by: &SignedBy) -> Result<(), Unproven> {
        let built = by.workflow.as_deref().or(by.identity.as_deref());
        let built = built.unwrap_or_default();
        let issuer = by.identity_issuer.as_deref().unwrap_or_default();
        let repository = self.repository.as_deref().unwrap_or_default();
        let same = match self.kind.as_str() {
            "GitHub" => {
                let file = self.workflow.as_deref().unwrap_or_default();
                let start = format!("https://github.com/{repository}/.github/workflows/{file}@");
                issuer == "https://token.actions.githubusercontent.com"
                    && !repository.is_empty()
                    && !file.is_empty()
                    && starts_with(built, &start, repository.len())
            }
            "GitLab" => {
                let file = self.workflow_filepath.as_deref().unwrap_or_default();
                let start = format!("https://gitlab.com/{repository}//{file}@");
                issuer == "https://gitlab.com"
                    && !repository.is_empty()
                    && !file.is_empty()
                    && starts_with(built, &start, repository.len())
            }
            "Google" => {
                issuer == "https://accounts.google.com"
                    && self.email.is_some()
                    && by.identity == self.email
            }
            kind => {
                return Err(Unproven::Identity(format!(
                    "it is said to be published from `{kind}`, whose identities are not known here"
                )));
            }
        };
        if same {
            return Ok(());
        }
        Err(Unproven::Identity(format!(
            "it was signed by `{built}`, not by {}",
            self.named()
        )))
    }

    /// For people.
    #[must_use]
    pub fn named(&self) -> String {
        let file = self.workflow.as_ref().or(self.workflow_filepath.as_ref());
        let parts = [self.repository.as_ref(), file, self.email.as_ref()];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        format!("`{}` at {}", parts.join(" "), self.kind)
    }
}

/// True if `text` starts so; owner and name of a repository in small letters or large.
fn starts_with(text: &str, start: &str, repository_length: usize) -> bool {
    let host = start
        .get(..start.len().min("https://github.com/".len()))
        .unwrap_or_default();
    let after = host.len().saturating_add(repository_length);
    match (text.get(..after), text.get(after..)) {
        (Some(head), Some(tail)) => {
            start
                .get(..after)
                .is_some_and(|named| named.eq_ignore_ascii_case(head))
                && start
                    .get(after..)
                    .is_some_and(|rest| tail.starts_with(rest))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn by(workflow: &str, issuer: &str) -> SignedBy {
        SignedBy {
            workflow: Some(workflow.to_owned()),
            identity: Some("robot@acme.example".to_owned()),
            identity_issuer: Some(issuer.to_owned()),
            ..SignedBy::default()
        }
    }

    #[test]
    fn only_the_named_workflow_publishes() {
        let github = "https://token.actions.githubusercontent.com";
        let named = |value| AttestationIdentity::read(&value).unwrap();
        let acme = named(
            json!({"kind": "GitHub", "repository": "Acme/tool", "workflow": "release.yml", "environment": null}),
        );
        let flow = |text: &str| format!("https://github.com/{text}");
        for (workflow, issuer, holds) in [
            (
                flow("acme/tool/.github/workflows/release.yml@refs/tags/v1"),
                github,
                true,
            ),
            (
                flow("acme/tool/.github/workflows/release.yml@refs/tags/v1"),
                "https://gitlab.com",
                false,
            ),
            (
                flow("acme/tool2/.github/workflows/release.yml@refs/tags/v1"),
                github,
                false,
            ),
            (
                flow("acme/tool/.github/workflows/release.yml.x@refs/tags/v1"),
                github,
                false,
            ),
            (
                flow("acme/tool/.github/workflows/Release.yml@refs/tags/v1"),
                github,
                false,
            ),
            ("https://github.comacme/tool".to_owned(), github, false),
        ] {
            assert_eq!(
                acme.holds(&by(&workflow, issuer)).is_ok(),
                holds,
                "{workflow}"
            );
        }
        let lab = named(
            json!({"kind": "GitLab", "repository": "a/b", "workflow_filepath": ".gitlab-ci.yml"}),
        );
        let flow = "https://gitlab.com/a/b//.gitlab-ci.yml@refs/heads/main";
        assert!(lab.holds(&by(flow, "https://gitlab.com")).is_ok());
        assert!(lab.holds(&by(flow, github)).is_err());
        let mail = named(json!({"kind": "Google", "email": "robot@acme.example"}));
        assert!(mail.holds(&by("", "https://accounts.google.com")).is_ok());
        assert!(mail.holds(&by("", github)).is_err());
        for value in [
            json!({"kind": "GitHub", "repository": ""}),
            json!({"kind": "Elsewhere"}),
        ] {
            let refused =
                named(value).holds(&by("https://github.com//.github/workflows/@x", github));
            assert!(refused.is_err());
        }
    }
}
