use waybill_report::{Format, Options, render};

use crate::samples;

crate::snapshots_of_all_samples!(Format::Text);

fn with(options: Options) -> String {
    render(&samples::hostile(), samples::RULES, Format::Text, &options)
        .unwrap_or_else(|error| error.to_string())
}

#[test]
fn narrow_and_verbose() {
    insta::assert_snapshot!(with(Options {
        width: 50,
        verbose: true,
        ..Options::default()
    }));
}

#[test]
fn wide() {
    insta::assert_snapshot!(with(Options {
        width: 120,
        ..Options::default()
    }));
}

#[test]
fn colour_only_decorates() {
    let plain = with(Options::default());
    let coloured = with(Options {
        colour: true,
        ..Options::default()
    });
    assert_ne!(plain, coloured);
    let mut stripped = String::new();
    let mut pieces = coloured.split('\u{1b}');
    stripped.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        stripped.push_str(piece.split_once('m').unwrap().1);
    }
    assert_eq!(plain, stripped);
}

#[test]
fn lines_keep_to_the_width() {
    use unicode_width::UnicodeWidthStr as _;
    for width in [40, 80, 120] {
        let text = with(Options {
            width,
            ..Options::default()
        });
        for line in text.lines().filter(|line| !line.starts_with("totals")) {
            assert!(line.width() <= width, "{line}");
        }
    }
}
