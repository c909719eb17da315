//! JavaScript and TypeScript, with or without JSX, and the script parts of Vue and Svelte files.
//!
//! Read by [`oxc_parser`] and lowered for [`flow`](super::flow). What would nest deeper than the
//! parser's stack allows is refused by [`guard`] before it is parsed.

mod embedded;
mod filled;
mod functions;
mod guard;
#[cfg(test)]
mod hostile;
mod lower;
mod meaning;
mod modules;
mod names;
mod statements;
#[cfg(test)]
mod tests;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::{CodeFacts, Everything, Unread, Wants, flow};
use guard::Depth;
use lower::Lowering;

/// How the reason of what the parser did not understand begins.
const SYNTAX_ERROR: &str = "syntax error";
/// The stack for bundles, of which only what is used is taken. For each level that [`guard`] and
/// [`lower`] allow there it is more than what the usual stack of two mebibytes has for theirs.
const STACK_BYTES: usize = 256 << 20;
/// Expressions and statements that may stand in one another in a bundle.
const BUNDLE_DEPTH_MAX: usize = 12_000;

/// Larger texts are generated or bundled.
const SIZE_MAX_BYTES: usize = 8 * 1024 * 1024;

/// Reads a script; the extension of the path says in which dialect it is written.
///
/// # Limits
///
/// A text of more than eight mebibytes, or one that nests deeper than any person writes, is not
/// read; [`CodeFacts::unread`] says so.
#[must_use]
pub fn script(text: &str, path: &str) -> CodeFacts {
    script_for(text, path, &Everything)
}

/// The same, but only what is wanted.
#[must_use]
pub fn script_for(text: &str, path: &str, wants: &dyn Wants) -> CodeFacts {
    let mut facts = whole(text, path, wants);
    facts.keep(wants);
    facts
}

fn whole(text: &str, path: &str, wants: &dyn Wants) -> CodeFacts {
    let extension = path.rsplit('.').next().unwrap_or_default();
    let extension = extension.to_ascii_lowercase();
    if text.len() > SIZE_MAX_BYTES {
        return refused(None, "larger than 8 MiB");
    }
    match extension.as_str() {
        "vue" | "svelte" | "astro" => {
            let (blanked, is_typescript) = embedded::scripts(text, &extension);
            read(&blanked, if is_typescript { "ts" } else { "js" }, wants)
        }
        _ => read(text, &extension, wants),
    }
}

fn read(text: &str, extension: &str, wants: &dyn Wants) -> CodeFacts {
    let source_type = match extension {
        "ts" | "mts" | "cts" => SourceType::ts(),
        "tsx" => SourceType::tsx(),
        _ => SourceType::jsx(),
    };
    let has_tags = !matches!(extension, "ts" | "mts" | "cts");
    let is_script = !matches!(extension, "ts" | "mts" | "cts" | "tsx");
    let facts = match guard::admit(text, has_tags) {
        Err(line) => refused(Some(line), "nests too deep to be read"),
        Ok(Depth::Usual) => dialects(text, source_type, is_script, lower::DEPTH_MAX, wants),
        Ok(Depth::Bundle) => {
            with_stack(|| dialects(text, source_type, is_script, BUNDLE_DEPTH_MAX, wants))
                .unwrap_or_else(|| refused(None, "nests too deep to be read"))
        }
    };
    // What nests too deep is no template for that.
    let broken = !facts.unread.is_empty()
        && facts
            .unread
            .iter()
            .all(|unread| unread.reason.starts_with(SYNTAX_ERROR));
    if broken && let Some(written) = filled::filled(text) {
        // A template of a program that writes the script: with something in the place of its tags.
        let written = read(&written, extension, wants);
        if written.unread.is_empty() {
            return written;
        }
    }
    facts
}

/// Does work on a stack of its own, if there can be one.
fn with_stack(work: impl FnOnce() -> CodeFacts + Send) -> Option<CodeFacts> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let thread = thread.spawn_scoped(scope, work).ok()?;
        thread.join().ok()
    })
}

fn dialects(
    text: &str,
    source_type: SourceType,
    is_script: bool,
    depth_max: usize,
    wants: &dyn Wants,
) -> CodeFacts {
    let facts = parse(text, source_type, depth_max, wants);
    if is_script && facts.unread.iter().any(|unread| unread.line.is_some()) {
        // Types in a file that is not called a TypeScript file: Flow, or a build that does not mind.
        let typed = parse(text, SourceType::tsx(), depth_max, wants);
        if typed.unread.is_empty() {
            return typed;
        }
    }
    facts
}

fn parse(text: &str, source_type: SourceType, depth_max: usize, wants: &dyn Wants) -> CodeFacts {
    let allocator = Allocator::default();
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, text, source_type)
        .with_options(options)
        .parse();
    let mut lowering = Lowering::new(text, depth_max);
    let program = lowering.statements(&parsed.program.body);
    let mut facts = if wants.file(text) {
        flow::follow(&program, &meaning::Script, text.len())
    } else {
        CodeFacts {
            passed_over: true,
            ..CodeFacts::default()
        }
    };
    facts.imports = std::mem::take(&mut lowering.imports);
    facts.imports.sort_by_key(|import| import.line);
    facts.unread = std::mem::take(&mut lowering.unread);
    if parsed.panicked
        && let Some(diagnostic) = parsed.diagnostics.first()
    {
        let offset = diagnostic.labels.first().map(|label| label.offset());
        facts.unread.push(Unread {
            line: Some(offset.map_or(1, |offset| lowering.line(offset))),
            reason: format!("{SYNTAX_ERROR}: {}", diagnostic.message.to_lowercase()),
        });
    }
    facts
}

fn refused(line: Option<u32>, reason: &str) -> CodeFacts {
    CodeFacts {
        unread: vec![Unread {
            line,
            reason: reason.to_owned(),
        }],
        ..CodeFacts::default()
    }
}
