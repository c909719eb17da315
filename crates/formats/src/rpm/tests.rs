#![expect(
    clippy::arithmetic_side_effects,
    reason = "the databases are written here"
)]

use proptest::prelude::*;

use super::{RpmDatabase, RpmPackage, read};
use crate::Limits;

/// A header with texts and one number.
fn header(entries: &[(u32, &[&str])], epoch: Option<u32>) -> Vec<u8> {
    let mut table = Vec::new();
    let mut store: Vec<u8> = Vec::new();
    let mut row = |tag: u32, kind: u32, offset: usize, count: usize| {
        for value in [tag, kind, offset as u32, count as u32] {
            table.extend(value.to_be_bytes());
        }
    };
    for (tag, texts) in entries {
        row(
            *tag,
            if texts.len() > 1 { 8 } else { 6 },
            store.len(),
            texts.len(),
        );
        for text in *texts {
            store.extend(text.as_bytes());
            store.push(0);
        }
    }
    if let Some(epoch) = epoch {
        row(1003, 4, store.len(), 1);
        store.extend(epoch.to_be_bytes());
    }
    let mut blob = ((table.len() / 16) as u32).to_be_bytes().to_vec();
    blob.extend((store.len() as u32).to_be_bytes());
    blob.extend(table);
    blob.extend(store);
    blob
}

fn bash(summary: &str) -> Vec<u8> {
    header(
        &[
            (1000, &["bash"]),
            (1001, &["5.1.8"]),
            (1002, &["6.el9"]),
            (1004, &[summary]),
            (1011, &["Example Linux"]),
            (1014, &["GPLv3+"]),
            (1022, &["x86_64"]),
            (1044, &["bash-5.1.8-6.el9.src.rpm"]),
            (1047, &["bash", "/bin/sh"]),
            (
                1049,
                &["libc.so.6()(64bit)", "rpmlib(FileDigests)", "filesystem"],
            ),
        ],
        Some(1),
    )
}

fn expected(summary: &str) -> RpmPackage {
    RpmPackage {
        name: "bash".to_owned(),
        version: "5.1.8".to_owned(),
        release: "6.el9".to_owned(),
        epoch: Some(1),
        architecture: Some("x86_64".to_owned()),
        licence: Some("GPLv3+".to_owned()),
        distributor: Some("Example Linux".to_owned()),
        homepage: None,
        source_package: Some("bash-5.1.8-6.el9.src.rpm".to_owned()),
        summary: Some(summary.to_owned()),
        provides: vec!["/bin/sh".to_owned(), "bash".to_owned()],
        requires: vec!["filesystem".to_owned(), "libc.so.6()(64bit)".to_owned()],
    }
}

/// A database of the form `ndb` with one page of slots.
fn ndb(blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"RpmP".to_vec();
    for value in [0_u32, 1, 1, 0, 0, 0, 0] {
        file.extend(value.to_le_bytes());
    }
    let mut bodies: Vec<u8> = Vec::new();
    for (index, blob) in blobs.iter().enumerate() {
        let index = index as u32 + 1;
        let mut body = b"BlbS".to_vec();
        for value in [index, 7, blob.len() as u32] {
            body.extend(value.to_le_bytes());
        }
        body.extend(blob);
        body.resize(body.len().next_multiple_of(16), 0);
        file.extend(b"Slot");
        let offset = (4096 + bodies.len()) as u32 / 16;
        for value in [index, offset, body.len() as u32 / 16] {
            file.extend(value.to_le_bytes());
        }
        bodies.extend(body);
    }
    file.resize(4096, 0);
    file.extend(bodies);
    file
}

