//! How much of a known application an inventory finds, beside other tools in the same run, and what
//! it costs on trees and bills of all sizes.

mod bill;
mod large;
mod sample;
mod truth;

use anyhow::Result;

use super::{bars::Bars, material::Material};

pub(super) fn measure(material: &Material<'_>, bars: &mut Bars) -> Result<()> {
    sample::measure(material, bars)?;
    large::measure_all(material, bars)
}
