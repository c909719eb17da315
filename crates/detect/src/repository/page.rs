//! Active parts of pages that stand beside a model, and addresses in settings.

use waybill_domain::Severity;

use crate::examine::{Noted, NotedKind};
use crate::python::places;
use crate::rule::quoted;

/// Findings in one file.
const MOST: usize = 10;

/// True for pages that describe a model or a repository.
fn is_card(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let last = last.to_ascii_lowercase();
    last.starts_with("readme")
        || last.contains("model_card")
        || last.contains("modelcard")
        || last.contains("model-card")
}

/// Scripts and the like in a model card: whoever shows it as HTML runs them.
pub(crate) fn page(name: &str, text: &str) -> Vec<Noted> {
    let mut noted = Vec::new();
    if !is_card(name) {
        return noted;
    }
    let mut block = false;
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            block = !block;
            continue;
        }
        if block || line.starts_with("    ") {
            continue;
        }
        // What stands between backticks is shown as it is.
        let shown: Vec<&str> = line.split('`').step_by(2).collect();
        let lower = shown.join(" ").to_ascii_lowercase();
        let Some((severity, what)) = active(&lower) else {
            continue;
        };
        noted.push(Noted {
            kind: NotedKind::Page,
            line: u32::try_from(number.saturating_add(1)).unwrap_or(u32::MAX),
            severity,
            message: format!("{what}: {}", quoted(trimmed)),
        });
        if noted.len() >= MOST {
            break;
        }
    }
    noted
}

fn active(lower: &str) -> Option<(Severity, &'static str)> {
    if let Some(at) = lower.find("<script") {
        let rest = lower.get(at..).unwrap_or_default();
        let tag = rest.split('>').next().unwrap_or(rest);
        // Badges of well-known sites load such a file.
        return Some(if tag.contains("src=") && tag.contains("https://") {
            (Severity::Low, "the page loads a script from elsewhere")
        } else {
            (Severity::Medium, "the page holds a script")
        });
    }
    let leads = [
        "(javascript:",
        "=\"javascript:",
        "='javascript:",
        "=javascript:",
        "vbscript:",
        "data:text/html",
    ];
    if leads.into_iter().any(|scheme| lower.contains(scheme)) {
        return Some((Severity::Medium, "a link of the page runs a script"));
    }
    if handles_event(lower) {
        return Some((
            Severity::Medium,
            "an element of the page runs a script by itself",
        ));
    }
    if lower.contains("<form") && lower.contains("action=") && lower.contains("://") {
        return Some((Severity::Medium, "the page has a form that sends elsewhere"));
    }
    if lower.contains("<meta") && lower.contains("refresh") {
        return Some((Severity::Medium, "the page leads elsewhere by itself"));
    }
    let embeds = ["<iframe", "<object", "<embed"];
    embeds
        .into_iter()
        .any(|tag| lower.contains(tag))
        .then_some((Severity::Low, "the page shows another page"))
}

/// `<img src=x onerror="...">`.
fn handles_event(lower: &str) -> bool {
    lower.split('<').skip(1).any(|rest| {
        let tag = rest.split('>').next().unwrap_or(rest);
        tag.starts_with(|first: char| first.is_ascii_alphabetic())
            && [
                "onerror=",
                "onload=",
                "onclick=",
                "onmouseover=",
                "onfocus=",
                "ontoggle=",
                "onstart=",
                "onanimationstart=",
            ]
            .into_iter()
            .any(|event| {
                tag.find(event).is_some_and(|at| {
                    tag.get(..at)
                        .is_some_and(|before| before.ends_with([' ', '/', '"', '\'', '\t']))
                })
            })
    })
}

/// Addresses in settings that say something by themselves.
pub(crate) fn addresses(text: &str) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if !line.contains("://") && !line.contains("169.254.169.254") {
            continue;
        }
        let found = match (places::telling_host(line), places::numbered_host(line)) {
            (Some(host), _) => format!(
                "names a host that takes in or hands out whatever anybody sends: {}",
                quoted(host)
            ),
            (None, Some(host)) => format!("names an address that is a number: {}", quoted(host)),
            (None, None) => continue,
        };
        noted.push(Noted {
            kind: NotedKind::Address,
            line: u32::try_from(number.saturating_add(1)).unwrap_or(u32::MAX),
            severity: Severity::Low,
            message: found,
        });
        if noted.len() >= MOST {
            break;
        }
    }
    noted
}
