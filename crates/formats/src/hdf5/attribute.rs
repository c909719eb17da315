//! Attribute messages (HDF5 File Format Specification 3.0, IV.A.2.m).

use std::collections::HashMap;

use super::datatype::{self, Datatype, DatatypeClass};
use super::fields::{Reader, padded_text};
use super::heap::Collection;
use super::{Attribute, Extent, header};

/// Elements of one attribute whose texts are read.
const ELEMENTS: u64 = 1 << 20;

/// Collections of the global heap that were read, by their address.
pub(super) type Collections = HashMap<u64, Option<Collection>>;

/// Texts that may still be kept.
pub(super) struct Budget {
    pub(super) left: u64,
    pub(super) spent: bool,
}

impl Budget {
    fn take(&mut self, length: u64) -> Option<()> {
        match self.left.checked_sub(length) {
            Some(left) => self.left = left,
            None => self.spent = true,
        }
        (!self.spent).then_some(())
    }
}

/// Reads an attribute whose message stands at `offset` in the file.
pub(super) fn read(
    reader: &mut Reader<'_>,
    data: &[u8],
    offset: u64,
    owner: &str,
    heaps: &mut Collections,
    budget: &mut Budget,
) -> Option<Attribute> {
    let mut fields = reader.fields(data);
    let version = fields.u8()?;
    let flags = fields.u8()?;
    let name_bytes = usize::from(fields.u16()?);
    let type_bytes = usize::from(fields.u16()?);
    let space_bytes = usize::from(fields.u16()?);
    if version == 3 {
        fields.skip(1)?;
    }
    let padded = |length: usize| {
        if version == 1 {
            length.next_multiple_of(8)
        } else {
            length
        }
    };
    let name = padded_text(fields.take(padded(name_bytes))?);
    let kind = fields.take(padded(type_bytes))?;
    let space = fields.take(padded(space_bytes))?;
    if !(1..=3).contains(&version) {
        return None;
    }
    let datatype = if version > 1 && flags & 1 != 0 {
        committed(reader, kind)?
    } else {
        datatype::read(kind, reader)?
    };
    let shape = datatype::shape(space, reader)?;
    let start = offset.checked_add(fields.at as u64)?;
    let value = fields.rest().to_vec();
    let mut attribute = Attribute {
        owner: owner.to_owned(),
        name,
        datatype,
        shape,
        texts: Vec::new(),
        extents: Vec::new(),
    };
    values(reader, &mut attribute, &value, start, heaps, budget);
    Some(attribute)
}

/// A datatype that stands in a header of its own.
pub(super) fn committed(reader: &mut Reader<'_>, data: &[u8]) -> Option<Datatype> {
    let address = header::shared_address(data, reader)?;
    let (messages, _) = header::messages(reader, address)?;
    let message = messages.iter().find(|message| message.kind == 3)?;
    datatype::read(&message.data, reader)
}

fn values(
    reader: &mut Reader<'_>,
    attribute: &mut Attribute,
    value: &[u8],
    start: u64,
    heaps: &mut Collections,
    budget: &mut Budget,
) {
    let Some(shape) = &attribute.shape else {
        return;
    };
    let count = shape
        .iter()
        .fold(1_u64, |product, length| product.saturating_mul(*length))
        .min(ELEMENTS);
    let size = u64::from(attribute.datatype.size);
    let length = count.saturating_mul(size).min(value.len() as u64);
    let text = match attribute.datatype.class {
        DatatypeClass::VariableText | DatatypeClass::Sequence(_) => {
            return variable(reader, attribute, value, count, heaps, budget);
        }
        DatatypeClass::Text => true,
        _ => false,
    };
    attribute.extents.push(Extent {
        offset: start,
        length,
    });
    let Some(size) = usize::try_from(size).ok().filter(|size| text && *size > 0) else {
        return;
    };
    for element in value
        .chunks_exact(size)
        .take(usize::try_from(count).unwrap_or(0))
    {
        if budget.take(element.len() as u64).is_none() {
            return;
        }
        attribute.texts.push(padded_text(element));
    }
}

/// Where an element of variable length stands: its length, a collection and a number in it.
pub(super) fn element_extent(
    reader: &mut Reader<'_>,
    element: &[u8],
    heaps: &mut Collections,
) -> Option<Extent> {
    let mut fields = reader.fields(element);
    fields.u32()?;
    let address = fields.address()?.known().filter(|address| *address != 0)?;
    let index = fields.u32().filter(|index| *index != 0)?;
    heaps
        .entry(address)
        .or_insert_with(|| Collection::read(reader, address))
        .as_ref()?
        .object(index)
}

/// Elements that are a length and a place in the global heap.
fn variable(
    reader: &mut Reader<'_>,
    attribute: &mut Attribute,
    value: &[u8],
    count: u64,
    heaps: &mut Collections,
    budget: &mut Budget,
) {
    let is_text = attribute.datatype.class == DatatypeClass::VariableText;
    let size = 8_usize.saturating_add(reader.address_bytes);
    for element in value
        .chunks_exact(size)
        .take(usize::try_from(count).unwrap_or(0))
    {
        let extent = element_extent(reader, element, heaps);
        let Some(extent) = extent else {
            // A text without a place is empty.
            if is_text {
                attribute.texts.push(String::new());
            }
            continue;
        };
        attribute.extents.push(extent);
        if !is_text {
            continue;
        }
        if budget.take(extent.length).is_none() {
            return;
        }
        let at = extent.offset.saturating_sub(reader.base);
        let bytes = reader.read(at, extent.length).unwrap_or_default();
        attribute.texts.push(padded_text(&bytes));
    }
}
