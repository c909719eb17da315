//! Programs that are known by their digest.

use sha2::{Digest as _, Sha256};

/// The list, for the digest of what is known.
pub(crate) const LAUNCHERS: &str = include_str!("../data/programs/launchers.list");

/// The largest of them, in bytes.
pub const LARGEST_LAUNCHER_BYTES: u64 = 200_000;

/// True for a program that packages of Python carry to start scripts on Windows, byte for byte.
#[must_use]
pub fn is_launcher(program: &[u8]) -> bool {
    let digits: String = Sha256::digest(program)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    LAUNCHERS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .any(|line| line.split(' ').next() == Some(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_digests_in_order() {
        let digests: Vec<&str> = LAUNCHERS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert!(digests.len() >= 14);
        assert!(digests.is_sorted());
        for digest in digests {
            assert_eq!(digest.len(), 64, "{digest}");
        }
        assert!(!is_launcher(b"MZ"));
    }
}
