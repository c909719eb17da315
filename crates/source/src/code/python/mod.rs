//! Python code to facts, on the syntax tree of ruff.
//!
//! Two passes, neither of which runs anything. The first notes what is bound where and what is
//! called; the second asks, in the order of the text, what each call and binding amounts to.
//! Each binding and each call is evaluated once, values are shared, and everything that could
//! multiply has a limit: alternatives, lengths, depth, and the work in all.

pub mod behaviour;
mod bind;
mod commands;
mod escapes;
mod evaluate;
mod exports;
mod instances;
mod known;
mod lines;
mod methods;
mod names;
mod nesting;
mod program;
mod resolve;
mod seen;
mod texts;
mod walk;

#[cfg(test)]
pub(super) mod tests;

use ruff_python_ast::{Mod, ModModule};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_cells_unchecked, parse_unchecked};
use ruff_text_size::{TextRange, TextSize};

use self::evaluate::Evaluator;
use self::lines::{Lines, note};
use self::program::{Bound, Program};
use self::seen::Room;
use crate::code::kept::may_tell;
use crate::code::{Argument, Call, CodeFacts, Decoration, Everything, NamedText, Unread, Wants};

/// Largest text that is read, in bytes.
const LARGEST: usize = 64 << 20;

/// Reads Python, of version 3 or, as far as its statements can be told, 2.
///
/// Syntax errors are noted in `unread`, and what stands around them is read. So are statements
/// that nest too deep to be read: they are passed over.
#[must_use]
pub fn python(text: &str) -> CodeFacts {
    python_for(text, &Everything)
}

/// The same, but only what is wanted.
#[must_use]
pub fn python_for(text: &str, wants: &dyn Wants) -> CodeFacts {
    let mut facts = CodeFacts::default();
    if text.len() > LARGEST {
        note(&mut facts.unread, None, "larger than 64 MiB");
        return facts;
    }
    let lines = Lines::new(text, None);
    let Some(shallow) = shallow(text, Mode::Module, &lines, &mut facts.unread) else {
        return facts;
    };
    if let Mod::Module(module) = parse(&shallow, &mut facts.unread, &lines) {
        let follow = wants.file(text);
        gather(&shallow, &module, lines, follow, wants, &mut facts);
    }
    facts
}

/// Reads the cells of a notebook as one program; `origin` has the line in the file of each line.
pub(super) fn cells(cells: &[String], origin: &[u32], wants: &dyn Wants, facts: &mut CodeFacts) {
    let (text, ranges) = in_one(cells);
    if text.len() > LARGEST {
        return note(&mut facts.unread, None, "larger than 64 MiB");
    }
    let lines = Lines::new(&text, Some(origin));
    let tamed = escapes::tamed(&text);
    let Some(shallow) = shallow(&tamed, Mode::Ipython, &lines, &mut facts.unread) else {
        return;
    };
    let parsed = parse_cells_unchecked(&shallow, ranges, &ParseOptions::from(Mode::Ipython));
    errors(&parsed, &mut facts.unread, &lines);
    let module = parsed.into_syntax();
    gather(&shallow, &module, lines, true, wants, facts);
}

/// Cells as one text, and where each of them stands in it.
fn in_one(cells: &[String]) -> (String, Vec<TextRange>) {
    let mut text = String::new();
    let mut ranges = Vec::with_capacity(cells.len());
    let size = |offset: usize| TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX));
    for cell in cells {
        let start = text.len();
        text.push_str(cell);
        ranges.push(TextRange::new(size(start), size(text.len())));
        text.push('\n');
    }
    (text, ranges)
}

/// The text without statements that nest too deep.
fn shallow<'a>(
    text: &'a str,
    mode: Mode,
    lines: &Lines<'_>,
    unread: &mut Vec<Unread>,
) -> Option<std::borrow::Cow<'a, str>> {
    if nesting::fits(text, mode) {
        return Some(text.into());
    }
    let (blanked, deep) = nesting::blank_deep(text);
    let reason = format!("nested deeper than {} levels", nesting::NESTING);
    for line in deep {
        let line = lines.of_index(line.saturating_sub(1));
        note(unread, Some(line), &reason);
    }
    if nesting::fits(&blanked, mode) {
        return Some(blanked.into());
    }
    note(unread, None, &reason);
    None
}

fn parse(text: &str, unread: &mut Vec<Unread>, lines: &Lines<'_>) -> Mod {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    errors(&parsed, unread, lines);
    parsed.into_syntax()
}

