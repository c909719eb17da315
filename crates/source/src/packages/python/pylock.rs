//! `pylock.toml` (PEP 751).

use super::{
    locks::{entry, file_hashes},
    requirement::normalised,
};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        AttestationIdentity, Dependency, Origin, PackageFacts, Strength, address,
        opened::{opened, text},
    },
};

/// Reads `pylock.toml` or `pylock.<name>.toml`.
#[must_use]
pub fn pylock(content: &str) -> PackageFacts {
    let document = document::toml(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Locked);
    for node in root.get("packages").map(Node::items).unwrap_or_default() {
        let Some(mut package) = entry(&mut facts, node) else {
            continue;
        };
        package.condition = text(node, "marker");
        for key in ["sdist", "archive", "wheels"] {
            file_hashes(&mut package, node.get(key));
        }
        let identities = node.get("attestation-identities").map(Node::items);
        package.identities = identities
            .unwrap_or_default()
            .iter()
            .map(|named| identity(named))
            .collect();
        package.dependencies = node
            .get("dependencies")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|item| {
                Some(Dependency {
                    name: normalised(&text(item, "name")?),
                    version: text(item, "version"),
                })
            })
            .collect();
        if let Some(vcs) = node.get("vcs") {
            let place = text(vcs, "url").or_else(|| text(vcs, "path"));
            let commit = text(vcs, "commit-id").or_else(|| text(vcs, "requested-revision"));
            package.origin = address::git(&place.unwrap_or_default(), commit.as_deref());
        } else if let Some(path) = node.get("directory").and_then(|node| text(node, "path")) {
            package.origin = Origin::Path(path);
        } else if let Some(archive) = node.get("archive") {
            package.origin = match (text(archive, "url"), text(archive, "path")) {
                (Some(url), _) => Origin::Url(address::plain(&url)),
                (None, path) => Origin::Path(path.unwrap_or_default()),
            };
        } else if let Some(index) =
            text(node, "index").filter(|index| !address::is_public_index(index))
        {
            package.origin = Origin::Index(address::plain(&index));
        }
        facts.packages.push(package);
    }
    facts
}

/// The words of an identity that has to have attested a package.
fn identity(node: &Node) -> AttestationIdentity {
    [
        "kind",
        "repository",
        "workflow",
        "workflow_filepath",
        "email",
    ]
    .into_iter()
    .filter_map(|key| Some((key.to_owned(), text(node, key)?)))
    .collect()
}
