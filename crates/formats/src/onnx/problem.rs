//! Every way in which an ONNX file can deviate from its format.

use crate::quote::{bytes, counted, quoted};

/// A deviation and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Offset in the file.
    pub offset: u64,
    /// What deviates.
    pub kind: ProblemKind,
}

/// What deviates. Names are shortened to 128 characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// What stands there is no field.
    #[error("what stands here is no field: the file is damaged, or other bytes follow the model")]
    NoField,
    /// A field is longer than what it stands in.
    #[error("a field is longer than what it stands in: the file is cut short or damaged")]
    TooLong,
    /// A limit was reached; what follows was not read.
    #[error("the limit `{limit}` was reached")]
    LimitReached {
        /// Its name.
        limit: &'static str,
    },
    /// A field that the format does not have.
    #[error("{message} has a field {number} that the format does not know, with {}", bytes(.length))]
    UnknownField {
        /// The message, in the words of the schema.
        message: &'static str,
        /// The field's number.
        number: u64,
        /// Bytes of its value; zero for a number.
        length: u64,
    },
    /// A field that may stand once stands twice.
    #[error("{field} stands more than once: readers disagree about which one counts")]
    Repeated {
        /// The field, in the words of the schema.
        field: &'static str,
    },
    /// Two weights with one name.
    #[error("two weights are named {}", quoted(.name))]
    DuplicateTensor {
        /// The name.
        name: String,
    },
    /// A tensor's data is not what its type and shape ask for.
    #[error("tensor {} needs {} by type and shape, it holds {}", quoted(.name), bytes(.wanted), bytes(.there))]
    SizeDisagrees {
        /// The tensor.
        name: String,
        /// Bytes by type and shape.
        wanted: u64,
        /// Bytes of its data.
        there: u64,
    },
    /// A tensor's list of numbers is not as long as its shape asks for.
    #[error("tensor {} needs {} by its shape, it cannot hold them in {}", quoted(.name), counted(.wanted, "number"), bytes(.there))]
    CountDisagrees {
        /// The tensor.
        name: String,
        /// Elements by its shape.
        wanted: u64,
        /// Bytes of its data.
        there: u64,
    },
    /// The product of a tensor's dimensions does not fit into 63 bits.
    #[error("the size of tensor {} overflows", quoted(.name))]
    SizeOverflows {
        /// The tensor.
        name: String,
    },
    /// An element type that the format does not know.
    #[error("tensor {} has the element type {number}, which the format does not know", quoted(.name))]
    TypeUnknown {
        /// The tensor.
        name: String,
        /// The type.
        number: u64,
    },
    /// A tensor with data in more than one place.
    #[error("tensor {} holds its data more than once", quoted(.name))]
    DataTwice {
        /// The tensor.
        name: String,
    },
    /// A tensor that says it lies outside without saying where, or the other way round.
    #[error("tensor {} names an external file, but does not say that it lies there", quoted(.name))]
    NotSaidExternal {
        /// The tensor.
        name: String,
    },
    /// No graph.
    #[error("the model has no graph")]
    NoGraph,
}
