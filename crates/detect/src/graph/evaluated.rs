//! Texts of an exported program that are evaluated: sizes by SymPy, guards by Python itself.
//!
//! Neither is asked what it does. Both are cut into words, and every word, every call and every sign
//! must be one that the printers of SymPy and of `torch` write.

/// One piece of such a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    Word(&'t str),
    Number,
    /// What stands between quotation marks.
    Text(&'t str),
    Sign(char),
    /// `==`, `<=`, `>=`, `!=`: an equals sign that sets nothing.
    Compared,
}

/// Functions of SymPy and of `torch` in sizes, as `srepr` and `str` print them.
const SIZES: [&str; 78] = [
    "Abs",
    "Add",
    "And",
    "CeilDiv",
    "CeilToInt",
    "CleanDiv",
    "CMod",
    "Eq",
    "Equality",
    "ExprCondPair",
    "Float",
    "FloatPow",
    "FloatTrueDiv",
    "FloorDiv",
    "FloorToInt",
    "Ge",
    "GreaterThan",
    "Gt",
    "Identity",
    "IntTrueDiv",
    "Integer",
    "IsNonOverlappingAndDenseIndicator",
    "LShift",
    "Le",
    "LessThan",
    "Lt",
    "Max",
    "Min",
    "Mod",
    "ModularIndexing",
    "Mul",
    "Ne",
    "Not",
    "Or",
    "Piecewise",
    "Pow",
    "PowByNatural",
    "PythonMod",
    "RShift",
    "Rational",
    "RoundDecimal",
    "RoundToInt",
    "StrictGreaterThan",
    "StrictLessThan",
    "Symbol",
    "ToFloat",
    "TruncToFloat",
    "TruncToInt",
    "Tuple",
    "Unequality",
    "Where",
    "BitwiseFn_bitwise_and",
    "BitwiseFn_bitwise_or",
    "BitwiseFn_bitwise_xor",
    "OpaqueUnaryFn_sqrt",
    "OpaqueUnaryFn_cos",
    "OpaqueUnaryFn_cosh",
    "OpaqueUnaryFn_sin",
    "OpaqueUnaryFn_sinh",
    "OpaqueUnaryFn_tan",
    "OpaqueUnaryFn_tanh",
    "OpaqueUnaryFn_exp",
    "OpaqueUnaryFn_log",
    "OpaqueUnaryFn_log2",
    "OpaqueUnaryFn_atan",
    "floor",
    "ceiling",
    "sqrt",
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "tanh",
    "sign",
    "atan",
    "log2",
    "atan2",
];

/// Functions that guards call by a bare name.
const CALLED: [&str; 20] = [
    "len",
    "isinstance",
    "type",
    "hasattr",
    "str",
    "int",
    "float",
    "bool",
    "tuple",
    "list",
    "min",
    "max",
    "abs",
    "round",
    "floor",
    "sqrt",
    "Eq",
    "Ne",
    "ceiling",
    "cast_symbool_to_symint_guardless",
];

/// What guards ask arguments for.
const ASKED: [&str; 8] = [
    "size",
    "stride",
    "storage_offset",
    "dim",
    "ndim",
    "numel",
    "is_contiguous",
    "item",
];

/// Functions of the module `math` that guards call.
const MATH: [&str; 18] = [
    "floor", "ceil", "trunc", "sqrt", "pow", "exp", "log", "log2", "sin", "cos", "tan", "sinh",
    "cosh", "tanh", "asin", "acos", "atan", "fabs",
];

/// True for sizes as SymPy writes them: numbers, symbols, functions of SymPy and of `torch`, and nothing
/// that leads out of them.
pub(super) fn is_arithmetic(text: &str) -> bool {
    let Some(pieces) = pieces(text) else {
        return false;
    };
    let piece = |at: Option<usize>| at.and_then(|at| pieces.get(at)).copied();
    pieces.iter().enumerate().all(|(at, this)| {
        let before = piece(at.checked_sub(1));
        let after = piece(at.checked_add(1));
        match *this {
            Piece::Word(word) => {
                let called = after == Some(Piece::Sign('('));
                !is_statement(word)
                    && (!called || is_joint(word) || SIZES.contains(&word) || is_printed(word))
            }
            // `Symbol('s0')` and `Float('1.5')`: any other function would evaluate its text.
            Piece::Text(held) => {
                let of = piece(at.checked_sub(2));
                before == Some(Piece::Sign('('))
                    && match of {
                        Some(Piece::Word("Symbol")) => is_name(held),
                        Some(Piece::Word("Float")) => is_decimal(held),
                        _ => false,
                    }
            }
            Piece::Sign('(') => is_opened_by(before),
            // `integer=True`, `precision=53`.
            Piece::Sign('=') => {
                matches!(before, Some(Piece::Word(_)))
                    && matches!(
                        after,
                        Some(Piece::Number | Piece::Word("True" | "False" | "None"))
                    )
            }
            Piece::Sign(sign) => !matches!(sign, '[' | ']' | '.'),
            Piece::Number | Piece::Compared => true,
        }
    })
}

