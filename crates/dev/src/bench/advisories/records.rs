//! Advisories in the sizes and mixture of the public databases. Measured in the PyPA's and RustSec's
//! (3,867 records, 2026): details of 130 to 9,500 characters, half under 420; up to 1,132 listed versions a
//! record, half under 32; two to 46 events; three links. Most of npm's are malicious packages: short, all
//! versions. Debian's name several releases.

use anyhow::Result;
use std::{fmt::Write as _, fs::File, io::BufWriter, path::Path};

use super::archive::Archive;

pub(super) struct Feed {
    pub(super) name: &'static str,
    pub(super) ecosystem: &'static str,
    pub(super) purl: &'static str,
    pub(super) qualifiers: &'static str,
    pub(super) records: usize,
    pub(super) packages: usize,
    /// Names of releases; one entry each.
    releases: &'static [&'static str],
    /// Share of malicious packages, in percent.
    malicious: u64,
    lists_versions: bool,
}

const fn feed(
    name: &'static str,
    ecosystem: &'static str,
    purl: &'static str,
    records: usize,
    packages: usize,
) -> Feed {
    Feed {
        name,
        ecosystem,
        purl,
        qualifiers: "",
        records,
        packages,
        releases: &[""],
        malicious: 0,
        lists_versions: false,
    }
}

pub(super) const FEEDS: &[Feed] = &[
    Feed {
        malicious: 85,
        ..feed("npm", "npm", "npm", 120_000, 100_000)
    },
    Feed {
        malicious: 30,
        lists_versions: true,
        ..feed("pypi", "PyPI", "pypi", 25_000, 12_000)
    },
    feed("maven", "Maven", "maven/org.example", 10_000, 3000),
    feed("go", "Go", "golang/example.org", 8000, 3000),
    feed("crates", "crates.io", "cargo", 4000, 1500),
    Feed {
        qualifiers: "?distro=debian-12",
        releases: &[":11", ":12", ":13"],
        lists_versions: true,
        ..feed("debian", "Debian", "deb/debian", 50_000, 4000)
    },
    Feed {
        qualifiers: "?distro=ubuntu-22.04",
        releases: &[":20.04:LTS", ":22.04:LTS", ":24.04:LTS"],
        ..feed("ubuntu", "Ubuntu", "deb/ubuntu", 20_000, 4000)
    },
    feed("packagist", "Packagist", "composer/example", 8000, 2000),
    feed("nuget", "NuGet", "nuget", 5000, 1500),
];

impl Feed {
    /// The name of a package, as package URLs and most ecosystems have it.
    pub(super) fn package(&self, index: usize) -> String {
        format!("package-{index}")
    }

    fn osv_name(&self, index: usize) -> String {
        let name = self.package(index);
        match self.name {
            "maven" => format!("org.example:{name}"),
            "go" => format!("example.org/{name}"),
            "packagist" => format!("example/{name}"),
            _ => name,
        }
    }
}

/// Writes a feed; gives the bytes of its JSON.
pub(super) fn write(feed: &Feed, path: &Path) -> Result<u64> {
    let mut archive = Archive::new(BufWriter::with_capacity(1 << 20, File::create(path)?));
    let mut dice = Dice(feed.records as u64 + feed.packages as u64);
    let mut bytes = 0;
    for index in 0..feed.records {
        let (id, text) = record(feed, index, &mut dice);
        bytes += text.len() as u64;
        archive.member(&format!("{id}.json"), text.as_bytes())?;
    }
    archive.finish()?;
    Ok(bytes)
}

/// The same numbers on every run (Knuth's multiplier).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }

    /// Half are under the first figure, nine in ten under the second, all under the third.
    fn skewed(&mut self, half: u64, most: u64, all: u64) -> u64 {
        match self.below(100) {
            0..50 => self.below(half),
            50..90 => half + self.below(most - half),
            _ => most + self.below(all - most) * self.below(100) / 100,
        }
    }
}

