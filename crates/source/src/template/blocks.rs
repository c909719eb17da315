//! The blocks that are open while a template is read.

use super::branches::OpenBranch;
use super::facts::Comparison;

/// A tag that opens a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    For,
    If,
    Macro,
    Call,
    Filter,
    Set,
    Block,
    With,
    Autoescape,
    Trans,
    /// Hugging Face's marker of what the assistant says.
    Generation,
}

/// Opening tags, closing tags, and what they open.
pub(super) const BLOCK_TAGS: [(&str, &str, BlockKind); 11] = [
    ("for", "endfor", BlockKind::For),
    ("if", "endif", BlockKind::If),
    ("macro", "endmacro", BlockKind::Macro),
    ("call", "endcall", BlockKind::Call),
    ("filter", "endfilter", BlockKind::Filter),
    ("set", "endset", BlockKind::Set),
    ("block", "endblock", BlockKind::Block),
    ("with", "endwith", BlockKind::With),
    ("autoescape", "endautoescape", BlockKind::Autoescape),
    ("trans", "endtrans", BlockKind::Trans),
    ("generation", "endgeneration", BlockKind::Generation),
];

/// What has to happen when a block ends.
#[derive(Debug)]
pub(super) enum OnClose {
    Nothing,
    /// A branch ends; comparisons of the branches before it, for `else`.
    Branch(OpenBranch, Vec<Comparison>),
    /// `{% set x %}`: the names take what was emitted.
    Assign {
        names: Vec<String>,
        filtered: bool,
    },
}

#[derive(Debug)]
pub(super) struct OpenBlock {
    pub(super) kind: BlockKind,
    pub(super) offset: usize,
    pub(super) on_close: OnClose,
}

/// A stack of open blocks with a bounded depth.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    stack: Vec<OpenBlock>,
    /// Blocks opened beyond the bound.
    beyond: usize,
    for_count: usize,
    counts: [usize; BLOCK_TAGS.len()],
}

impl Blocks {
    /// `false` if the bound does not allow it.
    pub(super) fn open(&mut self, block: OpenBlock, bound: usize) -> Result<(), OpenBlock> {
        if self.stack.len() >= bound {
            self.beyond = self.beyond.saturating_add(1);
            return Err(block);
        }
        self.change(block.kind, usize::saturating_add);
        self.stack.push(block);
        Ok(())
    }

    fn change(&mut self, kind: BlockKind, by: fn(usize, usize) -> usize) {
        if let Some(count) = self.counts.get_mut(kind as usize) {
            *count = by(*count, 1);
        }
        if kind == BlockKind::For {
            self.for_count = by(self.for_count, 1);
        }
    }

    pub(super) fn close(&mut self) -> Option<OpenBlock> {
        let block = self.stack.pop()?;
        self.change(block.kind, usize::saturating_sub);
        Some(block)
    }

    /// One of the blocks beyond the bound ends.
    pub(super) fn close_beyond(&mut self) -> bool {
        let any = self.beyond > 0;
        self.beyond = self.beyond.saturating_sub(1);
        any
    }

    pub(super) fn top(&self) -> Option<&OpenBlock> {
        self.stack.last()
    }

    pub(super) fn top_mut(&mut self) -> Option<&mut OpenBlock> {
        self.stack.last_mut()
    }

    pub(super) fn holds(&self, kind: BlockKind) -> bool {
        self.counts
            .get(kind as usize)
            .is_some_and(|count| *count > 0)
    }

    pub(super) fn loops(&self) -> usize {
        self.for_count
    }
}