/// A number as SQLite writes it, of up to four bytes.
fn varint(value: usize) -> Vec<u8> {
    let mut bytes = vec![(value & 0x7f) as u8];
    let mut rest = value >> 7;
    while rest > 0 {
        bytes.insert(0, (rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes
}

fn record(columns: &[(usize, &[u8])]) -> Vec<u8> {
    let kinds: Vec<u8> = columns.iter().flat_map(|(kind, _)| varint(*kind)).collect();
    let mut record = varint(kinds.len() + 1);
    record.extend(kinds);
    for (_, bytes) in columns {
        record.extend(*bytes);
    }
    record
}

/// A leaf with one cell.
fn leaf(start: usize, cell: &[u8]) -> Vec<u8> {
    let mut page = vec![0; 512];
    page[start] = 13;
    page[start + 4] = 1;
    let at = 512 - cell.len();
    page[start + 8..start + 10].copy_from_slice(&(at as u16).to_be_bytes());
    page[at..].copy_from_slice(cell);
    page
}

/// A database of SQLite with pages of 512 bytes and one package on a leaf and overflow pages.
fn sqlite(blob: &[u8]) -> Vec<u8> {
    let schema = record(&[
        (23, b"table"),
        (29, b"Packages"),
        (29, b"Packages"),
        (1, &[2]),
        (15, b"x"),
    ]);
    let mut cell = varint(schema.len());
    cell.push(1);
    cell.extend(schema);
    let mut file = leaf(100, &cell);
    file[..16].copy_from_slice(b"SQLite format 3\0");
    file[16..18].copy_from_slice(&512_u16.to_be_bytes());
    let row = record(&[(0, b""), (12 + 2 * blob.len(), blob)]);
    let mut cell = varint(row.len());
    cell.push(1);
    if row.len() <= 512 - 35 {
        cell.extend(&row);
        file.extend(leaf(0, &cell));
        return file;
    }
    let least = (512 - 12) * 32 / 255 - 23;
    let spare = least + (row.len() - least) % 508;
    let here = if spare <= 512 - 35 { spare } else { least };
    cell.extend(&row[..here]);
    cell.extend(3_u32.to_be_bytes());
    file.extend(leaf(0, &cell));
    let chunks: Vec<&[u8]> = row[here..].chunks(508).collect();
    for (index, chunk) in chunks.iter().enumerate() {
        let next = if index + 1 == chunks.len() {
            0
        } else {
            index as u32 + 4
        };
        let mut page = next.to_be_bytes().to_vec();
        page.extend(*chunk);
        page.resize(512, 0);
        file.extend(page);
    }
    file
}

#[test]
fn both_forms_hold_the_same_records() {
    let long = "long ".repeat(500);
    for summary in ["The shell", long.as_str()] {
        let database = RpmDatabase {
            packages: vec![expected(summary)],
            unread: Vec::new(),
        };
        let limits = Limits::default();
        assert_eq!(
            read(&ndb(&[bash(summary)]), &limits),
            Some(database.clone())
        );
        assert_eq!(read(&sqlite(&bash(summary)), &limits), Some(database));
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let limits = Limits::default();
    let said = |bytes: Vec<u8>| read(&bytes, &limits).map(|database| database.unread);
    assert_eq!(said(b"something else".to_vec()), None);
    let mut berkeley = vec![0; 512];
    berkeley[12..16].copy_from_slice(&0x0006_1561_u32.to_le_bytes());
    assert_eq!(
        said(berkeley),
        Some(vec!["a database of Berkeley DB is not read".to_owned()])
    );
    let nameless = header(&[(1001, &["1"])], None);
    let database = read(&ndb(&[nameless, bash("a")]), &limits).expect("a database");
    assert_eq!(database.packages, [expected("a")]);
    assert_eq!(database.unread, ["a record is not the header of a package"]);
    let whole = sqlite(&bash(&"long ".repeat(500)));
    let half = whole[..1536].to_vec();
    assert_eq!(said(half), Some(vec!["a row could not be read".to_owned()]));
}

proptest! {
    #[test]
    fn damage_never_breaks_the_reader(
        damage in prop::collection::vec((0_usize..6000, any::<u8>()), 0..20),
        form in any::<bool>(),
    ) {
        let blob = bash(&"long ".repeat(300));
        let mut bytes = if form { sqlite(&blob) } else { ndb(&[blob.clone(), blob]) };
        for (at, byte) in damage {
            let length = bytes.len();
            bytes[at % length] = byte;
        }
        let limits = Limits::default();
        prop_assert_eq!(read(&bytes, &limits), read(&bytes, &limits));
    }
}
