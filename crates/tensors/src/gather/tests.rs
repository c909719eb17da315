use std::sync::Arc;

use proptest::prelude::*;

use crate::{Dtype, Tensor, TensorsError};

/// Every element, one by one.
fn plainly(tensor: &Tensor, bytes: &[u8]) -> Vec<u8> {
    let item = tensor.dtype.bytes() as usize;
    let strides = tensor.strides.clone().unwrap();
    let count: u64 = tensor.shape.iter().product();
    let mut out = Vec::new();
    for number in 0..count {
        let (mut left, mut place) = (number, 0);
        for (extent, stride) in tensor.shape.iter().zip(&strides).rev() {
            place += (left % extent) * stride;
            left /= extent;
        }
        let start = tensor.offset as usize + place as usize * item;
        let mut element = bytes[start..start + item].to_vec();
        if tensor.big_endian {
            element
                .chunks_mut(tensor.dtype.part_bytes())
                .for_each(<[u8]>::reverse);
        }
        out.extend(element);
    }
    out
}

fn streamed(tensor: &Tensor) -> Result<Vec<u8>, TensorsError> {
    let mut out = Vec::new();
    tensor.stream(&mut |piece| {
        out.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(out)
}

proptest! {
    #[test]
    fn any_view_comes_out_in_order(
        axes in prop::collection::vec((1_u64..7, 0_u64..40), 0..5),
        dtype in prop::sample::select(vec![Dtype::U8, Dtype::F16, Dtype::F32, Dtype::C64, Dtype::C128]),
        start in 0_u64..9,
        big_endian: bool,
    ) {
        let last: u64 = axes.iter().map(|(extent, stride)| (extent - 1) * stride).sum();
        let bytes: Vec<u8> = (0..(start + (last + 1) * dtype.bytes())).map(|byte| (byte * 31 % 251) as u8).collect();
        let tensor = Tensor {
            name: "t".to_owned(),
            dtype,
            shape: axes.iter().map(|axis| axis.0).collect(),
            source: Arc::new(bytes.clone()),
            offset: start,
            strides: Some(axes.iter().map(|axis| axis.1).collect()),
            big_endian,
        };
        prop_assert_eq!(streamed(&tensor).unwrap(), plainly(&tensor, &bytes));
    }
}

#[test]
fn a_large_transposed_view_is_divided() {
    // 3000 x 2000 numbers, read column by column: more than one tile.
    let (rows, columns) = (3000_u64, 2000_u64);
    let bytes: Vec<u8> = (0..rows * columns)
        .flat_map(|number| (number as u32).to_le_bytes())
        .collect();
    let tensor = Tensor {
        name: "t".to_owned(),
        dtype: Dtype::F32,
        shape: vec![columns, rows],
        source: Arc::new(bytes.clone()),
        offset: 0,
        strides: Some(vec![1, columns]),
        big_endian: false,
    };
    assert!(streamed(&tensor).unwrap() == plainly(&tensor, &bytes));
}

#[test]
fn a_view_beyond_its_storage_is_refused() {
    let tensor = Tensor {
        name: "w".to_owned(),
        dtype: Dtype::F32,
        shape: vec![2, 3],
        source: Arc::new(vec![0; 23]),
        offset: 0,
        strides: Some(vec![3, 1]),
        big_endian: false,
    };
    let error = streamed(&tensor).unwrap_err().to_string();
    assert_eq!(
        error,
        "read the tensor `w`: it reaches beyond the 23 bytes that are stored for it"
    );
    let huge = Tensor {
        shape: vec![u64::MAX, 2],
        strides: None,
        ..tensor
    };
    assert!(streamed(&huge).is_err());
}
