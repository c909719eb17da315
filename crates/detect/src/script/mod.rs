//! Rules over scripts: the commands of shells, wherever they stand, and JavaScript.

pub(crate) mod credential_theft;
pub(crate) mod decoded_code;
pub(crate) mod destruction;
mod harm;
pub(crate) mod javascript;
pub(crate) mod judged;
pub(crate) mod not_followed;
pub(crate) mod notebook_output;
mod package;
pub(crate) mod package_install;
pub(crate) mod persistence;
mod reach;
pub(crate) mod remote_shell;
mod runs;
pub(crate) mod shown;
mod stays;
pub(crate) mod system_tampering;
pub(crate) mod told;
mod words;