fn record(feed: &Feed, index: usize, dice: &mut Dice) -> (String, String) {
    let malicious = dice.below(100) < feed.malicious;
    let id = if malicious {
        format!("MAL-2026-{}{index}", feed.name)
    } else {
        format!("GHSA-{}-{index:06}", feed.name)
    };
    let number = usize::try_from(dice.below(feed.packages as u64)).unwrap_or(0);
    let name = feed.osv_name(number);
    let details = details(dice, if malicious { 300 } else { 420 });
    let mut text = format!(
        "{{\"schema_version\":\"1.7.3\",\"id\":\"{id}\",\"modified\":\"2026-11-{:02}T04:05:06Z\",\"published\":\"2024-05-06T07:08:09Z\",\"aliases\":[\"CVE-2024-{index}\"],\"summary\":\"A weakness in {name}\",\"details\":\"{details}\",\"severity\":[{{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:{}\"}}],\"affected\":[",
        1 + dice.below(20),
        ["H", "L", "N"][usize::try_from(dice.below(3)).unwrap_or(0)],
    );
    for (at, release) in feed.releases.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"package\":{{\"ecosystem\":\"{}{release}\",\"name\":\"{name}\"}},\"ranges\":[{{\"type\":\"ECOSYSTEM\",\"events\":[{}]}}],\"versions\":[{}]}}",
            feed.ecosystem,
            events(dice, malicious),
            versions(dice, feed, malicious),
        );
    }
    let _ = write!(
        text,
        "],\"references\":[{{\"type\":\"ADVISORY\",\"url\":\"https://advisories.example/{id}\"}},{{\"type\":\"WEB\",\"url\":\"https://example.org/{name}/commit/{index:040x}\"}},{{\"type\":\"PACKAGE\",\"url\":\"https://example.org/{name}\"}}],\"database_specific\":{{\"severity\":\"HIGH\",\"cwe_ids\":[\"CWE-79\"],\"github_reviewed\":true,\"nvd_published_at\":null}}}}"
    );
    (id, text)
}

fn events(dice: &mut Dice, malicious: bool) -> String {
    if malicious {
        return "{\"introduced\":\"0\"}".to_owned();
    }
    let mut text = String::from("{\"introduced\":\"0\"}");
    for major in 0..1 + dice.skewed(2, 4, 20) {
        if major > 0 {
            let _ = write!(text, ",{{\"introduced\":\"{major}.0.0\"}}");
        }
        let _ = write!(
            text,
            ",{{\"fixed\":\"{major}.{}.{}\"}}",
            1 + dice.below(30),
            dice.below(10)
        );
    }
    text
}

fn versions(dice: &mut Dice, feed: &Feed, malicious: bool) -> String {
    let count = match (malicious, feed.lists_versions) {
        (true, _) => dice.below(4),
        (false, true) => dice.skewed(32, 119, 1132),
        (false, false) => 0,
    };
    let listed: Vec<String> = (0..count)
        .map(|index| format!("\"{}.{}.{}\"", 5 + index / 60, index / 6 % 10, index % 6))
        .collect();
    listed.join(",")
}

fn details(dice: &mut Dice, half: u64) -> String {
    const WORDS: [&str; 16] = [
        "request",
        "header",
        "parser",
        "allows",
        "attackers",
        "remote",
        "memory",
        "before",
        "crafted",
        "overflow",
        "version",
        "the",
        "of",
        "injection",
        "files",
        "through",
    ];
    let length = usize::try_from(130 + dice.skewed(half, 1200, 9000)).unwrap_or(0);
    let mut text = String::with_capacity(length + 16);
    while text.len() < length {
        let word = WORDS[usize::try_from(dice.below(16)).unwrap_or(0)];
        text.push_str(word);
        text.push_str(if dice.below(12) == 0 { ".\\n" } else { " " });
    }
    text
}
