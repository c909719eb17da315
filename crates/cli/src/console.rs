//! Standard output for data, standard error for talk.

use std::io::{IsTerminal as _, Write as _};

/// Prints why nothing came of it.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut text = String::new();
    for (index, cause) in error.chain().enumerate() {
        let cause = cause.to_string();
        if index > 0 {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    let _ = writeln!(
        anstream::stderr(),
        "error: failed to {}",
        waybill_report::neutral(&text)
    );
}

/// Says something that is not data.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// True if people look at standard output and want colours.
pub(crate) fn colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
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
