/// How a name is like a better known one, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Language models invent it where they mean the other.
    Invented,
    /// Letters that look like others: `0` for `o`, `rn` for `m`, Cyrillic for Latin.
    LooksAlike,
    /// The same letters, parted in another way: `scikitlearn`.
    Separators,
    /// Two neighbouring letters swapped: `reqeusts`.
    Swapped,
    /// A letter doubled, or a double one single: `urlib3`.
    Doubled,
    /// A letter missing or added: `requets`.
    Length,
    /// A letter replaced by its neighbour on the keyboard: `numpt`.
    Keyboard,
    /// A letter replaced by any other.
    Replaced,
    /// Two such slips in a long name.
    TwoSlips,
    /// The scope of another, or one written like it: `@typess/node`, `types-node`.
    Scope,
    /// The same words in another order: `dateutil-python`.
    Order,
    /// A word added that says nothing: `python-requests`, `requests2`.
    Affix,
    /// Well known in another registry.
    OtherRegistry,
}

impl Likeness {
    /// What was done to the known name, as the end of a sentence.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Invented => "language models invent this name for it",
            Self::LooksAlike => "letters are replaced by ones that look alike",
            Self::Separators => "the same letters, parted in another way",
            Self::Swapped => "two neighbouring letters are swapped",
            Self::Doubled => "a letter is doubled, or a double one single",
            Self::Length => "a letter is missing or added",
            Self::Keyboard => "a letter is replaced by its neighbour on the keyboard",
            Self::Replaced => "one letter is another",
            Self::TwoSlips => "two letters differ in a long name",
            Self::Scope => "its scope is written like another",
            Self::Order => "the same words in another order",
            Self::Affix => "a word is added that says nothing",
            Self::OtherRegistry => "the name is well known in another registry",
        }
    }
}

/// What one slip made of `known`, if it was one: a swap counts as one. Slips of digits are versions, not slips.
pub(super) fn slip(name: &str, known: &str) -> Option<Likeness> {
    let (name, known) = (name.as_bytes(), known.as_bytes());
    let start = name.iter().zip(known).take_while(|(a, b)| a == b).count();
    let last_shared = start
        .checked_sub(1)
        .and_then(|last| known.get(last).copied());
    let (name, known) = (name.get(start..)?, known.get(start..)?);
    let end = name
        .iter()
        .rev()
        .zip(known.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let name = name.get(..name.len().saturating_sub(end))?;
    let known = known.get(..known.len().saturating_sub(end))?;
    let letters = |text: &[u8]| text.iter().all(u8::is_ascii_alphabetic);
    if !letters(name) || !letters(known) {
        return None;
    }
    match (name, known) {
        ([a, b], [c, d]) if a == d && b == c => Some(Likeness::Swapped),
        ([a], []) | ([], [a]) if Some(*a) == last_shared => Some(Likeness::Doubled),
        ([_], []) | ([], [_]) => Some(Likeness::Length),
        ([a], [b]) if are_neighbours(*a, *b) => Some(Likeness::Keyboard),
        ([_], [_]) => Some(Likeness::Replaced),
        _ => None,
    }
}

/// The distance of two names in slips, swaps among them, if it is at most `most`.
pub(super) fn distance(name: &str, known: &str, most: usize) -> Option<usize> {
    let (name, known) = (name.as_bytes(), known.as_bytes());
    if name.len().abs_diff(known.len()) > most {
        return None;
    }
    let width = known.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    for (row, letter) in name.iter().enumerate() {
        let mut here = vec![row + 1; width];
        for (column, other) in known.iter().enumerate() {
            let mut cost = (above[column] + usize::from(letter != other))
                .min(above[column + 1] + 1)
                .min(here[column] + 1);
            if row > 0 && column > 0 && *letter == known[column - 1] && name[row - 1] == *other {
                cost = cost.min(before[column - 1] + 1);
            }
            here[column + 1] = cost;
        }
        before = std::mem::replace(&mut above, here);
    }
    above.last().copied().filter(|distance| *distance <= most)
}

/// Whether two letters lie side by side on a QWERTY keyboard.
fn are_neighbours(one: u8, other: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |letter: u8| {
        ROWS.iter().enumerate().find_map(|(row, letters)| {
            let column = letters.iter().position(|each| *each == letter)?;
            Some((row, column))
        })
    };
    let (Some((row, column)), Some((other_row, other_column))) = (place(one), place(other)) else {
        return false;
    };
    // Each row is set off to the right, so that a key touches the one below it and the one before that.
    match row.abs_diff(other_row) {
        0 => column.abs_diff(other_column) == 1,
        1 if row < other_row => column == other_column || column == other_column + 1,
        1 => column == other_column || column + 1 == other_column,
        _ => false,
    }
}
