//! Scripts that a program writes out of templates: tags in double braces, or braces with a per cent sign.

/// The text with a name in the place of every value and blanks in the place of every other tag, so that lines
/// stay where they are; `None` if there is no tag.
pub(super) fn filled(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut met = false;
    while let Some(at) = rest.find('{') {
        let (before, tag) = rest.split_at_checked(at)?;
        out.push_str(before);
        let end = match tag.as_bytes() {
            [b'{', b'{', ..] => "}}",
            [b'{', b'%', ..] => "%}",
            [b'{', b'#', ..] => "#}",
            _ => "",
        };
        // A value stands in one line.
        let length = (!end.is_empty())
            .then(|| tag.find(end))
            .flatten()
            .filter(|length| {
                end != "}}" || tag.get(..*length).is_some_and(|tag| !tag.contains('\n'))
            });
        let Some(length) = length else {
            out.push('{');
            rest = tag.get(1..)?;
            continue;
        };
        met = true;
        let (tag, after) = tag.split_at_checked(length.saturating_add(2))?;
        if end == "}}" {
            out.push_str("_v_");
        } else {
            out.extend(tag.chars().filter(|letter| *letter == '\n'));
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
    met.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::filled;
    use crate::code::script;

    #[test]
    fn tags_are_filled() {
        let text = "{# a\nb #}var a = {{ b|safe }};\n{% if c %}x({d: {e: 1}});{% endif %}";
        let whole = "\n var a = _v_;\n x({d: {e: 1}}); ";
        assert_eq!(filled(text).as_deref(), Some(whole));
        assert_eq!(filled("f({a: {}})"), None);
        assert_eq!(filled("f({{a: 1,\n b: {}}})"), None);
    }

    #[test]
    fn templates_of_scripts_are_read() {
        let text = "{% if a %}\nfetch({{ url }});\n{% endif %}\nrun('b');\n";
        let facts = script(text, "a.js");
        assert_eq!(facts.unread, []);
        assert_eq!(facts.calls.len(), 2);
        assert!(!script("a {{ b }} c d", "a.js").unread.is_empty());
    }
}
