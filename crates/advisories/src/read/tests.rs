use proptest::prelude::*;
use waybill_domain::Severity;
use waybill_domain::advisory::{AdvisoryKind, RangeEvent};

use super::*;

const OSV: &str = r#"{
  "schema_version": "1.7.3", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2024-02-03T04:05:06Z",
  "aliases": ["CVE-2024-1"], "summary": "Too much trust\nin a header", "details": "Long.",
  "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
  "affected": [{
    "package": {"ecosystem": "PyPI", "name": "thing", "purl": "pkg:pypi/thing"},
    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}],
    "versions": ["1.0", "1.1"], "database_specific": {"source": {"any": ["form"]}}
  }],
  "references": [{"type": "WEB", "url": "https://example.org"}],
  "database_specific": {"severity": "MODERATE", "cwe_ids": ["CWE-20"], "severity_of_it": null}
}"#;

const YAML: &str = "id: PYSEC-2024-1\nmodified: '2024-02-03T04:05:06.000000Z'\ndetails: In Thing before 1.2\n  it trusts.\naffected:\n- package:\n    name: thing\n    ecosystem: PyPI\n  ranges:\n  - type: ECOSYSTEM\n    events:\n    - introduced: '0'\n    - fixed: 1.2\n  versions:\n  - 1.0\naliases:\n- CVE-2024-1\n";

const KEV: &str = r#"{"catalogVersion": "2024.01.02", "dateReleased": "2024-01-02T00:00:00Z", "count": 1,
  "vulnerabilities": [{"cveID": "CVE-2024-1", "dateAdded": "2024-01-01", "dueDate": "2024-01-22",
  "knownRansomwareCampaignUse": "Known"}]}"#;

const EPSS: &str = "#model_version:v2025.03.14,score_date:2024-05-06T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1,0.94321,0.99876\n";

const ATLAS: &str = "---\nid: ATLAS\nname: x\nversion: 1.0.0\nmatrices:\n- id: ATLAS\n  techniques:\n  - id: AML.T0011\n    name: User Execution\n    description: Somebody runs it.\n    created_date: 2021-05-13\n    modified_date: 2023-01-18\n  mitigations:\n  - id: AML.M0011\n    name: Restrict loading\n    modified_date: 2023-04-12\n    techniques:\n    - id: AML.T0011\n      use: It cannot run.\n";

const OWN: &str = "schema = \"waybill.advisories/1\"\ndate = \"2026-11-01\"\n\n[[advisory]]\nid = \"ACME-2026-1\"\nkind = \"revoked\"\nsummary = \"weights were replaced\"\nmodified = \"2026-11-01\"\n\n[[advisory.affects]]\necosystem = \"HuggingFace\"\nname = \"acme/model\"\nrevisions = [\"0123456789abcdef0123456789abcdef01234567\"]\ndigests = [\"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]\n";

