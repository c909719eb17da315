//! `var/lib/rpmmanifest/container-manifest-2`: the text that images without a database carry.

use crate::packages::{Ecosystem, Package, PackageFacts, Strength, opened::line_number};

/// Reads lines of name, version-release, two times, supplier, a word, size, architecture, epoch
/// and source package, separated by tabs.
#[must_use]
pub fn rpm_manifest(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Installed);
    for (index, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |at: usize| {
            let text = fields.get(at).copied().unwrap_or_default().trim();
            (!text.is_empty() && text != "(none)").then(|| text.to_owned())
        };
        let (Some(name), Some(version)) = (field(0), field(1)) else {
            facts.refuse(line_number(index), "not a name and a version");
            continue;
        };
        let mut package = Package::new(Ecosystem::Rpm, name);
        package.line = Some(line_number(index));
        package.version = Some(match field(8).filter(|epoch| epoch != "0") {
            Some(epoch) => format!("{epoch}:{version}"),
            None => version,
        });
        package.supplier = field(4);
        package.architecture = field(7);
        package.built_from = field(9);
        facts.packages.push(package);
    }
    facts
}
