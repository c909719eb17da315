//! See `object_tag.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use super::named::Named;
use crate::examine::{Facts, Subject};
use crate::rule::quoted;
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "yaml-object-tag",
        summary: "a tag makes the reader of the YAML text build an object or call a function",
        page: include_str!("object_tag.md"),
        severity: Severity::Critical,
        confidence: Confidence::High,
        answers: &["M-R1", "M-M1", "S-R1", "AML.T0011.000", "CWE-502"],
        help: "read it with a loader that makes plain values only (`yaml.safe_load`); ask its supplier what the tag is for",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Yaml(facts) = &subject.facts else {
        return;
    };
    for (tagged, standing) in facts.objects.tags.iter().zip(&facts.tags) {
        let Some((severity, why)) = judge(&tagged.tag, standing) else {
            continue;
        };
        let shown = tagged.tag.replacen("tag:yaml.org,2002:", "!!", 1);
        let with = match tagged.sample.as_slice() {
            [] => String::new(),
            [only] if only.is_empty() => String::new(),
            sample => format!(" with {}", quoted(&sample.join(", "))),
        };
        let message = format!("the tag {}{with} {why}", quoted(&shown));
        if severity >= Severity::High {
            let does = format!("{shown}({})", tagged.sample.join(", "));
            found.would(subject, 0, does);
        }
        found.add_at_line(info, subject, tagged.line, message, severity);
    }
}

/// How bad a tag is, and what it does; `None` for those of programs that only mean themselves.
fn judge(tag: &str, standing: &Named) -> Option<(Severity, String)> {
    if name(tag).is_some() {
        let library = !tag.contains("python/");
        return match standing {
            Named::Good => None,
            Named::Library if library => None,
            Named::Harmful { does, .. } if tag.contains("python/name") => Some((
                Severity::Critical,
                format!("names what {does}, for whoever calls the value"),
            )),
            Named::Harmful { does, .. } => Some((Severity::Critical, (*does).to_owned())),
            Named::Loader(does) => Some((Severity::Medium, format!("calls what {does}"))),
            Named::Indirect => Some((
                Severity::High,
                "reaches into the interpreter or calls what its arguments name".to_owned(),
            )),
            Named::Library | Named::Unknown => Some((
                Severity::Medium,
                "imports and calls a name that nobody has vetted".to_owned(),
            )),
        };
    }
    foreign(tag)
}

/// The dotted name that a tag of Python hands to an import; `None` for other tags.
pub(super) fn name(tag: &str) -> Option<&str> {
    // `HyperPyYAML`, of SpeechBrain: https://github.com/speechbrain/HyperPyYAML.
    for start in ["!new:", "!name:", "!apply:", "!module:"] {
        if let Some(name) = tag.strip_prefix(start) {
            return Some(name);
        }
    }
    let (_, rest) = tag.split_once("python/")?;
    [
        "object/apply:",
        "object/new:",
        "object:",
        "name:",
        "module:",
    ]
    .iter()
    .find_map(|start| rest.strip_prefix(start))
}

/// Tags by which readers in other languages make objects.
fn foreign(tag: &str) -> Option<(Severity, String)> {
    let global = tag
        .strip_prefix("tag:yaml.org,2002:")
        .or_else(|| tag.strip_prefix("tag:ruby.yaml.org,2002:"));
    let plain = global.unwrap_or(tag.trim_start_matches('!'));
    if let Some(kind) = plain.strip_prefix("ruby/") {
        let inert = [
            "sym", "symbol", "range", "regexp", "string", "class", "struct",
        ];
        let kind = kind.split(':').next().unwrap_or_default();
        return (!inert.contains(&kind)).then(|| {
            (
                Severity::High,
                "makes an object of any class of Ruby".to_owned(),
            )
        });
    }
    if plain.starts_with("js/function") {
        return Some((
            Severity::Critical,
            "makes a function of JavaScript out of the text".to_owned(),
        ));
    }
    if plain.starts_with("php/object")
        || plain.starts_with("perl/") && !plain.starts_with("perl/hash")
    {
        return Some((Severity::High, "makes an object out of the text".to_owned()));
    }
    let class = global?;
    if GADGETS.iter().any(|gadget| class.starts_with(gadget)) {
        return Some((
            Severity::Critical,
            "makes an object of Java whose construction runs or fetches code".to_owned(),
        ));
    }
    let dotted = class.split('.').count() >= 3
        && class
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "._$".contains(letter));
    (dotted && !class.starts_with("java.util.") && !class.starts_with("java.lang.")).then(|| {
        (
            Severity::Medium,
            "makes an object of a class that nobody has vetted".to_owned(),
        )
    })
}

/// Beginnings of Java classes that known attacks on readers of YAML build.
const GADGETS: [&str; 16] = [
    "javax.script.",
    "javax.naming.",
    "javax.management.",
    "javax.swing.",
    "java.net.URL",
    "java.lang.Process",
    "java.lang.Runtime",
    "java.util.ServiceLoader",
    "com.sun.rowset.",
    "com.sun.jndi.",
    "com.mchange.v2.c3p0.",
    "org.springframework.",
    "org.apache.commons.configuration",
    "org.apache.xbean.",
    "ch.qos.logback.",
    "org.h2.",
];
