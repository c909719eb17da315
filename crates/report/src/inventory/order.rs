//! What every view says the same way.

use waybill_domain::inventory::{Component, Inventory, Occurrence, Pin, Role};

/// How a group of components is headed.
pub(super) const fn heading(role: Role) -> &'static str {
    match role {
        Role::Model => "Models",
        Role::Adapter => "Adapters",
        Role::HostedModel => "Hosted models",
        Role::Dataset => "Data sets",
        Role::EvaluationSet => "Evaluation sets",
        Role::Library => "Libraries",
        Role::Application => "Applications",
        Role::SystemPackage => "System packages",
        Role::OperatingSystem => "Operating systems",
        Role::Container => "Container images",
        Role::WorkflowAction => "Workflow actions",
        Role::InfrastructurePlugin => "Infrastructure plug-ins",
        Role::Service => "Services",
        Role::VectorStore => "Vector stores",
        Role::AgentTool => "Agent tools",
        Role::Prompt => "Prompts",
        Role::ChatTemplate => "Chat templates",
        Role::AgentInstructions => "Instructions to agents",
        Role::Guardrail => "Guardrails",
        Role::File => "Files",
        Role::Machine => "Machines",
    }
}

/// The components of each role that occurs, in the order of [`Role::ALL`].
pub(super) fn groups(inventory: &Inventory) -> Vec<(Role, Vec<&Component>)> {
    Role::ALL
        .into_iter()
        .filter_map(|role| {
            let of_role = |component: &&Component| component.role == role;
            let members: Vec<_> = inventory.components.iter().filter(of_role).collect();
            (!members.is_empty()).then_some((role, members))
        })
        .collect()
}

/// The version as people read it: a long commit id or digest is cut.
pub(super) fn version(component: &Component) -> String {
    let Some(version) = &component.version else {
        return component.requirement.clone().unwrap_or_default();
    };
    shortened(version)
}

/// A long commit id or digest is cut; anything else stays as it is.
pub(super) fn shortened(version: &str) -> String {
    let digits = version.strip_prefix("sha256:").unwrap_or(version);
    let is_id = digits.len() >= 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (is_id, digits.get(..12)) {
        (true, Some(start)) => format!("{start}…"),
        _ => version.to_owned(),
    }
}

/// The pin in a word; empty where there is nothing to fix.
pub(super) fn pin(component: &Component) -> &'static str {
    component.pin.map_or("", Pin::as_str)
}

/// An occurrence as `path:line`.
pub(super) fn at(occurrence: &Occurrence) -> String {
    match occurrence.line {
        Some(line) => format!("{}:{line}", occurrence.path),
        None => occurrence.path.clone(),
    }
}

/// Where a component was first seen, as `path:line`.
pub(super) fn place(component: &Component) -> String {
    match component.occurrences.first() {
        Some(occurrence) => at(occurrence),
        None => component.path.clone().unwrap_or_default(),
    }
}
