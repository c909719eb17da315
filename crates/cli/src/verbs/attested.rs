//! A statement beside what a verb writes.

use anyhow::{Context as _, anyhow};
use waybill_domain::Date;
use waybill_engine::{Done, Signer, Statement};

use crate::arguments::AttestedArguments;
use crate::{clock, console, output, secret};

/// All that a statement needs before the work, so that nothing is done in vain.
pub(crate) struct Attesting<'a> {
    arguments: &'a AttestedArguments,
    signer: Box<dyn Signer>,
    started: String,
}

impl<'a> Attesting<'a> {
    /// `None` if no statement is asked for.
    pub(crate) fn begin(arguments: &'a AttestedArguments) -> anyhow::Result<Option<Self>> {
        let Some(file) = &arguments.attest else {
            return Ok(None);
        };
        output::check(file)?;
        Ok(Some(Self {
            arguments,
            signer: secret::signer(&arguments.key())?,
            started: now(arguments)?,
        }))
    }

    /// Signs and writes what `state` makes.
    pub(crate) fn end(self, state: impl FnOnce(&Done) -> Statement) -> anyhow::Result<()> {
        let statement = state(&Done {
            started: self.started,
            finished: now(self.arguments)?,
            builder: self.arguments.builder.clone(),
        });
        let text = statement.sign(self.signer.as_ref())?.to_line()? + "\n";
        if let Some(file) = &self.arguments.attest {
            if let Some(staged) = output::stage(file, &text)? {
                staged.persist()?;
            }
            console::say(&waybill_report::neutral(&format!(
                "stated in `{}` how it was made",
                file.display()
            )));
        }
        Ok(())
    }
}

fn now(arguments: &AttestedArguments) -> anyhow::Result<String> {
    match &arguments.timestamp {
        Some(time) => {
            Date::of_time(time).with_context(|| format!("use the time `{time}`"))?;
            Ok(time.clone())
        }
        None => clock::now().ok_or_else(|| {
            anyhow!("tell the time: the clock stands before 1970; --timestamp names one")
        }),
    }
}