/// True for guards, which ask for sizes and kinds of arguments.
pub(super) fn is_guard(text: &str) -> bool {
    let Some(pieces) = pieces(text) else {
        return false;
    };
    let piece = |at: Option<usize>| at.and_then(|at| pieces.get(at)).copied();
    pieces.iter().enumerate().all(|(at, this)| {
        let before = piece(at.checked_sub(1));
        let after = piece(at.checked_add(1));
        let called = after == Some(Piece::Sign('('));
        match *this {
            Piece::Word(word) if before == Some(Piece::Sign('.')) => {
                let of_math = piece(at.checked_sub(2)) == Some(Piece::Word("math"));
                match (of_math, called) {
                    (true, true) => MATH.contains(&word),
                    (true, false) => matches!(word, "pi" | "e" | "inf" | "nan"),
                    (false, true) => ASKED.contains(&word),
                    // Fields of arguments have any name; nothing that is not listed is called.
                    (false, false) => is_field(word),
                }
            }
            Piece::Word(word) if called => {
                is_joint(word)
                    || CALLED.contains(&word)
                    || SIZES.contains(&word) && !matches!(word, "Symbol" | "Float")
                    || is_printed(word)
            }
            Piece::Word(word) => {
                is_joint(word)
                    || CALLED.contains(&word)
                    || matches!(word, "L" | "True" | "False" | "None")
                    || word == "math" && after == Some(Piece::Sign('.'))
                    || is_symbol(word)
            }
            // Keys of arguments; SymPy's functions would evaluate a text.
            Piece::Text(_) => matches!(
                before,
                Some(Piece::Sign('[' | ',') | Piece::Compared | Piece::Word("in"))
            ),
            Piece::Sign('(') => is_opened_by(before),
            Piece::Sign('.') => matches!(
                (before, after),
                (
                    Some(Piece::Word(_) | Piece::Sign(']' | ')')),
                    Some(Piece::Word(_))
                )
            ),
            Piece::Sign(sign) => sign != '=',
            Piece::Number | Piece::Compared => true,
        }
    })
}

/// True if a bracket behind that groups, or calls a word, which is judged by itself: results, items and
/// texts are not called.
fn is_opened_by(before: Option<Piece<'_>>) -> bool {
    !matches!(
        before,
        Some(Piece::Sign(')' | ']') | Piece::Text(_) | Piece::Number)
    )
}

/// Functions that `torch` makes by the name of what they wrap.
fn is_printed(word: &str) -> bool {
    ["OpaqueUnaryFn_", "BitwiseFn_"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        })
    })
}

/// Words between which brackets may stand.
fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "is" | "in" | "if" | "else")
}

/// Words that make more of an expression than arithmetic.
fn is_statement(word: &str) -> bool {
    matches!(
        word,
        "lambda" | "import" | "for" | "in" | "if" | "else" | "is" | "yield" | "await" | "async"
    )
}

/// A field of an argument, and nothing of a frame, a function or a generator.
fn is_field(word: &str) -> bool {
    const INNER: [&str; 8] = ["gi_", "cr_", "ag_", "tb_", "co_", "func_", "f_", "mro"];
    let known = matches!(word, "_modules" | "_parameters" | "_buffers");
    known || !word.starts_with('_') && !INNER.iter().any(|inner| word.starts_with(inner))
}

