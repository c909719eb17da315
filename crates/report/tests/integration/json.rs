use waybill_report::{Format, json_schema};

use crate::{rendered, samples};

crate::snapshots_of_all_samples!(Format::Json);

#[test]
fn the_schema() {
    insta::assert_snapshot!(format!("{:#}", json_schema()));
}

#[test]
fn reports_keep_to_the_schema() {
    let validator = jsonschema::validator_for(&json_schema()).unwrap();
    for report in [
        samples::all_admitted(),
        samples::hostile(),
        samples::nothing(),
    ] {
        let json = serde_json::from_str(&rendered(&report, Format::Json)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&json)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"schema": "waybill.report/1"})));
}

#[test]
fn what_is_read_is_what_was_written() {
    let report = samples::hostile();
    let json = rendered(&report, Format::Json);
    let read: waybill_domain::Report = serde_json::from_str(&json).unwrap();
    assert_eq!(read, report);
}
