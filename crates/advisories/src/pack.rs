//! The compact encoding of what is held: variable-length numbers, and texts behind their length.

/// Writes values one behind the other.
#[derive(Default)]
pub(crate) struct Packer {
    pub(crate) bytes: Vec<u8>,
}

impl Packer {
    pub(crate) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn option(&mut self, text: Option<&str>) {
        match text {
            Some(text) => {
                self.number(1);
                self.text(text);
            }
            None => self.number(0),
        }
    }

    pub(crate) fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a String>) {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }
}

/// Reads them back; `None` where they do not continue as they were written.
pub(crate) struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    pub(crate) fn str(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        self.str().map(ToOwned::to_owned)
    }

    pub(crate) fn option(&mut self) -> Option<Option<String>> {
        match self.number()? {
            0 => Some(None),
            1 => self.text().map(Some),
            _ => None,
        }
    }

    pub(crate) fn texts(&mut self) -> Option<Vec<String>> {
        self.list(Self::text)
    }

    pub(crate) fn list<T>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        // A count is only believed as far as there are bytes for it.
        let mut list = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            list.push(each(self)?);
        }
        Some(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut packer = Packer::default();
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            packer.number(number);
        }
        packer.text("é");
        packer.option(None);
        packer.option(Some("x"));
        packer.texts(["a".to_owned(), String::new()].iter());
        let mut unpacker = Unpacker::new(&packer.bytes);
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            assert_eq!(unpacker.number(), Some(number));
        }
        assert_eq!(unpacker.str(), Some("é"));
        assert_eq!(unpacker.option(), Some(None));
        assert_eq!(unpacker.option(), Some(Some("x".to_owned())));
        assert_eq!(unpacker.texts(), Some(vec!["a".to_owned(), String::new()]));
        assert_eq!(unpacker.number(), None);
    }

    #[test]
    fn lengths_that_lie_give_nothing() {
        assert_eq!(Unpacker::new(&[0xff; 12]).number(), None);
        assert_eq!(Unpacker::new(&[200, 1, b'x']).str(), None);
        assert_eq!(Unpacker::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).texts(), None);
    }
}
