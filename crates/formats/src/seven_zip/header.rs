//! The structures of the header.

use super::reader::{Fault, Reader};
use super::{Entry, Method, START_BYTES, SevenZipFacts, Stream, codec};
use crate::Limits;

/// A chain of coders with what it unfolds to.
struct Chain {
    coders: Vec<Coder>,
    packed_streams: usize,
    sizes: Vec<u64>,
    bound: Vec<u64>,
    crc32: Option<u32>,
}

struct Coder {
    id: Vec<u8>,
    properties: Vec<u8>,
    inputs: u64,
    outputs: u64,
}

/// Files in each stream: lengths and checksums.
type Parts = Vec<Vec<(u64, Option<u32>)>>;

/// The stream in which the true header is packed.
pub(super) fn packed_header(bytes: &[u8], limits: &Limits) -> Result<Stream, Fault> {
    let mut reader = Reader::new(bytes);
    let (streams, _) = streams(&mut reader, limits)?;
    streams
        .into_iter()
        .next()
        .ok_or_else(|| "the packed header has no stream".to_owned())
}

/// The header proper, after its first byte.
pub(super) fn files(bytes: &[u8], limits: &Limits, facts: &mut SevenZipFacts) -> Result<(), Fault> {
    let mut reader = Reader::new(bytes);
    let mut parts = Parts::new();
    loop {
        match reader.byte()? {
            0 => return Ok(()),
            2 => loop {
                if reader.byte()? == 0 {
                    break;
                }
                let length = reader.count()?;
                reader.take(length)?;
            },
            3 => {
                streams(&mut reader, limits)?;
            }
            4 => (facts.streams, parts) = streams(&mut reader, limits)?,
            5 => facts.entries = entries(&mut reader, &parts, limits)?,
            mark => return Err(format!("a part of the header has the unknown mark {mark}")),
        }
    }
}

/// `StreamsInfo`: packed streams, chains of coders, and the files in what they unfold to.
fn streams(reader: &mut Reader<'_>, limits: &Limits) -> Result<(Vec<Stream>, Parts), Fault> {
    let (mut start, mut sizes) = (0_u64, Vec::new());
    let mut chains: Vec<Chain> = Vec::new();
    let mut parts: Option<Parts> = None;
    loop {
        match reader.byte()? {
            0 => break,
            6 => (start, sizes) = packed(reader)?,
            7 => chains = unpacked(reader, limits)?,
            8 => parts = Some(substreams(reader, &chains)?),
            mark => return Err(format!("the streams have the unknown mark {mark}")),
        }
    }
    let mut offset = START_BYTES.saturating_add(start);
    let mut next = 0_usize;
    let mut streams = Vec::with_capacity(chains.len());
    for chain in &chains {
        let first = offset;
        let taken = sizes.iter().skip(next).take(chain.packed_streams);
        let length = taken.fold(0_u64, |sum, size| sum.saturating_add(*size));
        next = next.saturating_add(chain.packed_streams);
        offset = offset.saturating_add(length);
        streams.push(Stream {
            start: first,
            packed_bytes: length,
            unpacked_bytes: chain.length(),
            method: chain.method(),
        });
    }
    let whole = |chain: &Chain| vec![(chain.length(), chain.crc32)];
    let parts = parts.unwrap_or_else(|| chains.iter().map(whole).collect());
    Ok((streams, parts))
}

/// `PackInfo`.
fn packed(reader: &mut Reader<'_>) -> Result<(u64, Vec<u64>), Fault> {
    let start = reader.number()?;
    let count = reader.count()?;
    let mut sizes = Vec::new();
    loop {
        match reader.byte()? {
            0 => return Ok((start, sizes)),
            9 => {
                for _ in 0..count {
                    sizes.push(reader.number()?);
                }
            }
            10 => {
                reader.digests(count)?;
            }
            mark => return Err(format!("the packed streams have the unknown mark {mark}")),
        }
    }
}

