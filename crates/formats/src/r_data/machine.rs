//! Reading without recursion: what is open stands on a stack of frames.

use super::RFacts;
use super::calls::{Around, Open, Seen};
use super::input::{Fault, Input};
use super::item::{Context, Frame, Pair, Step, Value, code};
use crate::{Limits, ReadAt};

/// Objects inside objects that are followed.
const DEPTH: usize = 20_000;
/// Places that are listed of promises, functions and the like.
pub(super) const LISTED: usize = 1000;

const HAS_ATTRIBUTES: u32 = 1 << 9;
const HAS_TAG: u32 = 1 << 10;

pub(super) struct Machine<'a, 'f> {
    pub(super) input: Input<'a>,
    pub(super) facts: &'f mut RFacts,
    pub(super) stack: Vec<Frame>,
    /// The item that ended last, not yet given to what it stands in.
    pub(super) pending: Option<Value>,
    /// Symbols and environments in the order in which they were written; later items refer to them.
    pub(super) references: Vec<Option<String>>,
    pub(super) seen: Seen,
    most_items: u64,
}

impl<'a, 'f> Machine<'a, 'f> {
    pub(super) fn new(
        source: &'a dyn ReadAt,
        start: u64,
        limits: &Limits,
        facts: &'f mut RFacts,
    ) -> Self {
        Self {
            input: Input::new(source, start, facts.encoding),
            facts,
            stack: Vec::new(),
            pending: None,
            references: Vec::new(),
            seen: Seen::default(),
            most_items: limits.members.saturating_mul(64),
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.input.offset()
    }

    pub(super) fn run(&mut self) -> Result<(), Fault> {
        let version = self.input.int()?;
        self.facts.version = version;
        if !(2..=3).contains(&version) {
            return Err(format!("version {version} of the format is not known"));
        }
        self.input.int()?;
        self.input.int()?;
        if version == 3 {
            let length = self.input.length()?;
            self.input.text(length)?;
        }
        self.item(Context {
            around: Around::Data,
            held: false,
        })?;
        loop {
            if let Some(value) = self.pending.take() {
                match self.stack.pop() {
                    None => return Ok(()),
                    Some(frame) => self.feed(frame, value),
                }
            }
            if self.pending.is_none() {
                self.advance()?;
            }
        }
    }

    /// Reads one item: a small one is pending afterwards, a larger one is on the stack.
    pub(super) fn item(&mut self, context: Context) -> Result<(), Fault> {
        let offset = self.input.offset();
        self.facts.items = self.facts.items.saturating_add(1);
        if self.facts.items > self.most_items {
            return Err(format!("more than {} items", self.most_items));
        }
        let flags = u32::from_ne_bytes(self.input.int()?.to_ne_bytes());
        let kind = u8::try_from(flags & 0xff).unwrap_or_default();
        let attributes = flags & HAS_ATTRIBUTES != 0;
        match kind {
            code::LIST | code::LANGUAGE | code::CLOSURE | code::PROMISE | code::DOTS => {
                let pair = self.pair(kind, flags, context, offset);
                self.push(Frame::Pair(Box::new(pair)))
            }
            code::REFERENCE => {
                let index = match flags >> 8 {
                    0 => u32::try_from(self.input.int()?).unwrap_or_default(),
                    index => index,
                };
                let at = usize::try_from(index).ok().and_then(|at| at.checked_sub(1));
                let name = at.and_then(|at| self.references.get(at)).cloned();
                match name {
                    Some(name) => self.pending = Some(name.map_or(Value::Other, Value::Symbol)),
                    None => return Err("a reference leads nowhere".to_owned()),
                }
                Ok(())
            }
            code::SYMBOL => {
                let name = self.characters()?.unwrap_or_default();
                self.references.push(Some(name.clone()));
                self.pending = Some(Value::Symbol(name));
                Ok(())
            }
            _ => self.plain(kind, attributes, context),
        }
    }

    /// Items that are no cells.
    fn plain(&mut self, kind: u8, attributes: bool, context: Context) -> Result<(), Fault> {
        let value = match kind {
            code::UNBOUND | code::MISSING => Value::Open,
            code::NULL
            | code::GLOBAL_ENVIRONMENT
            | code::BASE_ENVIRONMENT
            | code::EMPTY_ENVIRONMENT
            | code::BASE_NAMESPACE => Value::Other,
            code::CHARACTERS => {
                let text = self.text()?;
                text.map_or(Value::Other, Value::Text)
            }
            code::SPECIAL | code::BUILTIN => {
                let length = self.input.length()?;
                Value::Symbol(self.input.text(length)?)
            }
            code::PERSISTENT | code::PACKAGE | code::NAMESPACE => {
                return self.named_environment(kind, context);
            }
            code::ENVIRONMENT => {
                self.input.int()?;
                self.references.push(None);
                self.facts.environments = self.facts.environments.saturating_add(1);
                return self.items(4, false, kind, context);
            }
            code::POINTER | code::WEAK_REFERENCE => {
                self.references.push(None);
                self.facts.pointers = self.facts.pointers.saturating_add(1);
                let parts = if kind == code::POINTER { 2 } else { 0 };
                return self.items(parts, attributes, kind, context);
            }
            code::COMPACT => return self.items(3, false, kind, context),
            code::OBJECT => return self.items(0, attributes, kind, context),
            code::STRINGS | code::VECTOR | code::EXPRESSION => {
                let length = self.input.length()?;
                return self.items(length, attributes, kind, context);
            }
            code::BYTE_CODE => {
                self.input.int()?;
                return self.byte_code(attributes, context);
            }
            _ => {
                self.numbers(kind)?;
                return self.items(0, attributes, kind, context);
            }
        };
        if attributes && kind == code::CHARACTERS {
            return self.items(0, true, kind, context);
        }
        self.pending = Some(value);
        Ok(())
    }

    fn numbers(&mut self, kind: u8) -> Result<(), Fault> {
        let bytes = match kind {
            code::LOGICAL | code::INTEGER => 4,
            code::REAL => 8,
            code::COMPLEX => 16,
            code::RAW => 1,
            _ => return Err(format!("an item of type {kind} is not known")),
        };
        let length = self.input.length()?;
        self.input.skip(length, bytes)
    }

    /// A package, a namespace, or a name that a hook of the reader resolves: a vector of texts.
    fn named_environment(&mut self, kind: u8, context: Context) -> Result<(), Fault> {
        if self.input.int()? != 0 {
            return Err("names in a vector of texts are not known".to_owned());
        }
        if kind == code::PERSISTENT {
            self.facts.persistent = self.facts.persistent.saturating_add(1);
        }
        let length = self.input.length()?;
        self.references.push(None);
        self.items(length, false, kind, context)
    }

    fn items(
        &mut self,
        left: u64,
        attributes: bool,
        code: u8,
        context: Context,
    ) -> Result<(), Fault> {
        if left == 0 && !attributes {
            self.pending = Some(Value::Other);
            return Ok(());
        }
        let held = context.held || code == code::ENVIRONMENT;
        self.push(Frame::Items {
            left,
            attributes,
            context: Context { held, ..context },
            value: Value::Other,
            code,
        })
    }

    fn byte_code(&mut self, attributes: bool, context: Context) -> Result<(), Fault> {
        self.facts.byte_codes = self.facts.byte_codes.saturating_add(1);
        self.push(Frame::ByteCode {
            constants: None,
            read_code: false,
            attributes,
            context,
        })
    }

    fn push(&mut self, frame: Frame) -> Result<(), Fault> {
        if self.stack.len() >= DEPTH {
            return Err(format!(
                "objects stand deeper than {DEPTH} inside each other"
            ));
        }
        self.stack.push(frame);
        Ok(())
    }

    fn pair(&mut self, kind: u8, flags: u32, context: Context, offset: u64) -> Pair {
        match kind {
            code::CLOSURE => self.facts.closures = self.facts.closures.saturating_add(1),
            code::PROMISE => {
                self.facts.promises = self.facts.promises.saturating_add(1);
                if !context.held && self.facts.bare_promises.len() < LISTED {
                    self.facts.bare_promises.push(offset);
                }
            }
            _ => {}
        }
        let attributes = flags & HAS_ATTRIBUTES != 0;
        let tagged = flags & HAS_TAG != 0;
        Pair {
            role: kind,
            step: match (attributes, tagged) {
                (true, _) => Step::Attributes,
                (_, true) => Step::Tag,
                _ => Step::First,
            },
            tagged,
            context,
            open: (kind == code::LANGUAGE).then(|| Open {
                function: None,
                arguments: Vec::new(),
                around: context.around,
                offset,
            }),
            tag: None,
            first: None,
            value: None,
            bare: false,
        }
    }

    /// A text of `CHARSXP`, with its flags.
    fn characters(&mut self) -> Result<Option<String>, Fault> {
        if self.input.int()? & 0xff != i32::from(code::CHARACTERS) {
            return Err("a name is no text".to_owned());
        }
        self.text()
    }

    fn text(&mut self) -> Result<Option<String>, Fault> {
        match self.input.int()? {
            -1 => Ok(None),
            length => {
                let length =
                    u64::try_from(length).map_err(|_| "a length is negative".to_owned())?;
                self.input.text(length).map(Some)
            }
        }
    }

    /// A constant of byte code: its type stands before it.
    pub(super) fn constant(&mut self, context: Context) -> Result<(), Fault> {
        let kind = self.input.int()?;
        match u8::try_from(kind) {
            Ok(code::BYTE_CODE) => self.byte_code(false, context),
            Ok(
                kind @ (code::LIST
                | code::LANGUAGE
                | code::REPEATED
                | code::REPEATABLE
                | code::ATTRIBUTED_LIST
                | code::ATTRIBUTED_LANGUAGE),
            ) => self.bare_as(kind, context),
            _ => self.item(context),
        }
    }

    pub(super) fn bare(&mut self, context: Context) -> Result<(), Fault> {
        let kind = self.input.int()?;
        self.bare_as(u8::try_from(kind).unwrap_or_default(), context)
    }

    /// A cell without flags, or any other item.
    fn bare_as(&mut self, kind: u8, context: Context) -> Result<(), Fault> {
        match self.bare_cell(kind, context)? {
            Some(pair) => self.push(Frame::Pair(Box::new(pair))),
            None => Ok(()),
        }
    }

    /// The cell that begins here; `None` if it is something else, which is then read.
    fn bare_cell(&mut self, kind: u8, context: Context) -> Result<Option<Pair>, Fault> {
        let offset = self.input.offset();
        let mut kind = kind;
        if kind == code::REPEATED {
            self.input.int()?;
            self.pending = Some(Value::Other);
            return Ok(None);
        }
        if kind == code::REPEATABLE {
            self.input.int()?;
            kind = u8::try_from(self.input.int()?).unwrap_or_default();
        }
        let (role, flags) = match kind {
            code::LIST => (code::LIST, HAS_TAG),
            code::LANGUAGE => (code::LANGUAGE, HAS_TAG),
            code::ATTRIBUTED_LIST => (code::LIST, HAS_TAG | HAS_ATTRIBUTES),
            code::ATTRIBUTED_LANGUAGE => (code::LANGUAGE, HAS_TAG | HAS_ATTRIBUTES),
            _ => {
                self.item(context)?;
                return Ok(None);
            }
        };
        self.facts.items = self.facts.items.saturating_add(1);
        let mut pair = self.pair(role, flags, context, offset);
        pair.bare = true;
        Ok(Some(pair))
    }

    /// What follows the first element: another cell takes the place of this one, so that a long list is
    /// not deep.
    pub(super) fn rest(&mut self, inner: Context) -> Result<(), Fault> {
        let Some(Frame::Pair(pair)) = self.stack.last_mut() else {
            return Ok(());
        };
        pair.step = Step::Done;
        let (bare, role) = (pair.bare, pair.role);
        let before = self.stack.len();
        if bare {
            self.bare(inner)?;
        } else {
            self.item(inner)?;
        }
        let continues = matches!(
            self.stack.last(),
            Some(Frame::Pair(next)) if next.role == code::LIST && self.stack.len() > before
        );
        if !continues || !matches!(role, code::LIST | code::LANGUAGE | code::DOTS) {
            return Ok(());
        }
        let (Some(Frame::Pair(mut next)), Some(Frame::Pair(last))) =
            (self.stack.pop(), self.stack.pop())
        else {
            return Ok(());
        };
        next.open = last.open;
        next.value = last.value;
        next.context = last.context;
        self.stack.push(Frame::Pair(next));
        Ok(())
    }
}
