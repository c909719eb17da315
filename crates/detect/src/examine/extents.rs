//! Where the tensors of each format stand.

use waybill_formats::flatbuffers::{ExecutorchFacts, TfliteFacts};
use waybill_formats::gguf::GgufFacts;
use waybill_formats::graphs::{cntk::CntkFacts, mxnet::MxnetFacts, paddle::ParameterFacts};
use waybill_formats::hdf5::Hdf5Facts;
use waybill_formats::numpy::{Descr, NumpyFacts};
use waybill_formats::onnx::{OnnxFacts, element_bits};
use waybill_formats::pickle::PickleFacts;
use waybill_formats::planes::Element;
use waybill_formats::safetensors::SafetensorsFacts;
use waybill_formats::tensorflow::{IndexFacts, TensorFlowFacts};
use waybill_source::xml::XmlFacts;

use super::{Extent, hdf5};

pub(super) fn of_safetensors(facts: &SafetensorsFacts) -> Vec<Extent> {
    facts
        .tensors
        .iter()
        .map(|tensor| Extent {
            name: tensor.name.clone(),
            start: facts.data_start.saturating_add(tensor.begin),
            end: facts.data_start.saturating_add(tensor.end),
            element: match tensor.dtype.as_str() {
                "F64" => Some(Element::F64),
                "F32" | "C64" => Some(Element::F32),
                "F16" => Some(Element::F16),
                "BF16" => Some(Element::Bf16),
                "U8" | "I8" => Some(Element::Byte),
                _ => None,
            },
        })
        .collect()
}

pub(super) fn of_gguf(facts: &GgufFacts) -> Vec<Extent> {
    let Some(data_start) = facts.data_start else {
        return Vec::new();
    };
    facts
        .tensors
        .iter()
        .map(|tensor| {
            let start = data_start.saturating_add(tensor.offset);
            Extent {
                name: tensor.name.clone(),
                start,
                end: start.saturating_add(tensor.size_bytes.unwrap_or(u64::MAX)),
                // Quantised weights stand in blocks with their scales.
                element: match tensor.type_name.filter(|_| !facts.big_endian) {
                    Some("F64") => Some(Element::F64),
                    Some("F32") => Some(Element::F32),
                    Some("F16") => Some(Element::F16),
                    Some("BF16") => Some(Element::Bf16),
                    Some("I8") => Some(Element::Byte),
                    _ => None,
                },
            }
        })
        .collect()
}

pub(super) fn of_numpy(facts: &NumpyFacts, length: u64) -> Vec<Extent> {
    let end = facts
        .data_bytes
        .map_or(length, |bytes| facts.data_start.saturating_add(bytes));
    vec![Extent {
        name: "array".to_owned(),
        start: facts.data_start,
        end,
        element: match &facts.descr {
            Some(Descr::Simple(code)) => match code.as_str() {
                "<f8" | "<c16" => Some(Element::F64),
                "<f4" | "<c8" => Some(Element::F32),
                "<f2" => Some(Element::F16),
                "|i1" | "|u1" => Some(Element::Byte),
                _ => None,
            },
            _ => None,
        },
    }]
}

pub(super) fn of_onnx(facts: &OnnxFacts) -> Vec<Extent> {
    let tensors = facts.tensors.iter();
    let placed = tensors.filter_map(|tensor| tensor.data.map(|data| (tensor, data)));
    placed
        .map(|(tensor, data)| {
            let bits = element_bits(tensor.data_type);
            let bytes = tensor.elements.zip(bits);
            let bytes = bytes.and_then(|(count, bits)| count.checked_mul(bits / 8));
            // Lists of small numbers stand as varints, which are no numbers of that type.
            let raw = bytes == Some(data.length);
            Extent {
                name: tensor.name.clone(),
                start: data.start,
                end: data.end(),
                element: onnx_element(tensor.data_type).filter(|_| raw),
            }
        })
        .collect()
}

fn onnx_element(data_type: u64) -> Option<Element> {
    match data_type {
        11 | 15 => Some(Element::F64),
        1 | 14 => Some(Element::F32),
        10 => Some(Element::F16),
        16 => Some(Element::Bf16),
        2 | 3 => Some(Element::Byte),
        _ => None,
    }
}

/// The tensors of a model in other files, with the names of those. A tensor without a length takes
/// what its shape asks for.
pub(super) fn of_external(facts: &OnnxFacts) -> impl Iterator<Item = (&str, Extent)> {
    facts.external.iter().filter_map(|external| {
        let number = |text: &Option<String>| text.as_ref().map(|text| text.parse::<u64>());
        let start = number(&external.offset).unwrap_or(Ok(0)).ok()?;
        let length = match number(&external.length) {
            Some(length) => Some(length.ok()?),
            None => external.wanted,
        };
        let extent = Extent {
            name: external.tensor.clone(),
            start,
            end: length.map_or(u64::MAX, |length| start.saturating_add(length)),
            element: onnx_element(external.data_type),
        };
        Some((external.location.as_str(), extent))
    })
}

/// The tensors of a checkpoint, each with the number of the file that it lies in.
pub(super) fn of_index(facts: &IndexFacts) -> impl Iterator<Item = (u64, Extent)> {
    facts.tensors.iter().map(|tensor| {
        let extent = Extent {
            name: tensor.name.clone(),
            start: tensor.data.start,
            end: tensor.data.end(),
            element: tensorflow_element(tensor.data_type),
        };
        (tensor.shard, extent)
    })
}

