//! The opcodes of protocols 0 to 5, as `Modules/_pickle.c` of `CPython` would follow them, on values
//! that are kept whole.

use std::collections::HashMap;

use super::{Call, Id, Node, Tree, TreeError};
use crate::pickle::input::Input;
use crate::{ReadAt, ReadFailed};

/// What a node costs besides its content.
const NODE_BYTES: u64 = 48;
/// What a reference costs.
const REFERENCE_BYTES: u64 = 8;

pub(super) struct Builder<'a> {
    pub(super) input: Input<'a>,
    nodes: Vec<Node>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
    room: u64,
}

pub(super) type Step<T> = Result<T, String>;

impl From<ReadFailed> for Refused {
    fn from(failure: ReadFailed) -> Self {
        Self(match failure {
            ReadFailed::Ended { .. } => "the pickle ends inside an opcode".to_owned(),
            ReadFailed::Device { reason, .. } => reason,
        })
    }
}

/// Why an opcode cannot be followed.
struct Refused(String);

impl From<Refused> for String {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}

pub(super) fn read<T>(result: Result<T, ReadFailed>) -> Step<T> {
    result.map_err(|failure| Refused::from(failure).into())
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a dyn ReadAt, offset: u64, room: u64) -> Self {
        Self {
            input: Input::new(source, offset),
            nodes: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            room,
        }
    }

    pub(super) fn run(mut self) -> Result<Tree, TreeError> {
        loop {
            let offset = self.input.offset();
            match self.step() {
                Ok(None) => {}
                Ok(Some(root)) => {
                    return Ok(Tree {
                        nodes: self.nodes,
                        root,
                        end: self.input.offset(),
                    });
                }
                Err(reason) => return Err(TreeError { offset, reason }),
            }
        }
    }

    /// Executes one opcode; gives the result at `STOP`.
    fn step(&mut self) -> Step<Option<Id>> {
        let code = read(self.input.byte())?;
        match code {
            b'.' => return self.pop().map(Some),
            0x80 => read(self.input.byte()).map(|_| ())?,
            0x95 => read(self.input.unsigned(8)).map(|_| ())?,
            b'(' => {
                self.spend(REFERENCE_BYTES)?;
                self.marks.push(self.stack.len());
            }
            b'0' => self.pop_or_mark()?,
            b'1' => self.above_mark().map(|_| ())?,
            b'2' => {
                self.spend(REFERENCE_BYTES)?;
                let top = self.top()?;
                self.stack.push(top);
            }
            b'N' => self.push(Node::None)?,
            0x88 => self.push(Node::Bool(true))?,
            0x89 => self.push(Node::Bool(false))?,
            0x97 => self.push(Node::Buffer)?,
            0x98 => self.top().map(|_| ())?,
            b')' => self.push(Node::Tuple(Vec::new()))?,
            b']' => self.push(Node::List(Vec::new()))?,
            b'}' => self.push(Node::Dict(Vec::new()))?,
            0x8f => self.push(Node::Set(Vec::new()))?,
            b'I' | b'J' | b'K' | b'M' | b'L' | b'F' | b'G' | 0x8a | 0x8b => self.number(code)?,
            b'S' | b'T' | b'U' | b'B' | b'C' | 0x8e | 0x96 | b'V' | b'X' | 0x8c | 0x8d => {
                self.text(code)?;
            }
            b'g' | b'h' | b'j' | b'p' | b'q' | b'r' | 0x94 => self.memo(code)?,
            b't' | 0x85..=0x87 | b'l' | b'd' | 0x91 | b'a' | b'e' | b's' | b'u' | 0x90 => {
                self.container(code)?;
            }
            _ => self.object(code)?,
        }
        Ok(None)
    }

    /// Takes from what may still be held.
    pub(super) fn spend(&mut self, bytes: u64) -> Step<()> {
        self.room = self
            .room
            .checked_sub(bytes)
            .ok_or_else(|| "it is larger than the limit pickle_memory_bytes allows".to_owned())?;
        Ok(())
    }

    fn make(&mut self, node: Node) -> Step<Id> {
        self.spend(NODE_BYTES)?;
        let id = u32::try_from(self.nodes.len()).map_err(|_| "too many values".to_owned())?;
        self.nodes.push(node);
        Ok(Id(id))
    }

    pub(super) fn push(&mut self, node: Node) -> Step<()> {
        let id = self.make(node)?;
        self.stack.push(id);
        Ok(())
    }

    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Step<Id> {
        match self.stack.len() > self.floor() {
            true => self.stack.pop().ok_or_else(empty),
            false => Err(empty()),
        }
    }

    fn top(&self) -> Step<Id> {
        match self.stack.len() > self.floor() {
            true => self.stack.last().copied().ok_or_else(empty),
            false => Err(empty()),
        }
    }

    fn pop_or_mark(&mut self) -> Step<()> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(|_| ())
    }

    /// What stands above the last mark, which is taken away.
    fn above_mark(&mut self) -> Step<Vec<Id>> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| "there is no mark".to_owned())?;
        if mark > self.stack.len() {
            return Err("the mark stands above the stack".to_owned());
        }
        let items = self.stack.split_off(mark);
        self.spend(REFERENCE_BYTES.saturating_mul(items.len() as u64))?;
        Ok(items)
    }

    fn memo(&mut self, code: u8) -> Step<()> {
        let key = match code {
            0x94 => self.memo.len() as u64,
            b'h' | b'q' => read(self.input.unsigned(1))?,
            b'j' | b'r' => read(self.input.unsigned(4))?,
            _ => {
                let line = self.line()?;
                let key = line.trim().parse();
                key.map_err(|_| "a place in the memo that is no number".to_owned())?
            }
        };
        if matches!(code, b'g' | b'h' | b'j') {
            let value = self.memo.get(&key).copied();
            let value = value.ok_or_else(|| format!("nothing stands in the memo at {key}"))?;
            self.spend(REFERENCE_BYTES)?;
            self.stack.push(value);
            return Ok(());
        }
        self.spend(REFERENCE_BYTES.saturating_mul(3))?;
        let top = self.top()?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn container(&mut self, code: u8) -> Step<()> {
        match code {
            b't' | b'l' | 0x91 | b'd' => {
                let items = self.above_mark()?;
                self.push(match code {
                    b't' => Node::Tuple(items),
                    b'l' => Node::List(items),
                    0x91 => Node::Set(items),
                    _ => Node::Dict(paired(&items)?),
                })
            }
            0x85..=0x87 => {
                let count = usize::from(code.saturating_sub(0x84));
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    items.push(self.pop()?);
                }
                items.reverse();
                self.spend(REFERENCE_BYTES.saturating_mul(items.len() as u64))?;
                self.push(Node::Tuple(items))
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set(vec![(key, value)])
            }
            b'u' => {
                let items = self.above_mark()?;
                self.set(paired(&items)?)
            }
            // APPENDS, ADDITEMS
            _ => {
                let items = self.above_mark()?;
                self.append(&items)
            }
        }
    }

    fn append(&mut self, items: &[Id]) -> Step<()> {
        let into = self.top()?;
        self.spend(REFERENCE_BYTES.saturating_mul(items.len() as u64))?;
        match self.nodes.get_mut(into.0 as usize) {
            Some(Node::List(list) | Node::Set(list)) => list.extend_from_slice(items),
            Some(Node::Call(call)) => call.items.extend_from_slice(items),
            _ => return Err("something is appended to what has no items".to_owned()),
        }
        Ok(())
    }

    fn set(&mut self, pairs: Vec<(Id, Id)>) -> Step<()> {
        let into = self.top()?;
        self.spend(
            REFERENCE_BYTES
                .saturating_mul(2)
                .saturating_mul(pairs.len() as u64),
        )?;
        match self.nodes.get_mut(into.0 as usize) {
            Some(Node::Dict(dict)) => dict.extend(pairs),
            Some(Node::Call(call)) => call.pairs.extend(pairs),
            _ => return Err("an item is set on what has none".to_owned()),
        }
        Ok(())
    }

    fn object(&mut self, code: u8) -> Step<()> {
        match code {
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push(global(&module, &name))
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (self.text_of(module), self.text_of(name)) {
                    (Some(module), Some(name)) => self.push(global(&module, &name)),
                    _ => Err("a name that is computed".to_owned()),
                }
            }
            b'R' | 0x81 => {
                let (arguments, callee) = (self.pop()?, self.pop()?);
                self.called(callee, arguments, None)
            }
            0x92 => {
                let (keywords, arguments, callee) = (self.pop()?, self.pop()?, self.pop()?);
                self.called(callee, arguments, Some(keywords))
            }
            b'i' => {
                let (module, name) = (self.line()?, self.line()?);
                let items = self.above_mark()?;
                let arguments = self.make(Node::Tuple(items))?;
                let callee = self.make(global(&module, &name))?;
                self.called(callee, arguments, None)
            }
            b'o' => {
                let mut items = self.above_mark()?;
                if items.is_empty() {
                    return Err("an object without a class".to_owned());
                }
                let callee = items.remove(0);
                let arguments = self.make(Node::Tuple(items))?;
                self.called(callee, arguments, None)
            }
            b'b' => self.build(),
            b'P' => {
                let id = self.line()?;
                let id = self.make(Node::Text(id.into()))?;
                self.push(Node::Persistent(id))
            }
            b'Q' => {
                let id = self.pop()?;
                self.push(Node::Persistent(id))
            }
            0x82..=0x84 => {
                let width = [1, 2, 4].get(usize::from(code.saturating_sub(0x82)));
                let number = read(self.input.unsigned(width.copied().unwrap_or(1)))?;
                self.push(Node::Extension(u32::try_from(number).unwrap_or(u32::MAX)))
            }
            other => Err(format!("there is no opcode 0x{other:02x}")),
        }
    }

    fn text_of(&self, id: Id) -> Option<String> {
        match self.nodes.get(id.0 as usize) {
            Some(Node::Text(text)) => Some(text.to_string()),
            _ => None,
        }
    }

    fn called(&mut self, callee: Id, arguments: Id, keywords: Option<Id>) -> Step<()> {
        self.spend(NODE_BYTES.saturating_mul(3))?;
        self.push(Node::Call(Box::new(Call {
            callee,
            arguments,
            keywords,
            items: Vec::new(),
            pairs: Vec::new(),
            state: None,
            array: None,
        })))
    }

    /// `BUILD`; behind that of a wrapper of `joblib` the bytes of an array follow.
    fn build(&mut self) -> Step<()> {
        let state = self.pop()?;
        let object = self.top()?;
        let Some(Node::Call(call)) = self.nodes.get_mut(object.0 as usize) else {
            return Err("a state is set on what is no object".to_owned());
        };
        // A loader acts on each state; one node holds one.
        if call.state.replace(state).is_some() {
            return Err("a state is set for the second time".to_owned());
        }
        let callee = call.callee;
        let wrapper = matches!(
            self.nodes.get(callee.0 as usize),
            Some(Node::Global { module, name })
                if &**module == "joblib.numpy_pickle" && &**name == "NumpyArrayWrapper"
        );
        if !wrapper {
            return Ok(());
        }
        let array = self.array(state)?;
        if let Some(Node::Call(call)) = self.nodes.get_mut(object.0 as usize) {
            call.array = Some(array);
        }
        Ok(())
    }

    /// Where the array behind a wrapper stands, as `NumpyArrayWrapper.write_array` writes it.
    fn array(&mut self, state: Id) -> Step<(u64, u64)> {
        let unknown = || "an array whose shape or type of items is not known".to_owned();
        // A tree of what is there so far, for its look-ups.
        let tree = Tree {
            nodes: std::mem::take(&mut self.nodes),
            root: state,
            end: 0,
        };
        let shape = tree
            .get(state, "shape")
            .and_then(|shape| tree.counts(shape));
        let dtype = tree.get(state, "dtype");
        let item_bytes = dtype.and_then(|dtype| super::item_bytes(&tree, dtype));
        let aligned = tree
            .get(state, "numpy_array_alignment_bytes")
            .is_some_and(|value| tree.int(value).is_some());
        self.nodes = tree.nodes;
        let (shape, item_bytes) = (shape.ok_or_else(unknown)?, item_bytes.ok_or_else(unknown)?);
        let count = shape
            .iter()
            .try_fold(item_bytes, |all, extent| all.checked_mul(*extent));
        let length = count.ok_or_else(unknown)?;
        if aligned {
            let padding = read(self.input.byte())?;
            read(self.input.skip(u64::from(padding), 0))?;
        }
        let offset = self.input.offset();
        read(self.input.skip(length, 0))?;
        Ok((offset, length))
    }
}

fn empty() -> String {
    "the stack is empty".to_owned()
}

fn global(module: &str, name: &str) -> Node {
    Node::Global {
        module: module.into(),
        name: name.into(),
    }
}

fn paired(items: &[Id]) -> Step<Vec<(Id, Id)>> {
    let pairs = items.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err("a key without a value".to_owned());
    }
    Ok(pairs
        .filter_map(|pair| match pair {
            [key, value] => Some((*key, *value)),
            _ => None,
        })
        .collect())
}