/// `UnpackInfo` (`CodersInfo`).
fn unpacked(reader: &mut Reader<'_>, limits: &Limits) -> Result<Vec<Chain>, Fault> {
    let mut chains: Vec<Chain> = Vec::new();
    loop {
        match reader.byte()? {
            0 => return Ok(chains),
            11 => {
                let count = reader.count()?;
                if reader.byte()? != 0 {
                    return Err("coders stand in another stream".to_owned());
                }
                if count as u64 > limits.members {
                    return Err("there are more streams than are read".to_owned());
                }
                for _ in 0..count {
                    chains.push(chain(reader)?);
                }
            }
            12 => {
                for chain in &mut chains {
                    let outputs = chain
                        .coders
                        .iter()
                        .fold(0_u64, |sum, coder| sum.saturating_add(coder.outputs));
                    for _ in 0..outputs {
                        chain.sizes.push(reader.number()?);
                    }
                }
            }
            10 => {
                let digests = reader.digests(chains.len())?;
                for (chain, digest) in chains.iter_mut().zip(digests) {
                    chain.crc32 = digest;
                }
            }
            mark => return Err(format!("the coders have the unknown mark {mark}")),
        }
    }
}

/// Coders of one stream; more than these nobody chains.
const CODERS: u64 = 32;

fn chain(reader: &mut Reader<'_>) -> Result<Chain, Fault> {
    let count = reader.number()?;
    if count == 0 || count > CODERS {
        return Err("a stream has no coder, or too many".to_owned());
    }
    let mut coders = Vec::new();
    for _ in 0..count {
        let flags = reader.byte()?;
        let id = reader.take(usize::from(flags & 15))?.to_vec();
        let (mut inputs, mut outputs) = (1, 1);
        if flags & 0x10 != 0 {
            (inputs, outputs) = (reader.number()?, reader.number()?);
        }
        if inputs > CODERS || outputs > CODERS {
            return Err("a coder has too many streams".to_owned());
        }
        let properties = if flags & 0x20 != 0 {
            let length = reader.count()?;
            reader.take(length)?.to_vec()
        } else {
            Vec::new()
        };
        coders.push(Coder {
            id,
            properties,
            inputs,
            outputs,
        });
    }
    let sum = |number: fn(&Coder) -> u64| {
        let numbers = coders.iter().map(number);
        numbers.fold(0_u64, u64::saturating_add)
    };
    let (inputs, outputs) = (sum(|coder| coder.inputs), sum(|coder| coder.outputs));
    let pairs = outputs.saturating_sub(1);
    let mut bound = Vec::new();
    for _ in 0..pairs {
        reader.number()?;
        bound.push(reader.number()?);
    }
    let packed = inputs.saturating_sub(pairs);
    if packed > 1 {
        for _ in 0..packed {
            reader.number()?;
        }
    }
    Ok(Chain {
        coders,
        packed_streams: usize::try_from(packed).unwrap_or(usize::MAX),
        sizes: Vec::new(),
        bound,
        crc32: None,
    })
}

impl Chain {
    /// The length of the output that feeds no other coder.
    fn length(&self) -> u64 {
        let free = (0_u64..).zip(&self.sizes);
        free.into_iter()
            .find(|(index, _)| !self.bound.contains(index))
            .map_or(0, |(_, size)| *size)
    }

    fn method(&self) -> Method {
        let encrypted = |coder: &Coder| coder.id.starts_with(&[6, 0xf1, 7]);
        if self.coders.iter().any(encrypted) {
            return Method::Encrypted;
        }
        let known = match self.coders.as_slice() {
            [one] if one.id == [0] => return Method::Copied,
            [one] => codec(&one.id, &one.properties, self.length(), false),
            // The filter for x86 programs, in either order.
            [filter, one] | [one, filter] if filter.id == [3, 3, 1, 3] || filter.id == [4] => {
                codec(&one.id, &one.properties, self.length(), true)
            }
            _ => None,
        };
        known.map_or_else(|| Method::Unknown(self.ids()), Method::Packed)
    }

