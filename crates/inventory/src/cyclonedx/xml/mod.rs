//! CycloneDX in XML as the JSON document of the same version that it stands for.
//!
//! The JSON schema guides the way: it says which member is a list, which text a number. XML wraps
//! a list in an element of the member's name, repeats the member, or does something of its own;
//! what is of its own is in [`special`].

mod batches;
mod element;
mod shape;
mod special;

use std::{
    io::Read,
    sync::mpsc::{SyncSender, sync_channel},
};

use serde_json::{Map, Value};

pub(crate) use self::element::Element;
use self::{
    batches::{Batches, Piece, WAITING_PIECES},
    shape::Shape,
};
use super::schema::{Schema, SpecVersion};
use crate::bill::{BillError, BillLimits};

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

/// Takes the items of the lists of a document as JSON, many at a time and in their order.
pub(crate) trait Lists {
    /// Learns the version, before any item comes.
    fn version(&mut self, version: SpecVersion);
    /// Takes items; `convert` makes JSON of one.
    fn items(
        &mut self,
        list: &str,
        first: usize,
        items: Vec<Element>,
        convert: &(dyn Fn(Element) -> Value + Sync),
    ) -> Result<(), BillError>;
}

/// Reads a document in XML. The items of its big lists go to `lists`, by a thread of its own while
/// more is parsed; they are empty in the result.
pub(crate) fn convert<L: Lists + Send>(
    reader: &mut dyn Read,
    limits: &BillLimits,
    lists: &mut L,
) -> Result<Converted, BillError> {
    let (sender, receiver) = sync_channel(WAITING_PIECES);
    std::thread::scope(|scope| {
        let taking = scope.spawn(move || {
            receiver.into_iter().try_for_each(|piece| match piece {
                Piece::Version(version) => {
                    lists.version(version);
                    Ok(())
                }
                Piece::Items(items) => items.hand_to(lists),
            })
        });
        let converted = parsed(reader, limits, sender);
        match taking.join() {
            // What was taken stands before what was parsed last, and so does its fault.
            Ok(taken) => taken.and(converted),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn parsed(
    reader: &mut dyn Read,
    limits: &BillLimits,
    sender: SyncSender<Piece>,
) -> Result<Converted, BillError> {
    let mut gathering = Batches::new(sender);
    let tree = element::parse(reader, limits, &mut gathering)?;
    gathering.hand_on()?;
    let version = gathering.begin(&tree.namespace, &tree.root.name)?;
    let path = Path::root(version)?;
    let mut document = Map::new();
    document.insert("bomFormat".to_owned(), "CycloneDX".into());
    document.insert("specVersion".to_owned(), version.as_str().into());
    let shape = Shape::of(path.root, &[path.root]);
    if let Value::Object(members) = path.object(&tree.root, &shape) {
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
struct Path {
    version: SpecVersion,
    root: &'static Value,
    /// The member at hand, and the one that holds it.
    member: &'static str,
    holder: &'static str,
}

impl Path {
    fn root(version: SpecVersion) -> Result<Self, BillError> {
        Ok(Self {
            version,
            root: Schema::of(version)?.root(),
            member: "",
            holder: "",
        })
    }

    const fn below(self, member: &'static str) -> Self {
        Self {
            version: self.version,
            root: self.root,
            member,
            holder: self.member,
        }
    }

    /// Recursion ends with the depth that the XML was allowed.
    fn value(self, element: &Element, schemas: &[&'static Value]) -> Value {
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
    fn fits(self, element: &Element, shape: &Shape) -> bool {
        !element.children.is_empty() && element.children.iter().all(|child| shape.has(&child.name))
    }

    fn object(self, element: &Element, shape: &Shape) -> Value {
        let mut members = Map::new();
        for (name, text) in &element.attributes {
            let name = special::attribute(name, shape);
            // The XML schema allows attributes of any name.
            if !shape.has(&name) {
                continue;
            }
            let value = Shape::of(self.root, shape.member(&name)).scalar(text);
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
                Shape::of(self.root, shape.member(name)).scalar(&element.text)
            };
            members.insert(name.to_owned(), text);
        }
        Value::Object(members)
    }

    fn child(self, child: &Element, shape: &Shape, members: &mut Map<String, Value>) {
        let name = special::member(&child.name, shape);
        let Some(known) = shape.known(name) else {
            // Kept under its own name, so that the schema refuses it.
            members.insert(name.to_owned(), Value::String(child.text.trim().to_owned()));
            return;
        };
        let path = self.below(known);
        let schemas = shape.member(known);
        let inner = Shape::of(self.root, schemas);
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
        let value = path.value(child, schemas);
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
    fn repeats(self, element: &Element, list: &Shape) -> bool {
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

    fn item(self, child: &Element, list: &Shape) -> Value {
        special::item(self, child, list).unwrap_or_else(|| self.value(child, &list.items))
    }

    fn wrapped(self, element: &Element, list: &Shape) -> Vec<Value> {
        let items = element.children.iter().map(|child| self.item(child, list));
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

    /// Puts the items back where they were.
    #[derive(Default)]
    struct Back(Vec<(String, usize, Value)>);

    impl Lists for Back {
        fn version(&mut self, _version: SpecVersion) {}

        fn items(
            &mut self,
            list: &str,
            first: usize,
            items: Vec<Element>,
            convert: &(dyn Fn(Element) -> Value + Sync),
        ) -> Result<(), BillError> {
            for (offset, item) in items.into_iter().enumerate() {
                self.0
                    .push((list.to_owned(), first + offset, convert(item)));
            }
            Ok(())
        }
    }

    fn whole(text: &str, limits: &BillLimits) -> Result<Value, String> {
        let mut back = Back::default();
        let converted =
            convert(&mut text.as_bytes(), limits, &mut back).map_err(|error| error.to_string())?;
        let mut document = converted.document;
        for (list, index, item) in back.0 {
            let items = document[list.as_str()].as_array_mut().unwrap();
            assert_eq!(items.len(), index);
            items.push(item);
        }
        Ok(document)
    }

    fn converted(inner: &str) -> Result<Value, String> {
        let text = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">{inner}</bom>");
        whole(&text, &BillLimits::default())
    }

    #[test]
    fn big_lists_are_not_held_and_everything_else_is_bounded() {
        let limits = BillLimits {
            xml_bytes: 2 << 20,
            ..BillLimits::default()
        };
        let component = format!(
            "<component type=\"library\"><name>a</name><description>{}</description></component>",
            "b".repeat(1000)
        );
        let bom = |inner: &str| {
            format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">{inner}</bom>")
        };
        let big = bom(&format!(
            "<components>{}</components>",
            component.repeat(9000)
        ));
        let read = whole(&big, &limits).unwrap();
        assert_eq!(read["components"].as_array().unwrap().len(), 9000);
        for held in [
            bom(&format!("<metadata>{}</metadata>", component.repeat(9000))),
            bom(&format!(
                "<components>{}",
                "<component>".to_owned() + &"c".repeat(9 << 20)
            )),
        ] {
            assert!(
                whole(&held, &limits)
                    .unwrap_err()
                    .ends_with("limit of 2097152 bytes of XML at a time")
            );
        }
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
        assert_eq!(
            whole(bomb, &BillLimits::default()).unwrap_err(),
            "parse the bill at byte 0: a document type is not accepted"
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
        assert!(whole("<bom/>", &BillLimits::default()).is_err());
    }
}
