//! The verbs, one file each.

pub(crate) mod advisories;
pub(crate) mod attest;
pub(crate) mod attested;
pub(crate) mod bom;
pub(crate) mod compare;
pub(crate) mod convert;
pub(crate) mod disarm;
pub(crate) mod exception;
pub(crate) mod explain;
pub(crate) mod inventory;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod policy;
mod policy_lines;
pub(crate) mod reproduce;
pub(crate) mod retrieval;
pub(crate) mod rules;
pub(crate) mod scan;
pub(crate) mod selftest;
pub(crate) mod sign;
pub(crate) mod verify;
pub(crate) mod vex;
