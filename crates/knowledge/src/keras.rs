//! The names of Keras and its libraries: classes and functions that only compute.
//!
//! Drawn from the source text of the versions that the list names by `harvest/keras_names.py`. What
//! runs code, loads files or calls what its configuration names is left out there.

use crate::globals::sorted;

/// Sorted lines: a name, and whether it is a class, a function or both.
pub(crate) const NAMES: &str = include_str!("../data/keras/names.list");

/// Packages whose modules hold those names.
const PACKAGES: [&str; 10] = [
    "keras",
    "keras_core",
    "keras_cv",
    "keras_hub",
    "keras_nlp",
    "tensorflow_addons",
    "tf_keras",
    "tensorflow.keras",
    "tensorflow.python.keras",
    "tf.keras",
];

/// Words before the `>` of names that those packages register.
const REGISTERED: [&str; 10] = [
    "Addons",
    "TensorFlowAddons",
    "keras",
    "keras_core",
    "keras_cv",
    "keras_hub",
    "keras_nlp",
    "keras_cv.layers",
    "keras_cv.models",
    "tf_keras",
];

/// True for a class of Keras or of one of its libraries.
#[must_use]
pub fn is_class(name: &str) -> bool {
    is(name, "class")
}

/// True for a function of Keras that only computes: activations, losses, operations.
#[must_use]
pub fn is_function(name: &str) -> bool {
    is(name, "function")
}

fn is(name: &str, role: &str) -> bool {
    sorted::find(NAMES, name).is_some_and(|roles| roles.split(' ').any(|this| this == role))
}

/// True for a module of Keras or of one of its libraries.
#[must_use]
pub fn is_module(module: &str) -> bool {
    PACKAGES.iter().any(|package| {
        module
            .strip_prefix(package)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// True for the package in `package>Name` of what those libraries register themselves.
#[must_use]
pub fn is_registering_package(package: &str) -> bool {
    REGISTERED.contains(&package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_and_functions_are_known_and_what_runs_code_is_not() {
        for class in [
            "Dense",
            "Functional",
            "Adam",
            "BertTokenizer",
            "DTypePolicy",
        ] {
            assert!(is_class(class), "{class}");
        }
        for function in ["relu", "mse", "gelu", "mean_squared_error"] {
            assert!(is_function(function), "{function}");
        }
        for other in [
            "Lambda",
            "TFSMLayer",
            "TorchModuleWrapper",
            "get_file",
            "load_model",
        ] {
            assert!(!is_class(other) && !is_function(other), "{other}");
        }
        assert!(!is_function("Dense") && !is_class("relu"));
    }

    #[test]
    fn modules_are_told_by_whole_words() {
        assert!(is_module("keras") && is_module("keras.src.layers"));
        assert!(is_module("tensorflow.keras.layers") && !is_module("tensorflow.io"));
        assert!(!is_module("kerasx.layers") && !is_module("os"));
        assert!(is_registering_package("Addons") && !is_registering_package("Custom"));
    }
}
