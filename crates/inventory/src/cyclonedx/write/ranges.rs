use waybill_domain::inventory::Component;

/// A requirement as a `vers:` range, where both mean the same beyond doubt: at most one lower and
/// one upper bound, or one exact version, of a package whose ecosystem orders versions that way.
pub(super) fn range(component: &Component) -> Option<String> {
    let purl = component.purl.as_deref()?;
    let kind = purl.strip_prefix("pkg:")?.split('/').next()?;
    let scheme = match kind {
        "pypi" | "npm" | "cargo" | "gem" | "nuget" => kind,
        _ => return None,
    };
    let requirement = component.requirement.as_deref()?.trim();
    if requirement.len() > 200 {
        return None;
    }
    if requirement == "*" {
        return Some(format!("vers:{scheme}/*"));
    }
    let mut lower = None;
    let mut upper = None;
    for part in requirement.split(',') {
        let part = part.trim();
        let (sign, version) = [">=", "<=", "==", ">", "<"]
            .iter()
            .find_map(|sign| Some((*sign, part.strip_prefix(sign)?.trim())))?;
        let plain = version.starts_with(|first: char| first.is_ascii_digit())
            && version
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if !plain {
            return None;
        }
        let slot = match sign {
            ">=" | ">" => &mut lower,
            "<=" | "<" => &mut upper,
            _ if requirement == part => return Some(format!("vers:{scheme}/{version}")),
            _ => return None,
        };
        if slot.replace(format!("{sign}{version}")).is_some() {
            return None;
        }
    }
    let bounds: Vec<String> = [lower, upper].into_iter().flatten().collect();
    (!bounds.is_empty()).then(|| format!("vers:{scheme}/{}", bounds.join("|")))
}

#[cfg(test)]
mod tests {
    use waybill_domain::inventory::{ComponentId, Role};

    use super::*;

    #[test]
    fn only_plain_bounds_become_ranges() {
        for (requirement, expected) in [
            (">=1.0,<2", Some("vers:pypi/>=1.0|<2")),
            ("<2, >=1.0", Some("vers:pypi/>=1.0|<2")),
            ("==1.0", Some("vers:pypi/1.0")),
            ("*", Some("vers:pypi/*")),
            ("==1.*", None),
            ("~=1.4", None),
            (">=1,>=2", None),
            ("!=1.5", None),
            ("", None),
        ] {
            let mut component = Component::new(ComponentId("x".into()), Role::Library, "x");
            component.purl = Some("pkg:pypi/x".into());
            component.requirement = Some(requirement.into());
            assert_eq!(range(&component).as_deref(), expected, "{requirement}");
        }
    }
}
