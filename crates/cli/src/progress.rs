use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use waybill_engine::Progress;

/// Bytes below which a scan is over before a bar could be read.
const WORTH_SHOWING_BYTES: u64 = 256 << 20;

/// A bar on standard error; nothing where that is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(
            "{bar:30} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left",
        ) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn found(&self, _artifacts: u64, bytes: u64) {
        self.0.set_length(bytes);
        if bytes > WORTH_SHOWING_BYTES {
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
