//! The one table of exit codes.

use anyhow::{Context as _, Result};

use super::{Page, documented};
use crate::workspace::Workspace;

const SOURCE: &str = "crates/domain/src/exit.rs";

pub(super) fn page(workspace: &Workspace) -> Result<Page> {
    let mut body = String::from(
        "The same for every verb. Incomplete is never 0. Where several apply the order is 2, 1, 4, 3. \
         `--fail-on reject` makes 1 of a rejection only.\n\n| code | name | when |\n|---:|---|---|\n",
    );
    for variant in documented::members(&workspace.read(SOURCE)?, "pub enum ExitCode {") {
        let code = variant.value.context("find the number of an exit code")?;
        let name = variant.name.to_lowercase();
        body.push_str(&format!("| {code} | {name} | {} |\n", variant.says));
    }
    body.push_str(
        "\nA target that cannot be opened is 2. A file inside a directory that cannot be read is not \
         examined: 4. An empty file is inert. A directory without files is 3.\n\n\
         For `bom check` and `bom verify` 1 means that the bill does not hold, as a file that is no bill \
         does not; a bill that exceeds a limit is 4. `bom diff` ends with 0 whatever it finds.\n",
    );
    Ok(Page::reference("exit-codes", "Exit codes", &body))
}
