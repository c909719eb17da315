use waybill_domain::inventory::{
    Component, ComponentId, Inventory, Relation, RelationKind, Role, Standing,
};
use waybill_report::{Options, View, neutral, render_inventory};

use crate::inventories::{empty, rich, thousands};

fn view(inventory: &Inventory, view: View) -> String {
    let options = Options::default();
    render_inventory(inventory, view, &options).unwrap_or_else(|error| error.to_string())
}

#[test]
fn table() {
    insta::assert_snapshot!(view(&rich(), View::Table));
}

#[test]
fn tree() {
    insta::assert_snapshot!(view(&rich(), View::Tree));
}

#[test]
fn json() {
    insta::assert_snapshot!(view(&rich(), View::Json));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(view(&rich(), View::Markdown));
}

#[test]
fn html() {
    insta::assert_snapshot!(view(&rich(), View::Html));
}

#[test]
fn nothing_found() {
    let all: Vec<_> = View::ALL.map(|kind| view(&empty("bare"), kind)).into();
    let [table, tree, _, markdown, html] = &all[..] else {
        panic!("five views")
    };
    insta::assert_snapshot!([table.as_str(), tree, markdown].join("\n=====\n"));
    assert!(html.contains("No component was found"));
    assert!(!html.contains("<table"));
}

#[test]
fn every_view_is_found_by_its_word_and_shows_nothing_that_acts_or_hides() {
    for kind in View::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        let output = view(&rich(), kind);
        assert!(
            output.ends_with('\n') && !output.ends_with("\n\n"),
            "{kind}"
        );
        for line in output.split('\n') {
            assert_eq!(neutral(line), line, "{kind}");
        }
        assert_eq!(output, view(&rich(), kind), "{kind}");
    }
    let unknown = "xml".parse::<View>().unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "recognise the view `xml` (there are table, tree, json, markdown and html)"
    );
}

#[test]
fn the_page_fetches_nothing_runs_nothing_and_every_link_leads_somewhere() {
    for inventory in [rich(), thousands()] {
        let page = view(&inventory, View::Html);
        for forbidden in [
            "<script",
            "<link",
            "<img",
            "<iframe",
            " src=\"",
            "url(",
            "@import",
            "href=\"http",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        let ids: std::collections::BTreeSet<&str> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        for reference in page.split("href=\"#").skip(1) {
            let id = reference.split('"').next().unwrap();
            assert!(ids.contains(id), "{id}");
        }
    }
}

#[test]
fn thousands_stay_usable() {
    let inventory = thousands();
    let page = view(&inventory, View::Html);
    assert!(page.len() < 6_000_000, "{}", page.len());
    assert!(page.matches("<g class=\"node").count() < 80);
    let comment = view(&inventory, View::Markdown);
    assert!(
        comment.chars().count() <= 60_000,
        "{}",
        comment.chars().count()
    );
    for role in Role::ALL {
        let number = inventory.summary.components[&role];
        assert!(comment.contains(&format!(" ({number})\n")), "{role:?}");
    }
    for said in [
        "more relations not listed",
        "more findings not listed",
        "more places not listed",
    ] {
        assert!(comment.contains(said), "{said}");
    }
}

/// Nobody needs them from the system down: they are shown all the same.
#[test]
fn the_tree_shows_what_hangs_on_nothing_and_what_stands_in_a_circle() {
    let mut inventory = empty("desk");
    let id = |name: &str| ComponentId(format!("model:{name}"));
    for name in ["adapter", "one", "origin", "two"] {
        inventory
            .components
            .push(Component::new(id(name), Role::Model, name));
    }
    let pairs = [("adapter", "origin"), ("one", "two"), ("two", "one")];
    inventory.relations = pairs
        .map(|(from, to)| Relation {
            from: id(from),
            kind: RelationKind::DerivedFrom,
            to: id(to),
            standing: Standing::Claimed,
            occurrence: None,
        })
        .into();
    assert_eq!(
        view(&inventory, View::Tree),
        "desk\n── adapter model\n   └── origin model derived-from\n── one model\n   \
         └── two model derived-from\n       └── one model derived-from (above)\n"
    );
}
