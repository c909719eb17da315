//! Element types of ggml: <https://github.com/ggml-org/llama.cpp/blob/master/ggml/include/ggml.h>
//! has the numbers, `ggml-common.h` beside it the blocks.

/// An element type: so many elements take so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ElementType {
    pub(super) name: &'static str,
    pub(super) block_elements: u64,
    pub(super) block_bytes: u64,
    pub(super) removed: bool,
}

const fn current(name: &'static str, block_elements: u64, block_bytes: u64) -> Option<ElementType> {
    Some(ElementType {
        name,
        block_elements,
        block_bytes,
        removed: false,
    })
}

const fn removed(name: &'static str, block_elements: u64, block_bytes: u64) -> Option<ElementType> {
    Some(ElementType {
        name,
        block_elements,
        block_bytes,
        removed: true,
    })
}

/// The type with this number, `None` if there is none.
pub(super) const fn element_type(number: u32) -> Option<ElementType> {
    match number {
        0 => current("F32", 1, 4),
        1 => current("F16", 1, 2),
        2 => current("Q4_0", 32, 18),
        3 => current("Q4_1", 32, 20),
        4 => removed("Q4_2", 16, 10),
        5 => removed("Q4_3", 16, 12),
        6 => current("Q5_0", 32, 22),
        7 => current("Q5_1", 32, 24),
        8 => current("Q8_0", 32, 34),
        // gguf-py says 40; that was its size before its two scales became halves.
        9 => current("Q8_1", 32, 36),
        10 => current("Q2_K", 256, 84),
        11 => current("Q3_K", 256, 110),
        12 => current("Q4_K", 256, 144),
        13 => current("Q5_K", 256, 176),
        14 => current("Q6_K", 256, 210),
        15 => current("Q8_K", 256, 292),
        16 => current("IQ2_XXS", 256, 66),
        17 => current("IQ2_XS", 256, 74),
        18 => current("IQ3_XXS", 256, 98),
        19 => current("IQ1_S", 256, 50),
        20 => current("IQ4_NL", 32, 18),
        21 => current("IQ3_S", 256, 110),
        22 => current("IQ2_S", 256, 82),
        23 => current("IQ4_XS", 256, 136),
        24 => current("I8", 1, 1),
        25 => current("I16", 1, 2),
        26 => current("I32", 1, 4),
        27 => current("I64", 1, 8),
        28 => current("F64", 1, 8),
        29 => current("IQ1_M", 256, 56),
        30 => current("BF16", 1, 2),
        31 => removed("Q4_0_4_4", 32, 18),
        32 => removed("Q4_0_4_8", 32, 18),
        33 => removed("Q4_0_8_8", 32, 18),
        34 => current("TQ1_0", 256, 54),
        35 => current("TQ2_0", 256, 66),
        36 => removed("IQ4_NL_4_4", 32, 18),
        37 => removed("IQ4_NL_4_8", 32, 18),
        38 => removed("IQ4_NL_8_8", 32, 18),
        39 => current("MXFP4", 32, 17),
        40 => current("NVFP4", 64, 36),
        41 => current("Q1_0", 128, 18),
        42 => current("Q2_0", 64, 18),
        _ => None,
    }
}
