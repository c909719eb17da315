use super::Problem;

/// Bytes in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Offset of the first byte.
    pub offset: u64,
    /// How many bytes.
    pub length: u64,
}

/// What a `TensorFlow` Lite model says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TfliteFacts {
    /// Version of the schema.
    pub version: u64,
    /// What its writer says of it.
    pub description: String,
    /// The operators that it calls.
    pub operators: Vec<OperatorCode>,
    /// Graphs.
    pub graphs: u64,
    /// Calls of operators in all graphs.
    pub calls: u64,
    /// Where the data of each buffer stand; empty for those without.
    pub buffers: Vec<Extent>,
    /// Tensors of all graphs.
    pub tensors: Vec<Tensor>,
    /// Names of metadata, and the buffers that hold it.
    pub metadata: Vec<(String, u64)>,
    /// Names of files that hold buffers of the model.
    pub external_files: Vec<String>,
    /// Offset behind the last byte that was seen to belong to the model.
    pub end: u64,
    /// Deviations from the format.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorCode {
    /// Offset of its table.
    pub offset: u64,
    /// Its number in the schema.
    pub builtin: i64,
    /// Its name, for those that the runtime does not bring itself.
    pub custom: Option<String>,
}

/// A tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Number of its element type in the schema.
    pub datatype: u64,
    /// The buffer that holds its data.
    pub buffer: u64,
}

/// What an `ExecuTorch` program says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExecutorchFacts {
    /// Version of the schema.
    pub version: u64,
    /// Names of operators with their namespace and overload: `aten::add.out`.
    pub operators: Vec<String>,
    /// Parts of the program that another library runs.
    pub delegates: Vec<Delegate>,
    /// Where segments of data stand.
    pub segments: Vec<Segment>,
    /// Offset behind the last byte that was seen to belong to the program.
    pub end: u64,
    /// Deviations from the format.
    pub problems: Vec<Problem>,
    /// How many more problems were found than are listed.
    pub problems_left_out: u64,
}

/// A part of a program that another library runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegate {
    /// Offset of its table.
    pub offset: u64,
    /// The name of the library's backend.
    pub backend: String,
}

/// A segment of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it stands.
    pub extent: Extent,
}

/// What is known of a graph for an NPU of Rockchip.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RknnGraph {
    /// What it says of itself: for which device, and who made it.
    pub texts: Vec<(String, String)>,
    /// Kinds of operators, each once, with the offset of the first that is of it.
    pub operators: Vec<(String, u64)>,
    /// What it holds.
    pub buffers: Vec<Buffer>,
    /// Offset behind the last byte that belongs to it.
    pub end: u64,
    /// Long runs of bytes before that end that nothing explains: from, to.
    pub gaps: Vec<(u64, u64)>,
    /// Where it does not keep to the format.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub problems_left_out: u64,
}

/// Bytes that a graph holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// The name of the tensor whose values they are, else their number.
    pub name: String,
    /// True for what the NPU is told to do.
    pub commands: bool,
    /// Where they stand.
    pub extent: Extent,
}
