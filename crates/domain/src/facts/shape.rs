//! What a policy can see of facts: records with named, typed fields, and their values.

use crate::inventory::{Pin, Role};
use crate::{Confidence, Severity};

/// The type of a field, as a policy's expressions are judged by before anything runs.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Number,
    /// Text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// One record.
    One(&'static Record),
    /// A list of records.
    Many(&'static Record),
}

/// A named field of a record.
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    /// Its name, as in JSON and in expressions.
    pub name: &'static str,
    /// Its type.
    pub shape: Shape,
    /// What it says, in a sentence.
    pub about: &'static str,
}

/// A kind of facts.
#[derive(Debug)]
pub struct Record {
    /// The word by which a rule says that it judges each of these: `finding`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Its fields.
    pub fields: &'static [FieldInfo],
}

/// A value of a field, borrowed from the facts.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Number(f64),
    /// Text or a word.
    Text(&'a str),
    /// A list of texts.
    Texts(&'a [String]),
    /// One record.
    One(&'a dyn Facts),
    /// A list of records.
    Many(&'a dyn Sequence),
}

/// A record of facts, read by the position of its fields.
pub trait Facts: Sync {
    /// Its kind.
    fn record(&self) -> &'static Record;
    /// The value of the field at this position of [`Record::fields`].
    fn field(&self, index: usize) -> Option<Value<'_>>;
    /// What a reason calls it: an id, a path.
    fn label(&self) -> String;
}

/// A list of records of one kind.
pub trait Sequence: Sync {
    /// How many.
    fn count(&self) -> usize;
    /// One of them.
    fn at(&self, index: usize) -> Option<&dyn Facts>;
}

impl<T: Facts> Sequence for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> Option<&dyn Facts> {
        self.get(index).map(|facts| facts as &dyn Facts)
    }
}

/// A Rust type that a field can have.
pub(super) trait Fact {
    const SHAPE: Shape;
    fn value(&self) -> Value<'_>;
}

/// A record that a field can hold, alone or in a list.
pub(super) trait Recorded: Facts {
    const RECORD: &'static Record;
}

impl Fact for bool {
    const SHAPE: Shape = Shape::Bool;
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl Fact for i64 {
    const SHAPE: Shape = Shape::Int;
    fn value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl Fact for f64 {
    const SHAPE: Shape = Shape::Number;
    fn value(&self) -> Value<'_> {
        Value::Number(*self)
    }
}

impl Fact for String {
    const SHAPE: Shape = Shape::Text;
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Fact for Vec<String> {
    const SHAPE: Shape = Shape::Texts;
    fn value(&self) -> Value<'_> {
        Value::Texts(self)
    }
}

impl<T: Recorded> Fact for T {
    const SHAPE: Shape = Shape::One(T::RECORD);
    fn value(&self) -> Value<'_> {
        Value::One(self)
    }
}

impl<T: Recorded> Fact for Vec<T> {
    const SHAPE: Shape = Shape::Many(T::RECORD);
    fn value(&self) -> Value<'_> {
        Value::Many(self)
    }
}

impl Fact for Severity {
    const SHAPE: Shape = Shape::Word(&["info", "low", "medium", "high", "critical"]);
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl Fact for Confidence {
    const SHAPE: Shape = Shape::Word(&["low", "medium", "high"]);
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl Fact for Pin {
    const SHAPE: Shape = Shape::Word(&["digest", "name", "floating"]);
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

impl Fact for Role {
    const SHAPE: Shape = Shape::Word(&ROLES);
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

const ROLES: [&str; Role::ALL.len()] = {
    let mut words = [""; Role::ALL.len()];
    let mut index = 0;
    while index < words.len() {
        words[index] = Role::ALL[index].as_str();
        index += 1;
    }
    words
};

/// An enum whose variants are written as these words.
macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident, $($(#[doc = $meaning:literal])+ $variant:ident = $word:literal,)+) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[doc = $meaning])+ #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// The word used in every output.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl crate::facts::shape::Fact for $name {
            const SHAPE: crate::facts::Shape = crate::facts::Shape::Word(&[$($word,)+]);
            fn value(&self) -> crate::facts::Value<'_> {
                crate::facts::Value::Text(self.as_str())
            }
        }
    };
}

/// A struct that is read from JSON, unknown fields refused, and by position from expressions.
/// Every field has a value: the one after `=` where a document says nothing.
macro_rules! facts {
    (
        $(#[doc = $about:literal])+
        $name:ident as $word:literal, called $label:expr;
        $($(#[doc = $says:literal])+ $field:ident: $of:ty = $unsaid:expr,)+
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[doc = $says])+ pub $field: $of,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $unsaid,)+ }
            }
        }

        impl crate::facts::shape::Recorded for $name {
            const RECORD: &'static crate::facts::Record = &crate::facts::Record {
                name: $word,
                about: concat!($($about,)+),
                fields: &[$(crate::facts::FieldInfo {
                    name: stringify!($field),
                    shape: <$of as crate::facts::shape::Fact>::SHAPE,
                    about: concat!($($says,)+),
                },)+],
            };
        }

        impl crate::facts::Facts for $name {
            fn record(&self) -> &'static crate::facts::Record {
                <Self as crate::facts::shape::Recorded>::RECORD
            }

            fn field(&self, index: usize) -> Option<crate::facts::Value<'_>> {
                const READ: &[fn(&$name) -> crate::facts::Value<'_>] =
                    &[$(|facts| crate::facts::shape::Fact::value(&facts.$field),)+];
                READ.get(index).map(|read| read(self))
            }

            fn label(&self) -> String {
                let label: fn(&Self) -> String = $label;
                label(self)
            }
        }
    };
}

pub(super) use {facts, words};
