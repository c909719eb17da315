//! The bars and what was measured against them.

use std::fmt::Display;

use crate::{row, tables::columns};

/// Everything that was judged in this run.
#[derive(Default)]
pub(super) struct Bars(Vec<Bar>);

struct Bar {
    name: String,
    measured: String,
    wanted: String,
    holds: bool,
}

impl Bars {
    /// Records a bar.
    pub(super) fn judge(
        &mut self,
        name: impl Into<String>,
        measured: impl Display,
        wanted: impl Display,
        holds: bool,
    ) {
        self.0.push(Bar {
            name: name.into(),
            measured: measured.to_string(),
            wanted: wanted.to_string(),
            holds,
        });
    }

    /// Records a bar that a figure has to stay at or below.
    pub(super) fn at_most(
        &mut self,
        name: impl Into<String>,
        measured: f64,
        at_most: f64,
        unit: &str,
    ) {
        let holds = measured <= at_most;
        self.judge(
            name,
            format!("{measured:.2}{unit}"),
            format!("at most {at_most}{unit}"),
            holds,
        );
    }

    pub(super) fn table(&self) -> String {
        let mut rows = vec![row!["", "bar", "measured", "wanted"]];
        for bar in &self.0 {
            let mark = if bar.holds { "holds" } else { "MISSED" };
            rows.push(row![mark, bar.name, bar.measured, bar.wanted]);
        }
        columns(&rows)
    }

    pub(super) fn hold(&self) -> bool {
        self.0.iter().all(|bar| bar.holds)
    }
}
