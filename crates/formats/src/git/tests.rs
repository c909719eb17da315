use super::*;
use crate::Limits;

fn entry(path: &str, size: u32, id: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [1_u32, 2, 3, 4, 5, 6, 0o100_644, 7, 8, size] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend([id; 20]);
    bytes.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
    bytes.extend(path.as_bytes());
    bytes.push(0);
    while !bytes.len().is_multiple_of(8) {
        bytes.push(0);
    }
    bytes
}

fn whole(entries: &[Vec<u8>], tree: &[u8]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend(u32::try_from(entries.len()).unwrap().to_be_bytes());
    bytes.extend(entries.concat());
    bytes.extend(b"TREE");
    bytes.extend(u32::try_from(tree.len()).unwrap().to_be_bytes());
    bytes.extend(tree);
    bytes.extend([0; 20]);
    bytes
}

#[test]
fn an_index_has_entries_and_the_root_tree() {
    let mut tree = b"\x002 1\n".to_vec();
    tree.extend([0xcd; 20]);
    let bytes = whole(&[entry("a.txt", 12, 0xab), entry("dir/b", 3, 1)], &tree);
    let read = index(&bytes, 20, &Limits::default()).expect("an index");
    assert_eq!(read.root_tree.as_deref(), Some("cd".repeat(20).as_str()));
    assert_eq!(
        read.entries[0],
        IndexEntry {
            path: "a.txt".into(),
            size: 12,
            modified: (3, 4),
            mode: 0o100_644,
            id: "ab".repeat(20),
            not_compared: false,
            stage: 0,
        }
    );
    assert_eq!(read.entries[1].path, "dir/b");
    let invalid = whole(&[entry("a.txt", 12, 0xab)], b"\x00-1 1\n");
    assert_eq!(
        index(&invalid, 20, &Limits::default()).unwrap().root_tree,
        None
    );
}

#[test]
fn a_broken_index_is_none() {
    let bytes = whole(&[entry("a.txt", 12, 0xab)], b"");
    for cut in 0..60 {
        assert_eq!(index(&bytes[..cut].to_vec(), 20, &Limits::default()), None);
    }
    let mut many = b"DIRC\0\0\0\x02".to_vec();
    many.extend(u32::MAX.to_be_bytes());
    assert_eq!(index(&many, 20, &Limits::default()), None);
}

#[test]
fn objects_are_found_in_packs() {
    let mut fanout = vec![0_u32; 256];
    for slot in &mut fanout[0x10..] {
        *slot = 2;
    }
    let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
    for number in fanout {
        bytes.extend(u32::to_be_bytes(number));
    }
    let ids = [[0x10_u8; 20], {
        let mut id = [0x10; 20];
        id[19] = 0x11;
        id
    }];
    bytes.extend(ids.concat());
    bytes.extend([0; 8]);
    bytes.extend(12_u32.to_be_bytes());
    bytes.extend(0x8000_0000_u32.to_be_bytes());
    bytes.extend(0x1_0000_0000_u64.to_be_bytes());
    assert_eq!(find_in_pack(&bytes, &ids[0]), Some(12));
    assert_eq!(find_in_pack(&bytes, &ids[1]), Some(0x1_0000_0000));
    assert_eq!(find_in_pack(&bytes, &[0x11; 20]), None);
    let header = vec![0x90 | 0x0f, 0x01, 0xaa];
    let packed = packed_object(&header, 0).unwrap();
    assert_eq!((packed.kind, packed.size, packed.data_offset), (1, 31, 2));
}

#[test]
fn objects_say_what_they_name() {
    let id = "a".repeat(40);
    let commit = format!("tree {id}\nparent x\n");
    assert_eq!(tree_of_commit(commit.as_bytes()), Some(id.as_str()));
    assert_eq!(
        commit_of_tag(format!("object {id}\ntype commit\n").as_bytes()),
        Some(id.as_str())
    );
    assert_eq!(
        loose_object(b"blob 3\0abc"),
        Some(("blob", b"abc".as_slice()))
    );
    assert_eq!(loose_object(b"blob 4\0abc"), None);
}
