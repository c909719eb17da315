//! CycloneDX in XML as the JSON document of the same version that it stands for.
//!
//! The JSON schema guides the way: it says which member is a list, which text a number. XML wraps
//! a list in an element of the member's name, repeats the member, or does something of its own;
//! what is of its own is in [`special`].

mod element;
mod shape;
mod special;

use serde_json::{Map, Value};

use self::{element::Element, shape::Shape};
use super::schema::{Schema, SpecVersion};
use crate::bill::{BillError, BillLimits, values::quoted};

/// A document converted.
pub(crate) struct Converted {
    pub(crate) document: Value,
    /// Elements of other namespaces, for instance XML signatures: JSON has no place for them.
    pub(crate) foreign: Vec<String>,
}

impl Converted {
    /// True if the document carries an XML signature.
    pub(crate) fn signed(&self) -> bool {
        self.foreign.iter().any(|name| name.ends_with("}Signature"))
    }
}

const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Reads a document in XML.
pub(crate) fn convert(text: &str, limits: &BillLimits) -> Result<Converted, BillError> {
    let tree = element::parse(text, limits)?;
    let version = tree
        .namespace
        .strip_prefix(NAMESPACE)
        .and_then(SpecVersion::parse)
        .ok_or_else(|| {
            BillError::Unrecognised(format!(
                "the namespace {} is none of CycloneDX 1.2 to 1.7",
                quoted(&tree.namespace)
            ))
        })?;
    if &*tree.root.name != "bom" {
        return Err(BillError::Unrecognised(format!(
            "the root element is {} instead of `bom`",
            quoted(&tree.root.name)
        )));
    }
    let schema = Schema::of(version)?.root();
    let mut document = Map::new();
    document.insert("bomFormat".to_owned(), "CycloneDX".into());
    document.insert("specVersion".to_owned(), version.as_str().into());
    let path = Path {
        version,
        root: schema,
        member: "",
        holder: "",
    };
    if let Value::Object(members) = path.object(&tree.root, &Shape::of(schema, &[schema])) {
        document.extend(members);
    }
    if version >= SpecVersion::V1_2 && !document.contains_key("version") {
        document.insert("version".to_owned(), 1.into());
    }
    Ok(Converted {
        document: Value::Object(document),
        foreign: tree.foreign,
    })
}

/// Where in the JSON document an element ends up.
#[derive(Clone, Copy)]
struct Path<'s> {
    version: SpecVersion,
    root: &'s Value,
    /// The member at hand, and the one that holds it.
    member: &'s str,
    holder: &'s str,
}

impl<'s> Path<'s> {
    const fn below(self, member: &'s str) -> Self {
        Self {
            version: self.version,
            root: self.root,
            member,
            holder: self.member,
        }
    }

