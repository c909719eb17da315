use std::path::{Path, PathBuf};

use waybill_domain::{DisarmingBits, DisarmingMethod, ExitCode};
use waybill_engine::{DisarmRequest, disarm, state_disarming, with_limits};
use waybill_report::{disarming, pretty_json};

use super::attested::Attesting;
use super::scan::read_config;
use crate::arguments::{BitsArgument, CastArgument, DisarmArguments, FloatArgument, TextOrJson};
use crate::{console, output};

/// Low bits that are made anew unless others are asked for: seven bits
/// of precision are left, as in bf16.
const BITS: u32 = 16;

pub(crate) fn run(arguments: &DisarmArguments) -> anyhow::Result<ExitCode> {
    let config = read_config(arguments.rewrite.config.as_deref())?;
    let beside = || beside(&arguments.source);
    let attesting = Attesting::begin(&arguments.attested)?;
    let disarmed = disarm(&DisarmRequest {
        source: arguments.source.clone(),
        output: arguments.output.clone().unwrap_or_else(beside),
        replace: arguments.rewrite.force,
        method: method(arguments),
        limits: with_limits(&config.limits)?,
    })?;
    if let Some(attesting) = attesting {
        attesting.end(|done| state_disarming(&disarmed, done))?;
    }
    let text = match arguments.rewrite.format {
        TextOrJson::Json => pretty_json(&disarmed)?,
        TextOrJson::Text => disarming(&disarmed, &console::options(arguments.rewrite.verbose)),
    };
    output::print(&text)?;
    Ok(ExitCode::Admitted)
}

/// `model.safetensors` becomes `model.disarmed.safetensors`.
fn beside(source: &Path) -> PathBuf {
    let ending = source.extension().unwrap_or_default().to_string_lossy();
    let ending = match ending.as_ref() {
        "" => "disarmed".to_owned(),
        ending => format!("disarmed.{ending}"),
    };
    source.with_extension(ending)
}

fn method(arguments: &DisarmArguments) -> DisarmingMethod {
    DisarmingMethod {
        bits: bits(&arguments.bits),
        cast: arguments.cast.map(|cast| {
            let name = match cast {
                CastArgument::F16 => "f16",
                CastArgument::Bf16 => "bf16",
            };
            name.to_owned()
        }),
        prune_values: arguments.prune,
        prune_rows: arguments.prune_rows,
        seed: arguments.seed,
        keep: arguments.keep.clone(),
    }
}

/// What is said of one type counts before what is said of all.
fn bits(given: &[BitsArgument]) -> DisarmingBits {
    let all = given.iter().rev().find(|bits| bits.of.is_none());
    let all = all.map_or(BITS, |bits| bits.count);
    let of = |float, else_bits| {
        let one = given.iter().rev().find(|bits| bits.of == Some(float));
        one.map_or(else_bits, |bits| bits.count)
    };
    let bits = waybill_engine::bits_of_single(all);
    DisarmingBits {
        f64: of(FloatArgument::F64, bits.f64),
        f32: of(FloatArgument::F32, bits.f32),
        f16: of(FloatArgument::F16, bits.f16),
        bf16: of(FloatArgument::Bf16, bits.bf16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_type_counts_before_all() {
        let one = |of, count| BitsArgument { of, count };
        assert_eq!(
            bits(&[]),
            DisarmingBits {
                f64: 45,
                f32: 16,
                f16: 3,
                bf16: 0
            }
        );
        assert_eq!(
            bits(&[one(Some(FloatArgument::Bf16), 2), one(None, 12)]),
            DisarmingBits {
                f64: 41,
                f32: 12,
                f16: 0,
                bf16: 2
            }
        );
        assert_eq!(
            beside(Path::new("a/m.safetensors")),
            Path::new("a/m.disarmed.safetensors")
        );
        assert_eq!(beside(Path::new("m")), Path::new("m.disarmed"));
    }
}
