//! The names that pickles may import: from which packages, in which versions, how many.

use super::Page;

pub(super) fn page() -> Page {
    Page::reference("known-globals", "Known globals", "")
}
