use std::collections::BTreeMap;

use waybill_formats::Limits;

use crate::ScanError;

/// One limit: its name in `waybill.toml`, and what it bounds.
pub struct LimitInfo {
    /// The key under `[limits]`.
    pub name: &'static str,
    /// What it bounds, and its unit.
    pub what: &'static str,
    get: fn(&Limits) -> u64,
    set: fn(&mut Limits, u64),
}

impl LimitInfo {
    /// The value in force.
    #[must_use]
    pub fn value(&self, limits: &Limits) -> u64 {
        (self.get)(limits)
    }
}

/// All limits, in the order in which they are shown.
pub const LIMITS: &[LimitInfo] = &[
    LimitInfo {
        name: "depth",
        what: "containers inside each other",
        get: |limits| u64::from(limits.depth),
        set: |limits, value| limits.depth = u32::try_from(value).unwrap_or(u32::MAX),
    },
    LimitInfo {
        name: "members",
        what: "members of one archive, entries of one table",
        get: |limits| limits.members,
        set: |limits, value| limits.members = value,
    },
    LimitInfo {
        name: "header_bytes",
        what: "bytes of one JSON header",
        get: |limits| limits.header_bytes,
        set: |limits, value| limits.header_bytes = value,
    },
    LimitInfo {
        name: "text_bytes",
        what: "bytes of one text that is read whole",
        get: |limits| limits.text_bytes,
        set: |limits, value| limits.text_bytes = value,
    },
    LimitInfo {
        name: "expanded_bytes",
        what: "bytes that one artifact may decompress to",
        get: |limits| limits.expanded_bytes,
        set: |limits, value| limits.expanded_bytes = value,
    },
    LimitInfo {
        name: "bomb_ratio",
        what: "expansion that makes a bomb, as produced bytes per compressed byte",
        get: |limits| limits.bomb_ratio,
        set: |limits, value| limits.bomb_ratio = value,
    },
    LimitInfo {
        name: "bomb_bytes",
        what: "decompressed bytes below which nothing is a bomb",
        get: |limits| limits.bomb_bytes,
        set: |limits, value| limits.bomb_bytes = value,
    },
    LimitInfo {
        name: "pickle_memory_bytes",
        what: "bytes that executing one pickle symbolically may hold",
        get: |limits| limits.pickle_memory_bytes,
        set: |limits, value| limits.pickle_memory_bytes = value,
    },
    LimitInfo {
        name: "pickle_uses",
        what: "different uses of global names in one pickle",
        get: |limits| limits.pickle_uses,
        set: |limits, value| limits.pickle_uses = value,
    },
    LimitInfo {
        name: "spool_memory_bytes",
        what: "bytes of one decompressed member kept in memory; more goes to an unnamed scratch file",
        get: |limits| limits.spool_memory_bytes,
        set: |limits, value| limits.spool_memory_bytes = value,
    },
    LimitInfo {
        name: "yara_bytes",
        what: "bytes of one text or program that the YARA rules of Waybill see",
        get: |limits| limits.yara_bytes,
        set: |limits, value| limits.yara_bytes = value,
    },
];

/// The default limits with the given ones set.
///
/// # Errors
/// [`ScanError::Limit`] for a name that is no limit.
pub fn with_limits(changed: &BTreeMap<String, u64>) -> Result<Limits, ScanError> {
    let mut limits = Limits::default();
    for (name, value) in changed {
        let info = LIMITS
            .iter()
            .find(|info| info.name == name)
            .ok_or_else(|| ScanError::Limit { name: name.clone() })?;
        (info.set)(&mut limits, *value);
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set_and_read_back() {
        let changed = LIMITS
            .iter()
            .zip(1000_u64..)
            .map(|(info, value)| (info.name.to_owned(), value))
            .collect();
        let limits = with_limits(&changed).unwrap();
        for (info, value) in LIMITS.iter().zip(1000_u64..) {
            assert_eq!(info.value(&limits), value, "{}", info.name);
        }
        assert!(with_limits(&BTreeMap::from([("speed".to_owned(), 1)])).is_err());
    }
}
