//! Where XML and JSON of CycloneDX differ by more than lists and attributes.

use serde_json::{Map, Value, json};

use super::{Element, Path, Shape};

/// The member that an attribute becomes.
pub(super) fn attribute(name: &str, shape: &Shape) -> String {
    if shape.has(name) {
        return name.to_owned();
    }
    let camel = camel(name);
    if shape.has(&camel) {
        camel
    } else {
        name.to_owned()
    }
}

fn camel(name: &str) -> String {
    let mut made = String::new();
    let mut upper = false;
    for character in name.chars() {
        if character == '-' {
            upper = true;
        } else if upper {
            made.extend(character.to_uppercase());
            upper = false;
        } else {
            made.push(character);
        }
    }
    made
}

/// The member that a child element becomes.
pub(super) fn member<'n>(name: &'n str, shape: &Shape) -> &'n str {
    if shape.has(name) {
        return name;
    }
    let other = match name {
        "responses" => "response",
        "details" => "expressionDetails",
        "cryptoRef" => "cryptoRefArray",
        _ => name,
    };
    if shape.has(other) { other } else { name }
}

/// Lists whose wrapper could be taken for an item, since its children are named as members are.
pub(super) const WRAPPED: [&str; 3] = ["copyright", "environmentVars", "licenses"];

/// True if the first is a plural of the second.
pub(super) fn is_plural(plural: &str, singular: &str) -> bool {
    plural.strip_suffix('s') == Some(singular)
        || plural.strip_suffix("es") == Some(singular)
        || plural
            .strip_suffix("ies")
            .is_some_and(|stem| singular.strip_suffix('y') == Some(stem))
}

/// An element that becomes something of its own.
pub(super) fn value(path: Path, element: &Element, shape: &Shape) -> Option<Value> {
    match (path.member, &*element.name) {
        ("tools", "tools") if path.holder == "metadata" => {
            let object = element
                .children
                .iter()
                .all(|child| matches!(&*child.name, "components" | "services"));
            (object && shape.has("components") && !element.children.is_empty())
                .then(|| path.object(element, shape))
        }
        ("data", "data") if Shape::of(path.root, &shape.items).has("flow") => Some(
            element
                .children
                .iter()
                .map(|child| flow(path, child, shape))
                .collect(),
        ),
        ("asserter", "asserter") => {
            let child = element.children.first()?;
            Some(if &*child.name == "ref" {
                Value::String(child.text.trim().to_owned())
            } else {
                path.object(child, shape)
            })
        }
        _ => None,
    }
}

/// An item of a list that becomes something of its own.
pub(super) fn item(path: Path, element: &Element, list: &Shape) -> Option<Value> {
    let shape = Shape::of(path.root, &list.items);
    match (path.member, &*element.name) {
        (_, "dependency") if shape.has("dependsOn") => Some(dependency(element)),
        ("licenses", "license") if shape.has("license") => {
            let license = path
                .below("license")
                .value(element, shape.member("license"));
            Some(json!({ "license": license }))
        }
        ("licenses", "expression") => {
            let mut members = Map::new();
            members.insert("expression".to_owned(), element.text.trim().into());
            for (name, text) in &element.attributes {
                members.insert(attribute(name, &shape), text.as_str().into());
            }
            Some(Value::Object(members))
        }
        ("licenses", "expression-detailed") => Some(path.object(element, &shape)),
        ("copyright", "text") => Some(json!({ "text": element.text.trim() })),
        ("environmentVars", "value") => Some(element.text.trim().into()),
        _ => None,
    }
}

/// Up to 1.6 the XML schema allows licences or one expression. JSON of 1.2 to 1.4 has no words for
/// that rule between items; put into one item, the breach of it is one there too.
pub(super) fn unmixed(mut items: Vec<Value>) -> Vec<Value> {
    let Some(at) = items
        .iter()
        .position(|item| item.get("expression").is_some())
    else {
        return items;
    };
    if items.len() < 2 || items.iter().all(|item| item.get("license").is_none()) {
        return items;
    }
    let Value::Object(expression) = items.remove(at) else {
        return items;
    };
    if let Some(Value::Object(first)) = items.first_mut() {
        first.extend(expression);
    }
    items
}

fn dependency(element: &Element) -> Value {
    let mut members = Map::new();
    for (name, text) in &element.attributes {
        members.insert(name.to_string(), text.as_str().into());
    }
    for (name, member) in [("dependency", "dependsOn"), ("provides", "provides")] {
        let references: Vec<Value> = element
            .children
            .iter()
            .filter(|child| &*child.name == name)
            .map(|child| child.attribute("ref").map_or(Value::Null, Value::from))
            .collect();
        if !references.is_empty() {
            members.insert(member.to_owned(), references.into());
        }
    }
    Value::Object(members)
}

/// Data that flows: a classification with the direction as attribute, from 1.5 on in an element
/// with more about it.
fn flow(path: Path, element: &Element, list: &Shape) -> Value {
    let shape = Shape::of(path.root, &list.items);
    let mut members = Map::new();
    let classification = if &*element.name == "classification" {
        Some(element)
    } else {
        for (name, text) in &element.attributes {
            members.insert(attribute(name, &shape), text.as_str().into());
        }
        element
            .children
            .iter()
            .find(|child| &*child.name == "classification")
    };
    if let Some(classification) = classification {
        if let Some(direction) = classification.attribute("flow") {
            members.insert("flow".to_owned(), direction.into());
        }
        members.insert(
            "classification".to_owned(),
            classification.text.trim().into(),
        );
    }
    if &*element.name != "classification" {
        for child in &element.children {
            match &*child.name {
                "classification" => {}
                "source" | "destination" => {
                    let urls: Vec<Value> = child
                        .children
                        .iter()
                        .map(|url| url.text.trim().into())
                        .collect();
                    members.insert(child.name.to_string(), urls.into());
                }
                _ => path.child(child, &shape, &mut members),
            }
        }
    }
    Value::Object(members)
}
