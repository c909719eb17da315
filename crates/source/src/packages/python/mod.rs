//! Requirement files, lock files and installed metadata of Python and Conda.

mod conda;
mod configuration;
mod installed;
mod locks;
mod pdm;
mod pipfile;
mod pylock;
mod pyproject;
mod requirement;
mod requirements;
mod setup_cfg;
mod setup_script;
mod tools;

#[cfg(test)]
mod tests;

pub use conda::{conda_environment, conda_lock, conda_recipe, pixi_lock};
pub use configuration::pip_configuration;
pub use installed::{direct_url, metadata};
pub use locks::{poetry_lock, uv_lock};
pub use pdm::pdm_lock;
pub use pipfile::{pipfile, pipfile_lock};
pub use pylock::pylock;
pub use pyproject::pyproject;
pub use requirement::normalised;
pub use requirements::requirements;
pub use setup_cfg::setup_cfg;
pub use setup_script::setup_script;
