//! The names that pickles may import: from which packages, in which versions, how many.

use std::fmt::Write as _;

use super::Page;

pub(super) fn page() -> Page {
    let mut body = String::from(
        "A name that a pickle imports is *known good* only if module and name stand in these lists, exactly, and \
         what the pickle does with it (number of arguments, shape of the state) is what the package itself writes. \
         Everything else is *known harmful* or *unknown*. `waybill.toml` can add names.\n\n\
         | package | versions | names |\n|---|---|---:|\n",
    );
    let mut total = 0;
    for package in waybill_engine::known_globals() {
        total += package.count;
        let versions = package.versions.join(", ");
        let _ = writeln!(
            body,
            "| {} | {versions} | {} |",
            package.name, package.count
        );
    }
    let _ = writeln!(body, "| all | | {total} |");
    Page::reference("known-globals", "Known globals", &body)
}
