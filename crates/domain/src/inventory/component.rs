use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    DatasetFacts, Field, HostedFacts, ModelFacts, ServiceFacts, Standing, Statement, SupplierId,
};

/// Identifies a component within an inventory, the same on every run over the same tree: its
/// purl if it has one, else `<role>:<path or name>`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ComponentId(pub String);

impl ComponentId {
    /// The id that stands for the system itself.
    #[must_use]
    pub fn subject() -> Self {
        Self("subject".to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ComponentId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.0)
    }
}

/// What a component is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A model whose weights one can hold: in the tree, or on a hub.
    Model,
    /// An adapter (LoRA and its kin) to a model.
    Adapter,
    /// A model that somebody else runs behind an API.
    HostedModel,
    /// A data set, in the tree, on a hub or behind a URL.
    Dataset,
    /// A data set or benchmark used to evaluate.
    EvaluationSet,
    /// A software package of a language's ecosystem.
    Library,
    /// A program, for instance one fetched by a workflow.
    Application,
    /// A package of an operating system.
    SystemPackage,
    /// An operating system.
    OperatingSystem,
    /// A container image.
    Container,
    /// A step of a CI workflow that comes from elsewhere.
    WorkflowAction,
    /// A plug-in that an infrastructure tool downloads, for instance a Terraform provider.
    InfrastructurePlugin,
    /// A service reached over the network.
    Service,
    /// A store of embeddings.
    VectorStore,
    /// An MCP server or another tool that an agent may call.
    AgentTool,
    /// Text that instructs a model.
    Prompt,
    /// The template that turns a conversation into a model's input.
    ChatTemplate,
    /// Standing instructions to an agent: rules, skills.
    AgentInstructions,
    /// Something that checks what goes into or comes out of a model.
    Guardrail,
    /// A notebook, script or other part of the tree that is a component by itself.
    File,
    /// A machine or device.
    Machine,
}

impl Role {
    /// Every role, in the order in which views group them.
    pub const ALL: [Self; 21] = [
        Self::Model,
        Self::Adapter,
        Self::HostedModel,
        Self::Dataset,
        Self::EvaluationSet,
        Self::Prompt,
        Self::ChatTemplate,
        Self::AgentInstructions,
        Self::AgentTool,
        Self::Guardrail,
        Self::VectorStore,
        Self::Service,
        Self::Container,
        Self::Library,
        Self::Application,
        Self::SystemPackage,
        Self::OperatingSystem,
        Self::WorkflowAction,
        Self::InfrastructurePlugin,
        Self::File,
        Self::Machine,
    ];

    /// The word used in every output, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Adapter => "adapter",
            Self::HostedModel => "hosted-model",
            Self::Dataset => "dataset",
            Self::EvaluationSet => "evaluation-set",
            Self::Library => "library",
            Self::Application => "application",
            Self::SystemPackage => "system-package",
            Self::OperatingSystem => "operating-system",
            Self::Container => "container",
            Self::WorkflowAction => "workflow-action",
            Self::InfrastructurePlugin => "infrastructure-plugin",
            Self::Service => "service",
            Self::VectorStore => "vector-store",
            Self::AgentTool => "agent-tool",
            Self::Prompt => "prompt",
            Self::ChatTemplate => "chat-template",
            Self::AgentInstructions => "agent-instructions",
            Self::Guardrail => "guardrail",
            Self::File => "file",
            Self::Machine => "machine",
        }
    }
}

/// How firmly the version that will be used is fixed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Pin {
    /// To a digest of the content: a commit id, `sha256:`, a lock file's hash, bytes in the tree.
    Digest,
    /// To a name that its owner could move: a tag, a branch other than the default, a version
    /// without a hash, a dated snapshot of a hosted model.
    Name,
    /// Whatever is newest: no version, a range, `latest`, `main`.
    Floating,
}

impl Pin {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Name => "name",
            Self::Floating => "floating",
        }
    }
}

/// When a component is needed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// When the system runs.
    Runtime,
    /// Only where the user asks for it: extras, optional dependencies.
    Optional,
    /// To develop or test it.
    Development,
    /// To build it.
    Build,
}

/// A place in the tree where a component was seen.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Occurrence {
    /// Path relative to the target, with `/`; a member of an archive or a layer follows `!/`.
    pub path: String,
    /// Line from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What stands there in a few words: the function called, the key of a configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
}

impl Occurrence {
    /// A place given by path and line.
    #[must_use]
    pub fn at(path: impl Into<String>, line: Option<u32>) -> Self {
        Self {
            path: path.into(),
            line,
            ..Self::default()
        }
    }
}

/// Where a licence statement stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LicenceSource {
    /// A model card or data set card.
    Card,
    /// The text of a licence file.
    File,
    /// Metadata of a package, a model's own header included.
    Metadata,
    /// Another bill.
    Bill,
}