/// The constants of an OpenVINO model in the file beside it.
pub(super) fn of_constants(facts: &XmlFacts) -> Vec<Extent> {
    let constants = facts.constants.iter();
    constants
        .map(|constant| Extent {
            name: constant.name.clone(),
            start: constant.start,
            end: constant.start.saturating_add(constant.length),
            element: match constant.element.to_ascii_lowercase().as_str() {
                "f64" => Some(Element::F64),
                "f32" | "fp32" => Some(Element::F32),
                "f16" | "fp16" => Some(Element::F16),
                "bf16" => Some(Element::Bf16),
                "u8" | "i8" => Some(Element::Byte),
                _ => None,
            },
        })
        .collect()
}

pub(super) fn of_tensorflow(facts: &TensorFlowFacts) -> Vec<Extent> {
    let tensors = facts.tensors.iter();
    tensors
        .map(|tensor| Extent {
            name: tensor.name.clone(),
            start: tensor.data.start,
            end: tensor.data.end(),
            element: tensorflow_element(tensor.data_type),
        })
        .collect()
}

fn tensorflow_element(data_type: u64) -> Option<Element> {
    match data_type {
        2 | 18 => Some(Element::F64),
        1 | 8 => Some(Element::F32),
        19 => Some(Element::F16),
        14 => Some(Element::Bf16),
        4 | 6 => Some(Element::Byte),
        _ => None,
    }
}

pub(super) fn of_mxnet(facts: &MxnetFacts) -> Vec<Extent> {
    let arrays = facts.arrays.iter();
    arrays
        .map(|array| Extent {
            name: array.name.clone(),
            start: array.data.start,
            end: array.data.end(),
            element: match array.element {
                0 => Some(Element::F32),
                1 => Some(Element::F64),
                2 => Some(Element::F16),
                3 | 5 => Some(Element::Byte),
                12 => Some(Element::Bf16),
                _ => None,
            },
        })
        .collect()
}

pub(super) fn of_cntk(facts: &CntkFacts) -> Vec<Extent> {
    let arrays = facts.arrays.iter().enumerate();
    arrays
        .map(|(index, (data, wide))| Extent {
            name: format!("array {index}"),
            start: data.start,
            end: data.end(),
            element: Some(if *wide { Element::F64 } else { Element::F32 }),
        })
        .collect()
}

pub(super) fn of_parameters(facts: &ParameterFacts) -> Vec<Extent> {
    let tensors = facts.tensors.iter().enumerate();
    tensors
        .map(|(index, data)| Extent {
            name: format!("parameter {index}"),
            start: data.start,
            end: data.end(),
            element: None,
        })
        .collect()
}

/// By key, what a pickle says of the storages beside it.
pub(super) fn of_storages(facts: &PickleFacts) -> impl Iterator<Item = (String, Option<Element>)> {
    facts.storages.iter().map(|storage| {
        let element = match storage.class.as_str() {
            "DoubleStorage" | "ComplexDoubleStorage" => Some(Element::F64),
            "FloatStorage" | "ComplexFloatStorage" => Some(Element::F32),
            "HalfStorage" => Some(Element::F16),
            "BFloat16Storage" => Some(Element::Bf16),
            "ByteStorage" | "CharStorage" => Some(Element::Byte),
            _ => None,
        };
        (storage.key.clone(), element)
    })
}

pub(super) fn of_hdf5(facts: &Hdf5Facts) -> Vec<Extent> {
    let sets = facts.datasets.iter();
    sets.flat_map(|dataset| {
        let element = match dataset.datatype.describe().as_str() {
            "<f8" => Some(Element::F64),
            "<f4" => Some(Element::F32),
            "<f2" => Some(Element::F16),
            "|i1" | "|u1" => Some(Element::Byte),
            _ => None,
        };
        let extents = hdf5::plain_extents(dataset).iter();
        extents.map(move |extent| Extent {
            name: dataset.path.clone(),
            start: extent.offset,
            end: extent.offset.saturating_add(extent.length),
            element,
        })
    })
    .collect()
}

pub(super) fn of_tflite(facts: &TfliteFacts) -> Vec<Extent> {
    let tensors = facts.tensors.iter().filter_map(|tensor| {
        let index = usize::try_from(tensor.buffer).ok()?;
        let buffer = facts.buffers.get(index)?;
        Some(Extent {
            name: tensor.name.clone(),
            start: buffer.offset,
            end: buffer.offset.saturating_add(buffer.length),
            element: match tensor.datatype {
                0 => Some(Element::F32),
                1 => Some(Element::F16),
                3 | 9 => Some(Element::Byte),
                10 => Some(Element::F64),
                18 => Some(Element::Bf16),
                _ => None,
            },
        })
    });
    tensors.filter(|extent| extent.end > extent.start).collect()
}

pub(super) fn of_executorch(facts: &ExecutorchFacts) -> Vec<Extent> {
    let segments = facts.segments.iter().enumerate();
    segments
        .map(|(index, segment)| Extent {
            name: format!("segment {index}"),
            start: segment.extent.offset,
            end: segment.extent.offset.saturating_add(segment.extent.length),
            element: None,
        })
        .collect()
}
