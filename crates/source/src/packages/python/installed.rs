//! What an installed distribution says of itself: `METADATA`, `PKG-INFO`, `direct_url.json`.
//!
//! Format: <https://packaging.python.org/en/latest/specifications/core-metadata/>.

use super::{
    pyproject::licence_of_classifier,
    requirement::{locate, normalised, parse},
};
use crate::{
    document::{self, DocumentLimits, Node},
    packages::{
        Ecosystem, Origin, Package, PackageFacts, Strength, address, digest,
        opened::{line_number, opened, text},
    },
};

/// Reads `*.dist-info/METADATA` or `*.egg-info/PKG-INFO`.
#[must_use]
pub fn metadata(content: &str) -> PackageFacts {
    let mut facts = PackageFacts::of(Strength::Installed);
    let mut package = Package::new(Ecosystem::Pypi, "");
    let mut fields = Fields::default();
    let mut last: Option<(String, String, u32)> = None;
    for (index, line) in content.lines().enumerate() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value, _)) = &mut last {
                value.push('\n');
                value.push_str(line.trim());
            }
            continue;
        }
        if let Some((key, value, at)) = last.take() {
            fields.take(&mut package, &mut facts, &key, &value, at);
        }
        // The description follows the empty line.
        if line.trim().is_empty() {
            break;
        }
        match line.split_once(':') {
            Some((key, value)) => {
                let key = key.trim().to_lowercase();
                last = Some((key, value.trim().to_owned(), line_number(index)));
            }
            None => facts.refuse(line_number(index), "not a field of metadata"),
        }
    }
    if let Some((key, value, at)) = last {
        fields.take(&mut package, &mut facts, &key, &value, at);
    }
    fields.finish(&mut package);
    if package.name.is_empty() {
        facts.refuse(1, "the metadata give no name");
    } else {
        facts.packages.push(package);
    }
    facts
}

#[derive(Default)]
struct Fields {
    expression: Option<String>,
    licence: Option<String>,
    classifiers: Vec<String>,
    people: [Option<String>; 4],
    homepage: Option<String>,
    urls: Vec<(String, String)>,
}

impl Fields {
    fn take(
        &mut self,
        package: &mut Package,
        facts: &mut PackageFacts,
        key: &str,
        value: &str,
        line: u32,
    ) {
        if value.is_empty() || value == "UNKNOWN" {
            return;
        }
        let owned = || Some(value.to_owned());
        let [author, author_email, maintainer, maintainer_email] = &mut self.people;
        match key {
            "name" if package.name.is_empty() => {
                package.name = normalised(value);
                package.line = Some(line);
            }
            "version" if package.version.is_none() => package.version = owned(),
            "requires-dist" => match parse(value) {
                // What only an extra needs may not be installed.
                Some(wanted) if !only_extra(wanted.marker.as_deref()) => {
                    package.dependencies.push(wanted.dependency());
                }
                Some(_) => {}
                None => facts.refuse(line, "a requirement could not be read"),
            },
            "license-expression" => self.expression = owned(),
            "license" => self.licence = owned(),
            "classifier" => self.classifiers.extend(licence_of_classifier(value)),
            "author" => *author = owned(),
            "author-email" => *author_email = owned(),
            "maintainer" => *maintainer = owned(),
            "maintainer-email" => *maintainer_email = owned(),
            "home-page" => self.homepage = owned(),
            "project-url" => {
                if let Some((name, url)) = value.split_once(',') {
                    let name = name.trim().to_lowercase();
                    self.urls.push((name, url.trim().to_owned()));
                }
            }
            _ => {}
        }
    }

    fn finish(self, package: &mut Package) {
        package.dependencies.sort();
        package.dependencies.dedup();
        // Some put the whole text of the licence into the field.
        let short = self
            .licence
            .filter(|text| !text.contains('\n') && text.len() < 200);
        let classified = (!self.classifiers.is_empty()).then(|| self.classifiers.join(" AND "));
        package.licence = self.expression.or(short).or(classified);
        package.supplier = self.people.into_iter().flatten().next();
        let preferred = ["homepage", "home", "repository", "source", "source code"];
        let listed = preferred.into_iter().find_map(|wanted| {
            let found = self.urls.iter().find(|(name, _)| name == wanted);
            found.map(|(_, url)| url.clone())
        });
        package.homepage = self.homepage.or(listed).map(|url| address::plain(&url));
    }
}

fn only_extra(marker: Option<&str>) -> bool {
    marker.is_some_and(|marker| {
        let mut words = marker.split(|next: char| !(next.is_alphanumeric() || next == '_'));
        words.any(|word| word == "extra")
    })
}

/// Reads `direct_url.json` (PEP 610). The one package has no name: it is the one in whose
/// `dist-info` folder the file lies.
#[must_use]
pub fn direct_url(content: &str) -> PackageFacts {
    let document = document::json(content, &DocumentLimits::default());
    let (mut facts, root) = opened(document, Strength::Installed);
    let Some(url) = text(&root, "url") else {
        return facts;
    };
    let mut package = Package::new(Ecosystem::Pypi, "");
    package.line = root.get("url").map(Node::line);
    locate(&mut package, &url);
    package.version = None;
    if let Some(vcs) = root.get("vcs_info") {
        let commit = text(vcs, "commit_id").or_else(|| text(vcs, "requested_revision"));
        package.origin = address::git(&url, commit.as_deref());
    }
    if let Some(archive) = root.get("archive_info") {
        let one = archive.get("hash").and_then(Node::text);
        package.hashes.extend(one.and_then(digest::named));
        for (algorithm, _, digits) in archive.get("hashes").map(Node::entries).unwrap_or_default() {
            let digits = digits.text().unwrap_or_default();
            package
                .hashes
                .extend(digest::hexadecimal(algorithm, digits));
        }
        package.hashes.sort();
        package.hashes.dedup();
    }
    if let (Origin::Path(path), Some(_)) = (&package.origin, root.get("dir_info")) {
        // An absolute path of the machine on which it was installed says nothing here.
        if path.starts_with('/') {
            package.origin = Origin::Path(address::last_part(path).to_owned());
        }
    }
    facts.packages.push(package);
    facts
}
