/// The type of an element, by the names of safetensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dtype {
    /// A truth value in one byte.
    Bool,
    /// Unsigned, 8 bits.
    U8,
    /// Signed, 8 bits.
    I8,
    /// Unsigned, 16 bits.
    U16,
    /// Signed, 16 bits.
    I16,
    /// Unsigned, 32 bits.
    U32,
    /// Signed, 32 bits.
    I32,
    /// Unsigned, 64 bits.
    U64,
    /// Signed, 64 bits.
    I64,
    /// Floating point of 8 bits: 5 of exponent, 2 of mantissa.
    F8E5M2,
    /// Floating point of 8 bits: 4 of exponent, 3 of mantissa, no infinities.
    F8E4M3,
    /// Half precision.
    F16,
    /// Brain floating point.
    Bf16,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
    /// Complex numbers of two in half precision; safetensors has no name for it.
    C32,
    /// Complex numbers of two in single precision.
    C64,
    /// Complex numbers of two in double precision; safetensors has no name for it.
    C128,
}

impl Dtype {
    /// Bytes of one element.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Bool | Self::U8 | Self::I8 | Self::F8E5M2 | Self::F8E4M3 => 1,
            Self::U16 | Self::I16 | Self::F16 | Self::Bf16 => 2,
            Self::U32 | Self::I32 | Self::F32 | Self::C32 => 4,
            Self::U64 | Self::I64 | Self::F64 | Self::C64 => 8,
            Self::C128 => 16,
        }
    }

    /// Bytes that change places where the byte order is the other one: those of a part of a complex
    /// number.
    #[must_use]
    pub const fn part_bytes(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 | Self::F8E5M2 | Self::F8E4M3 => 1,
            Self::U16 | Self::I16 | Self::F16 | Self::Bf16 | Self::C32 => 2,
            Self::U32 | Self::I32 | Self::F32 | Self::C64 => 4,
            Self::U64 | Self::I64 | Self::F64 | Self::C128 => 8,
        }
    }

    /// The type of a part of a complex number; of others, the type itself.
    #[must_use]
    pub const fn part(self) -> Self {
        match self {
            Self::C32 => Self::F16,
            Self::C64 => Self::F32,
            Self::C128 => Self::F64,
            other => other,
        }
    }

    /// How safetensors writes it: the name, and whether a last dimension of two (real, imaginary) is
    /// added because there is no name for the complex type.
    #[must_use]
    pub const fn safetensors(self) -> (&'static str, bool) {
        match self {
            Self::Bool => ("BOOL", false),
            Self::U8 => ("U8", false),
            Self::I8 => ("I8", false),
            Self::U16 => ("U16", false),
            Self::I16 => ("I16", false),
            Self::U32 => ("U32", false),
            Self::I32 => ("I32", false),
            Self::U64 => ("U64", false),
            Self::I64 => ("I64", false),
            Self::F8E5M2 => ("F8_E5M2", false),
            Self::F8E4M3 => ("F8_E4M3", false),
            Self::F16 => ("F16", false),
            Self::Bf16 => ("BF16", false),
            Self::F32 => ("F32", false),
            Self::F64 => ("F64", false),
            Self::C32 => ("F16", true),
            Self::C64 => ("C64", false),
            Self::C128 => ("F64", true),
        }
    }

    /// The type of this name in safetensors.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "BOOL" => Self::Bool,
            "U8" => Self::U8,
            "I8" => Self::I8,
            "U16" => Self::U16,
            "I16" => Self::I16,
            "U32" => Self::U32,
            "I32" => Self::I32,
            "U64" => Self::U64,
            "I64" => Self::I64,
            "F8_E5M2" => Self::F8E5M2,
            "F8_E4M3" => Self::F8E4M3,
            "F16" => Self::F16,
            "BF16" => Self::Bf16,
            "F32" => Self::F32,
            "F64" => Self::F64,
            "C64" => Self::C64,
            _ => return None,
        })
    }

    /// The type of a storage class of `torch`, or of a `torch.dtype`.
    #[must_use]
    pub fn of_torch(name: &str) -> Option<Self> {
        Some(match name {
            "BoolStorage" | "bool" => Self::Bool,
            "ByteStorage" | "uint8" => Self::U8,
            "CharStorage" | "int8" => Self::I8,
            "uint16" => Self::U16,
            "ShortStorage" | "int16" | "short" => Self::I16,
            "uint32" => Self::U32,
            "IntStorage" | "int32" | "int" => Self::I32,
            "uint64" => Self::U64,
            "LongStorage" | "int64" | "long" => Self::I64,
            "float8_e5m2" => Self::F8E5M2,
            "float8_e4m3fn" => Self::F8E4M3,
            "HalfStorage" | "float16" | "half" => Self::F16,
            "BFloat16Storage" | "bfloat16" => Self::Bf16,
            "FloatStorage" | "float32" | "float" => Self::F32,
            "DoubleStorage" | "float64" | "double" => Self::F64,
            "ComplexHalfStorage" | "complex32" | "chalf" => Self::C32,
            "ComplexFloatStorage" | "complex64" | "cfloat" => Self::C64,
            "ComplexDoubleStorage" | "complex128" | "cdouble" => Self::C128,
            _ => return None,
        })
    }

    /// The type of a code of NumPy (`<f4`), and whether its bytes stand the other way round.
    #[must_use]
    pub fn of_numpy(code: &str) -> Option<(Self, bool)> {
        let (order, rest) = match code.split_at_checked(1) {
            Some((order @ ("<" | ">" | "|" | "="), rest)) => (order, rest),
            _ => ("=", code),
        };
        let dtype = match rest {
            "?" | "b1" => Self::Bool,
            "u1" => Self::U8,
            "i1" => Self::I8,
            "u2" => Self::U16,
            "i2" => Self::I16,
            "u4" => Self::U32,
            "i4" => Self::I32,
            "u8" => Self::U64,
            "i8" => Self::I64,
            "f2" => Self::F16,
            "f4" => Self::F32,
            "f8" => Self::F64,
            "c8" => Self::C64,
            "c16" => Self::C128,
            _ => return None,
        };
        Some((dtype, order == ">" && dtype.part_bytes() > 1))
    }

    /// The type of a name of `ggml` that has one element a block.
    #[must_use]
    pub fn of_ggml(name: &str) -> Option<Self> {
        Some(match name {
            "F32" => Self::F32,
            "F16" => Self::F16,
            "BF16" => Self::Bf16,
            "F64" => Self::F64,
            "I8" => Self::I8,
            "I16" => Self::I16,
            "I32" => Self::I32,
            "I64" => Self::I64,
            _ => return None,
        })
    }
}
