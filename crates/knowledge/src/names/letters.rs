//! Names as the eye takes them.

/// Letters of other scripts that look like ASCII ones (a choice of Unicode's confusables: what a name of a package or
/// organisation could use).
const FOREIGN: &[(&str, char)] = &[
    ("аạȧáàâäãåɑαａ", 'a'),
    ("ƅЬｂ", 'b'),
    ("сϲⅽçćｃ", 'c'),
    ("ԁⅾɗｄ", 'd'),
    ("еҽėéèêëęｅ", 'e'),
    ("ｆ", 'f'),
    ("ɡģｇ", 'g'),
    ("һհｈ", 'h'),
    ("іıɩιíìîïｉⅰ", 'i'),
    ("јϳｊ", 'j'),
    ("кκｋ", 'k'),
    ("ӏⅼǀｌł", 'l'),
    ("ⅿｍ", 'm'),
    ("ոռñｎ", 'n'),
    ("оοσօöóòôõøｏ", 'o'),
    ("рρｐ", 'p'),
    ("ԛｑ", 'q'),
    ("гｒ", 'r'),
    ("ѕśşｓ", 's'),
    ("тτｔ", 't'),
    ("υսüúùûｕ", 'u'),
    ("νѵⅴｖ", 'v'),
    ("ѡԝｗ", 'w'),
    ("хⅹｘ", 'x'),
    ("уүýｙ", 'y'),
    ("ᴢｚźż", 'z'),
    ("‐‑‒–—−", '-'),
];

/// The letters with every look-alike replaced by one of its group, and without separators. Two names that differ but
/// have one skeleton look alike.
pub(super) fn skeleton(name: &str) -> String {
    let mut skeleton = String::with_capacity(name.len());
    for letter in name.chars() {
        let plain = if letter.is_ascii() {
            letter
        } else {
            plain(letter)
        };
        match plain {
            '-' | '_' | '.' => {}
            '0' => skeleton.push('o'),
            '1' | 'i' | '|' => skeleton.push('l'),
            '5' => skeleton.push('s'),
            'n' if skeleton.ends_with('r') => {
                skeleton.pop();
                skeleton.push('m');
            }
            'v' if skeleton.ends_with('v') => {
                skeleton.pop();
                skeleton.push('w');
            }
            other => skeleton.push(other),
        }
    }
    skeleton
}

fn plain(letter: char) -> char {
    FOREIGN
        .iter()
        .find(|(letters, _)| letters.contains(letter))
        .map_or(letter, |(_, plain)| *plain)
}

/// The letters and digits alone.
pub(super) fn compact(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | '_' | '.' | '/' | '@'))
        .collect()
}
