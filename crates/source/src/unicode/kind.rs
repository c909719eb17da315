//! Which hidden characters there are.

/// The kinds of hidden character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HiddenKind {
    /// Marks, embeddings, overrides and isolates of text direction.
    Direction,
    /// Zero-width space, joiner, non-joiner, no-break space, word joiner.
    ZeroWidth,
    /// Tag characters, a copy of ASCII that nothing shows.
    Tag,
    /// Variation selectors.
    VariationSelector,
    /// Interlinear annotation.
    Annotation,
    /// Soft hyphen.
    SoftHyphen,
    /// Hangul letters that are blank.
    HangulFiller,
    /// Everything else that Unicode says to ignore where it is not supported.
    Ignorable,
    /// Private use: looks like whatever the font says.
    PrivateUse,
    /// Control characters other than tab, line feed and carriage return.
    Control,
}

impl HiddenKind {
    /// The kind of `character`, if it is hidden.
    #[must_use]
    pub fn of(character: char) -> Option<Self> {
        if character.is_ascii() {
            return control(character);
        }
        Some(match character {
            '\u{80}'..='\u{9f}' => Self::Control,
            '\u{ad}' => Self::SoftHyphen,
            '\u{61c}' | '\u{200e}' | '\u{200f}' => Self::Direction,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Self::Direction,
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Self::ZeroWidth,
            '\u{e0000}'..='\u{e007f}' => Self::Tag,
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Self::VariationSelector,
            '\u{180b}'..='\u{180d}' | '\u{180f}' => Self::VariationSelector,
            '\u{fff9}'..='\u{fffb}' => Self::Annotation,
            '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Self::HangulFiller,
            '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' => Self::Ignorable,
            '\u{2061}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => Self::Ignorable,
            '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => Self::Ignorable,
            '\u{fff0}'..='\u{fff8}' | '\u{e0080}'..='\u{e0fff}' => Self::Ignorable,
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Self::PrivateUse,
            _ => return None,
        })
    }
}

fn control(character: char) -> Option<HiddenKind> {
    let layout = matches!(character, '\t' | '\n' | '\r');
    (character.is_ascii_control() && !layout).then_some(HiddenKind::Control)
}
