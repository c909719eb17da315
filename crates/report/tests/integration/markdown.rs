use waybill_domain::Verdict;
use waybill_report::Format;

use crate::{rendered, samples};

crate::snapshots_of_all_samples!(Format::Markdown);

#[test]
fn a_comment_takes_the_whole_page() {
    let page = rendered(&samples::thousands(Verdict::Reject), Format::Markdown);
    assert!(page.chars().count() < 65_536);
    assert!(page.contains("4950 more refused artifacts not in this table"));
    assert!(page.contains("**Totals:** 0 admit, 0 quarantine, 5000 reject"));
}
