use waybill_formats::ReadAt;
use waybill_formats::pickle::PickleFacts;
use waybill_formats::wrapper::Codec;

/// What bytes are, by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    /// Set for one compressed stream.
    pub(crate) codec: Option<Codec>,
}

/// What is done with a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A parser and rules read all of it.
    Examined,
    /// Text that is read as such; nothing loads code from it.
    Text,
    /// Known to be inert: images, audio, documents.
    Inert,
    /// Known, but no rule judges it yet.
    NotExamined,
    /// Known: a native program or library, source code, a script.
    Executable,
    /// Nobody knows.
    Unknown,
}

const fn format(name: &'static str, class: Class) -> Format {
    Format {
        name,
        class,
        codec: None,
    }
}

impl Format {
    pub(crate) const EMPTY: Self = format("empty", Class::Inert);
    pub(crate) const UNKNOWN: Self = format("unknown", Class::Unknown);
    pub(crate) const NESTED: Self = format("nested too deeply", Class::Unknown);
    pub(crate) const TRAILING: Self = format("trailing bytes", Class::Unknown);
    pub(crate) const PICKLE: Self = format("pickle", Class::Examined);
    pub(crate) const JOBLIB: Self = format("joblib", Class::Examined);
    pub(crate) const TORCH_LEGACY: Self = format("torch-legacy", Class::Examined);
    pub(crate) const TORCH_ZIP: Self = format("torch-zip", Class::Examined);
    pub(crate) const TORCHSCRIPT: Self = format("torchscript", Class::Examined);
    pub(crate) const NPZ: Self = format("npz", Class::Examined);
    pub(crate) const SKOPS: Self = format("skops", Class::Examined);
    pub(crate) const KERAS: Self = format("keras", Class::Examined);
    pub(crate) const ZIP: Self = format("zip", Class::Examined);
    pub(crate) const TAR: Self = format("tar", Class::Examined);
    pub(crate) const NPY: Self = format("npy", Class::Examined);
    pub(crate) const SAFETENSORS: Self = format("safetensors", Class::Examined);
    pub(crate) const GGUF: Self = format("gguf", Class::Examined);
    pub(crate) const HDF5: Self = format("hdf5", Class::Examined);
    pub(crate) const TFLITE: Self = format("tflite", Class::Examined);
    pub(crate) const EXECUTORCH: Self = format("executorch", Class::Examined);
    pub(crate) const YAML: Self = format("yaml", Class::Text);
    pub(crate) const R_DATA: Self = format("r-data", Class::Examined);
    pub(crate) const SEVEN_ZIP: Self = format("7z", Class::Examined);
    pub(crate) const MSGPACK: Self = format("msgpack", Class::Examined);
    pub(crate) const UBJSON: Self = format("ubjson", Class::Examined);
    pub(crate) const CATBOOST: Self = format("catboost", Class::Examined);
    pub(crate) const PARQUET: Self = format("parquet", Class::Examined);
    pub(crate) const ARROW: Self = format("arrow", Class::Examined);
    /// A program that starts scripts on Windows, known by its digest.
    pub(crate) const LAUNCHER: Self = format("pe", Class::Examined);
    pub(crate) const LLAMAFILE: Self = format("llamafile", Class::Executable);
    pub(crate) const PT2: Self = format("torch-export", Class::Examined);
    pub(crate) const MAR: Self = format("torchserve-archive", Class::Examined);
    pub(crate) const TENSORRT: Self = format("tensorrt-engine", Class::Examined);
    pub(crate) const RKNN: Self = format("rknn", Class::Examined);
    pub(crate) const TORCH7_TEXT: Self = format("torch7-text", Class::Examined);
    pub(crate) const TORCH7: Self = format("torch7", Class::Examined);
    pub(crate) const ONNX: Self = format("onnx", Class::Examined);
    pub(crate) const SAVED_MODEL: Self = format("tensorflow-savedmodel", Class::Examined);
    pub(crate) const META_GRAPH: Self = format("tensorflow-metagraph", Class::Examined);
    pub(crate) const GRAPH_DEF: Self = format("tensorflow-graph", Class::Examined);
    pub(crate) const KERAS_METADATA: Self = format("keras-metadata", Class::Examined);
    pub(crate) const CHECKPOINT_INDEX: Self = format("tensorflow-index", Class::Examined);
    pub(crate) const CHECKPOINT_DATA: Self = format("tensorflow-variables", Class::Examined);
    pub(crate) const TENSOR_DATA: Self = format("tensor-data", Class::Examined);
    pub(crate) const MXNET: Self = format("mxnet-parameters", Class::Examined);
    pub(crate) const CRFSUITE: Self = format("crfsuite", Class::Examined);
    pub(crate) const XGBOOST: Self = format("xgboost-binary", Class::Examined);
    pub(crate) const COREML: Self = format("coreml", Class::Examined);
    pub(crate) const COREML_WEIGHTS: Self = format("coreml-weights", Class::Examined);
    pub(crate) const PADDLE: Self = format("paddle", Class::Examined);
    pub(crate) const PADDLE_PARAMETERS: Self = format("paddle-parameters", Class::Examined);
    pub(crate) const SENTENCEPIECE: Self = format("sentencepiece", Class::Examined);
    pub(crate) const PBTXT: Self = format("pbtxt", Class::Examined);
    pub(crate) const XML: Self = format("xml", Class::Examined);
    pub(crate) const HTML: Self = format("html", Class::Examined);
    pub(crate) const SVG: Self = format("svg", Class::Examined);
    pub(crate) const PMML: Self = format("pmml", Class::Examined);
    pub(crate) const LIGHTGBM: Self = format("lightgbm", Class::Examined);
    pub(crate) const ONNX_TENSOR: Self = format("onnx-tensor", Class::Examined);
    pub(crate) const JSON: Self = format("json", Class::Text);
    pub(crate) const JINJA: Self = format("jinja", Class::Text);
    pub(crate) const TEXT: Self = format("text", Class::Text);
    pub(crate) const PYTHON: Self = format("python", Class::Examined);
    pub(crate) const SHELL: Self = format("shell", Class::Examined);
    pub(crate) const NOTEBOOK: Self = format("notebook", Class::Examined);
    pub(crate) const JAVASCRIPT: Self = format("javascript", Class::Examined);
    pub(crate) const TYPESCRIPT: Self = format("typescript", Class::Examined);
    pub(crate) const AR: Self = format("ar", Class::Examined);
    pub(crate) const CPIO: Self = format("cpio", Class::Examined);
    pub(crate) const RPM: Self = format("rpm", Class::Examined);
    pub(crate) const DOCKERFILE: Self = format("dockerfile", Class::Examined);
    pub(crate) const MAKEFILE: Self = format("makefile", Class::Examined);
    pub(crate) const CAB: Self = format("cab", Class::Examined);
    pub(crate) const CNTK: Self = format("cntk", Class::Examined);
    pub(crate) const OCDBT: Self = format("ocdbt", Class::Examined);
    pub(crate) const LFS_POINTER: Self = format("git-lfs-pointer", Class::NotExamined);

