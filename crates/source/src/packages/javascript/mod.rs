//! JavaScript: `package.json`, `.npmrc` and the lock files of npm, Yarn, pnpm, Bun and Deno.

mod bun;
mod configuration;
mod deno;
mod manifest;
mod package_lock;
mod pnpm;
mod specifier;
mod yarn;

#[cfg(test)]
mod tests;

pub use bun::bun_lock;
pub use configuration::npm_configuration;
pub use deno::deno_lock;
pub use manifest::{installed_package, package_json};
pub use package_lock::package_lock;
pub use pnpm::{pnpm_lock, pnpm_workspace};
pub use yarn::yarn_lock;
