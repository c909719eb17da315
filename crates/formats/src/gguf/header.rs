//! Version, counts and both tables.

use super::quantization::{ElementType, element_type};
use super::reader::Reader;
use super::{GgufFacts, Pair, Problem, ProblemKind, Table, Tensor};
use crate::problems::excerpt;
use crate::{Limits, ReadAt};

/// More dimensions than that are not read, whatever the entry states.
const READ_DIMENSIONS: u32 = 64;

/// Reads up to the end of the tables and returns its offset, or `None` if they break off.
pub(super) fn read(source: &dyn ReadAt, limits: &Limits, facts: &mut GgufFacts) -> Option<u64> {
    let mut reader = Reader::new(source, 4, limits, facts);
    match tables(&mut reader, limits) {
        Ok(()) => Some(reader.offset()),
        Err(Problem { offset, kind }) => {
            facts.problem(offset, kind);
            None
        }
    }
}

fn tables(reader: &mut Reader<'_>, limits: &Limits) -> Result<(), Problem> {
    version(reader)?;
    let at = reader.offset();
    reader.facts.tensor_count = reader.count()?;
    reader.facts.pair_count = reader.count()?;
    let (tensors, pairs) = (reader.facts.tensor_count, reader.facts.pair_count);
    let least = reader.count_bytes();
    let pairs_at = at.saturating_add(least);
    held(
        reader,
        at,
        Table::Tensors,
        tensors,
        least.saturating_add(16),
    );
    held(
        reader,
        pairs_at,
        Table::Pairs,
        pairs,
        least.saturating_add(5),
    );
    each(reader, limits, Table::Pairs, pairs, pair)?;
    each(reader, limits, Table::Tensors, tensors, tensor)
}

/// A file whose version has nothing in the lower half was written in the other byte order.
fn version(reader: &mut Reader<'_>) -> Result<(), Problem> {
    let offset = reader.offset();
    let little = reader.u32()?;
    let big_endian = little != 0 && little.trailing_zeros() >= 16;
    let version = if big_endian {
        little.swap_bytes()
    } else {
        little
    };
    reader.facts.big_endian = big_endian;
    reader.facts.version = version;
    if (1..=3).contains(&version) {
        return Ok(());
    }
    let kind = ProblemKind::VersionUnknown { version };
    Err(Problem { offset, kind })
}

/// Reports a table that states more entries of at least so many bytes than the file can hold.
fn held(reader: &mut Reader<'_>, at: u64, table: Table, claimed: u64, least_bytes: u64) {
    let fits = reader.remaining().checked_div(least_bytes).unwrap_or(0);
    if claimed > fits {
        let kind = ProblemKind::CountBeyondFile {
            table,
            claimed,
            fits,
        };
        reader.facts.problem(at, kind);
    }
}

fn each(
    reader: &mut Reader<'_>,
    limits: &Limits,
    table: Table,
    count: u64,
    read: fn(&mut Reader<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let members = limits.members;
    for _ in 0..count.min(members) {
        read(reader)?;
    }
    if count <= members {
        return Ok(());
    }
    let offset = reader.offset();
    let kind = ProblemKind::LimitReached { table, members };
    Err(Problem { offset, kind })
}

fn pair(reader: &mut Reader<'_>) -> Result<(), Problem> {
    let offset = reader.offset();
    let (key, length) = reader.text()?;
    if length > 65_535 {
        reader
            .facts
            .problem(offset, ProblemKind::KeyTooLong { length });
    }
    let value = reader.value(&key)?;
    reader.facts.pairs.push(Pair { key, value, offset });
    Ok(())
}

fn tensor(reader: &mut Reader<'_>) -> Result<(), Problem> {
    let at = reader.offset();
    let (name, length) = reader.text()?;
    if length > 64 {
        reader
            .facts
            .problem(at, ProblemKind::NameTooLong { length });
    }
    let dims = dimensions(reader, &name)?;
    let ggml_type = reader.u32()?;
    let offset = reader.u64()?;
    let found = element_type(ggml_type);
    let size = match found {
        Some(element) => size_bytes(&dims, element),
        None => Err(SizeUnknown::Type),
    };
    report(reader, at, &name, found, ggml_type, &dims, size);
    reader.facts.tensors.push(Tensor {
        name,
        dims,
        ggml_type,
        type_name: found.map(|element| element.name),
        offset,
        size_bytes: size.ok(),
        at,
    });
    Ok(())
}

fn dimensions(reader: &mut Reader<'_>, name: &str) -> Result<Vec<u64>, Problem> {
    let offset = reader.offset();
    let count = reader.u32()?;
    let kind = ProblemKind::DimensionCount {
        tensor: excerpt(name),
        count,
    };
    if count > READ_DIMENSIONS {
        return Err(Problem { offset, kind });
    }
    if count == 0 || count > 4 {
        reader.facts.problem(offset, kind);
    }
    (0..count).map(|_| reader.count()).collect()
}

#[derive(Clone, Copy)]
enum SizeUnknown {
    Type,
    Overflow,
    Row { row: u64 },
}

fn size_bytes(dims: &[u64], element: ElementType) -> Result<u64, SizeUnknown> {
    let row = dims.first().copied().unwrap_or(1);
    if row.checked_rem(element.block_elements) != Some(0) {
        return Err(SizeUnknown::Row { row });
    }
    let product = dims
        .iter()
        .try_fold(1_i64, |product, dimension| {
            product.checked_mul(i64::try_from(*dimension).ok()?)
        })
        .and_then(|elements| u64::try_from(elements).ok());
    product
        .and_then(|elements| elements.checked_div(element.block_elements))
        .and_then(|blocks| blocks.checked_mul(element.block_bytes))
        .filter(|bytes| i64::try_from(*bytes).is_ok())
        .ok_or(SizeUnknown::Overflow)
}

fn report(
    reader: &mut Reader<'_>,
    at: u64,
    name: &str,
    element: Option<ElementType>,
    ggml_type: u32,
    dims: &[u64],
    size: Result<u64, SizeUnknown>,
) {
    let tensor = || excerpt(name);
    let removed = element.filter(|element| element.removed);
    let zero = dims
        .contains(&0)
        .then(|| ProblemKind::DimensionZero { tensor: tensor() });
    let removed = removed.map(|element| ProblemKind::TensorTypeRemoved {
        tensor: tensor(),
        type_name: element.name,
    });
    let size = size.err().map(|unknown| match unknown {
        SizeUnknown::Type => ProblemKind::TensorTypeUnknown {
            tensor: tensor(),
            ggml_type,
        },
        SizeUnknown::Overflow => ProblemKind::SizeOverflow { tensor: tensor() },
        SizeUnknown::Row { row } => ProblemKind::RowNotWholeBlocks {
            tensor: tensor(),
            row,
            block: element.map_or(1, |element| element.block_elements),
        },
    });
    for kind in [zero, removed, size].into_iter().flatten() {
        reader.facts.problem(at, kind);
    }
}
