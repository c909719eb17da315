//! Scores of CVSS vectors.

use waybill_domain::Severity;
use waybill_domain::advisory::Cvss;

/// The score of a vector; `None` if it is none.
pub(crate) fn score(vector: &str) -> Option<Cvss> {
    let vector = vector.trim();
    // An incomplete vector has no score; the parser gives it one of 0.
    let wanted: &[&str] = if vector.starts_with("CVSS:4") {
        &[
            "AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA",
        ]
    } else if vector.starts_with("CVSS:3") {
        &["AV", "AC", "PR", "UI", "S", "C", "I", "A"]
    } else {
        &["AV", "AC", "Au", "C", "I", "A"]
    };
    let metrics = || {
        vector
            .split('/')
            .filter_map(|metric| metric.split_once(':'))
    };
    if !wanted
        .iter()
        .all(|name| metrics().any(|(metric, _)| metric == *name))
    {
        return None;
    }
    let parsed: cvss::Cvss = vector.parse().ok()?;
    let version = match &parsed {
        cvss::Cvss::CvssV20(_) => "2.0",
        cvss::Cvss::CvssV30(_) => "3.0",
        cvss::Cvss::CvssV31(_) => "3.1",
        cvss::Cvss::CvssV40(_) => "4.0",
        _ => return None,
    };
    let score = (parsed.score() * 10.0).round() / 10.0;
    score.is_finite().then(|| Cvss {
        version: version.to_owned(),
        vector: vector.to_owned(),
        score: score.clamp(0.0, 10.0),
    })
}

/// The score that counts: of the newest version of the standard; of several, the highest.
pub(crate) fn chosen<'a>(vectors: impl Iterator<Item = &'a String>) -> Option<Cvss> {
    vectors
        .filter_map(|vector| score(vector))
        .max_by(|one, other| {
            (one.version.as_str())
                .cmp(other.version.as_str())
                .then(one.score.total_cmp(&other.score))
        })
}

/// The word for a score (CVSS 3.1, section 5; CVSS 4.0, section 6).
pub(crate) fn severity(score: f64) -> Severity {
    match score {
        score if score >= 9.0 => Severity::Critical,
        score if score >= 7.0 => Severity::High,
        score if score >= 4.0 => Severity::Medium,
        score if score > 0.0 => Severity::Low,
        _ => Severity::Info,
    }
}

/// The severity that a word means: `MODERATE` is what GitHub says for medium.
pub(crate) fn of_word(word: &str) -> Option<Severity> {
    match word.trim().to_ascii_lowercase().as_str() {
        "critical" => Some(Severity::Critical),
        "high" | "important" => Some(Severity::High),
        "medium" | "moderate" => Some(Severity::Medium),
        "low" => Some(Severity::Low),
        "none" | "info" | "negligible" => Some(Severity::Info),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_scored() {
        for (vector, version, expected) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.1", 9.8),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "3.0", 6.1),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                "4.0",
                9.3,
            ),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", "2.0", 7.5),
        ] {
            let found = score(vector).unwrap();
            assert_eq!((found.version.as_str(), found.score), (version, expected));
        }
        assert_eq!(score("CVSS:3.1/AV:N"), None);
        assert_eq!(score(""), None);
    }
}
