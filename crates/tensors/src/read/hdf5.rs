//! Data sets of HDF5, as Keras keeps weights in.

use std::sync::Arc;

use waybill_formats::hdf5::{Storage, parse};
use waybill_formats::{Bytes, SubRange};

use super::Context;
use crate::{Dtype, Model, Tensor, TensorsError};

pub(super) fn read(bytes: &Bytes, context: &Context<'_>) -> Result<Model, TensorsError> {
    let facts = parse(bytes.as_ref(), context.limits)
        .ok_or_else(|| TensorsError::Broken("the file has no superblock of HDF5".to_owned()))?;
    let mut model = Model {
        format: "hdf5",
        ..Model::default()
    };
    for dataset in facts.datasets {
        let name = dataset.path.trim_start_matches('/').to_owned();
        let code = dataset.datatype.describe();
        let Some((dtype, big_endian)) = Dtype::of_numpy(&code) else {
            model.leave(&name, "a data set of texts or records");
            continue;
        };
        let refused = |reason: &str| TensorsError::Tensor {
            name: name.clone(),
            reason: reason.to_owned(),
        };
        let shape = dataset
            .shape
            .clone()
            .ok_or_else(|| refused("its shape cannot be read"))?;
        let source: Bytes = match &dataset.storage {
            Storage::Piece(extent) => Arc::new(SubRange::new(
                Arc::clone(bytes),
                extent.offset,
                extent.length,
            )),
            Storage::Absent if shape.contains(&0) => Arc::new(Vec::new()),
            Storage::Absent => {
                model.leave(&name, "a data set that was never written");
                continue;
            }
            Storage::Chunks { .. } => {
                return Err(refused(
                    "it stands in chunks; `h5repack -l CONTI` of the HDF5 tools writes it in one piece",
                ));
            }
            Storage::External(_) | Storage::Virtual(_) => {
                return Err(refused(
                    "its numbers stand in other files, which are not followed",
                ));
            }
        };
        model.add(Tensor {
            name,
            dtype,
            shape,
            source,
            offset: 0,
            strides: None,
            big_endian,
        });
    }
    for attribute in facts.attributes {
        let owner = attribute.owner.trim_matches('/');
        let path = match owner {
            "" => attribute.name,
            owner => format!("{owner}.{}", attribute.name),
        };
        model.leave(&path, "an attribute");
    }
    for link in facts.links.iter().filter(|link| link.file.is_some()) {
        model.leave(
            link.path.trim_start_matches('/'),
            "a link into another file",
        );
    }
    if let Some(problem) = facts.problems.first().filter(|_| model.tensors.is_empty()) {
        return Err(TensorsError::Broken(format!(
            "the file breaks its format at byte {}",
            problem.offset
        )));
    }
    Ok(model)
}
