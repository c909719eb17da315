/// Bytes that are enough to tell any [`Image`].
pub const HEADER_BYTES: usize = 4096;

/// A program, or an archive that could carry one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Image {
    /// A program or library of Linux and other Unix systems.
    Elf,
    /// A program or library of Windows.
    Pe,
    /// A program or library of macOS or iOS.
    MachO,
    /// Several Mach-O images in one.
    MachOFat,
    /// Code of Android's virtual machine.
    Dex,
    /// A text that begins by naming its interpreter.
    Script,
    /// The first member of a zip archive.
    Zip,
    /// A 7z archive.
    SevenZip,
    /// A RAR archive.
    Rar,
}

impl Image {
    /// In words, with its article.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Elf => "an ELF program",
            Self::Pe => "a Windows program",
            Self::MachO | Self::MachOFat => "a macOS program",
            Self::Dex => "an Android program",
            Self::Script => "a script",
            Self::Zip => "a zip archive",
            Self::SevenZip => "a 7z archive",
            Self::Rar => "a RAR archive",
        }
    }

    /// True if a system runs it as it is; an archive only carries.
    #[must_use]
    pub const fn is_program(self) -> bool {
        !matches!(self, Self::Zip | Self::SevenZip | Self::Rar)
    }
}

/// What `head` begins like. For [`Image::Pe`] only the two letters and the place of the second header
/// are looked at: [`portable`] looks there.
pub(super) fn recognise(head: &[u8]) -> Option<Image> {
    match head {
        [0x7f, b'E', b'L', b'F', ..] => elf(head).then_some(Image::Elf),
        [b'M', b'Z', ..] => Some(Image::Pe),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xfe, 0xed, 0xfa, 0xcf | 0xce, ..] => {
            mach(head).then_some(Image::MachO)
        }
        [0xca, 0xfe, 0xba, 0xbe, ..] => fat(head).then_some(Image::MachOFat),
        [
            b'd',
            b'e',
            b'x',
            b'\n',
            b'0',
            b'3'..=b'4',
            b'0'..=b'9',
            0,
            ..,
        ] => Some(Image::Dex),
        [b'#', b'!', b'/', ..] => script(head).then_some(Image::Script),
        [b'P', b'K', 3, 4, ..] => zip(head).then_some(Image::Zip),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, 0, ..] => Some(Image::SevenZip),
        [b'R', b'a', b'r', b'!', 0x1a, 7, 0 | 1, ..] => Some(Image::Rar),
        _ => None,
    }
}

fn elf(head: &[u8]) -> bool {
    let [
        _,
        _,
        _,
        _,
        class @ 1..=2,
        order @ 1..=2,
        1,
        system,
        _,
        rest @ ..,
    ] = head
    else {
        return false;
    };
    let little = *order == 1;
    let kind = number16(rest, 7, little);
    let machine = number16(rest, 9, little);
    let version = number32(rest, 11, little);
    let size_at = if *class == 2 { 0x34 } else { 0x28 };
    let own_bytes = if *class == 2 { 64 } else { 52 };
    matches!(system, 0..=18 | 53 | 64 | 97 | 255)
        && matches!(kind, Some(1..=4 | 0xfe00..))
        && matches!(machine, Some(1..=300 | 0x9026 | 0xbeef))
        && version == Some(1)
        // Either of these is more than chance; a header that is cut short has only the second.
        && (number16(head, size_at, little) == Some(own_bytes) || rest.starts_with(&[0; 7]))
}

/// True if the header that `MZ` points to is there and names a machine.
pub(super) fn portable(head: &[u8]) -> bool {
    let place = number32(head, 0x3c, true).and_then(|place| usize::try_from(place).ok());
    let Some(second) = place
        .filter(|place| *place >= 4)
        .and_then(|place| head.get(place..))
    else {
        return false;
    };
    second.starts_with(b"PE\0\0") && number16(second, 4, true).is_some_and(is_machine)
}

/// Machines of the PE format that Windows, EFI and .NET use.
pub(super) const fn is_machine(machine: u16) -> bool {
    matches!(
        machine,
        0x014c
            | 0x8664
            | 0xaa64
            | 0xa641
            | 0xa64e
            | 0x01c0
            | 0x01c2
            | 0x01c4
            | 0x0200
            | 0x0ebc
            | 0x5032
            | 0x5064
            | 0x5128
            | 0x6232
            | 0x6264
    )
}

fn mach(head: &[u8]) -> bool {
    let little = head.first() != Some(&0xfe);
    let [processor, kind, commands, commands_bytes] =
        [4, 12, 16, 20].map(|place| number32(head, place, little));
    matches!(processor, Some(processor) if is_processor(processor))
        && matches!(kind, Some(1..=12))
        && matches!(
            (commands, commands_bytes),
            (Some(1..=4096), Some(8..=0x0010_0000))
        )
}

/// Java classes begin with the same four bytes; the number that follows is their version, at least 45.
fn fat(head: &[u8]) -> bool {
    matches!(number32(head, 4, false), Some(1..=30))
        && matches!(number32(head, 8, false), Some(processor) if is_processor(processor))
}

const fn is_processor(processor: u32) -> bool {
    matches!(processor & 0x00ff_ffff, 7 | 12 | 18) && matches!(processor >> 24, 0..=2)
}

fn script(head: &[u8]) -> bool {
    let line: Vec<u8> = head
        .iter()
        .take(128)
        .copied()
        .take_while(|byte| *byte != b'\n' && *byte != b'\r')
        .collect();
    line.len() < 128
        && line.len() < head.len()
        && line.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        && [
            b"#!/bin/".as_slice(),
            b"#!/usr/",
            b"#!/opt/",
            b"#!/sbin/",
            b"#!/data/",
            b"#!/system/",
        ]
        .iter()
        .any(|start| line.starts_with(start) && line.len() > start.len())
}

fn zip(head: &[u8]) -> bool {
    let version = number16(head, 4, true);
    let flags = number16(head, 6, true);
    let method = number16(head, 8, true);
    let name_bytes = number16(head, 26, true).map(usize::from);
    let name = name_bytes.and_then(|bytes| head.get(30..)?.get(..bytes));
    matches!(version, Some(0..=63))
        && matches!(flags, Some(flags) if flags & 0xc7b0 == 0)
        && matches!(method, Some(0..=19 | 93..=99))
        && name.is_some_and(|name| {
            (1..=1024).contains(&name.len())
                && std::str::from_utf8(name).is_ok_and(|name| !name.chars().any(char::is_control))
        })
}

fn number16(bytes: &[u8], place: usize, little: bool) -> Option<u16> {
    let bytes = bytes.get(place..)?.first_chunk::<2>()?;
    Some(if little {
        u16::from_le_bytes(*bytes)
    } else {
        u16::from_be_bytes(*bytes)
    })
}

fn number32(bytes: &[u8], place: usize, little: bool) -> Option<u32> {
    let bytes = bytes.get(place..)?.first_chunk::<4>()?;
    Some(if little {
        u32::from_le_bytes(*bytes)
    } else {
        u32::from_be_bytes(*bytes)
    })
}
