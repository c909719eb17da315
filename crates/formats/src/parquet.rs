//! Parquet files: pages of columns between two magics, and a footer in Thrift's compact protocol.
//!
//! Format: <https://parquet.apache.org/docs/file-format/> and `parquet.thrift` of
//! <https://github.com/apache/parquet-format>. Only the footer is read.

use crate::{Limits, ReadAt, problems};

mod thrift;

use thrift::{Compact, Kind};

/// What the file begins and ends with.
const MAGIC: &[u8] = b"PAR1";
/// The same with an encrypted footer.
const ENCRYPTED: &[u8] = b"PARE";
/// Entries that are listed.
const LISTED: usize = 10_000;

/// What the footer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParquetFacts {
    /// Version of the format.
    pub version: i64,
    /// Names of the columns that hold values, in the order of the schema.
    pub columns: Vec<String>,
    /// Rows in all.
    pub rows: i64,
    /// Groups of rows.
    pub row_groups: u64,
    /// Texts beside the schema: those of pandas, Arrow, Hugging Face.
    pub metadata: Vec<(String, String)>,
    /// What wrote it.
    pub created_by: String,
    /// Paths of other files in which columns are said to stand.
    pub files: Vec<String>,
    /// What is wrong with the structure.
    pub broken: Option<(u64, String)>,
}

/// True if the content begins as such a file does.
#[must_use]
pub fn recognises(head: &[u8], _length: u64) -> bool {
    head.starts_with(MAGIC) || head.starts_with(ENCRYPTED)
}

/// Reads the footer; `None` if the content does not begin as such a file.
#[must_use]
pub fn parse(source: &dyn ReadAt, limits: &Limits) -> Option<ParquetFacts> {
    let head = source.bytes_at(0, 4).ok()?;
    if !recognises(&head, source.len()) {
        return None;
    }
    let mut facts = ParquetFacts::default();
    match footer(source, limits) {
        Ok((start, bytes)) => {
            if let Err(reason) = file_metadata(&bytes, source.len(), &mut facts) {
                facts.broken = Some((start, reason));
            }
        }
        Err(reason) => facts.broken = Some((source.len().saturating_sub(8), reason)),
    }
    Some(facts)
}

fn footer(source: &dyn ReadAt, limits: &Limits) -> Result<(u64, Vec<u8>), String> {
    let tail = source
        .len()
        .checked_sub(8)
        .filter(|start| *start >= 4)
        .and_then(|start| source.bytes_at(start, 8).ok())
        .unwrap_or_default();
    let Some((length, magic)) = tail.split_first_chunk::<4>() else {
        return Err("the file is too short".to_owned());
    };
    if magic == ENCRYPTED {
        return Err("the footer is encrypted".to_owned());
    }
    if magic != MAGIC {
        return Err("the file does not end with its magic".to_owned());
    }
    let length = u64::from(u32::from_le_bytes(*length));
    let start = source.len().saturating_sub(8).checked_sub(length);
    let start = start.filter(|start| *start >= 4 && length <= limits.header_bytes);
    let start = start.ok_or_else(|| "the footer is longer than the file".to_owned())?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let bytes = source
        .bytes_at(start, length)
        .map_err(|failed| failed.to_string())?;
    Ok((start, bytes))
}

/// `FileMetaData`.
fn file_metadata(bytes: &[u8], length: u64, facts: &mut ParquetFacts) -> Result<(), String> {
    let mut reader = Compact::new(bytes);
    let mut rest = reader.structure()?;
    while let Some((id, kind)) = reader.field(&mut rest)? {
        match (id, kind) {
            (1, Kind::Integer) => facts.version = reader.integer()?,
            (2, Kind::List) => schema(&mut reader, facts)?,
            (3, Kind::Integer) => facts.rows = reader.integer()?,
            (4, Kind::List) => {
                let (count, kind) = reader.list()?;
                facts.row_groups = count;
                for _ in 0..count {
                    if kind == Kind::Structure {
                        row_group(&mut reader, length, facts)?;
                    } else {
                        reader.skip(kind)?;
                    }
                }
            }
            (5, Kind::List) => metadata(&mut reader, facts)?,
            (6, Kind::Text) => facts.created_by = problems::excerpt(&reader.text()?),
            (_, kind) => reader.skip(kind)?,
        }
    }
    if facts.rows < 0 {
        return Err("the number of rows is negative".to_owned());
    }
    Ok(())
}

fn schema(reader: &mut Compact<'_>, facts: &mut ParquetFacts) -> Result<(), String> {
    let (count, kind) = reader.list()?;
    for _ in 0..count {
        if kind != Kind::Structure {
            reader.skip(kind)?;
            continue;
        }
        let mut rest = reader.structure()?;
        let (mut name, mut children) = (String::new(), 0);
        while let Some((id, kind)) = reader.field(&mut rest)? {
            match (id, kind) {
                (4, Kind::Text) => name = problems::excerpt(&reader.text()?),
                (5, Kind::Integer) => children = reader.integer()?,
                (_, kind) => reader.skip(kind)?,
            }
        }
        if children == 0 && facts.columns.len() < LISTED {
            facts.columns.push(name);
        }
    }
    Ok(())
}

