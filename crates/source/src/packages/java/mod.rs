//! Java: Maven's `pom.xml`, Gradle's lock files, build files and verification metadata.

mod gradle;
mod pom;
mod xml;

#[cfg(test)]
mod tests;

pub use gradle::{
    gradle_build, gradle_lockfile, gradle_verification_metadata, gradle_version_catalogue,
};
pub use pom::pom;