    pub(crate) const fn known(name: &'static str, class: Class) -> Self {
        format(name, class)
    }

    pub(crate) const fn of_codec(codec: Codec) -> Self {
        Self {
            name: codec.name(),
            class: Class::Examined,
            codec: Some(codec),
        }
    }

    pub(crate) fn is_examined(self) -> bool {
        matches!(self.class, Class::Examined)
    }

    /// True for a program or a library of machine code, or of code for a virtual machine.
    pub(crate) fn is_native(self) -> bool {
        matches!(self.name, "elf" | "pe" | "mach-o" | "dex" | "ape") || self == Self::LLAMAFILE
    }

    /// True for an archive that is one model: nothing but numbers and a description belongs in it.
    pub(crate) fn is_model_archive(self) -> bool {
        [
            Self::TORCH_ZIP,
            Self::TORCHSCRIPT,
            Self::PT2,
            Self::MAR,
            Self::NPZ,
            Self::SKOPS,
            Self::KERAS,
        ]
        .contains(&self)
    }

    /// True if loading it runs what it says.
    pub(crate) fn is_program(self) -> bool {
        matches!(
            self,
            Self::PICKLE
                | Self::JOBLIB
                | Self::TORCH_LEGACY
                | Self::TORCH_ZIP
                | Self::TORCHSCRIPT
                | Self::PYTHON
        ) || self.is_script()
            || self.class == Class::Executable
    }

    /// True for code that is read as such.
    pub(crate) fn is_script(self) -> bool {
        matches!(
            self,
            Self::SHELL
                | Self::DOCKERFILE
                | Self::MAKEFILE
                | Self::NOTEBOOK
                | Self::JAVASCRIPT
                | Self::TYPESCRIPT
        )
    }
}

/// A pickle is `joblib`'s if arrays stand between its opcodes.
pub(super) fn of_pickle(format: Format, facts: &PickleFacts) -> Format {
    if format == Format::PICKLE && (facts.arrays > 0 || facts.object_arrays > 0) {
        Format::JOBLIB
    } else {
        format
    }
}

/// Where `torch`'s legacy format ends: behind the storages that follow the fifth stream, each with
/// its number of elements in eight bytes before it (`torch/serialization.py`, `_legacy_save`).
pub(super) fn legacy_end(source: &dyn ReadAt, facts: &PickleFacts) -> u64 {
    // Storages stand in the order of their sorted keys.
    let keys: std::collections::BTreeMap<&str, Option<u64>> = facts
        .storages
        .iter()
        .map(|storage| (storage.key.as_str(), storage.element_bytes()))
        .collect();
    let mut end = facts.end;
    for (_, element_bytes) in keys {
        let count = source
            .bytes_at(end, 8)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes);
        let (Some(count), Some(element_bytes)) = (count, element_bytes) else {
            return end;
        };
        let bytes = count
            .checked_mul(element_bytes)
            .and_then(|bytes| bytes.checked_add(8));
        match bytes.and_then(|bytes| end.checked_add(bytes)) {
            Some(next) if next <= source.len() => end = next,
            _ => return end,
        }
    }
    end
}
