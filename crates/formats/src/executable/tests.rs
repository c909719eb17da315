use super::*;

fn elf() -> Vec<u8> {
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0];
    bytes.extend([0; 8]);
    bytes.extend([2, 0, 0x3e, 0, 1, 0, 0, 0]);
    bytes.resize(0x34, 0);
    bytes.extend([64, 0]);
    bytes.resize(64, 0);
    bytes
}

fn portable(distance: usize) -> Vec<u8> {
    let mut bytes = b"MZ\x90\0".to_vec();
    bytes.resize(0x3c, 0);
    bytes.extend((distance as u32).to_le_bytes());
    bytes.resize(distance, 0);
    bytes.extend(b"PE\0\0\x64\x86\x03\0");
    bytes
}

fn found(bytes: &[u8]) -> Vec<(u64, Image)> {
    let (mut pieces, mut hits) = (Vec::new(), Vec::new());
    find(
        &bytes.to_vec(),
        &mut |offset, piece| pieces.push((offset, piece.len())),
        &mut |hit| hits.push((hit.offset, hit.image)),
    )
    .unwrap();
    let mut next: u64 = 0;
    for (offset, length) in pieces {
        assert_eq!(offset, next);
        next = next.saturating_add(length as u64);
    }
    assert_eq!(next, bytes.len() as u64);
    hits
}

#[test]
fn each_header_is_told() {
    let mach = [
        0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 0, 8, 0, 0,
    ];
    let fat = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2, 1, 0, 0, 7];
    let zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    for (bytes, image) in [
        (elf(), Image::Elf),
        (elf()[..24].to_vec(), Image::Elf),
        (portable(0x80), Image::Pe),
        (mach.to_vec(), Image::MachO),
        (fat.to_vec(), Image::MachOFat),
        (b"dex\n035\0".to_vec(), Image::Dex),
        (b"#!/usr/bin/env python3\nprint(1)".to_vec(), Image::Script),
        (zip.to_vec(), Image::Zip),
        (b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), Image::SevenZip),
        (b"Rar!\x1a\x07\x01\0".to_vec(), Image::Rar),
    ] {
        assert_eq!(at(&bytes, 0), Some(image));
        for before in [0, 1, 4095, (256 << 10) - 2, (256 << 10) - 70, 256 << 10] {
            let mut whole = vec![0x55; before];
            whole.extend(&bytes);
            whole.extend([0x55; 40]);
            assert_eq!(
                found(&whole),
                [(before as u64, image)],
                "{image:?} at {before}"
            );
        }
    }
}

#[test]
fn magic_numbers_alone_are_chance() {
    let class = [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52, 0, 20, 10, 0];
    let mut machine = elf();
    machine[18] = 0xff;
    machine[19] = 0x7f;
    let mut size = elf();
    size[0x34] = 3;
    size[9] = 1;
    for bytes in [
        b"\x7fELF".to_vec(),
        b"\x7fELF\x03\x01\x01\0".to_vec(),
        machine,
        size,
        b"MZ and nothing else, for long enough to hold the offset of a header ...".to_vec(),
        class.to_vec(),
        b"#!/x\n".to_vec(),
        b"#!/bin/sh without an end".to_vec(),
        b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_vec(),
        b"PE\0\0\x64\x86".to_vec(),
        vec![0; 5000],
    ] {
        assert_eq!(at(&bytes, 0), None, "{bytes:?}");
        assert_eq!(found(&bytes), []);
    }
}
