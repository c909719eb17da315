//! The packages of an RPM database as the facts that all package files end in.

use std::collections::HashMap;

use waybill_formats::rpm::{RpmDatabase, RpmPackage};
use waybill_source::packages::{Dependency, Ecosystem, Package, PackageFacts, Strength, Unread};

/// Turns a database into facts; what a package requires leads to the package that provides it.
pub(crate) fn rpm_facts(database: RpmDatabase) -> PackageFacts {
    let mut provided: HashMap<&str, &str> = HashMap::new();
    for package in &database.packages {
        provided.insert(&package.name, &package.name);
        for name in &package.provides {
            provided.entry(name).or_insert(&package.name);
        }
    }
    let packages = database
        .packages
        .iter()
        // Keys that signatures are checked with lie among the packages.
        .filter(|package| package.name != "gpg-pubkey")
        .map(|package| of(package, &provided))
        .collect();
    let unread = database.unread.iter().map(|reason| Unread {
        line: None,
        reason: reason.clone(),
    });
    PackageFacts {
        strength: Strength::Installed,
        packages,
        unread: unread.collect(),
        ..PackageFacts::default()
    }
}

fn of(record: &RpmPackage, provided: &HashMap<&str, &str>) -> Package {
    let mut package = Package::new(Ecosystem::Rpm, record.name.clone());
    let release = match record.release.as_str() {
        "" => record.version.clone(),
        release => format!("{}-{release}", record.version),
    };
    package.version = Some(match record.epoch.filter(|epoch| *epoch != 0) {
        Some(epoch) => format!("{epoch}:{release}"),
        None => release,
    });
    package.licence.clone_from(&record.licence);
    package.supplier.clone_from(&record.distributor);
    package.homepage.clone_from(&record.homepage);
    package.architecture.clone_from(&record.architecture);
    package.built_from.clone_from(&record.source_package);
    let mut edges: Vec<Dependency> = record
        .requires
        .iter()
        .filter_map(|name| provided.get(name.as_str()))
        .filter(|name| **name != record.name)
        .map(|name| Dependency {
            name: (*name).to_owned(),
            version: None,
        })
        .collect();
    edges.sort();
    edges.dedup();
    package.dependencies = edges;
    package
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_lead_to_who_provides_them() {
        let record = |name: &str, provides: &[&str], requires: &[&str]| RpmPackage {
            name: name.to_owned(),
            version: "1.0".to_owned(),
            release: "2.el9".to_owned(),
            epoch: Some(3),
            provides: provides.iter().map(|name| (*name).to_owned()).collect(),
            requires: requires.iter().map(|name| (*name).to_owned()).collect(),
            ..RpmPackage::default()
        };
        let facts = rpm_facts(RpmDatabase {
            packages: vec![
                record("bash", &["/bin/sh"], &["libc.so.6", "/bin/sh", "nothing"]),
                record("glibc", &["libc.so.6"], &[]),
                record("gpg-pubkey", &[], &[]),
            ],
            unread: vec!["a reason".to_owned()],
        });
        let mut bash = Package::new(Ecosystem::Rpm, "bash");
        bash.version = Some("3:1.0-2.el9".to_owned());
        bash.dependencies = vec![Dependency {
            name: "glibc".to_owned(),
            version: None,
        }];
        let mut glibc = Package::new(Ecosystem::Rpm, "glibc");
        glibc.version = Some("3:1.0-2.el9".to_owned());
        assert_eq!(facts.packages, [bash, glibc]);
        assert_eq!(facts.unread.len(), 1);
    }
}
