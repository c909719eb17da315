//! `var/lib/dpkg/status` and the pieces of it in `status.d` of images without a shell.
//!
//! Format: deb-control(5) and dpkg's own fields.

use crate::packages::{
    Dependency, Ecosystem, Package, PackageFacts, Strength, address, opened::line_number,
};

/// Reads the paragraphs of installed packages; those that were removed are left out.
#[must_use]
pub fn dpkg_status(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Installed);
    let mut paragraph = Paragraph::default();
    for (index, line) in content.lines().enumerate() {
        let number = line_number(index);
        if line.trim().is_empty() {
            std::mem::take(&mut paragraph).finish(&mut facts);
        } else if !line.starts_with([' ', '\t']) {
            match line.split_once(':') {
                Some((key, value)) => paragraph.take(key, value.trim(), number),
                None => facts.refuse(number, "not a field of a paragraph"),
            }
        }
    }
    paragraph.finish(&mut facts);
    facts
}

#[derive(Default)]
struct Paragraph<'a> {
    name: Option<(&'a str, u32)>,
    first: Option<u32>,
    version: &'a str,
    status: Option<&'a str>,
    source: &'a str,
    maintainer: &'a str,
    homepage: &'a str,
    architecture: &'a str,
    depends: Vec<&'a str>,
}

impl<'a> Paragraph<'a> {
    fn take(&mut self, key: &str, value: &'a str, line: u32) {
        self.first.get_or_insert(line);
        match key.to_ascii_lowercase().as_str() {
            "package" => self.name = Some((value, line)),
            "version" => self.version = value,
            "status" => self.status = Some(value),
            "source" => self.source = value,
            "maintainer" => self.maintainer = value,
            "homepage" => self.homepage = value,
            "architecture" => self.architecture = value,
            "depends" | "pre-depends" => self.depends.push(value),
            _ => {}
        }
    }

    fn finish(self, facts: &mut PackageFacts) {
        let Some(first) = self.first else {
            return;
        };
        let Some((name, line)) = self.name.filter(|(name, _)| !name.is_empty()) else {
            facts.refuse(first, "a paragraph names no package");
            return;
        };
        // `status.d` has no such field.
        let state = self
            .status
            .and_then(|status| status.split_whitespace().last());
        if matches!(state, Some("deinstall" | "config-files" | "not-installed")) {
            return;
        }
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut package = Package::new(Ecosystem::Deb, name);
        package.line = Some(line);
        package.version = given(self.version);
        package.supplier = given(self.maintainer);
        package.homepage = given(self.homepage).map(|url| address::plain(&url));
        package.architecture = given(self.architecture);
        package.built_from = given(self.source).map(|source| match source.split_once(" (") {
            Some((name, version)) => format!("{name} {}", version.trim_end_matches(')')),
            None => source,
        });
        let mut edges: Vec<Dependency> = self
            .depends
            .iter()
            .flat_map(|list| list.split([',', '|']))
            .filter_map(|one| {
                one.split(['(', ':', ' '])
                    .find(|word| !word.trim().is_empty())
            })
            .map(|name| Dependency::named(name.trim()))
            .collect();
        edges.sort();
        edges.dedup();
        package.dependencies = edges;
        facts.packages.push(package);
    }
}
