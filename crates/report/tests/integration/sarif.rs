use serde_json::Value;
use waybill_report::Format;

use crate::{rendered, samples};

crate::snapshots_of_all_samples!(Format::Sarif);

const STANDARD: &str = include_str!("../../schemas/sarif-schema-2.1.0.json");

fn sarif(report: &waybill_domain::Report) -> Value {
    serde_json::from_str(&rendered(report, Format::Sarif)).unwrap_or_default()
}

#[test]
fn logs_keep_to_the_schema_of_the_standard() {
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(STANDARD).unwrap())
        .unwrap();
    for report in [
        samples::all_admitted(),
        samples::hostile(),
        samples::nothing(),
    ] {
        let log = sarif(&report);
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
}

#[test]
fn results_and_notifications_point_at_rules_and_artifacts() {
    let log = sarif(&samples::hostile());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 23);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
        let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let index = usize::try_from(location["index"].as_u64().unwrap()).unwrap();
        assert_eq!(run["artifacts"][index]["location"]["uri"], location["uri"]);
    }
    let notifications = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications.as_array().unwrap().len(), 2);
}

#[test]
fn messages_hold_neither_links_nor_placeholders() {
    let log = sarif(&samples::hostile());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let hostile = results
        .iter()
        .find(|result| result["ruleId"] == "hostile-name")
        .unwrap();
    let message = hostile["message"]["text"].as_str().unwrap();
    assert!(message.contains("\\[link\\](https"));
    assert!(message.contains("{{0}}"));
}
