//! Thrift's compact protocol
//! (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>).

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A truth value, which a field has in its header.
    Truth,
    Byte,
    Integer,
    Double,
    Text,
    List,
    Map,
    Structure,
    Uuid,
}

/// Structures inside structures that are followed.
const DEPTH: u32 = 64;

/// The bytes from front to end.
pub(super) struct Compact<'a> {
    bytes: &'a [u8],
    next: usize,
    depth: u32,
}

/// Where a structure stands: the id of its last field.
pub(super) struct Rest(i64);

type Fault = String;

impl<'a> Compact<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            next: 0,
            depth: 0,
        }
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let byte = self.bytes.get(self.next).copied();
        self.next = self.next.saturating_add(1);
        byte.ok_or_else(|| "the footer ends too early".to_owned())
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let length = usize::try_from(length).ok();
        let end = length.and_then(|length| self.next.checked_add(length));
        let taken = end.and_then(|end| self.bytes.get(self.next..end));
        let taken = taken.ok_or_else(|| "a text is longer than the footer".to_owned())?;
        self.next = self.next.saturating_add(taken.len());
        Ok(taken)
    }

    fn unsigned(&mut self) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err("a number has too many bytes".to_owned())
    }

    /// A number in zigzag.
    pub(super) fn integer(&mut self) -> Result<i64, Fault> {
        let value = self.unsigned()?;
        let half = i64::try_from(value >> 1).unwrap_or(i64::MAX);
        Ok(if value & 1 == 0 { half } else { !half })
    }

    pub(super) fn text(&mut self) -> Result<String, Fault> {
        let length = self.unsigned()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    /// Enters a structure.
    pub(super) fn structure(&mut self) -> Result<Rest, Fault> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(format!(
                "structures stand deeper than {DEPTH} inside each other"
            ));
        }
        Ok(Rest(0))
    }

    /// The next field of a structure, `None` at its end.
    pub(super) fn field(&mut self, rest: &mut Rest) -> Result<Option<(i64, Kind)>, Fault> {
        let head = self.byte()?;
        if head == 0 {
            self.depth = self.depth.saturating_sub(1);
            return Ok(None);
        }
        rest.0 = match head >> 4 {
            0 => self.integer()?,
            step => rest.0.saturating_add(i64::from(step)),
        };
        Ok(Some((rest.0, kind(head & 15)?)))
    }

    /// How many elements follow, each of at least one byte, and what they are.
    pub(super) fn list(&mut self) -> Result<(u64, Kind), Fault> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.unsigned()?,
            count => u64::from(count),
        };
        if count > self.bytes.len().saturating_sub(self.next) as u64 {
            return Err("a list is longer than the footer".to_owned());
        }
        let kind = kind(head & 15)?;
        // In a list a truth value is a byte of its own.
        Ok((
            count,
            if kind == Kind::Truth {
                Kind::Byte
            } else {
                kind
            },
        ))
    }

    /// Passes over a value, without recursion.
    pub(super) fn skip(&mut self, kind: Kind) -> Result<(), Fault> {
        let mut open: Vec<Open> = Vec::new();
        self.skip_one(kind, &mut open)?;
        while let Some(last) = open.last_mut() {
            let kind = match last {
                Open::Elements(0, _) | Open::Pairs(0, ..) => {
                    open.pop();
                    continue;
                }
                Open::Elements(left, kind) => {
                    *left = left.saturating_sub(1);
                    *kind
                }
                Open::Pairs(left, key, value) => {
                    *left = left.saturating_sub(1);
                    if *left % 2 == 1 { *key } else { *value }
                }
                Open::Fields(rest) => {
                    let mut here = Rest(rest.0);
                    match self.field(&mut here)? {
                        None => {
                            open.pop();
                            continue;
                        }
                        Some((_, kind)) => {
                            *rest = here;
                            kind
                        }
                    }
                }
            };
            self.skip_one(kind, &mut open)?;
        }
        Ok(())
    }

    fn skip_one(&mut self, kind: Kind, open: &mut Vec<Open>) -> Result<(), Fault> {
        match kind {
            Kind::Truth => {}
            Kind::Byte => {
                self.byte()?;
            }
            Kind::Integer => {
                self.unsigned()?;
            }
            Kind::Double => {
                self.take(8)?;
            }
            Kind::Uuid => {
                self.take(16)?;
            }
            Kind::Text => {
                let length = self.unsigned()?;
                self.take(length)?;
            }
            Kind::List => {
                let (count, kind) = self.list()?;
                if count > 0 {
                    open.push(Open::Elements(count, kind));
                }
            }
            Kind::Map => {
                let count = self.unsigned()?;
                if count > self.bytes.len().saturating_sub(self.next) as u64 {
                    return Err("a map is longer than the footer".to_owned());
                }
                if count > 0 {
                    let kinds = self.byte()?;
                    let pair = (self::kind(kinds >> 4)?, self::kind(kinds & 15)?);
                    open.push(Open::Pairs(count.saturating_mul(2), pair.0, pair.1));
                }
            }
            Kind::Structure => {
                let rest = self.structure()?;
                open.push(Open::Fields(rest));
            }
        }
        if open.len() > DEPTH as usize {
            return Err(format!(
                "values stand deeper than {DEPTH} inside each other"
            ));
        }
        Ok(())
    }
}

/// What is being passed over.
enum Open {
    Elements(u64, Kind),
    Pairs(u64, Kind, Kind),
    Fields(Rest),
}

fn kind(code: u8) -> Result<Kind, Fault> {
    Ok(match code {
        1 | 2 => Kind::Truth,
        3 => Kind::Byte,
        4..=6 => Kind::Integer,
        7 => Kind::Double,
        8 => Kind::Text,
        9 | 10 => Kind::List,
        11 => Kind::Map,
        12 => Kind::Structure,
        13 => Kind::Uuid,
        _ => return Err(format!("a value of type {code} is not known")),
    })
}