fn errors<T>(parsed: &Parsed<T>, unread: &mut Vec<Unread>, lines: &Lines<'_>) {
    let mut last = None;
    for error in parsed.errors() {
        let line = lines.line(error.location.start().to_usize());
        // One error tends to bring others on its line.
        if last != Some(line) {
            note(unread, Some(line), &error.error.to_string());
        }
        last = Some(line);
    }
}

fn gather(
    text: &str,
    module: &ModModule,
    mut lines: Lines<'_>,
    follow: bool,
    wants: &dyn Wants,
    facts: &mut CodeFacts,
) {
    let program = bind::bind(&module.body);
    for (import, offset) in &program.imports {
        let mut import = import.clone();
        import.line = lines.line(offset_of(*offset));
        facts.imports.push(import);
    }
    if !follow {
        facts.passed_over = true;
        return;
    }
    let mut evaluator = Evaluator::new(&program, text);
    evaluate_in_order(&program, &mut evaluator);
    let mut room = Room::new(text);
    let mut wanted = Vec::new();
    let mut tells = Vec::with_capacity(program.calls.len());
    for (index, called) in program.calls.iter().enumerate() {
        let path = evaluator.resolve(index).path.clone();
        if commands::starts(&path) {
            let given = evaluator.given(index);
            let offset = offset_of(called.start);
            commands::commands(
                &path,
                &given,
                offset,
                &lines,
                &mut room,
                &mut facts.commands,
            );
        }
        let is_wanted = is_wanted(called, index, &path, &mut evaluator, wants, facts);
        if is_wanted {
            wanted.push(index);
        }
        let has_keywords = !called.node.arguments.keywords.is_empty();
        tells.push(is_wanted || may_tell(&path, has_keywords));
    }
    exports::exports(&program, &mut evaluator, &mut room, facts);
    decorations(&program, &mut evaluator, &mut lines, &mut room, facts);
    inheriting(&program, &mut evaluator, &mut lines, &mut room, facts);
    named_texts(&program, &mut evaluator, &lines, &mut room, wants, facts);
    escapes(&program, &mut evaluator, &lines, facts);
    let tells = |index: usize| tells.get(index) == Some(&true);
    facts.take_calls(wanted, program.calls.len(), tells, |index| {
        told(index, &program, &mut evaluator, &mut room)
    });
    for call in &mut facts.calls {
        place(call, &mut lines);
    }
}

fn is_wanted(
    called: &program::Called<'_>,
    index: usize,
    path: &str,
    evaluator: &mut Evaluator<'_, '_>,
    wants: &dyn Wants,
    facts: &CodeFacts,
) -> bool {
    let written = &called.node.arguments.keywords;
    let known: Option<Vec<&str>> = written
        .iter()
        .map(|keyword| keyword.arg.as_ref().map(|name| name.as_str()))
        .collect();
    if let Some(keywords) = known {
        return wants.call(&facts.imports, path, &keywords);
    }
    // `**options` has to be looked into.
    let given = evaluator.given(index);
    let keywords: Vec<&str> = given.iter().filter_map(|it| it.name.as_deref()).collect();
    wants.call(&facts.imports, path, &keywords)
}

/// A call as others see it, but for its place: its offset stands where the line will stand.
fn told(
    index: usize,
    program: &Program<'_>,
    evaluator: &mut Evaluator<'_, '_>,
    room: &mut Room,
) -> Option<Call> {
    let called = program.calls.get(index)?;
    let resolved = evaluator.resolve(index);
    let given = evaluator.given(index);
    let arguments = given.iter().map(|given| Argument {
        name: given.name.as_deref().map(str::to_owned),
        value: room.value(&given.value),
    });
    Some(Call {
        path: resolved.path.to_string(),
        receiver: resolved.receiver,
        arguments: arguments.collect(),
        line: called.start,
        column: 0,
    })
}

/// Gives a call its place; in the order of the text that takes one pass over it.
fn place(call: &mut Call, lines: &mut Lines<'_>) {
    (call.line, call.column) = lines.place(offset_of(call.line));
}

