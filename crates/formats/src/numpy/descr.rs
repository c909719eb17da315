//! Element types: <https://numpy.org/doc/stable/reference/arrays.interface.html#arrays-interface>.

use super::literal::Literal;
use crate::problems::excerpt;

/// The type of an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Descr {
    /// A type string, such as `<f4`.
    Simple(String),
    /// Named fields behind each other.
    Structured(Vec<Field>),
    /// So many elements of a type as one.
    Array {
        /// Type of the inner elements.
        element: Box<Descr>,
        /// Inner elements in each dimension.
        shape: Vec<u64>,
    },
}

/// A field of a structured type.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name; empty where the field only pads.
    pub name: String,
    /// A second name.
    pub title: Option<String>,
    /// Type of the field.
    pub descr: Descr,
    /// Elements in each dimension, empty for one.
    pub shape: Vec<u64>,
}

/// What is wrong with a type.
pub(super) type Wrong = String;

impl Descr {
    pub(super) fn from_literal(literal: &Literal) -> Result<Self, Wrong> {
        match literal {
            Literal::Text(text) => Ok(Self::Simple(text.clone())),
            Literal::List(fields) => fields
                .iter()
                .map(field)
                .collect::<Result<_, _>>()
                .map(Self::Structured),
            Literal::Tuple(parts) => match parts.as_slice() {
                [element, shape] => Ok(Self::Array {
                    element: Box::new(Self::from_literal(element)?),
                    shape: shape_of(shape).ok_or("a shape that is none")?,
                }),
                _ => Err("a tuple that is no type with a shape".to_owned()),
            },
            _ => Err("neither a string, a list nor a tuple".to_owned()),
        }
    }

    /// Bytes of an element; an error with the type string that is not understood.
    pub(super) fn item_bytes(&self) -> Result<Option<u64>, Wrong> {
        match self {
            Self::Simple(text) => simple_bytes(text).map(Some).ok_or_else(|| excerpt(text)),
            Self::Array { element, shape } => Ok(times(element.item_bytes()?, shape)),
            Self::Structured(fields) => {
                let mut sum = Some(0_u64);
                for field in fields {
                    let bytes = times(field.descr.item_bytes()?, &field.shape);
                    sum = sum.zip(bytes).and_then(|(sum, more)| sum.checked_add(more));
                }
                Ok(sum)
            }
        }
    }

    /// True if an element has Python objects in it, or a type string that is not understood and
    /// could mean that to NumPy.
    pub(super) fn has_objects(&self) -> bool {
        match self {
            Self::Simple(text) if simple_bytes(text).is_some() => is_object(text),
            Self::Simple(text) => text.contains('O') || text.contains("object"),
            Self::Array { element, .. } => element.has_objects(),
            Self::Structured(fields) => fields.iter().any(|field| field.descr.has_objects()),
        }
    }
}

fn field(literal: &Literal) -> Result<Field, Wrong> {
    let Literal::Tuple(parts) = literal else {
        return Err("a field that is no tuple".to_owned());
    };
    let (name, descr, shape) = match parts.as_slice() {
        [name, descr] => (name, descr, None),
        [name, descr, shape] => (name, descr, Some(shape)),
        _ => return Err("a field that is no name with a type".to_owned()),
    };
    let (title, name) = match name {
        Literal::Text(name) => (None, name.clone()),
        Literal::Tuple(names) => match names.as_slice() {
            [Literal::Text(title), Literal::Text(name)] => (Some(title.clone()), name.clone()),
            _ => return Err("a field whose name is no pair of texts".to_owned()),
        },
        _ => return Err("a field whose name is no text".to_owned()),
    };
    let shape = shape.map_or(Some(Vec::new()), shape_of);
    Ok(Field {
        name,
        title,
        descr: Descr::from_literal(descr)?,
        shape: shape.ok_or("a shape that is none")?,
    })
}

fn shape_of(literal: &Literal) -> Option<Vec<u64>> {
    match literal {
        Literal::Integer(number) => Some(vec![u64::try_from(*number).ok()?]),
        Literal::Tuple(dimensions) => dimensions
            .iter()
            .map(|dimension| match dimension {
                Literal::Integer(number) => u64::try_from(*number).ok(),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// So many bytes for each element of the shape; `None` beyond 63 bits.
pub(super) fn times(bytes: Option<u64>, shape: &[u64]) -> Option<u64> {
    let one = i64::try_from(bytes?).ok()?;
    let product = shape.iter().try_fold(one, |product, dimension| {
        product.checked_mul(i64::try_from(*dimension).ok()?)
    });
    u64::try_from(product?).ok()
}

fn is_object(text: &str) -> bool {
    let bare = text.trim_start_matches(['<', '>', '|', '=']);
    bare.starts_with('O') || bare.starts_with("object")
}

/// Bytes of an element with this type string, or with one of the names that NumPy also takes.
fn simple_bytes(text: &str) -> Option<u64> {
    let named = match text {
        "bool" | "int8" | "uint8" | "b" | "B" | "?" => Some(1),
        "int16" | "uint16" | "float16" | "h" | "H" | "e" => Some(2),
        "int32" | "uint32" | "float32" | "i" | "I" | "f" => Some(4),
        "int64" | "uint64" | "float64" | "complex64" | "q" | "Q" | "d" | "F" => Some(8),
        "object" | "object_" => Some(8),
        "complex128" | "D" => Some(16),
        _ => None,
    };
    if named.is_some() {
        return named;
    }
    let bare = text.strip_prefix(['<', '>', '|', '=']).unwrap_or(text);
    let mut rest = bare.chars();
    let kind = rest.next()?;
    let size = rest.as_str();
    let digits = size.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = (size.get(..digits)?, size.get(digits..)?);
    let dated = matches!(kind, 'm' | 'M');
    if !(unit.is_empty() || (dated && unit.starts_with('[') && unit.ends_with(']'))) {
        return None;
    }
    let number: Option<u64> = number.parse().ok().filter(|_| !number.starts_with('+'));
    match (kind, number) {
        ('?', None) | ('b', Some(1)) => Some(1),
        ('i' | 'u', Some(bytes @ (1 | 2 | 4 | 8))) => Some(bytes),
        ('f', Some(bytes @ (2 | 4 | 8 | 12 | 16))) => Some(bytes),
        ('c', Some(bytes @ (8 | 16 | 24 | 32))) => Some(bytes),
        ('m' | 'M', Some(8)) => Some(8),
        ('S' | 'a' | 'V', Some(bytes)) => Some(bytes),
        ('U', Some(characters)) => characters.checked_mul(4),
        ('O', None | Some(4 | 8)) => Some(8),
        _ => None,
    }
}