/// A licence as one source states it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Licence {
    /// A valid SPDX licence expression; `None` if the statement could not be read as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// As it was written, if that is not the expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// What kind of thing says so.
    pub source: LicenceSource,
    /// How it is known.
    pub standing: Standing,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<Occurrence>,
}

/// A digest of a component's bytes.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Hash {
    /// IANA textual name in lowercase: `sha-256`, `sha-512`, `sha-1`, `md5`, `blake2b-256`, `blake3`.
    pub algorithm: String,
    /// Lowercase hexadecimal digits.
    pub value: String,
    /// Observed if Waybill computed it, claimed if a lock file or a card says so.
    pub standing: Standing,
}

/// What a link leads to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceKind {
    /// The project's page.
    Website,
    /// Its repository.
    Vcs,
    /// Where its bytes are downloaded.
    Distribution,
    /// Its documentation, a paper included.
    Documentation,
    /// Its model card.
    ModelCard,
    /// Its licence text.
    Licence,
    /// Another bill about it.
    Bill,
    /// A security contact by RFC 9116.
    SecurityContact,
    /// Anything else.
    Other,
}

/// A link.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Reference {
    /// What it leads to.
    pub kind: ReferenceKind,
    /// An absolute URL without user name or password.
    pub url: String,
}

/// An entry of the inventory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Its id.
    pub id: ComponentId,
    /// What it is.
    pub role: Role,
    /// Its name, without the namespace.
    pub name: String,
    /// The name's owner where names are owned: organisation of a hub, scope of npm, group of Maven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Exact version, tag or revision. Never a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The constraint as written, if it is not an exact version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// How firmly the version is fixed; `None` where nothing could be fixed (a prompt in the tree).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// Package URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    /// Path of a local artifact or folder, relative to the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Who supplies it; `None` is a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<SupplierId>,
    /// What is said about its licence, by whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<Licence>,
    /// Digests of its bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash>,
    /// What it is, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// People or organisations named as authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Copyright line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright: Option<String>,
    /// True if the system names it itself, false if it came in with something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// When it is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// True if its use switches on code that comes with it (`trust_remote_code`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_code: Option<bool>,
    /// Date of release, RFC 3339, as somebody states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
    /// Where it was seen. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occurrences: Vec<Occurrence>,
    /// How each fact is known. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Links. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Facts of a model or an adapter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Box<ModelFacts>>,
    /// Facts of a data set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<Box<DatasetFacts>>,
    /// Facts of a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Box<ServiceFacts>>,
    /// Facts of a hosted model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosted: Option<Box<HostedFacts>>,
    /// Whatever else is worth saying, by a dotted lowercase name: `format`, `size.bytes`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
}

impl Component {
    /// A component of which only identity is known.
    #[must_use]
    pub fn new(id: ComponentId, role: Role, name: impl Into<String>) -> Self {
        Self {
            id,
            role,
            name: name.into(),
            namespace: None,
            version: None,
            requirement: None,
            pin: None,
            purl: None,
            path: None,
            supplier: None,
            licences: Vec::new(),
            hashes: Vec::new(),
            description: None,
            authors: Vec::new(),
            copyright: None,
            direct: None,
            scope: None,
            remote_code: None,
            released: None,
            occurrences: Vec::new(),
            statements: Vec::new(),
            references: Vec::new(),
            model: None,
            dataset: None,
            service: None,
            hosted: None,
            properties: BTreeMap::new(),
        }
    }

    /// Name with its namespace, as people write it: `google/gemma-2b`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Records who says what about a fact; keeps the statements sorted and each one once.
    pub fn state(
        &mut self,
        field: Field,
        value: impl Into<String>,
        standing: Standing,
        by: impl Into<String>,
        occurrence: Option<Occurrence>,
    ) {
        let statement = Statement {
            field,
            value: value.into(),
            standing,
            by: by.into(),
            occurrence,
        };
        if let Err(at) = self.statements.binary_search(&statement) {
            self.statements.insert(at, statement);
        }
    }

    /// Records where it was seen; keeps the places sorted and each one once.
    pub fn seen(&mut self, occurrence: Occurrence) {
        if let Err(at) = self.occurrences.binary_search(&occurrence) {
            self.occurrences.insert(at, occurrence);
        }
    }

    /// The model's facts, made if there are none yet.
    pub fn model_mut(&mut self) -> &mut ModelFacts {
        self.model.get_or_insert_default()
    }

    /// The data set's facts, made if there are none yet.
    pub fn dataset_mut(&mut self) -> &mut DatasetFacts {
        self.dataset.get_or_insert_default()
    }
}
