//! How code uses models, data and services, and who runs the services: four tables.
//!
//! `calls.toml` says what a call of a library means, `constants.toml` what its constants stand
//! for, `hosts.toml` who answers at which host, `hosted.toml` which hosted models exist and until
//! when. Each is parsed when it is first asked
//! for. A table that does not parse is empty, and a test fails.

mod calls;
mod catalogue;
mod constants;
mod hosts;
mod pattern;
#[cfg(test)]
mod tests;

pub use calls::{CallTable, KnownCall, calls};
pub use catalogue::{Catalogue, KnownHosted, catalogue};
pub use constants::constant;
pub use hosts::{ApiHost, Hosts, KnownSupplier, hosts};

const CALLS: &str = include_str!("../../data/usage/calls.toml");
const CONSTANTS: &str = include_str!("../../data/usage/constants.toml");
const HOSTS: &str = include_str!("../../data/usage/hosts.toml");
const HOSTED: &str = include_str!("../../data/usage/hosted.toml");
