//! How soon to act, by rules that a person can follow: every reason is said.

use waybill_domain::advisory::{AdvisoryKind, Match, Priority, PriorityClass};
use waybill_domain::inventory::{Component, Scope};
use waybill_domain::{Date, Severity};

/// From here on exploitation is more probable than not.
const PROBABLE: f64 = 0.5;
/// From here on it is worth hurrying: about one CVE in twenty.
const NOTABLE: f64 = 0.1;

pub(super) fn of(
    found: &Match,
    component: &Component,
    severity_unstated: bool,
    today: Date,
) -> Priority {
    let mut reasons = Vec::new();
    let mut class = by_kind(found, component, today, &mut reasons);
    if let Some(exploited) = &found.exploited {
        let used = if exploited.ransomware {
            ", used by ransomware"
        } else {
            ""
        };
        reasons.push(format!(
            "{}listed in CISA KEV since {}{used}",
            of_another(found, &exploited.cve),
            exploited.since
        ));
        class = PriorityClass::ActNow;
    }
    if let Some(epss) = &found.epss {
        let raised = if epss.probability >= PROBABLE && found.severity >= Severity::High {
            Some(PriorityClass::ActNow)
        } else if epss.probability >= NOTABLE {
            Some(PriorityClass::Soon)
        } else {
            None
        };
        if raised.is_some() || epss.probability >= 0.01 {
            reasons.push(format!(
                "{}EPSS {:.2}, {} percentile",
                of_another(found, &epss.cve),
                epss.probability,
                ordinal((epss.percentile * 100.0).floor() as u32)
            ));
        }
        class = class.max(raised.unwrap_or_default());
    }
    if let Some(cvss) = &found.cvss {
        reasons.push(format!("CVSS {:.1}", cvss.score));
    } else if severity_unstated && found.kind == AdvisoryKind::Vulnerable {
        reasons.push("no severity stated".to_owned());
    } else if found.kind == AdvisoryKind::Vulnerable {
        reasons.push(format!("severity {}", found.severity.as_str()));
    }
    let urgent = found.malicious || found.exploited.is_some();
    if !found.certain {
        let reason = match found.version {
            None => "no version is fixed, and all that is admitted may be affected",
            Some(_) => "the advisory does not say for which release of the distribution it is",
        };
        reasons.push(reason.to_owned());
        if !urgent {
            class = lowered(class);
        }
    }
    if matches!(component.scope, Some(Scope::Development)) {
        reasons.push("only needed to develop or test".to_owned());
        if !urgent {
            class = lowered(class);
        }
    }
    Priority { class, reasons }
}

/// Which weakness is meant, where the match does not go by its name or stands for several.
fn of_another(found: &Match, cve: &str) -> String {
    let names = std::iter::once(&found.advisory).chain(&found.aliases);
    let mut own = names.filter(|name| name.starts_with("CVE-"));
    match (own.next(), own.next()) {
        (Some(only), None) if only == cve => String::new(),
        _ => format!("{cve} "),
    }
}

fn by_kind(
    found: &Match,
    component: &Component,
    today: Date,
    reasons: &mut Vec<String>,
) -> PriorityClass {
    match found.kind {
        AdvisoryKind::Malicious => {
            reasons.push(match component.role {
                waybill_domain::inventory::Role::Model => "malicious model".to_owned(),
                _ => "malicious package".to_owned(),
            });
            PriorityClass::ActNow
        }
        AdvisoryKind::Revoked => {
            reasons.push("revoked by its owner".to_owned());
            PriorityClass::ActNow
        }
        AdvisoryKind::Retired => {
            let date = component
                .hosted
                .as_ref()
                .and_then(|hosted| hosted.retires.clone());
            let date = date.and_then(|date| Date::of_time(&date).ok());
            match date {
                Some(date) if date > today => {
                    reasons.push(format!("retires on {date}"));
                    PriorityClass::Planned
                }
                Some(date) => {
                    reasons.push(format!("retired since {date}: requests fail"));
                    PriorityClass::Soon
                }
                None => {
                    reasons.push("retired".to_owned());
                    PriorityClass::Soon
                }
            }
        }
        AdvisoryKind::Unmaintained => {
            reasons.push("nobody maintains it".to_owned());
            PriorityClass::Watch
        }
        _ => match found.severity {
            Severity::Critical => PriorityClass::Soon,
            Severity::High | Severity::Medium => PriorityClass::Planned,
            _ => PriorityClass::Watch,
        },
    }
}

const fn lowered(class: PriorityClass) -> PriorityClass {
    match class {
        PriorityClass::ActNow => PriorityClass::Soon,
        PriorityClass::Soon => PriorityClass::Planned,
        PriorityClass::Planned | PriorityClass::Watch => PriorityClass::Watch,
    }
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
