//! Operators of graphs: those that runtimes bring, and those that do more than compute.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

const ONNX: &str = include_str!("../data/operators/onnx.list");
const TENSORFLOW: &str = include_str!("../data/operators/tensorflow.list");
const EFFECTS: &str = include_str!("../data/operators/effects.list");

const SPACY: &str = include_str!("../data/operators/spacy.list");

/// What the lists of operators are made of, for the digest of what is known.
pub(crate) const LISTS: [&str; 4] = [ONNX, TENSORFLOW, EFFECTS, SPACY];

/// What an operator does besides computing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorEffect {
    /// Calls Python.
    Python,
    /// Runs a command.
    Process,
    /// Touches files of the machine, which no model needs.
    File,
    /// Touches a file whose name it is given; models that hold their training do.
    Path,
    /// Reads or writes checkpoints, as every model that was saved does.
    Checkpoint,
    /// Fills a table from a file that belongs to the model.
    Table,
    /// Prints, to a file if told so.
    Print,
    /// Sends tensors where its attributes say.
    Debug,
    /// Reaches the network.
    Network,
    /// Runs compiled code.
    Native,
}

impl OperatorEffect {
    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "python" => Self::Python,
            "process" => Self::Process,
            "file" => Self::File,
            "path" => Self::Path,
            "checkpoint" => Self::Checkpoint,
            "table" => Self::Table,
            "print" => Self::Print,
            "debug" => Self::Debug,
            "network" => Self::Network,
            "native" => Self::Native,
            _ => return None,
        })
    }
}

/// A framework whose operators are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framework {
    /// ONNX and its runtimes.
    Onnx,
    /// TensorFlow.
    TensorFlow,
    /// PaddlePaddle.
    Paddle,
}

impl Framework {
    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "onnx" => Self::Onnx,
            "tensorflow" => Self::TensorFlow,
            "paddle" => Self::Paddle,
            _ => return None,
        })
    }
}

type Named = (Framework, &'static str);
type Does = (OperatorEffect, &'static str);
type Effects = HashMap<Named, Does>;

/// What the operator does besides computing, with a phrase that completes "it ..."; none if that
/// is nothing or not known. An operator of ONNX is known by its name, whatever its domain.
pub fn operator_effect(framework: Framework, name: &str) -> Option<(OperatorEffect, &'static str)> {
    static EFFECTS_BY_NAME: OnceLock<Effects> = OnceLock::new();
    let effects = EFFECTS_BY_NAME.get_or_init(|| lines(EFFECTS).filter_map(effect).collect());
    effects.get(&(framework, name)).copied()
}

/// True if `name` is an operator of TensorFlow itself.
pub fn is_tensorflow_operator(name: &str) -> bool {
    static LISTED: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| lines(TENSORFLOW).collect());
    listed.contains(name)
}

/// True if spaCy or a library of its project registers a function by that name, which has no version:
/// `spacy.Tok2Vec`.
pub fn is_spacy_function(name: &str) -> bool {
    static LISTED: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| lines(SPACY).collect());
    listed.contains(name)
}

/// True if `name` is an operator that the ONNX standard has, or had, in `domain`; the empty domain
/// is `ai.onnx`.
pub fn is_onnx_operator(domain: &str, name: &str) -> bool {
    static LISTED: OnceLock<HashSet<(&'static str, &'static str)>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| {
        let operators = lines(ONNX).filter_map(|line| line.split_once(' '));
        operators.collect()
    });
    let domain = if domain.is_empty() { "ai.onnx" } else { domain };
    listed.contains(&(domain, name))
}

fn effect(line: &'static str) -> Option<(Named, Does)> {
    let mut parts = line.split(" | ");
    let (framework, name) = parts.next()?.split_once(' ')?;
    let effect = OperatorEffect::of_word(parts.next()?)?;
    Some((
        (Framework::of_word(framework)?, name),
        (effect, parts.next()?),
    ))
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        for line in lines(EFFECTS) {
            assert!(effect(line).is_some(), "{line}");
        }
    }

    #[test]
    fn operators_are_known_by_name_and_domain() {
        assert!(is_onnx_operator("", "Conv") && is_onnx_operator("ai.onnx", "Conv"));
        assert!(is_onnx_operator("ai.onnx.ml", "TreeEnsembleRegressor"));
        assert!(!is_onnx_operator("", "TreeEnsembleRegressor"));
        assert!(is_spacy_function("spacy.Tok2Vec") && !is_spacy_function("spacy.Run"));
        assert!(is_tensorflow_operator("MatMul") && !is_tensorflow_operator("Conv"));
    }

    #[test]
    fn effects_are_told_in_words() {
        let python = Some((OperatorEffect::Python, "calls a Python function"));
        assert_eq!(operator_effect(Framework::TensorFlow, "PyFunc"), python);
        assert_eq!(operator_effect(Framework::Onnx, "PyFunc"), None);
    }
}
