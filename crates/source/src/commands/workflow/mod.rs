//! Workflows of continuous integration to facts: GitHub Actions (workflows and composite actions),
//! GitLab CI, Azure Pipelines, Bitbucket Pipelines, Google Cloud Build and CircleCI.

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
        } else if is_cloud_build(&root) {
            pipelines::cloud_build(&mut manifest, &root);
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

/// Google Cloud Build: each step is an image with arguments.
fn is_cloud_build(root: &Node) -> bool {
    let steps = root.get("steps").map(Node::items).unwrap_or_default();
    !steps.is_empty()
        && steps.iter().all(|step| {
            let image = step.get("name").and_then(Node::text);
            image.is_some_and(|name| name.contains('/') || name.contains(':'))
                && step.get("uses").is_none()
                && step.get("task").is_none()
        })
}

/// Azure Pipelines, Bitbucket Pipelines and CircleCI.
fn is_pipeline(root: &Node) -> bool {
    let azure = ["steps", "pool", "trigger", "resources", "extends"]
        .iter()
        .any(|key| root.get(key).is_some())
        || root
            .get("stages")
            .is_some_and(|stages| stages.items().iter().any(|stage| stage.is_map()));
    let bitbucket = root.get("pipelines").is_some_and(Node::is_map);
    azure || bitbucket || root.get("jobs").is_some() || root.get("workflows").is_some()
}