    fn ids(&self) -> String {
        let id = |coder: &Coder| -> String {
            coder.id.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let ids: Vec<String> = self.coders.iter().map(id).collect();
        ids.join("+")
    }
}

/// `SubStreamsInfo`.
fn substreams(reader: &mut Reader<'_>, chains: &[Chain]) -> Result<Parts, Fault> {
    let mut counts = vec![1_usize; chains.len()];
    let mut mark = reader.byte()?;
    if mark == 13 {
        let mut all = 0_usize;
        let most = reader.most();
        for count in &mut counts {
            *count = reader.count()?;
            all = all.saturating_add(*count);
            if all > most {
                return Err("there are more files than the header can describe".to_owned());
            }
        }
        mark = reader.byte()?;
    }
    let mut parts: Parts = Vec::new();
    for (chain, count) in chains.iter().zip(&counts) {
        let mut lengths = Vec::new();
        let mut left = chain.length();
        for _ in 1..*count {
            let length = if mark == 9 { reader.number()? } else { 0 };
            left = left.saturating_sub(length);
            lengths.push((length, None));
        }
        if *count > 0 {
            let crc32 = (*count == 1).then_some(chain.crc32).flatten();
            lengths.push((left, crc32));
        }
        parts.push(lengths);
    }
    if mark == 9 {
        mark = reader.byte()?;
    }
    loop {
        match mark {
            0 => return Ok(parts),
            10 => {
                let open = parts
                    .iter_mut()
                    .flatten()
                    .filter(|(_, crc32)| crc32.is_none());
                let open: Vec<&mut (u64, Option<u32>)> = open.collect();
                let digests = reader.digests(open.len())?;
                for (part, digest) in open.into_iter().zip(digests) {
                    part.1 = digest;
                }
            }
            _ => return Err(format!("the files in streams have the unknown mark {mark}")),
        }
        mark = reader.byte()?;
    }
}

/// `FilesInfo`.
fn entries(reader: &mut Reader<'_>, parts: &Parts, limits: &Limits) -> Result<Vec<Entry>, Fault> {
    let count = reader.count()?;
    if count as u64 > limits.members {
        return Err("there are more files than are read".to_owned());
    }
    let mut names = Vec::new();
    let mut empty = vec![false; count];
    let mut attributes = vec![0_u32; count];
    loop {
        let mark = reader.byte()?;
        if mark == 0 {
            break;
        }
        let length = reader.count()?;
        let mut inner = Reader::new(reader.take(length)?);
        match mark {
            14 => empty = inner.bits(count)?,
            17 => {
                if inner.byte()? != 0 {
                    return Err("names stand in another stream".to_owned());
                }
                let rest = inner.remaining();
                names = texts(inner.take(rest)?);
            }
            21 => {
                let defined = inner.optional_bits(count)?;
                inner.byte()?;
                for (slot, there) in attributes.iter_mut().zip(defined) {
                    if there {
                        *slot = inner.word()?;
                    }
                }
            }
            _ => {}
        }
    }
    if names.len() < count {
        return Err("there are fewer names than files".to_owned());
    }
    let places = parts.iter().enumerate().flat_map(|(stream, files)| {
        let mut offset = 0_u64;
        files.iter().map(move |(length, crc32)| {
            let place = (stream, offset);
            offset = offset.saturating_add(*length);
            (place, *length, *crc32)
        })
    });
    let mut places = places;
    let mut entries = Vec::with_capacity(count);
    for (index, name) in names.into_iter().take(count).enumerate() {
        let bits = attributes.get(index).copied().unwrap_or(0);
        // The upper half holds the mode of Unix if bit 15 says so.
        let is_link = bits & 0x8000 != 0 && (bits >> 16) & 0xf000 == 0xa000;
        let there = if empty.get(index).copied().unwrap_or(false) {
            None
        } else {
            places.next()
        };
        let (place, length, crc32) = match there {
            Some((place, length, crc32)) => (Some(place), length, crc32),
            None => (None, 0, None),
        };
        entries.push(Entry {
            name,
            place,
            length,
            crc32,
            is_link,
        });
    }
    Ok(entries)
}

/// Texts in UTF-16, each with a zero behind it.
fn texts(bytes: &[u8]) -> Vec<String> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| pair.try_into().map_or(0, u16::from_le_bytes))
        .collect();
    let mut texts: Vec<String> = units
        .split(|unit| *unit == 0)
        .map(String::from_utf16_lossy)
        .collect();
    // What follows the last zero is nothing.
    texts.pop();
    texts
}
