//! The script parts of Vue, Svelte and Astro files.

/// The text with everything but its scripts blanked, so that places stay, and whether they are
/// TypeScript.
pub(super) fn scripts(text: &str, extension: &str) -> (String, bool) {
    let mut kept = Vec::new();
    let mut is_typescript = extension == "astro";
    if extension == "astro"
        && let Some(rest) = text.strip_prefix("---")
        && let Some(end) = rest.find("\n---")
    {
        kept.push((3, end.saturating_add(3)));
    }
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("<script")) {
        let tag = from.saturating_add(found);
        let Some(opening) = text.get(tag..).and_then(|rest| rest.find('>')) else {
            break;
        };
        let start = tag.saturating_add(opening).saturating_add(1);
        let attributes = text.get(tag..start).unwrap_or_default();
        is_typescript |= attributes.contains("ts");
        let end = text
            .get(start..)
            .and_then(|rest| rest.find("</script"))
            .map_or(text.len(), |length| start.saturating_add(length));
        kept.push((start, end));
        from = end;
    }
    let mut blanked = String::with_capacity(text.len());
    let mut kept = kept.into_iter().peekable();
    for (offset, character) in text.char_indices() {
        while kept.peek().is_some_and(|(_, end)| *end <= offset) {
            kept.next();
        }
        let is_kept = kept.peek().is_some_and(|(start, _)| *start <= offset);
        blanked.push(match character {
            '\n' => '\n',
            character if is_kept => character,
            _ => ' ',
        });
    }
    (blanked, is_typescript)
}
