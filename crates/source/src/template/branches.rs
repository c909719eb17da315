//! Text that is only emitted when a condition holds.

use super::ast::{Expr, Kind, Link, StepKind};
use super::examiner::{Examiner, excerpt};
use super::facts::{Branch, Comparison, ConditionalText};

/// Nodes of one expression that are searched for emitted text.
const NODES: usize = 4_096;

/// What the blocks that are open at the moment have emitted.
pub(super) struct Captures {
    stack: Vec<Capture>,
    bytes: usize,
}

/// What one block has emitted so far.
#[derive(Debug, Default)]
pub(super) struct Capture {
    pub(super) emitted: String,
    pub(super) assigned: String,
    /// Something other than text was emitted.
    pub(super) mixed: bool,
}

impl Captures {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            stack: Vec::new(),
            bytes,
        }
    }

    pub(super) fn open(&mut self) {
        self.stack.push(Capture::default());
    }

    /// Ends the innermost block; what it emitted also counts for the one around it.
    pub(super) fn close(&mut self, emits: bool) -> Capture {
        let capture = self.stack.pop().unwrap_or_default();
        self.assign(&capture.assigned);
        if emits {
            self.emit(&capture.emitted);
            if capture.mixed {
                self.emit_unknown();
            }
        }
        capture
    }

    pub(super) fn emit(&mut self, text: &str) {
        if let Some(top) = self.stack.last_mut() {
            let room = self.bytes.saturating_sub(top.emitted.len());
            top.emitted.push_str(excerpt(text, room));
        }
    }

    pub(super) fn emit_unknown(&mut self) {
        if let Some(top) = self.stack.last_mut() {
            top.mixed = true;
        }
    }

    pub(super) fn assign(&mut self, text: &str) {
        if let Some(top) = self.stack.last_mut()
            && !text.is_empty()
        {
            if !top.assigned.is_empty() {
                top.assigned.push('\n');
            }
            let room = self.bytes.saturating_sub(top.assigned.len());
            top.assigned.push_str(excerpt(text, room));
        }
    }
}

/// A branch that is being read.
#[derive(Debug)]
pub(super) struct OpenBranch {
    pub(super) offset: usize,
    pub(super) branch: Branch,
    pub(super) condition_text: String,
    pub(super) comparisons: Vec<Comparison>,
}

impl Examiner<'_> {
    /// Ends a branch and records its text, if its condition compares with a constant.
    pub(super) fn close_branch(&mut self, open: OpenBranch) -> Vec<Comparison> {
        let capture = self.captures.close(true);
        let comparisons = open.comparisons.clone();
        self.conditional_text(open, capture.emitted, capture.assigned);
        comparisons
    }

    pub(super) fn conditional_text(&mut self, open: OpenBranch, emitted: String, assigned: String) {
        let says_nothing = emitted.trim().is_empty() && assigned.trim().is_empty();
        if open.comparisons.is_empty() || says_nothing {
            return;
        }
        if self.room(self.facts.conditional_texts.len(), open.offset) {
            self.facts.conditional_texts.push(ConditionalText {
                offset: open.offset,
                branch: open.branch,
                condition_text: open.condition_text,
                comparisons: open.comparisons,
                emitted_text: emitted,
                assigned_text: assigned,
            });
        }
    }

    /// The text that writing out `expr` contributes itself: literals and constant
    /// variables, joined by `+` and `~`, through filters and inline branches.
    pub(super) fn own_text(&self, expr: &Expr) -> String {
        let mut text = String::new();
        let mut nodes = NODES;
        self.collect_text(expr, &mut text, &mut nodes);
        text
    }

    fn collect_text(&self, expr: &Expr, text: &mut String, nodes: &mut usize) {
        *nodes = nodes.saturating_sub(1);
        let room = self.limits.excerpt_bytes.saturating_sub(text.len());
        if *nodes == 0 || room == 0 {
            return;
        }
        match &expr.kind {
            Kind::Text(literal) => text.push_str(excerpt(literal, room)),
            Kind::Name(name) => {
                let variable = self.scope.get(name).and_then(|known| known.latest.as_ref());
                let constant = variable.and_then(|value| value.text());
                text.push_str(excerpt(constant.unwrap_or_default(), room));
            }
            Kind::Chain(first, links) => {
                let joined = |link: &&Link| matches!(link.operator, "+" | "~" | "or");
                if links.iter().any(|link| joined(&link)) {
                    self.collect_text(first, text, nodes);
                }
                let joined = links.iter().filter(joined);
                self.collect_texts(joined.map(|link| &link.right), text, nodes);
            }
            Kind::Postfix(base, _) if raises(base) => {}
            Kind::Postfix(base, steps) => {
                self.collect_text(base, text, nodes);
                for step in steps {
                    self.collect_arguments(&step.kind, text, nodes);
                }
            }
            Kind::Conditional(branches, otherwise) => {
                let values = branches.iter().map(|(value, _)| value);
                self.collect_texts(values.chain(otherwise.as_deref()), text, nodes);
            }
            Kind::Sequence(items) => self.collect_texts(items.iter(), text, nodes),
            _ => {}
        }
    }

    fn collect_texts<'e>(
        &self,
        values: impl Iterator<Item = &'e Expr>,
        text: &mut String,
        nodes: &mut usize,
    ) {
        for value in values.take(*nodes) {
            self.collect_text(value, text, nodes);
        }
    }

    /// Text handed to something whose result is written: `'%s'|format('x')`,
    /// `content.replace('a', 'b')`, `render('x')`.
    fn collect_arguments(&self, step: &StepKind, text: &mut String, nodes: &mut usize) {
        let (StepKind::Call(arguments) | StepKind::Filter(_, arguments)) = step else {
            return;
        };
        let named = arguments.named.iter().map(|(_, value)| value);
        self.collect_texts(arguments.positional.iter().chain(named), text, nodes);
    }
}

/// `raise_exception('...')` ends rendering; its text is never emitted.
fn raises(callee: &Expr) -> bool {
    matches!(&callee.kind, Kind::Name(name) if name == "raise_exception")
}
