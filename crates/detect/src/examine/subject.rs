use waybill_formats::arrow::ArrowFacts;
use waybill_formats::flatbuffers::{ExecutorchFacts, TfliteFacts};
use waybill_formats::gguf::GgufFacts;
use waybill_formats::graphs::GraphFacts;
use waybill_formats::hdf5::Hdf5Facts;
use waybill_formats::numpy::NumpyFacts;
use waybill_formats::onnx::OnnxFacts;
use waybill_formats::parquet::ParquetFacts;
use waybill_formats::r_data::RFacts;
use waybill_formats::rknn::RknnFacts;
use waybill_formats::safetensors::SafetensorsFacts;
use waybill_formats::tar::TarFacts;
use waybill_formats::tensorflow::{IndexFacts, TensorFlowFacts};
use waybill_formats::tensorrt::TensorRtFacts;
use waybill_formats::torch7::Torch7Facts;
use waybill_formats::wrapper::Ended;
use waybill_formats::zip::{Entry, ZipFacts};
use waybill_source::json::JsonFacts;
use waybill_source::lightgbm::LightGbmFacts;
use waybill_source::template::TemplateFacts;
use waybill_source::xml::XmlFacts;

use super::weights::{Embedded, LowBits, PartlyNarrow};
use super::{Format, Noted, PatternMatch, Unclaimed};
use crate::config::named::JudgedObjects;
use crate::graph::torch_names::TorchNames;
use crate::keras::standing::JudgedKeras;
use crate::pickle::standing::JudgedPickle;
use crate::python::judged::JudgedPython;
use crate::repository::Tie;
use crate::script::judged::JudgedCommands;
use crate::serialised::skops_type::JudgedSkops;

/// What a rule looks at: facts of one kind about the bytes at one place.
pub(crate) struct Subject<'a> {
    /// File or member name.
    pub(crate) name: &'a str,
    /// Path of the member; `None` for the artifact itself.
    pub(crate) member: Option<&'a str>,
    /// What the bytes are.
    pub(crate) format: Format,
    /// How many bytes.
    pub(crate) length: u64,
    /// True inside a package of a system, which is unpacked at the root.
    pub(crate) system_package: bool,
    /// What was read out of them.
    pub(crate) facts: Facts<'a>,
}

/// Facts of one kind.
pub(crate) enum Facts<'a> {
    /// The formats that the bytes show; the first is that of their beginning.
    Identity(&'a [Format]),
    Pickle(&'a JudgedPickle<'a>),
    Zip(&'a ZipFacts),
    /// The content of one zip entry disagrees with its header.
    ZipBody {
        entry: &'a Entry,
        crc32: u32,
    },
    Tar(&'a TarFacts),
    Tflite(&'a TfliteFacts),
    Safetensors(&'a SafetensorsFacts),
    Executorch(&'a ExecutorchFacts),
    Gguf(&'a GgufFacts),
    Hdf5(&'a Hdf5Facts),
    Numpy(&'a NumpyFacts),
    Onnx(&'a OnnxFacts),
    TensorFlow(&'a TensorFlowFacts),
    CheckpointIndex(&'a IndexFacts),
    CoreMl(&'a GraphFacts),
    Paddle(&'a GraphFacts),
    Xml(&'a XmlFacts),
    LightGbm(&'a LightGbmFacts),
    Json(&'a JsonFacts),
    Keras(&'a JudgedKeras<'a>),
    /// What a skops schema builds.
    Skops(&'a JudgedSkops<'a>),
    R(&'a RFacts),
    Torch7(&'a Torch7Facts),
    Rknn(&'a RknnFacts),
    TensorRt(&'a TensorRtFacts),
    /// Parts whose layout nobody publishes.
    Opaque(&'a [Opaque]),
    Arrow(&'a ArrowFacts),
    Parquet(&'a ParquetFacts),
    /// A native program among the members of a model archive.
    NativeMember(Format),
    /// What code or a program of `torch` looks up by name.
    Torch(&'a TorchNames),
    /// Members of an archive by name, for the rules that look at names alone.
    Listing(&'a [Listed]),
    /// A text inside a model of numbers.
    ModelText {
        offset: u64,
        text: &'a str,
    },
    /// Where the bytes do not keep to their format: offset and what is wrong.
    Damaged(&'a [(u64, String)]),
    /// What a YAML text makes its reader do.
    Yaml(&'a JudgedObjects<'a>),
    Template {
        facts: &'a TemplateFacts,
        text: &'a str,
    },
    /// Any text that a person or a program is meant to read.
    Text(&'a str),
    /// How decompression ended.
    Wrapper {
        ended: &'a Ended,
    },
    /// Bytes behind the end of the format.
    Trailing {
        start: u64,
        what: &'static str,
    },
    /// A pickle stream inside something else.
    HiddenStream {
        start: u64,
    },
    /// A constant of a pickle that is itself another format.
    Constant {
        offset: u64,
        format: &'a str,
    },
    TensorHead(&'a TensorHead<'a>),
    /// A program or an archive among tensors, or in bytes that nobody understands.
    Embedded(&'a Embedded<'a>),
    /// A payload in the low bits of a tensor.
    LowBits(&'a LowBits<'a>),
    /// Readable text in a tensor of numbers with fractions.
    TensorText {
        tensor: &'a str,
        offset: u64,
    },
    /// A tensor that is partly exact to less precision than it has room for.
    PartlyNarrow(&'a PartlyNarrow<'a>),
    /// A member of an archive that cannot be read: why.
    Unread(&'a str),
    /// A member whose content is code of a `TorchScript` archive.
    TorchScript(&'a str),
    /// What was noted in a file that says something by its name.
    Noted(&'a [Noted]),
    /// Where a file and what the model beside it says of it disagree.
    Unclaimed(&'a Unclaimed<'a>),
    /// What a file and others come to together.
    Tie(&'a Tie),
    /// Python code, judged.
    Python(&'a JudgedPython),
    /// Commands of a shell, judged.
    Commands(&'a JudgedCommands),
    /// The bytes are named by a digest, and theirs is another: theirs.
    OtherDigest(&'a str),
    /// Source code or a script, as text.
    Script(&'a str),
    /// A byte pattern that is no rule of Waybill matched.
    Pattern(&'a PatternMatch),
    /// A limit was reached.
    Limit(&'static str),
    /// The bytes could not be read: why.
    Unreadable(&'a str),
    /// The artifact changed while it was read: how.
    Changed(&'a str),
}

/// A part of a model in a layout that nobody publishes.
pub(crate) struct Opaque {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) what: &'static str,
    /// True for what the processor does not run.
    pub(crate) minor: bool,
}

/// A member of an archive.
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) offset: u64,
    pub(crate) is_link: bool,
}

/// A tensor whose data begins like another format.
pub(crate) struct TensorHead<'a> {
    pub(crate) tensor: &'a str,
    pub(crate) start: u64,
    pub(crate) other: &'static str,
}
