use serde_json::Value;
use waybill_domain::inventory::{Component, Field, Standing};

use super::properties::word;
use crate::bill::taking::Taking;

/// Who stated which fields of which elements, as our own citations say it.
pub(super) struct Cited {
    pub(super) standing: Standing,
    pub(super) by: String,
    /// List of the top level, index in it, field.
    pub(super) places: Vec<(String, usize, Field)>,
}

/// Reads a citation of our own; none if it is not.
pub(super) fn cited(object: &mut Taking) -> Option<Cited> {
    let note = object.0.get("note").and_then(Value::as_str)?;
    let (standing, by) = note.split_once(" by ")?;
    let (standing, by) = (word(standing)?, by.to_owned());
    let places = object
        .texts("pointers")
        .iter()
        .filter_map(|pointer| {
            let mut steps = pointer.strip_prefix('/')?.splitn(3, '/');
            let list = steps.next()?.to_owned();
            let index = steps.next()?.parse().ok()?;
            Some((list, index, field(steps.next()?)?))
        })
        .collect();
    for key in ["note", "timestamp", "attributedTo", "bom-ref"] {
        object.drop(key);
    }
    Some(Cited {
        standing,
        by,
        places,
    })
}

fn field(place: &str) -> Option<Field> {
    Some(match place {
        "name" => Field::Name,
        "version" | "versionRange" => Field::Version,
        "purl" => Field::Identifier,
        "supplier" | "provider" => Field::Supplier,
        "licenses" => Field::Licence,
        "hashes" => Field::Hash,
        "description" => Field::Description,
        "modelCard/modelParameters/modelArchitecture"
        | "modelCard/modelParameters/architectureFamily" => Field::Architecture,
        "modelCard/modelParameters/inputs" | "modelCard/modelParameters/outputs" => {
            Field::InputOutput
        }
        "modelCard/modelParameters/task" => Field::Task,
        "modelCard/modelParameters/approach" => Field::Training,
        "pedigree" => Field::Lineage,
        "modelCard/modelParameters/datasets" => Field::Datasets,
        "modelCard/quantitativeAnalysis/performanceMetrics" => Field::Metrics,
        "modelCard/considerations/useCases" => Field::IntendedUse,
        "modelCard/considerations/technicalLimitations" => Field::Limitations,
        "modelCard/considerations/environmentalConsiderations" => Field::Environment,
        "modelCard/properties" => Field::ParameterCount,
        "data/0/contents" => Field::Content,
        "data/0/sensitiveData" => Field::Sensitivity,
        "endpoints" => Field::Endpoint,
        _ => return None,
    })
}

/// What a component says of a field, where that is one text.
pub(super) fn said_of(component: &Component, field: Field) -> String {
    let model = component.model.as_deref();
    let text = match field {
        Field::Name => Some(component.full_name()),
        Field::Version => component
            .version
            .clone()
            .or_else(|| component.requirement.clone()),
        Field::Identifier => component.purl.clone(),
        Field::Supplier => component
            .supplier
            .as_ref()
            .map(|id| id.0.split_once(':').map_or("", |(_, name)| name).to_owned()),
        Field::Licence => component.licences.first().and_then(|licence| {
            licence
                .expression
                .clone()
                .or_else(|| licence.written.clone())
        }),
        Field::Hash => component.hashes.first().map(|hash| hash.value.clone()),
        Field::Description => component.description.clone(),
        Field::Architecture => {
            model.and_then(|facts| facts.architecture.clone().or_else(|| facts.family.clone()))
        }
        Field::ParameterCount => {
            model.and_then(|facts| facts.parameter_count.map(|count| count.to_string()))
        }
        Field::Tokenizer => model.and_then(|facts| facts.tokenizer.clone()),
        Field::Task => model.and_then(|facts| facts.task.clone()),
        Field::Training => model.and_then(|facts| facts.training.clone()),
        Field::Sensitivity => component
            .dataset
            .as_deref()
            .and_then(|facts| facts.sensitive.clone()),
        Field::Endpoint => component.service.as_deref().and_then(|facts| {
            facts
                .endpoints
                .first()
                .cloned()
                .or_else(|| facts.host.clone())
        }),
        _ => None,
    };
    text.unwrap_or_default()
}
