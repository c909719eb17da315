//! Letters of other scripts that look like Latin ones.
//!
//! A subset of <https://www.unicode.org/reports/tr39/#Confusable_Detection>: the letters
//! that spell identifiers, and the styled Latin letters that Python normalises away.

/// A word that does not read as it is spelt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Homoglyphs {
    /// The word with Latin letters in place of their look-alikes.
    pub looks_like: String,
    /// The letters replaced.
    pub look_alikes: Vec<LookAlike>,
    /// Look-alikes stand beside real Latin letters; otherwise the whole word is foreign.
    pub mixed: bool,
}

/// One letter that looks like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookAlike {
    /// Byte offset into the word.
    pub offset: usize,
    /// The letter written.
    pub written: char,
    /// The Latin letter it looks like.
    pub looks_like: char,
}

/// Tells whether `word` passes for an ASCII word that it is not.
///
/// Letters are looked at in stretches between other characters. A stretch counts if it has
/// a look-alike and otherwise only look-alikes and ASCII; `λ_max` and Russian words do not.
#[must_use]
pub fn homoglyphs(word: &str) -> Option<Homoglyphs> {
    let mut result = Homoglyphs {
        looks_like: String::with_capacity(word.len()),
        look_alikes: Vec::new(),
        mixed: false,
    };
    let mut stretch = Vec::new();
    for (offset, written) in word.char_indices() {
        if written.is_alphanumeric() {
            stretch.push((offset, written));
            continue;
        }
        result.take(&mut stretch);
        result.looks_like.push(written);
    }
    result.take(&mut stretch);
    (!result.look_alikes.is_empty()).then_some(result)
}

impl Homoglyphs {
    fn take(&mut self, stretch: &mut Vec<(usize, char)>) {
        let latin = stretch
            .iter()
            .any(|(_, written)| written.is_ascii_alphabetic());
        let passes = stretch
            .iter()
            .all(|(_, written)| written.is_ascii() || latin_for(*written).is_some());
        let alone = stretch.len() == 1 && self.looks_like.is_empty();
        for (offset, written) in stretch.drain(..) {
            let replacement = latin_for(written).filter(|_| passes && !alone);
            self.looks_like.push(replacement.unwrap_or(written));
            if let Some(looks_like) = replacement {
                self.mixed |= latin;
                self.look_alikes.push(LookAlike {
                    offset,
                    written,
                    looks_like,
                });
            }
        }
    }
}

/// The ASCII letter or digit that `character` passes for.
fn latin_for(character: char) -> Option<char> {
    let styled = match character {
        '\u{ff10}'..='\u{ff19}' => shift(character, '\u{ff10}', '0'),
        '\u{ff21}'..='\u{ff3a}' => shift(character, '\u{ff21}', 'A'),
        '\u{ff41}'..='\u{ff5a}' => shift(character, '\u{ff41}', 'a'),
        '\u{1d400}'..='\u{1d6a3}' => mathematical(character),
        _ => None,
    };
    styled.or_else(|| {
        let row = LOOK_ALIKES
            .iter()
            .find(|(letters, _)| letters.contains(character))?;
        Some(row.1)
    })
}

fn shift(character: char, from: char, to: char) -> Option<char> {
    let distance = u32::from(character).checked_sub(u32::from(from))?;
    char::from_u32(u32::from(to).checked_add(distance)?)
}

/// Mathematical alphabets follow each other, capitals then small letters.
fn mathematical(character: char) -> Option<char> {
    let place = u32::from(character)
        .checked_sub(0x1_d400)?
        .checked_rem(52)?;
    let letters = ('A'..='Z').chain('a'..='z');
    letters.into_iter().nth(usize::try_from(place).ok()?)
}

/// Cyrillic, Greek, Armenian, Cherokee and rare Latin letters, by what they look like.
const LOOK_ALIKES: [(&str, char); 44] = [
    ("аɑ", 'a'),
    ("сϲ", 'c'),
    ("ԁ", 'd'),
    ("е", 'e'),
    ("ɡց", 'g'),
    ("һհ", 'h'),
    ("іıι", 'i'),
    ("јϳ", 'j'),
    ("кκ", 'k'),
    ("ӏ", 'l'),
    ("ոп", 'n'),
    ("оοօ", 'o'),
    ("рρ", 'p'),
    ("ԛզ", 'q'),
    ("г", 'r'),
    ("ѕ", 's'),
    ("τ", 't'),
    ("υս", 'u'),
    ("νѵ", 'v'),
    ("ԝ", 'w'),
    ("хχ", 'x'),
    ("уγ", 'y'),
    ("ᴢ", 'z'),
    ("АΑᎪ", 'A'),
    ("ВΒᏴ", 'B'),
    ("СᏟ", 'C'),
    ("Ꭰ", 'D'),
    ("ЕΕᎬ", 'E'),
    ("Ԍ", 'G'),
    ("НΗᎻ", 'H'),
    ("ІΙӀ", 'I'),
    ("ЈᎫ", 'J'),
    ("КΚᏦ", 'K'),
    ("Ꮮ", 'L'),
    ("МΜᎷ", 'M'),
    ("Ν", 'N'),
    ("ОΟՕ", 'O'),
    ("РΡᏢ", 'P'),
    ("ЅՏᏚ", 'S'),
    ("ТΤᎢ", 'T'),
    ("ԜᎳ", 'W'),
    ("ХΧ", 'X'),
    ("УΥҮ", 'Y'),
    ("ΖᏃ", 'Z'),
];
