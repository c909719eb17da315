use std::io::Read;

use super::Ended;
use super::cab_blocks::{CabBlocks, CabReader};
use super::feed::Feed;

/// Memory that an xz or LZMA dictionary may take, in KiB; larger dictionaries are refused.
const DICTIONARY_KIB: u32 = 96 << 10;
/// Largest zstd window.
const WINDOW_BYTES: u64 = 64 << 20;

/// A way to compress one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// RFC 1951, as zip members have it.
    Deflate,
    /// bzip2.
    Bzip2,
    /// The xz container.
    Xz,
    /// The older `.lzma` container.
    Lzma,
    /// LZMA as zip method 14 has it: version and properties before the stream.
    ZipLzma,
    /// RFC 8878.
    Zstd,
    /// The LZ4 frame format.
    Lz4,
    /// A stream of a 7z archive, whose properties stand in its header.
    Seven(SevenZip),
    /// The blocks of a folder in a cabinet.
    Cab(CabBlocks),
}

/// A coder of 7z archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SevenZip {
    /// LZMA without a header.
    Lzma {
        /// Literal and position bits, and the size of the dictionary.
        properties: [u8; 5],
        /// Length of what it unfolds to: the stream has no end mark.
        length: u64,
        /// True if the filter for x86 programs was applied before.
        filter: bool,
    },
    /// LZMA2 without a header.
    Lzma2 {
        /// Size of the dictionary as one byte.
        dictionary: u8,
        /// True if the filter for x86 programs was applied before.
        filter: bool,
    },
}

impl SevenZip {
    fn decode(
        self,
        feed: &mut Feed<'_>,
        pump: &mut dyn FnMut(&mut dyn Read) -> Ended,
    ) -> Option<Ended> {
        use lzma_rust2::filter::bcj::BcjReader;
        use lzma_rust2::{Lzma2Reader, LzmaReader};
        let (dictionary, filter) = match self {
            Self::Lzma {
                properties: [_, dictionary @ ..],
                filter,
                ..
            } => (u32::from_le_bytes(dictionary), filter),
            // Two bits of mantissa: 4 KiB, 6 KiB, 8 KiB, 12 KiB and so on (`7zFormat.txt`).
            Self::Lzma2 { dictionary, filter } => {
                let mantissa = 2_u64 | u64::from(dictionary & 1);
                let size = mantissa.checked_shl(u32::from(dictionary >> 1).saturating_add(11));
                (u32::try_from(size?).unwrap_or(u32::MAX), filter)
            }
        };
        if dictionary / 1024 > DICTIONARY_KIB {
            return Some(Ended::Limit("dictionary bytes"));
        }
        Some(match self {
            Self::Lzma {
                properties: [first, ..],
                length,
                ..
            } => {
                let mut reader =
                    LzmaReader::new_with_props(feed, length, first, dictionary, None).ok()?;
                if filter {
                    pump(&mut BcjReader::new_x86(reader, 0))
                } else {
                    pump(&mut reader)
                }
            }
            Self::Lzma2 { .. } => {
                let mut reader = Lzma2Reader::new(feed, dictionary, None);
                if filter {
                    pump(&mut BcjReader::new_x86(reader, 0))
                } else {
                    pump(&mut reader)
                }
            }
        })
    }
}

impl Codec {
    /// The codec of a zip compression method; `None` for a method that nothing here reads.
    #[must_use]
    pub fn of_zip_method(method: u16) -> Option<Self> {
        match method {
            8 => Some(Self::Deflate),
            12 => Some(Self::Bzip2),
            14 => Some(Self::ZipLzma),
            93 => Some(Self::Zstd),
            95 => Some(Self::Xz),
            _ => None,
        }
    }

