//! Rust: `Cargo.lock` and `Cargo.toml`.

mod lock;
mod manifest;

#[cfg(test)]
mod tests;

pub use lock::cargo_lock;
pub use manifest::cargo_toml;
