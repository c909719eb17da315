//! When which part of a program runs.

use waybill_source::code::behaviour::{Behaviour, ScopeKind};

/// When something runs; the earlier, the less anybody has to do for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// Whenever any Python program starts.
    Start,
    /// When the package is installed.
    Install,
    /// When the file is imported.
    Import,
    /// When the model is loaded or used.
    Load,
    /// When the notebook that it stands in is run.
    Notebook,
    /// When the file is run as a program.
    Program,
    /// When somebody calls it.
    Call,
}

impl Moment {
    /// As the beginning of a sentence about what then happens.
    pub(crate) const fn when(self) -> &'static str {
        match self {
            Self::Start => "whenever Python starts",
            Self::Install => "when it is installed",
            Self::Import => "when it is imported",
            Self::Load => "when the model is loaded or used",
            Self::Notebook => "when the notebook is run",
            Self::Program => "when it is run as a program",
            Self::Call => "when it is called",
        }
    }

    /// True if nobody has to ask for it.
    pub(super) const fn is_unasked(self) -> bool {
        matches!(self, Self::Start | Self::Install | Self::Import)
    }
}

/// What a file is by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `sitecustomize.py`, `usercustomize.py` and lines of `.pth` files.
    Start,
    /// `setup.py`.
    Install,
    /// Named as the code of a model is: `modeling_x.py`, `pipeline.py`.
    Model,
    /// `.pyi`: read by people and tools, never run.
    Stub,
    /// A notebook: somebody runs it.
    Notebook,
    /// Given to the interpreter as a text: `python -c`.
    Program,
    /// Any other.
    Module,
}

impl Role {
    pub(crate) fn of_name(name: &str) -> Self {
        let whole = name.replace('\\', "/");
        let name = whole.rsplit('/').next().unwrap_or(&whole);
        match name {
            _ if whole.contains("custom_generate/") => Self::Model,
            "sitecustomize.py" | "usercustomize.py" => Self::Start,
            "setup.py" => Self::Install,
            "pipeline.py" | "handler.py" | "custom_generate.py" => Self::Model,
            _ if name.ends_with(".pyi") => Self::Stub,
            _ if MODEL_NAMES
                .into_iter()
                .any(|prefix| name.starts_with(prefix)) =>
            {
                Self::Model
            }
            _ => Self::Module,
        }
    }
}

/// How files with the code of a model begin.
const MODEL_NAMES: [&str; 9] = [
    "modeling_",
    "modelling_",
    "configuration_",
    "tokenization_",
    "processing_",
    "image_processing_",
    "feature_extraction_",
    "pipeline_",
    "generation_",
];

/// Methods that loaders call.
const LOADED: [&str; 34] = [
    "__init__",
    "__new__",
    "__call__",
    "__post_init__",
    "__setstate__",
    "__reduce__",
    "__reduce_ex__",
    "__getattr__",
    "__del__",
    "forward",
    "from_pretrained",
    "_from_pretrained",
    "_from_config",
    "from_config",
    "post_init",
    "setup",
    "load_context",
    "predict",
    "preprocess",
    "postprocess",
    "initialize",
    "handle",
    "inference",
    "generate",
    "tokenize",
    "_tokenize",
    "encode",
    "call",
    "build",
    "load",
    "load_model",
    "_load_pyfunc",
    "_load_model",
    "_init_weights",
];

/// True for methods that loaders call.
pub(super) fn is_loaded(method: &str) -> bool {
    LOADED.contains(&method)
}

/// The moment of every scope.
pub(super) fn moments(seen: &Behaviour, role: Role) -> Vec<Moment> {
    let mut moments = vec![Moment::Call; seen.scopes.len()];
    let first = match role {
        Role::Start => Moment::Start,
        Role::Install => Moment::Install,
        Role::Module | Role::Model => Moment::Import,
        Role::Notebook => Moment::Notebook,
        Role::Program => Moment::Program,
        Role::Stub => return moments,
    };
    spread(seen, &mut moments, vec![0], first);
    if role == Role::Install {
        // Commands of `setuptools` run while the package is built.
        spread(
            seen,
            &mut moments,
            methods(seen, &["run", "finalize_options", "initialize_options"]),
            first,
        );
    }
    spread(seen, &mut moments, methods(seen, &LOADED), Moment::Load);
    let module_level = seen.scopes.iter().enumerate().filter(|(_, scope)| {
        scope.class.is_none()
            && matches!(
                scope.name.as_str(),
                "__getattr__" | "_load_pyfunc" | "load_model" | "handle"
            )
            || role == Role::Model && scope.name == "generate" && scope.class.is_none()
    });
    let module_level = module_level.map(|(index, _)| index).collect();
    spread(seen, &mut moments, module_level, Moment::Load);
    let programs = seen.scopes.iter().enumerate();
    let programs = programs.filter(|(_, scope)| scope.kind == ScopeKind::Program);
    let programs = programs.map(|(index, _)| index).collect();
    let program = match role {
        Role::Install | Role::Notebook => first,
        _ => Moment::Program,
    };
    spread(seen, &mut moments, programs, program);
    moments
}

fn methods(seen: &Behaviour, names: &[&str]) -> Vec<usize> {
    let scopes = seen.scopes.iter().enumerate();
    scopes
        .filter(|(_, scope)| scope.class.is_some() && names.contains(&scope.name.as_str()))
        .map(|(index, _)| index)
        .collect()
}

fn spread(seen: &Behaviour, moments: &mut [Moment], mut from: Vec<usize>, moment: Moment) {
    while let Some(scope) = from.pop() {
        let Some(known) = moments.get_mut(scope) else {
            continue;
        };
        if *known <= moment {
            continue;
        }
        *known = moment;
        if let Some(scope) = seen.scopes.get(scope) {
            from.extend(scope.calls.iter().copied());
        }
    }
}

/// True if a class of the file is one that a library makes when it loads a model.
pub(super) fn holds_model(seen: &Behaviour) -> bool {
    const BASES: [&str; 26] = [
        "SequenceFeatureExtractor",
        "FeatureExtractor",
        "VideoProcessor",
        "LogitsProcessor",
        "PreTrainedModel",
        "PretrainedConfig",
        "PreTrainedConfig",
        "PreTrainedTokenizer",
        "PreTrainedTokenizerFast",
        "ProcessorMixin",
        "FeatureExtractionMixin",
        "BaseImageProcessor",
        "ImageProcessingMixin",
        "GenerationMixin",
        "DiffusionPipeline",
        "ModelMixin",
        "SchedulerMixin",
        "ConfigMixin",
        "PythonModel",
        "BaseHandler",
        "Pipeline",
        "TFPreTrainedModel",
        "FlaxPreTrainedModel",
        "LlamaForCausalLM",
        "PeftModel",
        "SentenceTransformer",
    ];
    seen.classes
        .iter()
        .flat_map(|class| &class.bases)
        .any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            BASES.contains(&last)
        })
}
