//! Standard output for data, standard error for talk.

use std::io::{IsTerminal as _, Write as _};

use waybill_engine::{AdvisoriesError, ConfigError};
use waybill_report::{Options, neutral};

/// Prints why nothing came of it.
pub(crate) fn complain(error: &anyhow::Error) {
    let causes: Vec<String> = error
        .chain()
        .map(|cause| {
            let text = cause.to_string();
            if cause.is::<ConfigError>() || cause.is::<AdvisoriesError>() {
                // Shows the lines or records at fault below the message.
                text.lines().map(neutral).collect::<Vec<_>>().join("\n")
            } else {
                neutral(&text).into_owned()
            }
        })
        .collect();
    let _ = writeln!(anstream::stderr(), "error: failed to {}", causes.join(": "));
}

/// Says something that is not data.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// True if people look at standard output and want colours.
pub(crate) fn colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// How texts are shaped for standard output.
pub(crate) fn options(verbose: bool) -> Options {
    Options {
        colour: colour(),
        width: width(),
        verbose,
    }
}

/// Columns of the terminal, 80 where there is none.
pub(crate) fn width() -> usize {
    match terminal_size::terminal_size() {
        Some((terminal_size::Width(columns), _)) if std::io::stdout().is_terminal() => {
            usize::from(columns).clamp(40, 160)
        }
        _ => 80,
    }
}