/// Classes with what of other modules they inherit from, and the name that they give themselves.
fn inheriting<'a>(
    program: &Program<'a>,
    evaluator: &mut Evaluator<'_, 'a>,
    lines: &mut Lines<'_>,
    room: &mut Room,
    facts: &mut CodeFacts,
) {
    for (index, class) in program.classes.iter().enumerate() {
        for base in class.node.bases().iter().take(8) {
            let base = evaluator.eval(base, class.outer);
            let (true, (path, receiver)) = (
                matches!(base.seen(), self::seen::Seen::Module(..)),
                evaluator.path_of(&base),
            ) else {
                continue;
            };
            let (line, column) = lines.place(offset_of(class.outer.offset));
            let name = evaluator.of_instance(index, None, "name");
            let name = Argument {
                name: Some("name".to_owned()),
                value: room.value(&name),
            };
            let call = Call {
                path: path.to_string(),
                receiver,
                arguments: vec![name],
                line,
                column,
            };
            let function = class.name.to_owned();
            facts.decorations.push(Decoration { function, call });
        }
    }
}

/// Functions with what is written above them.
fn decorations<'a>(
    program: &Program<'a>,
    evaluator: &mut Evaluator<'_, 'a>,
    lines: &mut Lines<'_>,
    room: &mut Room,
    facts: &mut CodeFacts,
) {
    for decorated in &program.decorated {
        let call = match decorated.decorator {
            ruff_python_ast::Expr::Call(node) => program
                .call(node)
                .and_then(|index| told(index, program, evaluator, room))
                .map(|mut call| {
                    place(&mut call, lines);
                    call
                }),
            plain => {
                let value = evaluator.eval(plain, decorated.at);
                let (path, receiver) = evaluator.path_of(&value);
                let (line, column) = lines.place(offset_of(decorated.at.offset));
                Some(Call {
                    path: path.to_string(),
                    receiver,
                    arguments: Vec::new(),
                    line,
                    column,
                })
            }
        };
        if let Some(call) = call.filter(|call| !call.path.is_empty()) {
            facts.decorations.push(Decoration {
                function: decorated.function.to_owned(),
                call,
            });
        }
    }
}

fn offset_of(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// What is evaluated first is what ends first, so that nothing has to go far back.
fn evaluate_in_order(program: &Program<'_>, evaluator: &mut Evaluator<'_, '_>) {
    let calls = program.calls.iter().enumerate();
    let mut order: Vec<(u32, bool, usize)> = calls
        .map(|(index, call)| (call.end, false, index))
        .collect();
    let bindings = program.bindings.iter().enumerate();
    order.extend(
        bindings
            // What is passed for a parameter stands elsewhere.
            .filter(|(_, binding)| !matches!(binding.bound, Bound::Parameter(..)))
            .map(|(index, binding)| (binding.from, true, index)),
    );
    order.sort_unstable();
    for (_, binds, index) in order {
        if binds {
            evaluator.binding(index);
        } else {
            evaluator.result(index);
        }
    }
}

/// Shortest text of one line that may be a prompt, in bytes.
const PROMPT_BYTES: usize = 40;

fn may_be_prompt(text: &str) -> bool {
    text.len() >= PROMPT_BYTES || text.contains('\n')
}

fn named_texts<'a>(
    program: &Program<'a>,
    evaluator: &mut Evaluator<'_, 'a>,
    lines: &Lines<'_>,
    room: &mut Room,
    wants: &dyn Wants,
    facts: &mut CodeFacts,
) {
    for named in &program.named {
        let value = evaluator.eval(named.value, named.at);
        let Some(text) = texts::written(&value, &|_| "{}".to_owned()) else {
            continue;
        };
        if !may_be_prompt(&text) {
            continue;
        }
        let text = NamedText {
            name: named.name.to_owned(),
            text,
            line: lines.line(offset_of(named.at.offset)),
        };
        if wants.text(&text) && room.take(&text.text) {
            facts.texts.push(text);
        }
    }
    facts.texts.sort_by_key(|text| text.line);
}

fn escapes(
    program: &Program<'_>,
    evaluator: &mut Evaluator<'_, '_>,
    lines: &Lines<'_>,
    facts: &mut CodeFacts,
) {
    for escape in &program.escapes {
        let mut known = |name: &str| {
            let value = evaluator.lookup(name, escape.at);
            texts::plain(value.alternatives().first()?).map(|text| text.to_string())
        };
        if let Some(text) = commands::escaped(escape.kind, escape.text, &mut known) {
            let line = lines.line(offset_of(escape.at.offset));
            facts
                .commands
                .push(crate::code::EmbeddedCommand { text, line });
        }
    }
    facts.commands.sort_by_key(|command| command.line);
}