    /// Recursion ends with the depth that the XML was allowed.
    fn value(self, element: &Element, schemas: &[&'s Value]) -> Value {
        let shape = Shape::of(self.root, schemas);
        if let Some(value) = special::value(self, element, &shape) {
            return value;
        }
        if shape.is_object() && (!shape.is_array() || self.fits(element, &shape)) {
            return self.object(element, &shape);
        }
        if shape.is_array() {
            return Value::Array(self.wrapped(element, &shape));
        }
        if element.text.trim().is_empty()
            && let [(name, reference)] = element.attributes.as_slice()
            && &**name == "ref"
        {
            return shape.scalar(reference);
        }
        shape.scalar(&element.text)
    }

    /// True if the element's children are members of the object.
    fn fits(self, element: &Element, shape: &Shape<'_>) -> bool {
        !element.children.is_empty() && element.children.iter().all(|child| shape.has(&child.name))
    }

    fn object(self, element: &Element, shape: &Shape<'s>) -> Value {
        let mut members = Map::new();
        for (name, text) in &element.attributes {
            let name = special::attribute(name, shape);
            // The XML schema allows attributes of any name.
            if !shape.has(&name) {
                continue;
            }
            let value = Shape::of(self.root, &shape.member(&name)).scalar(text);
            members.insert(name, value);
        }
        for child in &element.children {
            self.child(child, shape, &mut members);
        }
        if element.children.is_empty() && !element.text.trim().is_empty() {
            let name = ["content", "value", "text"]
                .into_iter()
                .find(|name| shape.has(name) && !members.contains_key(*name))
                .unwrap_or("text");
            let text = if name == "content" && shape.has("contentType") {
                Value::String(element.text.clone())
            } else {
                Shape::of(self.root, &shape.member(name)).scalar(&element.text)
            };
            members.insert(name.to_owned(), text);
        }
        Value::Object(members)
    }

    fn child(self, child: &Element, shape: &Shape<'s>, members: &mut Map<String, Value>) {
        let name = special::member(&child.name, shape);
        let known = shape.members.iter().find(|(known, _)| *known == name);
        let Some((known, _)) = known else {
            // Kept under its own name, so that the schema refuses it.
            members.insert(name.to_owned(), Value::String(child.text.trim().to_owned()));
            return;
        };
        let path = self.below(known);
        let schemas = shape.member(known);
        let inner = Shape::of(self.root, &schemas);
        if inner.is_array()
            && special::value(path, child, &inner).is_none()
            && path.repeats(child, &inner)
        {
            let item = path.value(child, &inner.items);
            match members
                .entry(name.to_owned())
                .or_insert_with(|| Value::Array(Vec::new()))
            {
                Value::Array(items) => items.push(item),
                other => *other = item,
            }
            return;
        }
        let value = path.value(child, &schemas);
        match members.get_mut(name) {
            // An element that may stand once only: kept, so that the schema refuses it.
            Some(first) => {
                let first = first.take();
                members.insert(name.to_owned(), Value::Array(vec![first, value]));
            }
            None => {
                members.insert(name.to_owned(), value);
            }
        }
    }

    /// True if the element is one item of a list, false if it wraps the items.
    fn repeats(self, element: &Element, list: &Shape<'s>) -> bool {
        let item = Shape::of(self.root, &list.items);
        if item.is_object() {
            let plural = element
                .children
                .first()
                .is_some_and(|child| special::is_plural(&element.name, &child.name));
            let attributed = element
                .attributes
                .iter()
                .any(|(name, _)| item.has(&special::attribute(name, &item)));
            return !plural
                && !special::WRAPPED.contains(&self.member)
                && (attributed || self.fits(element, &item));
        }
        element.children.is_empty() && !element.text.trim().is_empty()
    }

    fn wrapped(self, element: &Element, list: &Shape<'s>) -> Vec<Value> {
        let items = element.children.iter().map(|child| {
            special::item(self, child, list).unwrap_or_else(|| self.value(child, &list.items))
        });
        if self.member == "licenses" && self.version < SpecVersion::V1_5 {
            special::unmixed(items.collect())
        } else {
            items.collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(inner: &str) -> Result<Value, String> {
        let text = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">{inner}</bom>");
        convert(&text, &BillLimits::default())
            .map(|converted| converted.document)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn characters_are_read_and_entities_are_not() {
        assert_eq!(
            converted(
                "<components><component type=\"data\"><name>a &amp; &#x42;<![CDATA[<c>]]></name></component></components>"
            ),
            Ok(serde_json::json!({
                "bomFormat": "CycloneDX",
                "specVersion": "1.6",
                "components": [{"type": "data", "name": "a & B<c>"}],
                "version": 1,
            }))
        );
        assert_eq!(
            converted("<components>&lol;</components>").unwrap_err(),
            "parse the bill at byte 61: the entity `lol` is not expanded"
        );
        let bomb = "<!DOCTYPE bom [<!ENTITY a \"aaaa\">]><bom/>";
        let refused = convert(bomb, &BillLimits::default())
            .err()
            .map(|error| error.to_string());
        assert_eq!(
            refused.as_deref(),
            Some("parse the bill at byte 0: a document type is not accepted")
        );
    }

    #[test]
    fn depth_and_shape_are_bounded() {
        let deep = "<components>".repeat(100_000);
        assert!(
            converted(&deep)
                .unwrap_err()
                .ends_with("limit of 100 levels of nesting")
        );
        assert!(converted("<components>").is_err());
        assert!(convert("<bom/>", &BillLimits::default()).is_err());
    }
}
