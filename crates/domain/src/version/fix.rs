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
    let mut fixed: Vec<(Version, &str)> = candidates
        .iter()
        .filter_map(|text| Some((Version::parse(ecosystem, text).ok()?, *text)))
        .filter(|(version, _)| *version > current)
        .collect();
    for scope in scattered(&scopes) {
        fixed.retain(|(version, _)| !scope.contains(version));
    }
    Ok(fixed
        .into_iter()
        .min_by_key(|(version, text)| {
            let early = version.is_before_release() && !current.is_before_release();
            (early, version.clone(), *text)
        })
        .map(|(_, text)| text))
}

/// All of them, near ones apart from each other: advisories that stand in the order of their fixes, each just above
/// the one before, would otherwise each rule out no more than one candidate.
fn scattered<T>(all: &[T]) -> impl Iterator<Item = &T> {
    // Wide steps, then the narrower ones between.
    let widest = all.len().next_power_of_two();
    std::iter::successors(Some(widest), |step| (*step > 1).then_some(*step / 2)).flat_map(
        move |step| {
            (0..all.len())
                .step_by(step)
                .filter(move |place| step == widest || place % (step * 2) != 0)
                .filter_map(|place| all.get(place))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::scattered;

    #[test]
    fn what_is_scattered_is_all_there_once() {
        for count in 0..70_u8 {
            let all: Vec<u8> = (0..count).collect();
            let mut seen: Vec<u8> = scattered(&all).copied().collect();
            seen.sort_unstable();
            assert_eq!(seen, all);
        }
    }
}
