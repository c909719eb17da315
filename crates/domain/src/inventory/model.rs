use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known about a model, apart from its identity. Which of these facts are observed and
/// which are claimed stands in the component's statements.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModelFacts {
    /// What the bytes are: `safetensors`, `gguf`, `onnx`, `pickle`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Architecture family, for instance `llama` (`model_type` of a configuration).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Architecture, for instance `LlamaForCausalLM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// The task, in the hub's words: `text-generation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Library that loads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    /// Number of parameters, counted in the tensor tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_count: Option<u64>,
    /// Parameters by element type, counted in the tensor tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub element_types: BTreeMap<String, u64>,
    /// Quantisation: method and width, for instance `Q4_K_M`, `gptq 4 bit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantisation: Option<String>,
    /// Tokenizer class or model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokenizer: Option<String>,
    /// Number of tokens in the vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vocabulary_size: Option<u64>,
    /// Longest input, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u64>,
    /// `supervised`, `unsupervised`, `reinforcement-learning`, `semi-supervised` or `self-supervised`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approach: Option<String>,
    /// Formats or modalities that go in: `text`, `image`, ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// Formats or modalities that come out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
    /// Hyper-parameters of training or adaptation, by their own names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hyperparameters: BTreeMap<String, String>,
    /// Results of evaluations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Metric>,
    /// Languages, by their own codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Who is meant to use it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    /// What it is meant for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intended_uses: Vec<String>,
    /// What it is not meant for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub out_of_scope_uses: Vec<String>,
    /// Technical limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limitations: Vec<String>,
    /// Biases, risks and other ethical considerations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ethical_considerations: Vec<String>,
    /// What the card says about training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training: Option<String>,
    /// What was done to the data before training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preprocessing: Option<String>,
    /// Emissions of training in kilograms of CO2 equivalent, as claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emissions_kg: Option<String>,
    /// Energy of training in kilowatt hours, as claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_kwh: Option<String>,
    /// Hardware used for training, as claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
    /// Python files of the repository that the configuration tells a loader to import (`auto_map`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_code: Vec<String>,
    /// Version of the library that wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
}

/// One result of an evaluation.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Metric {
    /// What was measured: `accuracy`, `wer`.
    pub name: String,
    /// The value as written.
    pub value: String,
    /// The data set measured on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The part of it: split, group, configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice: Option<String>,
    /// Task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}