    /// The codec whose stream `head` begins.
    #[must_use]
    pub fn recognises(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ] => Some(Self::Bzip2),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x17,
                0x72,
                0x45,
                0x38,
                0x50,
                0x90,
                ..,
            ] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [0x04, 0x22, 0x4d, 0x18, ..] => Some(Self::Lz4),
            [
                first @ 0x78,
                second @ (0x01 | 0x5e | 0x9c | 0xda),
                third,
                ..,
            ] if u16::from_be_bytes([*first, *second]) % 31 == 0 && third & 6 != 6 => {
                inflates(head).then_some(Self::Zlib)
            }
            [properties, _, _, _, _, ..] if *properties < 225 && is_lzma(head) => Some(Self::Lzma),
            _ => None,
        }
    }

    /// The format's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma | Self::ZipLzma => "lzma",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Seven(_) => "lzma",
            Self::Cab(_) => "cab",
        }
    }

    /// Opens one stream and hands its reader to `pump`; `None` if its header cannot be read.
    pub(super) fn decode(
        self,
        feed: &mut Feed<'_>,
        pump: &mut dyn FnMut(&mut dyn Read) -> Ended,
    ) -> Option<Ended> {
        Some(match self {
            Self::Gzip => pump(&mut flate2::bufread::GzDecoder::new(feed)),
            Self::Zlib => pump(&mut flate2::bufread::ZlibDecoder::new(feed)),
            Self::Deflate => pump(&mut flate2::bufread::DeflateDecoder::new(feed)),
            Self::Bzip2 => pump(&mut bzip2::bufread::BzDecoder::new(feed)),
            Self::Xz => pump(&mut lzma_rust2::XzReader::new_mem_limit(
                feed,
                false,
                DICTIONARY_KIB,
            )),
            Self::Lzma => {
                pump(&mut lzma_rust2::LzmaReader::new_mem_limit(feed, DICTIONARY_KIB, None).ok()?)
            }
            Self::ZipLzma => {
                let mut head = [0; 9];
                feed.read_exact(&mut head).ok()?;
                let [_, _, _, _, properties, dictionary @ ..] = head;
                let dictionary = u32::from_le_bytes(dictionary);
                if dictionary / 1024 > DICTIONARY_KIB {
                    return Some(Ended::Limit("dictionary bytes"));
                }
                pump(
                    &mut lzma_rust2::LzmaReader::new_with_props(
                        feed,
                        u64::MAX,
                        properties,
                        dictionary,
                        None,
                    )
                    .ok()?,
                )
            }
            Self::Zstd => pump(
                &mut ruzstd::decoding::StreamingDecoder::new_with_max_window_size(
                    feed,
                    WINDOW_BYTES,
                )
                .ok()?,
            ),
            Self::Seven(coder) => return coder.decode(feed, pump),
            Self::Cab(blocks) => pump(&mut CabReader::new(feed, blocks)),
            Self::Lz4 => match pump(&mut lz4_flex::frame::FrameDecoder::new(&mut *feed)) {
                // The decoder takes the end of the data for the end of the frame.
                Ended::Whole if !feed.ends_with_zero_word() => {
                    Ended::Broken("the frame has no end mark".into())
                }
                ended => ended,
            },
        })
    }

    /// True if another stream of the same codec follows directly.
    pub(super) fn continues(self, feed: &mut Feed<'_>) -> bool {
        match self {
            Self::Gzip | Self::Bzip2 | Self::Xz | Self::Zstd | Self::Lz4 => {
                Self::recognises(&feed.peek(16)) == Some(self)
            }
            Self::Zlib
            | Self::Deflate
            | Self::Lzma
            | Self::ZipLzma
            | Self::Seven(_)
            | Self::Cab(_) => false,
        }
    }
}

/// True if the first bytes inflate: two bytes alone would take too much for zlib.
fn inflates(head: &[u8]) -> bool {
    let mut some = [0; 64];
    let mut decoder = flate2::read::ZlibDecoder::new(head);
    match decoder.read(&mut some) {
        Ok(count) => count > 0 || head.len() < 64,
        Err(error) => error.kind() == std::io::ErrorKind::UnexpectedEof,
    }
}

/// The `.lzma` header has no magic: properties, a dictionary of a usual size, and a length that is
/// unknown or below 1 TiB.
fn is_lzma(head: &[u8]) -> bool {
    let Some((fixed, rest)) = head.split_first_chunk::<13>() else {
        return false;
    };
    let [properties, d0, d1, d2, d3, length @ ..] = *fixed;
    let dictionary = u32::from_le_bytes([d0, d1, d2, d3]);
    let usual = dictionary.is_power_of_two() || (dictionary / 3).is_power_of_two();
    let length = u64::from_le_bytes(length);
    // The range coder's first byte is always zero.
    matches!(properties, 0x5d | 0x5e | 0x2c..=0x2e | 0x1a..=0x1c)
        && usual
        && dictionary >= 4096
        && (length == u64::MAX || length < 1 << 40)
        && rest.first() == Some(&0)
}
