use waybill_domain::Verdict;
use waybill_report::Format;

use crate::{rendered, samples};

crate::snapshots_of_all_samples!(Format::Html);

#[test]
fn the_page_fetches_nothing_and_runs_nothing() {
    let page = rendered(&samples::hostile(), Format::Html);
    assert!(page.contains("default-src 'none'"));
    for forbidden in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "<form",
        "<base",
        " src=\"",
        "url(",
        "@import",
        "href=\"http",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for reference in page.split("href=\"#").skip(1) {
        let id = reference.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn thousands_of_artifacts_stay_usable() {
    let admitted = rendered(&samples::thousands(Verdict::Admit), Format::Html);
    assert!(admitted.len() < 3_000_000);
    assert!(!admitted.contains("<details class=\"card"));
    let rejected = rendered(&samples::thousands(Verdict::Reject), Format::Html);
    assert_eq!(
        rejected
            .matches("<details class=\"card reject\" open>")
            .count(),
        20
    );
}
