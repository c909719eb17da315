//! Formats that hold numbers and a description: safetensors, NumPy, GGUF.

use std::sync::Arc;

use waybill_formats::numpy::Descr;
use waybill_formats::{Bytes, gguf as ggml, numpy, safetensors as safe};

use super::Context;
use crate::{Dtype, Model, Tensor, TensorsError};

pub(super) fn safetensors(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let facts = safe::parse(bytes.as_ref(), context.limits).ok_or_else(|| {
        TensorsError::Broken("the header of safetensors cannot be read".to_owned())
    })?;
    if let Some(problem) = facts.problems.first() {
        let problem = &problem.kind;
        return Err(TensorsError::Broken(format!(
            "the file breaks its format: {problem}"
        )));
    }
    let mut model = Model {
        format: "safetensors",
        metadata: facts.metadata,
        ..Model::default()
    };
    for tensor in facts.tensors {
        let dtype = Dtype::named(&tensor.dtype).ok_or_else(|| TensorsError::Tensor {
            name: tensor.name.clone(),
            reason: format!("its elements are {}, which is not known here", tensor.dtype),
        })?;
        model.add(Tensor {
            name: tensor.name,
            dtype,
            shape: tensor.shape,
            source: Arc::clone(bytes),
            offset: facts.data_start.saturating_add(tensor.begin),
            strides: None,
            big_endian: false,
        });
    }
    if facts.trailing_start.is_some() {
        model.leave("", "bytes behind the tensors");
    }
    Ok(model)
}

/// One array of NumPy.
pub(super) fn npy(
    bytes: &Bytes,
    name: &str,
    context: &Context<'_>,
    model: &mut Model,
) -> Result<(), TensorsError> {
    let facts = numpy::parse(bytes.as_ref(), context.limits).ok_or_else(|| {
        TensorsError::Broken(format!("the header of the array `{name}` cannot be read"))
    })?;
    if facts.has_objects {
        model.leave(name, "an array of objects, which is a pickle");
        return Ok(());
    }
    if let Some(problem) = facts.problems.first() {
        let problem = &problem.kind;
        return Err(TensorsError::Broken(format!(
            "the array `{name}` breaks its format: {problem}"
        )));
    }
    let code = match &facts.descr {
        Some(Descr::Simple(code)) => Dtype::of_numpy(code),
        _ => None,
    };
    let Some((dtype, big_endian)) = code else {
        model.leave(name, "an array of texts, dates or records");
        return Ok(());
    };
    let mut step = 1_u64;
    let columns: Vec<u64> = facts
        .shape
        .iter()
        .map(|extent| {
            let stride = step;
            step = step.saturating_mul(*extent);
            stride
        })
        .collect();
    model.add(Tensor {
        name: name.to_owned(),
        dtype,
        strides: facts.fortran_order.then_some(columns),
        shape: facts.shape,
        source: Arc::clone(bytes),
        offset: facts.data_start,
        big_endian,
    });
    if facts.trailing_start.is_some() {
        model.leave(name, "bytes behind the array");
    }
    Ok(())
}

/// Of GGUF only what is not quantised: anything else would not be equal.
pub(super) fn gguf(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let facts = ggml::parse(bytes.as_ref(), context.limits)
        .ok_or_else(|| TensorsError::Broken("the header of GGUF cannot be read".to_owned()))?;
    if let Some(problem) = facts.problems.first() {
        let problem = &problem.kind;
        return Err(TensorsError::Broken(format!(
            "the file breaks its format: {problem}"
        )));
    }
    let start = facts
        .data_start
        .ok_or_else(|| TensorsError::Broken("the tensors cannot be found".to_owned()))?;
    let mut model = Model {
        format: "gguf",
        ..Model::default()
    };
    for pair in &facts.pairs {
        model.leave(&pair.key, "a setting of GGUF");
    }
    for tensor in facts.tensors {
        let named = tensor.type_name.unwrap_or("unknown");
        let dtype = Dtype::of_ggml(named).ok_or_else(|| TensorsError::Tensor {
            name: tensor.name.clone(),
            reason: format!("it is quantised ({named}): safetensors has no such type, and turning it into numbers would not be equal"),
        })?;
        let mut shape = tensor.dims;
        // GGUF names the dimension first whose elements stand side by side.
        shape.reverse();
        model.add(Tensor {
            name: tensor.name,
            dtype,
            shape,
            source: Arc::clone(bytes),
            offset: start.saturating_add(tensor.offset),
            strides: None,
            big_endian: facts.big_endian,
        });
    }
    Ok(model)
}
