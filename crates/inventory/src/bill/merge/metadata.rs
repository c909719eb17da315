//! What the new document says about itself.

use serde_json::{Map, Value, json};

use super::Whole;
use crate::bill::{WriteOptions, moment};

/// Tools as components and services: until 1.4 they were a list of their own kind, and the two
/// kinds do not mix.
pub(super) fn modern_tools(metadata: &mut Map<String, Value>) {
    let Some(Value::Array(tools)) = metadata.get_mut("tools") else {
        return;
    };
    let mut components = Vec::new();
    for tool in std::mem::take(tools) {
        let Value::Object(mut tool) = tool else {
            continue;
        };
        let maker = tool.shift_remove("vendor");
        let mut made = Map::new();
        made.insert("type".to_owned(), "application".into());
        let name = tool.shift_remove("name").or_else(|| maker.clone());
        let Some(name) = name else { continue };
        made.insert("name".to_owned(), name);
        if let Some(maker) = maker {
            made.insert("manufacturer".to_owned(), json!({"name": maker}));
        }
        made.extend(tool);
        components.push(Value::Object(made));
    }
    metadata.insert("tools".to_owned(), json!({"components": components}));
}

/// Of two limits to whom a bill may be passed on (TLP), both keep the narrower.
pub(super) fn stricter(first: &mut Map<String, Value>, second: &mut Map<String, Value>) {
    const WIDEST_FIRST: [&str; 5] = ["CLEAR", "GREEN", "AMBER", "AMBER_AND_STRICT", "RED"];
    let rank = |metadata: &Map<String, Value>| {
        let word = metadata
            .get("distributionConstraints")
            .and_then(|limits| limits.get("tlp")?.as_str())?;
        WIDEST_FIRST.iter().position(|known| *known == word)
    };
    let (Some(left), Some(right)) = (rank(first), rank(second)) else {
        return;
    };
    let narrower = WIDEST_FIRST.get(left.max(right)).copied();
    for side in [first, second] {
        if let (Some(Value::Object(limits)), Some(word)) =
            (side.get_mut("distributionConstraints"), narrower)
        {
            limits.insert("tlp".to_owned(), word.into());
        }
    }
}

/// The metadata of all with the new root.
pub(super) fn of_whole(
    gathered: Map<String, Value>,
    whole: &Whole,
    root: &str,
    options: &WriteOptions,
    timestamps: &[String],
) -> Map<String, Value> {
    let mut metadata = Map::new();
    let latest = timestamps
        .iter()
        .filter_map(|text| Some((moment::utc(text)?, text)))
        .max()
        .map(|(_, text)| text.clone());
    let given = options.timestamp.as_deref().and_then(moment::date_time);
    if let Some(moment) = given.map(ToOwned::to_owned).or(latest) {
        metadata.insert("timestamp".to_owned(), moment.into());
    }
    let mut component = Map::new();
    component.insert("type".to_owned(), "application".into());
    component.insert("bom-ref".to_owned(), root.into());
    component.insert("name".to_owned(), whole.name.clone().into());
    for (key, value) in [
        ("version", &whole.version),
        ("description", &whole.description),
    ] {
        if let Some(value) = value {
            component.insert(key.to_owned(), value.clone().into());
        }
    }
    metadata.insert("component".to_owned(), Value::Object(component));
    metadata.extend(gathered);
    metadata
}
