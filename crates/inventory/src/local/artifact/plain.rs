//! Models that are written as text: trees of LightGBM and XGBoost, the network of OpenVINO.

use waybill_source::document::Node;

use super::{ArtifactFacts, put, tensors::weights};

/// A text file that is a model: LightGBM writes its trees so.
pub(crate) fn in_text(text: &str) -> Option<ArtifactFacts> {
    text.starts_with("tree\nversion=").then(|| {
        let mut facts = weights("lightgbm");
        let line = |key: &str| {
            let found = text
                .lines()
                .take(20)
                .find_map(|line| line.strip_prefix(key));
            found.unwrap_or_default().to_owned()
        };
        put(&mut facts.properties, "objective", line("objective="));
        facts
    })
}

/// JSON that is a model: XGBoost writes its trees so, CatBoost too.
pub(crate) fn in_document(root: &Node) -> Option<ArtifactFacts> {
    let learner = root.get("learner");
    if let Some(learner) = learner.filter(|_| root.get("version").is_some()) {
        learner.get("gradient_booster")?;
        let mut facts = weights("xgboost");
        let objective = learner.at(&["objective", "name"]).and_then(Node::text);
        put(
            &mut facts.properties,
            "objective",
            objective.unwrap_or_default(),
        );
        let numbers = root.get("version").map(Node::texts).unwrap_or_default();
        if !numbers.is_empty() {
            facts.model.written_by = Some(format!("xgboost {}", numbers.join(".")));
        }
        return Some(facts);
    }
    (root.get("oblivious_trees").is_some() && root.get("features_info").is_some())
        .then(|| weights("catboost"))
}

/// The network of OpenVINO; its weights lie beside it.
pub(super) fn in_xml(path: &str, head: &[u8]) -> Option<ArtifactFacts> {
    if !path.to_lowercase().ends_with(".xml") {
        return None;
    }
    let text = String::from_utf8_lossy(head.get(..4096).unwrap_or(head));
    let (_, net) = text.split_once("<net ")?;
    let (attributes, _) = net.split_once('>')?;
    (attributes.contains("version=") && attributes.contains("name=") && text.contains("<layers"))
        .then(|| weights("openvino"))
}

#[cfg(test)]
mod tests {
    use waybill_source::document::{DocumentLimits, json};

    use super::*;

    #[test]
    fn texts_that_are_models() {
        let format = |facts: Option<ArtifactFacts>| facts.map(|facts| facts.format);
        let tree = "tree\nversion=v4\nobjective=regression\n\nTree=0\n";
        assert_eq!(format(in_text(tree)).as_deref(), Some("lightgbm"));
        assert_eq!(format(in_text("tree\nof life")), None);
        let net = b"<?xml version=\"1.0\"?><net name=\"d\" version=\"11\"><layers/></net>";
        assert_eq!(format(in_xml("m/d.xml", net)).as_deref(), Some("openvino"));
        assert_eq!(format(in_xml("pom.xml", b"<project/>")), None);
        let document = |text: &str| json(text, &DocumentLimits::default());
        let boosted = document(
            r#"{"learner": {"gradient_booster": {}, "objective": {"name": "binary:logistic"}}, "version": [2, 1, 1]}"#,
        );
        let facts = boosted.root().and_then(in_document).expect("a model");
        assert_eq!(facts.format, "xgboost");
        assert_eq!(facts.model.written_by.as_deref(), Some("xgboost 2.1.1"));
        let other = document(r#"{"learner": "ann", "version": 1}"#);
        assert_eq!(other.root().and_then(in_document), None);
    }
}
