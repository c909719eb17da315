//! Numbers of the header.

/// Why reading stopped, as a fragment.
pub(super) type Fault = String;

/// The header's bytes from front to end.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    next: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    pub(super) fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.next)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let end = self
            .next
            .checked_add(count)
            .filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| "the header ends too early".to_owned())?;
        let taken = self.bytes.get(self.next..end).unwrap_or_default();
        self.next = end;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        self.take(1).map(|byte| byte.first().copied().unwrap_or(0))
    }

    pub(super) fn word(&mut self) -> Result<u32, Fault> {
        let bytes = self.take(4)?;
        Ok(bytes.try_into().map_or(0, u32::from_le_bytes))
    }

    /// A number: as many leading ones in the first byte as bytes follow.
    pub(super) fn number(&mut self) -> Result<u64, Fault> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut value = 0_u64;
        for place in 0..more {
            let byte = self.byte()?;
            value |= u64::from(byte)
                .checked_shl(place.saturating_mul(8))
                .unwrap_or(0);
        }
        let mask = 0x7f_u32.checked_shr(more).unwrap_or(0);
        let high = u64::from(u32::from(first) & mask);
        Ok(value | high.checked_shl(more.saturating_mul(8)).unwrap_or(0))
    }

    /// A number of things that each take at least one bit of the header.
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        let number = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if number > self.most() {
            return Err("a number is larger than the header can describe".to_owned());
        }
        Ok(number)
    }

    /// How many things a header of this length can describe.
    pub(super) fn most(&self) -> usize {
        self.bytes.len().saturating_mul(8)
    }

    /// One bit for each of `count` things.
    pub(super) fn bits(&mut self, count: usize) -> Result<Vec<bool>, Fault> {
        let bytes = self.take(count.div_ceil(8))?;
        let bit = |index: usize| {
            let byte = bytes.get(index >> 3).copied().unwrap_or(0);
            byte & 0x80_u8
                .checked_shr(u32::try_from(index & 7).unwrap_or(0))
                .unwrap_or(0)
                != 0
        };
        Ok((0..count).map(bit).collect())
    }

    /// Bits with a byte before them that says whether all are set.
    pub(super) fn optional_bits(&mut self, count: usize) -> Result<Vec<bool>, Fault> {
        if self.byte()? == 0 {
            self.bits(count)
        } else {
            Ok(vec![true; count])
        }
    }

    /// Checksums of those of `count` things that have one.
    pub(super) fn digests(&mut self, count: usize) -> Result<Vec<Option<u32>>, Fault> {
        let defined = self.optional_bits(count)?;
        let mut digests = Vec::with_capacity(count.min(self.remaining()));
        for there in defined {
            digests.push(if there { Some(self.word()?) } else { None });
        }
        Ok(digests)
    }
}
