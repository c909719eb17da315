//! Text that starts with a tag.

use super::{Name, TextClass};

/// Elements that start a fragment of HTML, in pages and in READMEs alike.
const HTML_ELEMENTS: [&str; 24] = [
    "html", "head", "body", "div", "p", "h1", "h2", "h3", "script", "style", "span", "a", "img",
    "br", "table", "center", "details", "ul", "link", "meta", "title", "form", "iframe", "picture",
];

pub(super) fn recognise(text: &str, name: &Name) -> Option<TextClass> {
    let text = text.trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let declared = starts_with_ignoring_case(text, "<?xml");
    let root = root_element(text)?;
    let local = root.rsplit(':').next().unwrap_or(root);
    let lower = local.to_ascii_lowercase();
    if local == "PMML" {
        return Some(TextClass::PmmlXml);
    }
    match lower.as_str() {
        "svg" => return Some(TextClass::Svg),
        "html" | "!doctype html" => return Some(TextClass::Html),
        _ => {}
    }
    // Pages of ordinary tools begin with any element, and close few of them.
    if !declared && name.is_one_of(&["html", "htm"]) {
        return Some(TextClass::Html);
    }
    if !declared && HTML_ELEMENTS.contains(&lower.as_str()) {
        let page = name.is_one_of(&["html", "htm", "xhtml"]) || lower == "script";
        let prose = name.is_one_of(&["md", "markdown", "txt", "rst"]) || text.contains("\n# ");
        return (page || !prose).then_some(TextClass::Html);
    }
    let closes = text.contains("</") || text.contains("/>") || text.contains("xmlns");
    (declared || closes).then_some(TextClass::Xml)
}

/// The first element's name, after declarations, comments and the document type.
fn root_element(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let closer = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if starts_with_ignoring_case(rest, "<!doctype html") {
            return Some("html");
        } else if rest.starts_with("<!") {
            doctype_closer(rest)
        } else {
            break;
        };
        let end = rest.find(closer)?;
        rest = rest.get(end.saturating_add(closer.len())..)?;
    }
    let inner = rest.strip_prefix('<')?;
    let end = inner.find(|c: char| !(c.is_alphanumeric() || ":_-.".contains(c)))?;
    inner
        .get(..end)
        .filter(|name| name.starts_with(char::is_alphabetic))
}

/// A document type with declarations of its own ends after its bracket.
fn doctype_closer(text: &str) -> &'static str {
    let bracket = text.find('[');
    match (bracket, text.find('>')) {
        (Some(bracket), Some(end)) if bracket < end => "]>",
        _ => ">",
    }
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
