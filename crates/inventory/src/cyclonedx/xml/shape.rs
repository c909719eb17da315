//! What a schema allows at one place, its references followed and its alternatives united.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use serde_json::{Map, Value};

/// A place in a schema.
#[derive(Debug, Default)]
pub(super) struct Shape {
    members: HashMap<&'static str, Vec<&'static Value>>,
    pub(super) items: Vec<&'static Value>,
    array: bool,
    object: bool,
    boolean: bool,
    integer: bool,
    number: bool,
    text: bool,
}

const DEEPEST: usize = 12;

thread_local! {
    /// The shapes by the addresses of their schemas: there are only as many as schemas have places.
    static SHAPES: RefCell<HashMap<Vec<usize>, Rc<Shape>>> = RefCell::default();
}

impl Shape {
    /// The shape that any of the schemas allows.
    pub(super) fn of(root: &'static Value, schemas: &[&'static Value]) -> Rc<Self> {
        let key: Vec<usize> = schemas
            .iter()
            .map(|schema| std::ptr::from_ref::<Value>(schema).addr())
            .collect();
        SHAPES.with_borrow_mut(|shapes| {
            let made = shapes.entry(key).or_insert_with(|| {
                let mut shape = Self::default();
                for schema in schemas {
                    shape.take(root, schema, DEEPEST);
                }
                Rc::new(shape)
            });
            Rc::clone(made)
        })
    }

    fn take(&mut self, root: &'static Value, schema: &'static Value, levels: usize) {
        let (Some(object), Some(below)) = (schema.as_object(), levels.checked_sub(1)) else {
            return;
        };
        if let Some(target) = reference(root, object) {
            self.take(root, target, below);
        }
        match object.get("type") {
            Some(Value::String(name)) => self.kind(name),
            Some(Value::Array(names)) => {
                for name in names.iter().filter_map(Value::as_str) {
                    self.kind(name);
                }
            }
            _ => {}
        }
        if object.contains_key("enum") && !object.contains_key("type") {
            self.text = true;
        }
        if let Some(members) = object.get("properties").and_then(Value::as_object) {
            self.object = true;
            for (name, member) in members {
                self.members.entry(name).or_default().push(member);
            }
        }
        match object.get("items") {
            Some(Value::Array(items)) => self.items.extend(items),
            Some(items) => self.items.push(items),
            None => {}
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            for alternative in object
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.take(root, alternative, below);
            }
        }
    }

    fn kind(&mut self, name: &str) {
        match name {
            "array" => self.array = true,
            "object" => self.object = true,
            "boolean" => self.boolean = true,
            "integer" => self.integer = true,
            "number" => self.number = true,
            "string" => self.text = true,
            _ => {}
        }
    }

    pub(super) const fn is_array(&self) -> bool {
        self.array
    }

    pub(super) fn is_object(&self) -> bool {
        self.object && !self.members.is_empty()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// The schemas of a member.
    pub(super) fn member(&self, name: &str) -> &[&'static Value] {
        self.members.get(name).map_or(&[], Vec::as_slice)
    }

    /// A member by its name, as the schema holds it.
    pub(super) fn known(&self, name: &str) -> Option<&'static str> {
        self.members.get_key_value(name).map(|(known, _)| *known)
    }

    /// A text as the scalar that is expected here; left a text if it is none, so that the schema
    /// can say so.
    pub(super) fn scalar(&self, text: &str) -> Value {
        let trimmed = text.trim();
        if self.boolean {
            match trimmed {
                "true" | "1" => return Value::Bool(true),
                "false" | "0" => return Value::Bool(false),
                _ => {}
            }
        }
        if self.integer
            && let Ok(number) = trimmed.parse::<i64>()
        {
            return Value::from(number);
        }
        if self.number {
            if let Ok(number) = trimmed.parse::<i64>() {
                return Value::from(number);
            }
            if let Some(number) = trimmed.parse().ok().and_then(serde_json::Number::from_f64) {
                return Value::Number(number);
            }
        }
        Value::String(trimmed.to_owned())
    }
}

/// Only references within the document: the shared schemas describe scalars and JSON signatures.
fn reference(root: &'static Value, object: &Map<String, Value>) -> Option<&'static Value> {
    let target = object.get("$ref")?.as_str()?;
    root.pointer(target.strip_prefix('#')?)
}
