//! Facts documents: what the policy of each gate judges, as typed, pure data.
//!
//! They are read from JSON or built from what a verb found. An expression of a policy sees them
//! through [`Record`] and [`Value`]; `docs/reference/policy-facts.md` is made from the same.

mod parts;
mod shape;

pub use parts::{
    Answer, ArtifactFacts, BillFacts, ComponentFacts, DatasetFacts, FeedFacts, FindingFacts,
    ImageFacts, MatchFacts, MatchKind, SignatureFacts, Signed, SupplierFacts, WorkloadFacts,
};
pub use shape::{Facts, FieldInfo, Record, Sequence, Shape, Value};

use serde::{Deserialize, Serialize};

use crate::Gate;
use shape::{Recorded, facts};

facts! {
    /// An artifact is about to be used: what a scan says of it.
    ScanFacts as "scan", called |facts| facts.artifact.path.clone();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// The artifact.
    artifact: ArtifactFacts = ArtifactFacts::default(),
    /// What the rules saw.
    findings: Vec<FindingFacts> = Vec::new(),
    /// Advisories about the artifact itself.
    matches: Vec<MatchFacts> = Vec::new(),
    /// The feeds of advisories that were asked.
    feeds: Vec<FeedFacts> = Vec::new(),
}

facts! {
    /// A bill was handed over.
    BillGateFacts as "bill gate", called |facts| facts.bill.name.clone();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// The bill.
    bill: BillFacts = BillFacts::default(),
    /// Its entries.
    components: Vec<ComponentFacts> = Vec::new(),
    /// What the rules saw.
    findings: Vec<FindingFacts> = Vec::new(),
}

facts! {
    /// A signature was verified, or was missing.
    SignatureGateFacts as "signature gate", called |facts| facts.artifact.path.clone();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// What is signed.
    artifact: ArtifactFacts = ArtifactFacts::default(),
    /// The signature.
    signature: SignatureFacts = SignatureFacts::default(),
}

facts! {
    /// Components were matched against advisories.
    AdvisoryFacts as "advisory gate", called |_| "the system".to_owned();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// The components.
    components: Vec<ComponentFacts> = Vec::new(),
    /// The advisories that match them.
    matches: Vec<MatchFacts> = Vec::new(),
    /// The feeds that were asked.
    feeds: Vec<FeedFacts> = Vec::new(),
}

facts! {
    /// A supplier's components are about to be used.
    SupplierGateFacts as "supplier gate", called |facts| facts.supplier.name.clone();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// The supplier.
    supplier: SupplierFacts = SupplierFacts::default(),
    /// What it supplies.
    components: Vec<ComponentFacts> = Vec::new(),
}

facts! {
    /// A data set is about to be used for training or evaluation.
    DataFacts as "data gate", called |facts| facts.dataset.id.clone();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// The data set.
    dataset: DatasetFacts = DatasetFacts::default(),
    /// What the rules saw.
    findings: Vec<FindingFacts> = Vec::new(),
}

facts! {
    /// A workload is about to be deployed.
    DeploymentFacts as "deployment gate", called |facts| facts.workload.name.clone();
    /// Today's date, `YYYY-MM-DD`.
    today: String = String::new(),
    /// The workload.
    workload: WorkloadFacts = WorkloadFacts::default(),
    /// The images that it uses.
    images: Vec<ImageFacts> = Vec::new(),
    /// Models and other artifacts that it loads.
    artifacts: Vec<ArtifactFacts> = Vec::new(),
    /// Advisories that match what it runs.
    matches: Vec<MatchFacts> = Vec::new(),
    /// What the rules saw.
    findings: Vec<FindingFacts> = Vec::new(),
}

/// The facts of one decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GateFacts {
    /// For [`Gate::Scan`].
    Scan(Box<ScanFacts>),
    /// For [`Gate::Bill`].
    Bill(Box<BillGateFacts>),
    /// For [`Gate::Signature`].
    Signature(Box<SignatureGateFacts>),
    /// For [`Gate::Advisory`].
    Advisory(Box<AdvisoryFacts>),
    /// For [`Gate::Supplier`].
    Supplier(Box<SupplierGateFacts>),
    /// For [`Gate::Data`].
    Data(Box<DataFacts>),
    /// For [`Gate::Deployment`].
    Deployment(Box<DeploymentFacts>),
}

impl GateFacts {
    /// Reads the facts of a gate; fields that the gate does not know are refused.
    ///
    /// # Errors
    /// The reader's, naming the field.
    pub fn read<'de, D: serde::Deserializer<'de>>(gate: Gate, reader: D) -> Result<Self, D::Error> {
        Ok(match gate {
            Gate::Scan => Self::Scan(Deserialize::deserialize(reader)?),
            Gate::Bill => Self::Bill(Deserialize::deserialize(reader)?),
            Gate::Signature => Self::Signature(Deserialize::deserialize(reader)?),
            Gate::Advisory => Self::Advisory(Deserialize::deserialize(reader)?),
            Gate::Supplier => Self::Supplier(Deserialize::deserialize(reader)?),
            Gate::Data => Self::Data(Deserialize::deserialize(reader)?),
            Gate::Deployment => Self::Deployment(Deserialize::deserialize(reader)?),
        })
    }

    /// The gate that they are for.
    #[must_use]
    pub const fn gate(&self) -> Gate {
        match self {
            Self::Scan(_) => Gate::Scan,
            Self::Bill(_) => Gate::Bill,
            Self::Signature(_) => Gate::Signature,
            Self::Advisory(_) => Gate::Advisory,
            Self::Supplier(_) => Gate::Supplier,
            Self::Data(_) => Gate::Data,
            Self::Deployment(_) => Gate::Deployment,
        }
    }

    /// As an expression sees them.
    #[must_use]
    pub fn facts(&self) -> &dyn Facts {
        match self {
            Self::Scan(facts) => facts.as_ref(),
            Self::Bill(facts) => facts.as_ref(),
            Self::Signature(facts) => facts.as_ref(),
            Self::Advisory(facts) => facts.as_ref(),
            Self::Supplier(facts) => facts.as_ref(),
            Self::Data(facts) => facts.as_ref(),
            Self::Deployment(facts) => facts.as_ref(),
        }
    }

    /// The field that holds today's date.
    pub fn today_mut(&mut self) -> &mut String {
        match self {
            Self::Scan(facts) => &mut facts.today,
            Self::Bill(facts) => &mut facts.today,
            Self::Signature(facts) => &mut facts.today,
            Self::Advisory(facts) => &mut facts.today,
            Self::Supplier(facts) => &mut facts.today,
            Self::Data(facts) => &mut facts.today,
            Self::Deployment(facts) => &mut facts.today,
        }
    }
}

impl Gate {
    /// What the facts of this gate are.
    #[must_use]
    pub const fn record(self) -> &'static Record {
        match self {
            Self::Scan => ScanFacts::RECORD,
            Self::Bill => BillGateFacts::RECORD,
            Self::Signature => SignatureGateFacts::RECORD,
            Self::Advisory => AdvisoryFacts::RECORD,
            Self::Supplier => SupplierGateFacts::RECORD,
            Self::Data => DataFacts::RECORD,
            Self::Deployment => DeploymentFacts::RECORD,
        }
    }
}
