//! Rooms: every arrow between crates against the table of ARCHITECTURE.md.

use anyhow::Result;
use std::collections::BTreeMap;

use super::Findings;
use crate::{
    tables::{code_words, markdown_table},
    workspace::{Package, Workspace},
};

/// Rooms that every crate may enter in its tests.
const FOR_TESTS: [&str; 2] = ["fixtures", "yara"];

/// A row of the table.
struct Room {
    /// `None` for tools that stand outside the layers.
    layer: Option<u8>,
    /// `None` for "any".
    may: Option<Vec<String>>,
}

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let rooms = rooms(&workspace.read("ARCHITECTURE.md")?, findings);
    compare(&rooms, &workspace.packages()?, findings);
    Ok(())
}

fn rooms(markdown: &str, findings: &mut Findings) -> BTreeMap<String, Room> {
    let mut rooms = BTreeMap::new();
    for row in markdown_table(markdown, "crate") {
        let (Some(name), Some(layer), Some(may)) = (
            row.first()
                .and_then(|cell| code_words(cell).first().copied()),
            row.get(1),
            row.last(),
        ) else {
            findings.problem(format!("a row of the rooms table is not readable: {row:?}"));
            continue;
        };
        let may = match *may {
            "any" => None,
            "nothing here" => Some(Vec::new()),
            names => Some(
                names
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .collect(),
            ),
        };
        let layer = layer.parse().ok();
        rooms.insert(name.to_owned(), Room { layer, may });
    }
    if rooms.is_empty() {
        findings.problem("ARCHITECTURE.md has no table that begins with `crate`");
    }
    rooms
}

fn compare(rooms: &BTreeMap<String, Room>, packages: &[Package], findings: &mut Findings) {
    for name in rooms.keys() {
        if !packages.iter().any(|package| package.name == *name) {
            findings.problem(format!("`{name}` has a row but no crate"));
        }
    }
    for package in packages {
        let Some(room) = rooms.get(&package.name) else {
            findings.problem(format!("crate `{}` has no row", package.name));
            continue;
        };
        for arrow in package.dependencies.iter().filter(|arrow| arrow.internal) {
            let allowed = room
                .may
                .as_ref()
                .is_none_or(|may| may.contains(&arrow.name))
                || (arrow.tests_only && FOR_TESTS.contains(&arrow.name.as_str()));
            if !allowed {
                findings.problem(format!(
                    "`{}` depends on `{}`, which its row does not allow",
                    package.name, arrow.name
                ));
            }
        }
        upwards(&package.name, room, rooms, findings);
    }
}

/// A row may not name a room of a higher layer; within layer 1 no room knows another.
fn upwards(name: &str, room: &Room, rooms: &BTreeMap<String, Room>, findings: &mut Findings) {
    for other in room.may.iter().flatten() {
        match (room.layer, rooms.get(other).map(|room| room.layer)) {
            (_, None) => findings.problem(format!("the row of `{name}` names `{other}`, no room")),
            (Some(own), Some(Some(layer))) if layer > own || (layer == own && own > 0) => {
                findings.problem(format!(
                    "the row of `{name}` (layer {own}) names `{other}` (layer {layer})"
                ));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    const TABLE: &str = "| crate | layer | its one job | may depend on |\n|---|---|---|---|\n\
        | `domain` | 0 | a | nothing here |\n| `detect` | 1 | b | domain |\n\
        | `policy` | 1 | c | domain |\n| `dev` | - | d | any |\n";

    fn package(name: &str, arrows: &[(&str, bool)]) -> Package {
        Package {
            name: name.into(),
            version: "0".into(),
            dependencies: arrows
                .iter()
                .map(|(name, tests_only)| Dependency {
                    name: (*name).into(),
                    internal: true,
                    tests_only: *tests_only,
                })
                .collect(),
        }
    }

    fn problems(table: &str, packages: &[Package]) -> Vec<String> {
        let mut findings = Findings::default();
        let rooms = rooms(table, &mut findings);
        compare(&rooms, packages, &mut findings);
        findings.problems
    }

    #[test]
    fn arrows_of_the_table_hold_and_others_do_not() {
        let mut packages = vec![
            package("domain", &[]),
            package("detect", &[("domain", false), ("fixtures", true)]),
            package("policy", &[("domain", false)]),
            package("dev", &[("detect", false)]),
        ];
        assert_eq!(problems(TABLE, &packages), [""; 0]);
        packages[2] = package("policy", &[("detect", false)]);
        assert_eq!(
            problems(TABLE, &packages),
            ["`policy` depends on `detect`, which its row does not allow"]
        );
        packages[2] = package("other", &[]);
        assert_eq!(
            problems(TABLE, &packages),
            [
                "`policy` has a row but no crate",
                "crate `other` has no row"
            ]
        );
    }

    #[test]
    fn a_row_may_not_look_upwards_or_sideways() {
        let table = TABLE.replace("| c | domain |", "| c | detect |");
        let packages = ["domain", "detect", "policy", "dev"].map(|name| package(name, &[]));
        assert_eq!(
            problems(&table, &packages),
            ["the row of `policy` (layer 1) names `detect` (layer 1)"]
        );
    }
}
