//! What the headings of cards mean. Templates differ in words and levels; what a heading says of
//! itself counts, else what the heading above it says.

use waybill_source::card::Section;

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Description,
    IntendedUse,
    Users,
    OutOfScope,
    Limitations,
    Ethics,
    LimitationsAndEthics,
    Training,
    Hyperparameters,
    Preprocessing,
    Evaluation,
    Environment,
    Collection,
    Annotation,
    Sensitive,
    SocialImpact,
    Maintenance,
    Anonymisation,
    Citation,
    Other,
}

/// Sections with their topics, in the order of the card.
pub(super) fn topics(sections: &[Section]) -> Vec<(Topic, &Section)> {
    let mut above: Vec<(u8, Topic)> = Vec::new();
    let mut out = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        above.retain(|(level, _)| *level < section.level);
        let title = section.title.to_lowercase();
        let own = topic(&title);
        let inherited = above.last().map(|(_, topic)| *topic);
        let first = index == 0 || (section.level == 1 && index <= 1);
        let topic = match (own, inherited) {
            (Some(topic), _) => topic,
            (None, Some(topic)) if topic != Topic::Description => topic,
            _ if first => Topic::Description,
            _ => Topic::Other,
        };
        above.push((section.level, topic));
        out.push((topic, section));
    }
    out
}

fn topic(title: &str) -> Option<Topic> {
    let has = |words: &[&str]| words.iter().any(|word| title.contains(word));
    let limits = has(&["limitation", "known issue", "caveat"]);
    let ethics = has(&["bias", "risk", "ethic", "fairness", "societal", "safety"]);
    let chosen = if has(&[
        "out-of-scope",
        "out of scope",
        "misuse",
        "not intended",
        "prohibited use",
        "discouraged",
    ]) {
        Topic::OutOfScope
    } else if has(&["social impact"]) {
        Topic::SocialImpact
    } else if has(&[
        "intended user",
        "target user",
        "target audience",
        "primary user",
    ]) {
        Topic::Users
    } else if limits && ethics {
        Topic::LimitationsAndEthics
    } else if limits {
        Topic::Limitations
    } else if ethics {
        Topic::Ethics
    } else if has(&[
        "intended use",
        "direct use",
        "downstream use",
        "use case",
        "primary use",
        "intended purpose",
    ]) || matches!(
        title,
        "uses" | "use" | "usage scenarios" | "applications" | "supported tasks and leaderboards"
    ) {
        Topic::IntendedUse
    } else if has(&["hyperparameter", "hyper-parameter"]) {
        Topic::Hyperparameters
    } else if has(&["preprocess", "pre-process", "data cleaning"]) {
        Topic::Preprocessing
    } else if has(&["sensitive", "personal", "privacy"]) {
        Topic::Sensitive
    } else if has(&["anonymi"]) {
        Topic::Anonymisation
    } else if has(&["annotat", "labelling", "labeling"]) {
        Topic::Annotation
    } else if has(&["collection", "source data", "data source", "curation"]) {
        Topic::Collection
    } else if has(&["training", "fine-tun", "finetun"]) {
        Topic::Training
    } else if has(&[
        "evaluation",
        "results",
        "metric",
        "performance",
        "benchmark",
    ]) {
        Topic::Evaluation
    } else if has(&["environment", "carbon", "energy", "emission"]) {
        Topic::Environment
    } else if has(&["maintenance", "maintaining"]) {
        Topic::Maintenance
    } else if has(&["citation", "cite", "bibtex"]) {
        Topic::Citation
    } else if has(&[
        "description",
        "summary",
        "overview",
        "model detail",
        "about",
        "introduction",
    ]) {
        Topic::Description
    } else if has(&[
        "how to",
        "usage",
        "install",
        "quick",
        "getting started",
        "example",
        "contact",
        "licen",
        "acknowledg",
        "structure",
        "technical",
        "files",
        "more information",
        "glossary",
        "author",
    ]) {
        Topic::Other
    } else {
        return None;
    };
    Some(chosen)
}
