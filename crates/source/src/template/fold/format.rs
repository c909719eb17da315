//! Python's two ways of formatting: `'%s' % x` and `'{}'.format(x)`.

use super::super::value::Value;
use super::Ceiling;

/// Widths beyond this are not imitated, only reported.
const WIDTH_FOLLOWED: usize = 4_096;

/// `pattern % items`, for the conversions that can spell text.
pub(super) fn percent(pattern: &str, items: &[Value], ceiling: Ceiling) -> Option<Value> {
    let mut written = String::new();
    let mut items = items.iter();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        written.push_str(rest.get(..at)?);
        let conversion = Conversion::read(rest.get(at.saturating_add(1)..)?)?;
        rest = conversion.rest;
        if conversion.letter == '%' {
            written.push('%');
        } else {
            let item = conversion.write(items.next()?)?;
            let padding = conversion.width.saturating_sub(item.chars().count());
            if padding > WIDTH_FOLLOWED {
                return None;
            }
            written.push_str(&" ".repeat(padding));
            written.push_str(&item);
        }
        if written.len() > ceiling.bytes {
            return None;
        }
    }
    written.push_str(rest);
    ceiling.text(written)
}

struct Conversion<'p> {
    width: usize,
    letter: char,
    rest: &'p str,
}

impl<'p> Conversion<'p> {
    /// Flags, width, precision and letter after a `%`.
    fn read(pattern: &'p str) -> Option<Self> {
        let sized = pattern.trim_start_matches(['-', '+', ' ', '#', '0']);
        let after_width = sized.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let digits = sized.get(..sized.len().saturating_sub(after_width.len()))?;
        let width = digits.split('.').next().unwrap_or_default();
        let letter = after_width.chars().next()?;
        Some(Self {
            width: number(width),
            letter,
            rest: after_width.get(letter.len_utf8()..)?,
        })
    }

    fn write(&self, item: &Value) -> Option<String> {
        match self.letter {
            's' | 'r' => item.display(),
            'd' | 'i' | 'u' => Some(item.integer()?.to_string()),
            'x' => Some(format!("{:x}", item.integer()?)),
            'o' => Some(format!("{:o}", item.integer()?)),
            'c' => match item {
                Value::Text(text) => Some(text.clone()),
                _ => Some(character(item.integer()?)?.into()),
            },
            _ => None,
        }
    }
}

fn number(digits: &str) -> usize {
    if digits.is_empty() {
        return 0;
    }
    digits.parse().unwrap_or(usize::MAX)
}

fn character(code: i128) -> Option<char> {
    char::from_u32(u32::try_from(code).ok()?)
}

/// The widths that a `%` pattern asks for.
pub(in super::super) fn percent_widths(pattern: &str) -> impl Iterator<Item = u128> {
    pattern.split('%').skip(1).filter_map(|conversion| {
        let width = Conversion::read(conversion)?.width;
        (width > 0).then(|| u128::try_from(width).unwrap_or(u128::MAX))
    })
}

/// One replacement field of `'{name.attribute[item]!r:spec}'`.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Field<'p> {
    /// `0`, `name` or empty.
    pub(in super::super) argument: &'p str,
    /// Attributes and items after it.
    pub(in super::super) names: Vec<&'p str>,
    specification: &'p str,
}

enum Piece<'p> {
    Literal(&'p str),
    Field(Field<'p>),
}

/// The replacement fields of a brace pattern.
pub(in super::super) fn brace_fields(pattern: &str) -> Vec<Field<'_>> {
    let fields = pieces(pattern).into_iter().filter_map(|piece| match piece {
        Piece::Field(field) => Some(field),
        Piece::Literal(_) => None,
    });
    fields.collect()
}

fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Piece::Literal(rest.get(..at).unwrap_or_default()));
        let here = rest.get(at..).unwrap_or_default();
        if let Some(doubled) = here.get(..2).filter(|pair| matches!(*pair, "{{" | "}}")) {
            pieces.push(Piece::Literal(doubled.get(..1).unwrap_or_default()));
            rest = here.get(2..).unwrap_or_default();
            continue;
        }
        let inner = here.get(1..).unwrap_or_default();
        match inner.find('}').filter(|_| here.starts_with('{')) {
            Some(end) => {
                pieces.push(Piece::Field(field(inner.get(..end).unwrap_or_default())));
                rest = inner.get(end.saturating_add(1)..).unwrap_or_default();
            }
            None => {
                rest = "";
                break;
            }
        }
    }
    pieces.push(Piece::Literal(rest));
    pieces
}

fn field(inner: &str) -> Field<'_> {
    let (path, specification) = inner.split_once(':').unwrap_or((inner, ""));
    let path = path.split('!').next().unwrap_or_default();
    let mut names = path.split(['.', '[']);
    Field {
        argument: names.next().unwrap_or_default(),
        names: names
            .map(|name| name.trim_end_matches(']'))
            .filter(|name| !name.is_empty())
            .collect(),
        specification,
    }
}

/// `pattern.format(*positional, **named)`, for plain fields and the `c` and `s` types.
pub(super) fn brace(
    pattern: &str,
    positional: &[Value],
    named: &[(String, Value)],
    ceiling: Ceiling,
) -> Option<Value> {
    let mut written = String::new();
    let mut automatic = 0_usize;
    for piece in pieces(pattern) {
        match piece {
            Piece::Literal(text) => written.push_str(text),
            Piece::Field(field) => {
                let value = argument(&field, positional, named, &mut automatic)?;
                written.push_str(&write_field(&field, value)?);
            }
        }
        if written.len() > ceiling.bytes {
            return None;
        }
    }
    ceiling.text(written)
}

fn argument<'v>(
    field: &Field<'_>,
    positional: &'v [Value],
    named: &'v [(String, Value)],
    automatic: &mut usize,
) -> Option<&'v Value> {
    if field.argument.is_empty() {
        let index = *automatic;
        *automatic = index.saturating_add(1);
        return positional.get(index);
    }
    match field.argument.parse::<usize>() {
        Ok(index) => positional.get(index),
        Err(_) => {
            let found = named.iter().find(|(name, _)| name == field.argument);
            found.map(|(_, value)| value)
        }
    }
}

fn write_field(field: &Field<'_>, value: &Value) -> Option<String> {
    let mut value = value;
    for name in &field.names {
        value = match (value, name.parse::<usize>()) {
            (Value::Sequence(items), Ok(index)) => items.get(index)?,
            _ => value.lookup(&Value::Text((*name).to_owned()))?,
        };
    }
    match field.specification {
        "" | "s" => value.display(),
        "c" => Some(character(value.integer()?)?.into()),
        "d" => Some(value.integer()?.to_string()),
        "x" => Some(format!("{:x}", value.integer()?)),
        _ => None,
    }
}