fn metadata(reader: &mut Compact<'_>, facts: &mut ParquetFacts) -> Result<(), String> {
    let (count, kind) = reader.list()?;
    for _ in 0..count {
        if kind != Kind::Structure {
            reader.skip(kind)?;
            continue;
        }
        let mut rest = reader.structure()?;
        let (mut key, mut value) = (String::new(), String::new());
        while let Some((id, kind)) = reader.field(&mut rest)? {
            match (id, kind) {
                (1, Kind::Text) => key = reader.text()?,
                (2, Kind::Text) => value = reader.text()?,
                (_, kind) => reader.skip(kind)?,
            }
        }
        if facts.metadata.len() < LISTED {
            facts.metadata.push((key, value));
        }
    }
    Ok(())
}

/// `RowGroup` with its columns.
fn row_group(
    reader: &mut Compact<'_>,
    length: u64,
    facts: &mut ParquetFacts,
) -> Result<(), String> {
    let mut rest = reader.structure()?;
    while let Some((id, kind)) = reader.field(&mut rest)? {
        if (id, kind) != (1, Kind::List) {
            reader.skip(kind)?;
            continue;
        }
        let (count, kind) = reader.list()?;
        for _ in 0..count {
            if kind == Kind::Structure {
                column(reader, length, facts)?;
            } else {
                reader.skip(kind)?;
            }
        }
    }
    Ok(())
}

/// `ColumnChunk` with `ColumnMetaData`.
fn column(reader: &mut Compact<'_>, length: u64, facts: &mut ParquetFacts) -> Result<(), String> {
    let mut rest = reader.structure()?;
    let mut elsewhere = false;
    let (mut start, mut packed) = (0_i64, 0_i64);
    while let Some((id, kind)) = reader.field(&mut rest)? {
        match (id, kind) {
            (1, Kind::Text) => {
                let path = problems::excerpt(&reader.text()?);
                elsewhere = true;
                if facts.files.len() < LISTED && !facts.files.contains(&path) {
                    facts.files.push(path);
                }
            }
            (3, Kind::Structure) => {
                let mut rest = reader.structure()?;
                while let Some((id, kind)) = reader.field(&mut rest)? {
                    match (id, kind) {
                        (7, Kind::Integer) => packed = reader.integer()?,
                        (9, Kind::Integer) => start = reader.integer()?,
                        (_, kind) => reader.skip(kind)?,
                    }
                }
            }
            (_, kind) => reader.skip(kind)?,
        }
    }
    let end = start
        .checked_add(packed)
        .and_then(|end| u64::try_from(end).ok());
    let inside = start >= 0 && packed >= 0 && end.is_some_and(|end| end <= length);
    if !inside && !elsewhere {
        return Err("a column lies outside of the file".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> ParquetFacts {
        let bytes = waybill_fixtures::assemble("bytes", text).unwrap();
        parse(&bytes, &Limits::default()).unwrap()
    }

    /// A file of one empty column; `{}` stands where more fields of the footer may.
    pub(crate) const FOOTER: &str = "text \"PAR1\"\nhex 15 02 19 2c 48 06\ntext \"schema\"\nhex 15 02 00 15 0c 25 02 18 01\ntext \"x\"\nhex 00 16 04 19 0c 19 1c 18 06\ntext \"pandas\"\nhex 18 02\ntext \"{}\"\nhex 00 18 04\ntext \"test\"\nhex 00\nu32le 50\ntext \"PAR1\"\n";

    #[test]
    fn the_footer_says_what_the_file_holds() {
        let bytes = waybill_fixtures::assemble("bytes", FOOTER).unwrap();
        let length = u32::try_from(bytes.len() - 12).unwrap();
        let found = facts(&FOOTER.replace("u32le 50", &format!("u32le {length}")));
        assert_eq!(found.broken, None);
        assert_eq!((found.version, found.rows, found.row_groups), (1, 2, 0));
        assert_eq!(found.columns, ["x"]);
        assert_eq!(found.metadata, [("pandas".to_owned(), "{}".to_owned())]);
        assert_eq!(found.created_by, "test");
    }

    #[test]
    fn footers_that_lie_are_told() {
        for text in [
            "text \"PAR1\"\ntext \"PAR1\"\n",
            "text \"PAR1\"\nu32le 5000\ntext \"PAR1\"\n",
            "text \"PAR1\"\nhex 19 fc ffffffff0f\nu32le 7\ntext \"PAR1\"\n",
            "text \"PAR1\"\nhex repeat=3000 1c\nu32le 3000\ntext \"PAR1\"\n",
            "text \"PAR1\"\nu32le 0\ntext \"PARE\"\n",
        ] {
            assert!(facts(text).broken.is_some(), "{text}");
        }
    }
}
