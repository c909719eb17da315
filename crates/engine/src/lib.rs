//! The use cases of Waybill as verbs, one file each.
//!
//! This crate opens what is examined and nothing else: no network, no clock, no environment.
#![expect(
    clippy::disallowed_methods,
    reason = "opening artifacts by path is this crate's job"
)]

mod advisories;
mod attest;
mod bill;
mod bytes;
mod compare;
mod convert;
mod digest;
mod disarm;
mod error;
mod example;
mod inventory;
mod join;
mod keys;
mod known;
mod limits;
mod lineage;
mod matched;
mod open;
mod policy;
mod reproduce;
mod requirements;
mod retrieval;
mod rewrite;
mod scan;
mod scratch;
mod selftest;
mod settled;
mod shards;
mod sign;
mod signing;
mod steps;
mod totals;
mod trace;
mod verify;
mod vex;
mod walk;
mod yara;

pub use advisories::{
    AdvisoriesError, AdvisoryStore, ExportRequest, Exported, ImportRequest, Imported, MAX_AGE_DAYS,
    Trust, UpdateRequest, Updated, advisory_status, export_advisories, import_advisories,
    match_advisories, show_advisory, update_advisories,
};
pub use attest::{
    Described, Making, Tested, approved, billed, describe, describe_material, model_name,
    provenance, scanned, signed_statement, tested, verified,
};
pub use bill::{
    BillFailure, BillFormat, check_bill, convert_bill, diff_bills, merge_bills, read_bill,
    verify_bill, write_bill,
};
pub use compare::{CompareFailure, CompareRequest, compare};
pub use convert::{ConvertRequest, convert};
pub use disarm::{DisarmRequest, bits_of_single, disarm};
pub use error::ScanError;
pub use example::write_example;
pub use inventory::{InventoryRequest, inventory};
pub use join::Joining;
pub use keys::{
    KeyFile, KeyFileError, PrivateKey, PublicKey, generate_key, parse_private_key,
    private_key_text, read_certificates, read_private_key, read_public_key, read_registry_keys,
    read_revoked, read_trust_root,
};
pub use known::known_components;
pub use limits::{LIMITS, LimitInfo, with_limits};
pub use lineage::{
    AddModelRequest, LineageFailure, TraceModelRequest, add_model, holds_model, trace_model,
};
pub use matched::{Noticed, note_matches, with_vulnerabilities};
pub use reproduce::{
    ReproduceFailure, ReproduceRequest, Reproducible, StatementTrust, copy_tree, plan_reproduction,
};
pub use requirements::{Requirements, RequirementsError};
pub use retrieval::{ExpectedIdentity, RetrievalFailure, RetrievalRequest, retrieval};
pub use rewrite::RewriteFailure;
pub use scan::{Judgement, Progress, Request, Silent, Target, scan, tool};
pub use scratch::InFiles;
pub use selftest::{ClassResult, SelftestMiss, SelftestReport, selftest};
pub use settled::settle;
pub use sign::{SignRequest, SignedModel, sign};
pub use signing::SigningError;
pub use steps::{Done, OwnStep, state_conversion, state_disarming};
pub use trace::{TraceLine, trace};
pub use verify::{ModelTrust, Required, VerifyRequest, verify};
pub use vex::{VexFailure, about_finding, add_statement, read_all_vex, read_vex, write_vex};
pub use walk::Walked;
pub use waybill_attest::{
    Algorithm as KeyAlgorithm, Certificate, KeyError, RegistryKeys, Revoked, SignError, Signer,
    Statement, StatementKind, Subject, TrustRoot, manifest::FileHash, moment,
};
pub use yara::YaraRules;

pub use policy::{
    Changed, CheckFailure, Comparison, check_facts, compare_policies, read_facts, read_report,
};
pub use waybill_inventory::bill::{
    Author, Converted, Lifecycle, Merged, ReadBill, Whole, WriteOptions,
};
pub use waybill_inventory::spdx::{Gap, Written};
pub use waybill_policy::{
    BUILT_IN, Baseline, BuiltIn, CaseOutcome, CaseResults, Config, ConfigError, ConfigLine, Engine,
    Exceptions, ExceptionsError, Ledger, MOST_DAYS, PolicyChoice, PolicyError, PolicyFault,
    PolicyFile, RuleSummary, config_lines, run_cases, summaries,
};

use waybill_domain::RuleInfo;

/// What every rule says about itself, in the order of the reference.
#[must_use]
pub fn rules() -> Vec<&'static RuleInfo> {
    let of_artifacts = waybill_detect::RULES.iter().map(|rule| &rule.info);
    let of_inventories = waybill_inventory::RULES.iter().map(|rule| &rule.info);
    of_artifacts
        .chain(of_inventories)
        .chain(waybill_advisories::RULES)
        .collect()
}

/// What is known about global names, for the reference pages: package, versions it was drawn
/// from, number of names.
pub fn known_globals() -> impl Iterator<Item = &'static waybill_knowledge::Package> {
    waybill_knowledge::Globals::embedded().packages()
}
