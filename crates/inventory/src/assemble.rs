use waybill_domain::{
    Tool,
    inventory::{
        INVENTORY_SCHEMA, Inventory, InventorySummary, Standing, Subject, SupplierKind, Unread,
    },
};

use crate::{
    agents, digests, draft::Draft, included::read_included, infrastructure, licences, local,
    mentions, reading::FileFacts, rules, settings, software, subject, suppliers, tree::Tree, usage,
};

/// What the caller knows beside the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Name, version and state of the system, as far as the caller knows; what is missing is
    /// taken from the project's metadata.
    pub subject: Subject,
    /// Name of the folder or image, for a system that nothing else names.
    pub folder_name: Option<String>,
    /// The organisation that produces the system, if the caller knows it.
    pub supplier: Option<String>,
    /// What could not be read before single files were looked at.
    pub unread: Vec<Unread>,
    /// The date by which end of life is judged, `YYYY-MM-DD`.
    pub today: Option<String>,
    /// Names of packages that only the organisation's own registry has; `*` at the end stands for
    /// any ending: `acme-*`, `@acme/*`.
    pub internal: Vec<String>,
}

/// Makes the inventory out of the facts of all files. The order of `files` does not matter.
#[must_use]
pub fn assemble(tool: Tool, mut files: Vec<FileFacts>, options: Options) -> Inventory {
    read_included(&mut files);
    let tree = Tree::new(files);
    let mut draft = Draft::default();
    for part in [
        software::add,
        infrastructure::add,
        usage::add,
        agents::add,
        settings::add,
        local::add,
        mentions::join,
        digests::add,
        suppliers::add,
        licences::add,
    ] {
        part(&tree, &mut draft);
    }
    rules::dependency_confusion::look(&tree, &mut draft, &options.internal);
    rules::judge(&mut draft, options.today.as_deref());
    for file in tree.files() {
        for unread in &file.unread {
            draft.unread(&unread.path, unread.line, unread.reason.clone());
        }
    }
    let mut summary = InventorySummary::default();
    for file in tree.files() {
        summary.files += 1;
        if !file.readings.is_empty() {
            summary.files_read += 1;
            summary.bytes_read += file.size_bytes;
        }
    }
    for unread in &options.unread {
        draft.unread(&unread.path, unread.line, unread.reason.clone());
    }
    let mut subject = options.subject;
    if let Some(name) = &options.supplier {
        let id = draft.supplier(SupplierKind::Organisation, name, Standing::Claimed);
        subject.supplier = Some(id);
    }
    subject::fill(&mut subject, options.folder_name, &tree, &mut draft);
    let parts = draft.finish();
    for component in &parts.components {
        *summary.components.entry(component.role).or_default() += 1;
        if let Some(pin) = component.pin {
            *summary.pins.entry(pin).or_default() += 1;
        }
    }
    Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        tool,
        subject,
        components: parts.components,
        suppliers: parts.suppliers,
        relations: parts.relations,
        findings: parts.noted,
        unread: parts.unread,
        summary,
    }
}
