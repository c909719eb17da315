//! Operating systems: what they are, and the packages installed in them.

mod apk;
mod dpkg;
mod os_release;
mod rpm_manifest;

#[cfg(test)]
mod tests;

pub use apk::apk_installed;
pub use dpkg::dpkg_status;
pub use os_release::os_release;
pub use rpm_manifest::rpm_manifest;
