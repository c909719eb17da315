//! Whole outputs of every format for three reports: everything admitted, a hostile mix, nothing to
//! examine.

mod html;
mod inventories;
mod inventory;
mod json;
mod junit;
mod markdown;
mod samples;
mod sarif;
mod text;

use waybill_report::{Format, Options, render};

/// A sample in a format, with the options that most outputs are made with.
fn rendered(report: &waybill_domain::Report, format: Format) -> String {
    let options = Options::default();
    render(report, samples::RULES, format, &options).unwrap_or_else(|error| error.to_string())
}

/// A snapshot of each sample in the format.
macro_rules! snapshots_of_all_samples {
    ($format:expr) => {
        #[test]
        fn all_admitted() {
            insta::assert_snapshot!($crate::rendered(&$crate::samples::all_admitted(), $format));
        }

        #[test]
        fn hostile() {
            insta::assert_snapshot!($crate::rendered(&$crate::samples::hostile(), $format));
        }

        #[test]
        fn nothing() {
            insta::assert_snapshot!($crate::rendered(&$crate::samples::nothing(), $format));
        }
    };
}
use snapshots_of_all_samples;

/// Nothing that a person sees of an artifact may act on what shows it.
#[test]
fn no_output_holds_characters_that_act_or_hide() {
    for format in Format::ALL {
        let output = rendered(&samples::hostile(), format);
        for line in output.split('\n') {
            assert_eq!(waybill_report::neutral(line), line, "{format}");
        }
    }
}

#[test]
fn every_output_ends_with_one_line_end() {
    for report in [
        samples::all_admitted(),
        samples::hostile(),
        samples::nothing(),
    ] {
        for format in Format::ALL {
            let output = rendered(&report, format);
            assert!(output.ends_with('\n'), "{format}");
            assert!(!output.ends_with("\n\n"), "{format}");
        }
    }
}
