use std::path::Path;
use std::sync::Arc;

use waybill_detect::{AllowedNames, Context};
use waybill_formats::{Bytes, Limits};
use waybill_knowledge::Globals;

use crate::bytes::{FileBytes, open_at_once};
use crate::walk::target_error;
use crate::{InFiles, ScanError};

/// One step of what loading an artifact would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceLine {
    /// The member in which the step lies; empty for the artifact itself.
    pub member: String,
    /// Offset in bytes within the member.
    pub offset: u64,
    /// The step as pseudo-Python.
    pub step: String,
}

/// Executes the pickles of one file symbolically and hands each step to `line`. Returns how many
/// streams there were.
///
/// # Errors
/// [`ScanError::Target`] if the file cannot be opened.
pub fn trace(
    path: &Path,
    limits: &Limits,
    line: &mut dyn FnMut(TraceLine),
) -> Result<usize, ScanError> {
    let file = open_at_once(path).map_err(|error| target_error(path, &error))?;
    let metadata = file
        .metadata()
        .map_err(|error| target_error(path, &error))?;
    if !metadata.is_file() {
        return Err(target_error(
            path,
            &std::io::Error::other("not a regular file"),
        ));
    }
    let bytes: Bytes = Arc::new(FileBytes::new(file, metadata.len()));
    let context = Context {
        limits,
        globals: Globals::embedded(),
        allowed: &AllowedNames::new(),
        patterns: &[],
        scratch: &InFiles,
    };
    Ok(waybill_detect::trace(
        &bytes,
        &context,
        &mut |member, offset, step| {
            line(TraceLine {
                member: member.to_owned(),
                offset,
                step: step.to_owned(),
            });
        },
    ))
}
