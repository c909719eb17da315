//! Workflows of continuous integration to facts: GitHub Actions (workflows and composite actions),
//! GitLab CI, Azure Pipelines and CircleCI.

mod github;
mod gitlab;
mod pipelines;

#[cfg(test)]
mod tests;

use super::{CommandFacts, manifest::Manifest};
use crate::document::Node;

/// Reads a workflow; whose it is follows from its keys.
#[must_use]
pub fn workflow(text: &str) -> CommandFacts {
    let mut manifest = Manifest::new(text);
    for root in manifest.document.roots.clone() {
        if let Some(jobs) = root.get("jobs").filter(|jobs| is_github(jobs)) {
            github::jobs(&mut manifest, &root, jobs);
        } else if root.get("runs").is_some_and(Node::is_map) {
            github::action(&mut manifest, &root);
        } else if is_pipeline(&root) {
            pipelines::read(&mut manifest, &root);
        } else {
            gitlab::read(&mut manifest, &root);
        }
    }
    manifest.finish()
}

fn is_github(jobs: &Node) -> bool {
    jobs.entries()
        .iter()
        .any(|(_, _, job)| job.get("runs-on").is_some() || job.get("uses").is_some())
}

/// Azure Pipelines and CircleCI.
fn is_pipeline(root: &Node) -> bool {
    let azure = ["steps", "pool", "trigger", "resources", "extends"]
        .iter()
        .any(|key| root.get(key).is_some())
        || root
            .get("stages")
            .is_some_and(|stages| stages.items().iter().any(|stage| stage.is_map()));
    azure || root.get("jobs").is_some() || root.get("workflows").is_some()
}