/// Symbols of `torch`: `s0`, `u12`, `zf3`.
fn is_symbol(word: &str) -> bool {
    let digits = word.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
    let letters = word.len().saturating_sub(digits.len());
    (1..=3).contains(&letters)
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_decimal(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

/// The pieces of a text; nothing if it has a sign that arithmetic does not have.
fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let second = rest.chars().nth(1);
        let taken = match first {
            ' ' => 1,
            '\'' | '"' => {
                let held = rest.get(1..)?.split(first).next()?;
                let length = held.len().checked_add(2)?;
                let plain = |c: char| c.is_ascii_alphanumeric() || " _.-:/".contains(c);
                if length > rest.len() || held.contains("__") || !held.chars().all(plain) {
                    return None;
                }
                // `f'...'`, `b'...'`, and texts side by side.
                if matches!(pieces.last(), Some(Piece::Text(_))) || is_glued(&pieces, text, rest) {
                    return None;
                }
                pieces.push(Piece::Text(held));
                length
            }
            _ if first.is_ascii_digit() => {
                pieces.push(Piece::Number);
                number(rest)
            }
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let length = rest.find(|c: char| !letter(c)).unwrap_or(rest.len());
                let word = rest.get(..length)?;
                if word.contains("__") {
                    return None;
                }
                pieces.push(Piece::Word(word));
                length
            }
            '=' | '<' | '>' | '!' if second == Some('=') => {
                pieces.push(Piece::Compared);
                2
            }
            _ if "+-*/%<>=&|~(),.[]".contains(first) => {
                pieces.push(Piece::Sign(first));
                1
            }
            _ => return None,
        };
        rest = rest.get(taken..)?;
    }
    Some(pieces)
}

/// True if a text begins right behind a word.
fn is_glued(pieces: &[Piece<'_>], text: &str, rest: &str) -> bool {
    let at = text.len().saturating_sub(rest.len());
    let before = text.get(..at).and_then(|head| head.chars().next_back());
    matches!(pieces.last(), Some(Piece::Word(_))) && before != Some(' ')
}

/// How long the number is that a text begins with. The dot before a word is none of its own.
fn number(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let kept = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        from.saturating_add(rest.len().saturating_sub(kept.len()))
    };
    let byte = |at: usize| text.as_bytes().get(at).copied();
    let mut end = digits(0);
    if byte(end) == Some(b'.') && byte(end.saturating_add(1)).is_some_and(|b| b.is_ascii_digit()) {
        end = digits(end.saturating_add(1));
    }
    if matches!(byte(end), Some(b'e' | b'E')) {
        let sign = matches!(byte(end.saturating_add(1)), Some(b'+' | b'-'));
        let from = end.saturating_add(if sign { 2 } else { 1 });
        if byte(from).is_some_and(|b| b.is_ascii_digit()) {
            end = digits(from);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_arithmetic() {
        for fine in [
            "2*s0",
            "Max(1, s0//2) + 3*Mod(s1, 4)",
            "Symbol('s0', integer=True, positive=True)",
            "Mul(Integer(2), Symbol('s77', positive=True, integer=True))",
            "Pow(Float('1.5', precision=53), Integer(-1))",
            "FloorDiv(Add(Symbol('s0', integer=True), Integer(-1)), Integer(2))",
            "OpaqueUnaryFn_sqrt(ToFloat(s0))",
            "floor(s0/2) - 1.5",
            "1.0e-5*s0",
            "((s0 >= 2) & (s0 <= 16))",
        ] {
            assert!(is_arithmetic(fine), "{fine}");
        }
        for odd in [
            "__import__('os').system('x')",
            "open('x')",
            "s0.func",
            "1.0.real",
            "Symbol('s0').assumptions0.values()",
            "(lambda: 1)()",
            "exec(chr(1))",
            "S('eval')(S('chr')(95))",
            "S('exit')()",
            "Symbol('x')('y')",
            "(S)('exit')",
            "[eval][0]('x')",
            "Max('exit()', 1)",
            "Function('f')(1)",
            "sympify('exit()')",
            "Symbol('a b')",
            "Symbol(x='exit()')",
            "s0\nimport os",
        ] {
            assert!(!is_arithmetic(odd), "{odd}");
        }
    }

    #[test]
    fn guards_ask_for_sizes() {
        for fine in [
            "L['x'].size()[0] <= 16 and (L['y'].stride()[1] == 1)",
            "Eq(Mod(L['x'].size()[0], 4), 0)",
            "2 <= L['args'][0][0].size()[0] and L['args'][0][0].size()[0] <= 16",
            "math.floor(L['x'].size()[0] / 2) != 3",
            "L['kwargs']['cache'].key_cache[0].size()[2] % 8 == 0",
            "not (L['x'].size()[1] == 1) or max(1, s0) > 2",
        ] {
            assert!(is_guard(fine), "{fine}");
        }
        for odd in [
            "__import__('os').system('x')",
            "getattr(x, 'y')()",
            "(exit)()",
            "((globals)()['torch'].os.system)('id') or L['x'].size()[0] > 2",
            "globals()['x']",
            "[exit][0]()",
            "L['x'].backward()",
            "L['x'].os.system('id')",
            "(exit := 1) == 1",
            "math.os.system",
            "exit",
            "L['x'] or f'{exit()}'",
            "type('X', (), 1)('y')",
            "S('exit()')",
        ] {
            assert!(!is_guard(odd), "{odd}");
        }
    }
}
