//! Whether the characters around explain hidden ones.

use super::HiddenKind;

/// Bytes of the longest tag sequence of a flag: six tags and the end.
const FLAG_TAGS: usize = 7;

pub(super) fn explain(
    kind: HiddenKind,
    run: &str,
    count: usize,
    before: Option<char>,
    after: Option<char>,
) -> bool {
    let near = |test: fn(char) -> bool| before.is_some_and(test) || after.is_some_and(test);
    match kind {
        HiddenKind::Tag => flag(run, count, before),
        _ if count > 1 => false,
        HiddenKind::ZeroWidth => match run {
            "\u{200d}" => emoji_pair(before, after) || near(joins),
            "\u{200c}" => near(joins),
            "\u{200b}" => near(breaks_without_spaces),
            _ => false,
        },
        HiddenKind::Direction => {
            matches!(run, "\u{200e}" | "\u{200f}" | "\u{61c}") && near(right_to_left)
        }
        HiddenKind::VariationSelector => before.is_some_and(|base| selects(run, base)),
        HiddenKind::SoftHyphen => {
            before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
        }
        HiddenKind::HangulFiller => near(hangul_jamo),
        _ => false,
    }
}

/// A black flag and a subdivision code, such as Scotland's.
fn flag(run: &str, count: usize, before: Option<char>) -> bool {
    before == Some('\u{1f3f4}') && count <= FLAG_TAGS && run.ends_with('\u{e007f}')
}

fn emoji_pair(before: Option<char>, after: Option<char>) -> bool {
    let shown_as_emoji = |c: char| emoji(c) || c == '\u{fe0f}';
    before.is_some_and(shown_as_emoji) && after.is_some_and(emoji)
}

fn emoji(character: char) -> bool {
    matches!(character,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{20e3}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}'
        | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Scripts whose letters join or stack: Arabic, Syriac, N'Ko, the Indic ones, Mongolian.
fn joins(character: char) -> bool {
    matches!(character,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{fff}'
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1a20}'..='\u{1c4f}'
        | '\u{a840}'..='\u{a8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{11000}'..='\u{11fff}')
}

/// Scripts without spaces, where a zero-width space marks where a line may end.
fn breaks_without_spaces(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1950}'..='\u{19df}' | '\u{1a20}'..='\u{1aaf}')
}

fn right_to_left(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

fn hangul_jamo(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318f}' | '\u{a960}'..='\u{a97f}'
        | '\u{d7b0}'..='\u{d7ff}')
}

/// Whether the selector is one that `base` has variants for.
fn selects(selector: &str, base: char) -> bool {
    let ideograph = matches!(base, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    match selector {
        "\u{fe0e}" | "\u{fe0f}" => emoji(base) || matches!(base, '0'..='9' | '#' | '*'),
        "\u{180b}" | "\u{180c}" | "\u{180d}" | "\u{180f}" => {
            matches!(base, '\u{1800}'..='\u{18af}')
        }
        "\u{fe00}" | "\u{fe01}" | "\u{fe02}" => {
            ideograph
                || matches!(base, '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}' | '\u{1000}'..='\u{109f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
        }
        _ => ideograph,
    }
}
