//! The tensors that calls in a pickle would build: those of `torch._utils`, of NumPy and of joblib.

use std::sync::Arc;

use waybill_formats::pickle::tree::{Call, Id, Node};
use waybill_formats::{Bytes, SubRange};

use super::objects::{DEPTH, Found, Walk};
use super::torch::key_of;
use crate::{Dtype, Tensor, TensorsError};

impl Walk<'_> {
    /// The tensor that a call would build; `None` if it is no call that builds one.
    pub(super) fn tensor(
        &mut self,
        id: Id,
        call: &Call,
        path: &str,
    ) -> Result<Option<Found>, TensorsError> {
        if let Some((offset, length)) = call.array {
            return self.wrapped(call, (offset, length), path).map(Some);
        }
        let Some((module, name)) = self.tree.global(call.callee) else {
            return Ok(None);
        };
        let arguments = self.tree.items(call.arguments).unwrap_or_default();
        match (module, name, arguments) {
            (
                "torch._utils",
                "_rebuild_tensor" | "_rebuild_tensor_v2",
                [storage, offset, shape, strides, ..],
            ) => self
                .view(path, (*storage, None), (*offset, *shape, *strides))
                .map(Some),
            (
                "torch._utils",
                "_rebuild_tensor_v3",
                [storage, offset, shape, strides, _, _, dtype, ..],
            ) => self
                .view(path, (*storage, Some(*dtype)), (*offset, *shape, *strides))
                .map(Some),
            (
                "torch._utils",
                "_rebuild_parameter" | "_rebuild_parameter_with_state",
                [data, ..],
            )
            | ("torch.nn.parameter", "Parameter" | "Buffer", [data, ..]) => self.inner(*data, path),
            ("torch._tensor", "_rebuild_from_type_v2", [function, class, arguments, ..]) => {
                self.of_class((*function, *class, *arguments), path)
            }
            ("torch._utils", other, _) if other.starts_with("_rebuild_") => {
                Err(self.refused(path, unusual(other)))
            }
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct", [..]) => {
                self.array(call, path).map(Some)
            }
            (
                "numpy.core.numeric" | "numpy._core.numeric",
                "_frombuffer",
                [data, dtype, shape, order, ..],
            ) => self.buffer((*data, *dtype, *shape, *order), path).map(Some),
            ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar", _)
            | ("numpy", "dtype", _)
            | ("torch", "device" | "Size", _)
            | ("_codecs", "encode", _) => Ok(Some(Found::Plain)),
            (
                "joblib.numpy_pickle" | "joblib.numpy_pickle_compat",
                "NDArrayWrapper" | "ZNDArrayWrapper",
                _,
            ) => Err(self.refused(path, "its numbers stand in another file")),
            _ => {
                let _ = id;
                Ok(None)
            }
        }
    }

    fn inner(&mut self, id: Id, path: &str) -> Result<Option<Found>, TensorsError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(TensorsError::Broken(
                "a parameter in a parameter without end".to_owned(),
            ));
        }
        let found = match self.tree.node(id) {
            Node::Call(call) => self.tensor(id, call, path),
            _ => Ok(None),
        };
        self.depth = self.depth.saturating_sub(1);
        found
    }

    /// A tensor of a class of its own: the class is lost, the numbers are not.
    fn of_class(
        &mut self,
        (function, class, arguments): (Id, Id, Id),
        path: &str,
    ) -> Result<Option<Found>, TensorsError> {
        if let Some((module, name)) = self.tree.global(class)
            && (module, name) != ("torch", "Tensor")
            && (module, name) != ("torch.nn.parameter", "Parameter")
        {
            self.model
                .leave(path, format!("that the tensor is a {module}.{name}"));
        }
        let call = Call {
            callee: function,
            arguments,
            keywords: None,
            items: Vec::new(),
            pairs: Vec::new(),
            state: None,
            array: None,
        };
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(TensorsError::Broken(
                "a tensor in a tensor without end".to_owned(),
            ));
        }
        let found = self.tensor(function, &call, path);
        self.depth = self.depth.saturating_sub(1);
        found
    }

    fn refused(&self, path: &str, reason: impl Into<String>) -> TensorsError {
        TensorsError::Tensor {
            name: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// A view of a storage.
    fn view(
        &mut self,
        path: &str,
        (storage, dtype): (Id, Option<Id>),
        (offset, shape, strides): (Id, Id, Id),
    ) -> Result<Found, TensorsError> {
        let Node::Persistent(id) = self.tree.node(storage) else {
            return Err(self.refused(path, "its storage is not in the file"));
        };
        let Some([kind, class, key, place, ..]) = self.tree.items(*id) else {
            return Err(self.refused(path, "its storage is named in an unknown way"));
        };
        let key = key_of(self.tree, *key).filter(|_| self.tree.text(*kind) == Some("storage"));
        let key =
            key.ok_or_else(|| self.refused(path, "its storage is named in an unknown way"))?;
        if self.tree.text(*place) == Some("meta") {
            return Err(self.refused(path, "it is on no device and has no numbers"));
        }
        let class = self.tree.global(*class).map_or("", |(_, class)| class);
        let named = match dtype.and_then(|dtype| self.tree.global(dtype)) {
            Some((_, dtype)) => dtype,
            None => class,
        };
        let dtype = Dtype::of_torch(named).ok_or_else(|| {
            let quantised = named.starts_with('Q') || named.starts_with('q');
            self.refused(path, match quantised {
                true => format!("it is quantised ({named}): safetensors has no such type, and its scales would be lost"),
                false => format!("its elements are {named}, for which safetensors has no type"),
            })
        })?;
        let wrong = || self.refused(path, "its shape or strides are no numbers");
        let shape = self.tree.counts(shape).ok_or_else(wrong)?;
        let strides = self.tree.counts(strides).ok_or_else(wrong)?;
        let first = self
            .tree
            .int(offset)
            .and_then(|offset| u64::try_from(offset).ok());
        let first = first.ok_or_else(wrong)?;
        if shape.len() != strides.len() {
            return Err(wrong());
        }
        let source = self.storages.storage(&key)?;
        let tensor = Tensor {
            name: path.to_owned(),
            dtype,
            shape,
            source,
            offset: first
                .checked_mul(dtype.bytes())
                .ok_or_else(|| self.refused(path, "it begins beyond all bytes"))?,
            strides: Some(strides),
            big_endian: self.storages.big_endian(),
        };
        Ok(Found::Tensor(tensor))
    }

    /// An array whose bytes stand in its state: `(version, shape, dtype, fortran order, bytes)`.
    fn array(&mut self, call: &Call, path: &str) -> Result<Found, TensorsError> {
        let state = call.state.and_then(|state| self.tree.items(state));
        let parts = match state {
            Some([_, shape, dtype, fortran, data]) => Some((*shape, *dtype, *fortran, *data)),
            Some([shape, dtype, fortran, data]) => Some((*shape, *dtype, *fortran, *data)),
            _ => None,
        };
        let Some((shape, dtype, fortran, data)) = parts else {
            return Err(self.refused(path, "an array without its state"));
        };
        let fortran =
            self.tree.node(fortran) == &Node::Bool(true) || self.tree.int(fortran) == Some(1);
        self.made((data, dtype, shape), fortran, path)
    }

    fn buffer(
        &mut self,
        (data, dtype, shape, order): (Id, Id, Id, Id),
        path: &str,
    ) -> Result<Found, TensorsError> {
        let fortran = self.tree.text(order) == Some("F");
        self.made((data, dtype, shape), fortran, path)
    }

    fn made(
        &mut self,
        (data, dtype, shape): (Id, Id, Id),
        fortran: bool,
        path: &str,
    ) -> Result<Found, TensorsError> {
        let Some((dtype, big_endian)) = self.dtype(dtype) else {
            // Objects and texts are no numbers; they are listed, and the rest is kept.
            return Ok(Found::Plain);
        };
        let source: Bytes = match self.tree.node(data) {
            Node::Bytes { offset, length } => {
                Arc::new(SubRange::new(Arc::clone(self.bytes), *offset, *length))
            }
            Node::Escaped(bytes) => Arc::new(bytes.to_vec()),
            Node::Text(text) => {
                Arc::new(latin(text).ok_or_else(|| self.refused(path, "its bytes are no bytes"))?)
            }
            Node::Call(inner) => {
                let encoded = self.tree.global(inner.callee) == Some(("_codecs", "encode"));
                let text = self
                    .tree
                    .items(inner.arguments)
                    .and_then(|items| self.tree.text(*items.first()?));
                let bytes = text.filter(|_| encoded).and_then(latin);
                Arc::new(bytes.ok_or_else(|| self.refused(path, "its bytes are computed"))?)
            }
            _ => return Err(self.refused(path, "its bytes are not in the file")),
        };
        let shape = self.tree.counts(shape);
        let shape = shape.ok_or_else(|| self.refused(path, "its shape is not made of numbers"))?;
        Ok(Found::Tensor(Tensor {
            name: path.to_owned(),
            dtype,
            strides: fortran.then(|| columns_first(&shape)),
            shape,
            source,
            offset: 0,
            big_endian,
        }))
    }

    /// An array that `joblib` wrote behind its wrapper.
    fn wrapped(
        &mut self,
        call: &Call,
        (offset, length): (u64, u64),
        path: &str,
    ) -> Result<Found, TensorsError> {
        let state = call
            .state
            .ok_or_else(|| self.refused(path, "an array without its state"))?;
        let item = |name: &str| self.tree.get(state, name);
        let (Some(dtype), Some(shape)) = (item("dtype"), item("shape")) else {
            return Err(self.refused(path, "an array without its shape"));
        };
        let fortran = item("order").and_then(|order| self.tree.text(order)) == Some("F");
        let Some((dtype, big_endian)) = self.dtype(dtype) else {
            return Ok(Found::Plain);
        };
        let shape = self.tree.counts(shape);
        let shape = shape.ok_or_else(|| self.refused(path, "its shape is not made of numbers"))?;
        Ok(Found::Tensor(Tensor {
            name: path.to_owned(),
            dtype,
            strides: fortran.then(|| columns_first(&shape)),
            shape,
            source: Arc::new(SubRange::new(Arc::clone(self.bytes), offset, length)),
            offset: 0,
            big_endian,
        }))
    }

    /// The element type of a `numpy.dtype(code)`; its state has the byte order.
    fn dtype(&self, id: Id) -> Option<(Dtype, bool)> {
        let (("numpy", "dtype"), arguments) = self.tree.call_of(id)? else {
            return None;
        };
        let (dtype, turned) = Dtype::of_numpy(self.tree.text(*arguments.first()?)?)?;
        let order = self
            .tree
            .call(id)
            .and_then(|call| self.tree.items(call.state?))
            .and_then(|state| self.tree.text(*state.get(1)?));
        Some((
            dtype,
            turned || order == Some(">") && dtype.part_bytes() > 1,
        ))
    }
}

/// Why a tensor that `torch` builds in another way is not taken.
fn unusual(function: &str) -> String {
    match function {
        "_rebuild_qtensor" => {
            "it is quantised: safetensors has no such type, and its scales would be lost".to_owned()
        }
        "_rebuild_sparse_tensor"
        | "_rebuild_sparse_csr_tensor"
        | "_rebuild_sparse_compressed_tensor" => {
            "it is sparse: make it dense where the model is trusted, then convert".to_owned()
        }
        "_rebuild_meta_tensor_no_storage" => "it is on no device and has no numbers".to_owned(),
        "_rebuild_nested_tensor" => "it is nested: its parts have shapes of their own".to_owned(),
        other => format!("it is built by torch._utils.{other}, which is not known here"),
    }
}

/// Strides of an array that stands column by column.
fn columns_first(shape: &[u64]) -> Vec<u64> {
    let mut step = 1_u64;
    shape
        .iter()
        .map(|extent| {
            let stride = step;
            step = step.saturating_mul(*extent);
            stride
        })
        .collect()
}

/// Bytes that were written as the letters of Latin-1.
fn latin(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect()
}