const CSAF: &str = r#"{"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Thing",
  "aggregate_severity": {"text": "Important"},
  "tracking": {"id": "ACME-SA-1", "current_release_date": "2024-06-07T00:00:00Z"}},
 "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
   {"category": "product_version_range", "name": "vers:pypi/>=1.0|<1.2", "product": {"product_id": "R", "name": "thing",
     "product_identification_helper": {"purl": "pkg:pypi/thing"}}},
   {"category": "product_version", "name": "b", "product": {"product_id": "B", "name": "bash",
     "product_identification_helper": {"purl": "pkg:rpm/redhat/bash@5.1-2.el9?distro=rhel-9"}}}]}],
   "relationships": [{"category": "default_component_of", "product_reference": "B", "relates_to_product_reference": "OS",
     "full_product_name": {"product_id": "OS:B", "name": "bash of the system"}}]},
 "vulnerabilities": [{"cve": "CVE-2024-1", "cwe": {"id": "CWE-20", "name": "x"}, "title": "It trusts",
   "product_status": {"known_affected": ["R"], "fixed": ["OS:B"]},
   "scores": [{"products": ["R"], "cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}]}"#;

fn read(text: &str) -> Document {
    let format = recognise(text.as_bytes()).unwrap();
    read_document(format, text.as_bytes()).unwrap()
}

#[test]
fn formats_are_told_by_content() {
    for (text, format) in [
        (OSV, DocumentFormat::OsvJson),
        (YAML, DocumentFormat::OsvYaml),
        (KEV, DocumentFormat::Kev),
        (EPSS, DocumentFormat::Epss),
        (ATLAS, DocumentFormat::Atlas),
        (OWN, DocumentFormat::Waybill),
        (CSAF, DocumentFormat::Csaf),
    ] {
        assert_eq!(recognise(text.as_bytes()), Some(format));
    }
    for text in ["", "hello", "{}", "name: x\n", "\u{0}"] {
        assert_eq!(recognise(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_record_of_osv_is_read_whole() {
    let found = read(OSV);
    assert_eq!(found.bad, []);
    let [one] = found.advisories.as_slice() else {
        panic!("{found:?}");
    };
    insta::assert_debug_snapshot!(one);
}

#[test]
fn yaml_of_the_pypa_keeps_versions_as_they_are_written() {
    let found = read(YAML);
    let one = &found.advisories[0];
    assert_eq!(one.affected[0].versions, ["1.0"]);
    assert_eq!(
        one.affected[0].ranges[0].events[1],
        RangeEvent::Fixed("1.2".into())
    );
    assert_eq!(one.summary, "In Thing before 1.2 it trusts.");
}

#[test]
fn what_harms_on_purpose_is_critical_whatever_the_record_says() {
    for text in [
        OSV.replace("GHSA-aaaa-bbbb-cccc", "MAL-2024-1"),
        OSV.replace("CVE-2024-1", "MAL-2024-1"),
        OSV.replace("CWE-20", "CWE-506"),
    ] {
        assert_eq!(read(&text).advisories[0].kind, AdvisoryKind::Malicious);
    }
    let bare = r#"{"id": "MAL-2024-1", "modified": "2024-02-03T04:05:06Z"}"#;
    assert_eq!(read(bare).advisories[0].severity, Some(Severity::Critical));
}

#[test]
fn records_that_cannot_be_used_are_named() {
    for (text, reason) in [
        (
            OSV.replace("2024-02-03", "yesterday"),
            "its `modified` is no date",
        ),
        (
            OSV.replace(r#""1.2""#, r#""main""#),
            "a range of PyPI thing: read \"main\" as a version of PyPI",
        ),
        (
            OSV.replace(r#"{"introduced": "0"}"#, r#"{"introduced": "3"}"#),
            "a range of PyPI thing: find a beginning of the affected versions before their end at \"1.2\"",
        ),
        (
            OSV.replace("\"thing\"", "\"\""),
            "it affects a package without name or ecosystem",
        ),
        (
            OSV.replace("[\"CVE-2024-1\"]", "7"),
            "invalid type: integer `7`, expected a sequence",
        ),
    ] {
        let found = read(&text);
        assert_eq!(found.advisories, [], "{reason}");
        assert_eq!(found.bad[0].id, "GHSA-aaaa-bbbb-cccc");
        assert_eq!(found.bad[0].reason, reason);
    }
}

#[test]
fn several_records_stand_in_a_list_or_one_behind_the_other() {
    let second = OSV.replace("GHSA-aaaa", "GHSA-dddd");
    for text in [format!("[{OSV},{second}]"), format!("{OSV}\n{second}\n")] {
        assert_eq!(read(&text).advisories.len(), 2);
    }
}

#[test]
fn feeds_that_are_cut_short_are_refused() {
    for text in [OSV, KEV, CSAF] {
        let cut = &text[..text.len() - 20];
        let format = recognise(cut.as_bytes()).unwrap();
        let error = read_document(format, cut.as_bytes()).unwrap_err();
        assert!(error.to_string().ends_with("it ends too early"), "{error}");
    }
    let cut = &EPSS[..EPSS.len() - 3];
    let error = read_document(DocumentFormat::Epss, cut.as_bytes()).unwrap_err();
    assert!(error.to_string().ends_with("it ends too early"), "{error}");
    let fewer = KEV.replace("\"count\": 1", "\"count\": 2");
    let error = read_document(DocumentFormat::Kev, fewer.as_bytes()).unwrap_err();
    assert!(
        error.to_string().ends_with("it counts 2 entries and has 1"),
        "{error}"
    );
}

#[test]
fn the_other_formats_are_read() {
    let kev = read(KEV);
    assert!(kev.exploited[0].ransomware);
    let epss = read(EPSS);
    assert_eq!(
        epss.scores,
        [Scored {
            cve: "CVE-2024-1".into(),
            probability: 943_210,
            percentile: 998_760
        }]
    );
    let atlas = read(ATLAS);
    assert_eq!(atlas.advisories[0].kind, AdvisoryKind::Technique);
    assert_eq!(atlas.advisories[1].related, ["AML.T0011"]);
    let own = read(OWN);
    assert_eq!(own.bad, []);
    assert_eq!(own.advisories[0].kind, AdvisoryKind::Revoked);
    assert_eq!(
        own.advisories[0].affected[0].digests[0],
        format!("sha256:{}", "a".repeat(64))
    );
    let wrong = read(&OWN.replace("revoked", "recalled"));
    assert!(
        wrong.bad[0].reason.contains("`recalled`"),
        "{:?}",
        wrong.bad
    );
}

#[test]
fn a_csaf_document_names_packages_by_their_urls() {
    let found = read(CSAF);
    assert_eq!(found.bad, []);
    insta::assert_debug_snapshot!(found.advisories);
}

#[test]
fn deep_nesting_ends_in_an_error() {
    let deep = format!("{{\"id\":\"x\",\"modified\":{}", "[".repeat(100_000));
    assert!(read_document(DocumentFormat::OsvJson, deep.as_bytes()).is_err());
    let laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n";
    let error = read_document(DocumentFormat::OsvYaml, laughs.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("without end"), "{error}");
}

proptest! {
    #[test]
    fn mutated_documents_never_panic(
        which in 0..7_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let texts = [OSV, YAML, KEV, EPSS, ATLAS, OWN, CSAF];
        let formats = [
            DocumentFormat::OsvJson, DocumentFormat::OsvYaml, DocumentFormat::Kev,
            DocumentFormat::Epss, DocumentFormat::Atlas, DocumentFormat::Waybill,
            DocumentFormat::Csaf,
        ];
        let mut bytes = texts[which].as_bytes().to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = recognise(&bytes);
        let _ = read_document(formats[which], &bytes);
    }
}
