use super::{Affected, BadRange, Ecosystem, Scope, Version};

/// The nearest of `candidates` above `current` that none of the advisories affects; one that comes before a release
/// only if `current` does so too or there is no other. Candidates that are no versions are passed over.
///
/// # Errors
/// [`BadRange`] if `current` or a bound cannot be read, or a range contradicts itself.
pub fn nearest_fix<'c, T: AsRef<str>>(
    ecosystem: Ecosystem,
    current: &str,
    advisories: &[Affected<'_, T>],
    candidates: &[&'c str],
) -> Result<Option<&'c str>, BadRange> {
    let current = Version::parse(ecosystem, current)?;
    let scopes = advisories
        .iter()
        .map(|advisory| Scope::new(ecosystem, advisory))
        .collect::<Result<Vec<_>, _>>()?;
    let fixed = |version: &Version| {
        *version > current && !scopes.iter().any(|scope| scope.contains(version))
    };
    Ok(candidates
        .iter()
        .filter_map(|text| Some((Version::parse(ecosystem, text).ok()?, *text)))
        .filter(|(version, _)| fixed(version))
        .min_by_key(|(version, text)| {
            let early = version.is_before_release() && !current.is_before_release();
            (early, version.clone(), *text)
        })
        .map(|(_, text)| text))
}
