//! How a dotted name stands that a document hands to a program which imports and calls it. The lists
//! are those by which pickles are judged.

use waybill_knowledge::{Effect, Globals, Standing};
use waybill_source::document::YamlObjects;

use crate::Context;

/// What is known of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Listed as inert, or admitted by the user.
    Good,
    /// Of a library that models are made with; what its classes do is what such documents are for.
    Library,
    /// Of such a library, but it loads or runs what its arguments name.
    Loader(&'static str),
    /// Starts processes, runs code, reaches files or the network.
    Harmful {
        /// Completes "it ...".
        does: &'static str,
        /// The name that it leads to, if that is not the name as written.
        leads: Option<String>,
    },
    /// Calls what its arguments name, or is a name that no import gives.
    Indirect,
    /// Nobody has vetted it.
    Unknown,
}

/// A YAML text with the standing of each of its names.
pub(crate) struct JudgedObjects<'a> {
    pub(crate) objects: &'a YamlObjects,
    /// For each of the tags.
    pub(crate) tags: Vec<Named>,
    /// For each of the names.
    pub(crate) named: Vec<Named>,
    /// For each of the interpolations.
    pub(crate) arguments: Vec<Named>,
}

impl<'a> JudgedObjects<'a> {
    pub(crate) fn new(objects: &'a YamlObjects, context: &Context<'_>) -> Self {
        let tags = objects.tags.iter();
        let named = objects.named.iter();
        let arguments = objects.interpolations.iter();
        Self {
            objects,
            tags: tags
                .map(|tag| {
                    judge(
                        super::object_tag::name(&tag.tag).unwrap_or_default(),
                        context,
                    )
                })
                .collect(),
            named: named.map(|named| judge(&named.value, context)).collect(),
            arguments: arguments
                .map(|one| judge(one.argument.trim_matches(['\'', '"', ' ']), context))
                .collect(),
        }
    }
}

/// Names with more parts than this are no names.
const PARTS: usize = 24;

/// Judges one dotted name.
pub(crate) fn judge(name: &str, context: &Context<'_>) -> Named {
    let name = name.trim().replace(':', ".");
    if context.allowed.contains_key(&name) {
        return Named::Good;
    }
    let parts: Vec<&str> = name.split('.').collect();
    // `os.environ/API_BASE` and the like are no names.
    let odd = name.contains(['/', '\\', ' ', '=', '(']);
    if parts.len() > PARTS || name.is_empty() || odd {
        return Named::Unknown;
    }
    if let [word] = parts.as_slice() {
        return match context.globals.standing("builtins", word) {
            Standing::Harmful(harm) => Named::Harmful {
                does: harm.does,
                leads: None,
            },
            _ => whole_module(word, context),
        };
    }
    let library = parts.first().is_some_and(|root| is_library(root));
    if let Some(harmful) = harmful(&parts, library, context) {
        return harmful;
    }
    let good = splits(&parts).any(|(module, rest)| {
        matches!(context.globals.standing(&module, &rest), Standing::Good(_))
    });
    let indirect = splits(&parts).any(|(module, rest)| context.globals.is_carrier(&module, &rest))
        || parts.iter().any(|part| part.starts_with("__"));
    match (indirect, good, library) {
        (true, _, _) => Named::Indirect,
        (_, true, _) => Named::Good,
        (_, _, true) => loader(&parts, context),
        _ => Named::Unknown,
    }
}

/// A name without a dot is a module: those that are harmful as a whole are judged as such.
fn whole_module(word: &str, context: &Context<'_>) -> Named {
    match context.globals.standing(word, "system") {
        Standing::Harmful(harm) if is_reached(word) => Named::Harmful {
            does: harm.does,
            leads: None,
        },
        _ if is_library(word) => Named::Library,
        _ => Named::Unknown,
    }
}

/// Every way to cut a name into a module and what is in it.
fn splits(parts: &[&str]) -> impl Iterator<Item = (String, String)> {
    (1..parts.len()).map(|cut| {
        let (module, rest) = parts.split_at_checked(cut).unwrap_or((parts, &[]));
        (module.join("."), rest.join("."))
    })
}

/// The harm of a name: as it is written, or of what is reached through a library's own imports.
fn harmful(parts: &[&str], library: bool, context: &Context<'_>) -> Option<Named> {
    for start in 0..parts.len().saturating_sub(1) {
        let rest = parts.get(start..)?;
        let root = match rest.first()?.trim_matches('_') {
            "builtin" | "builtins" => "builtins",
            _ => rest.first()?.trim_start_matches('_'),
        };
        if start == 0 && library || start > 0 && !is_reached(root) {
            continue;
        }
        let mut whole = vec![root];
        whole.extend(rest.iter().skip(1));
        for (module, name) in splits(&whole) {
            if let Standing::Harmful(harm) = context.globals.standing(&module, &name) {
                return Some(Named::Harmful {
                    does: harm.does,
                    leads: (start > 0).then(|| whole.join(".")),
                });
            }
        }
    }
    None
}

/// Of a library, that which loads or runs what its arguments name. Methods that every class of a kind
/// has (`from_pretrained`) are what documents of this kind are for.
fn loader(parts: &[&str], context: &Context<'_>) -> Named {
    let method = parts.last().is_some_and(|last| {
        last.starts_with("from_")
            || last.starts_with("load_from_")
            || matches!(*last, "load_dataset" | "create_model")
    });
    if method {
        return Named::Library;
    }
    let fetches = parts.contains(&"hub");
    let harm = splits(parts).find_map(|(module, rest)| {
        let Standing::Harmful(harm) = context.globals.standing(&module, &rest) else {
            return None;
        };
        let counts = match harm.effect {
            Effect::Process | Effect::Deserialise | Effect::Native | Effect::Import => true,
            Effect::Network => fetches,
            _ => false,
        };
        counts.then_some(harm.does)
    });
    harm.map_or(Named::Library, Named::Loader)
}

fn is_library(root: &str) -> bool {
    LIBRARIES.binary_search(&root).is_ok()
}

/// True for modules that hand over the interpreter or the machine wherever they are reached from.
fn is_reached(module: &str) -> bool {
    Globals::REACHED.contains(&module) || ALSO_REACHED.contains(&module)
}

/// Modules that a document names to start something, and that a pickle reaches otherwise.
const ALSO_REACHED: [&str; 6] = [
    "pty",
    "commands",
    "code",
    "webbrowser",
    "urllib",
    "requests",
];

/// The packages whose classes such documents name, sorted.
const LIBRARIES: [&str; 111] = [
    "accelerate",
    "adapters",
    "albumentations",
    "allennlp",
    "asteroid",
    "auraloss",
    "autogluon",
    "bitsandbytes",
    "boltz",
    "catboost",
    "chemprop",
    "cldm",
    "clip",
    "composer",
    "coqpit",
    "cosmos1",
    "darts",
    "dassl",
    "datasets",
    "deepspeed",
    "detectron2",
    "dgl",
    "diffusers",
    "einops",
    "encodec",
    "espnet",
    "espnet2",
    "evaluate",
    "fairscale",
    "fairseq",
    "fairseq2",
    "fastai",
    "flair",
    "flash_attn",
    "flax",
    "fvcore",
    "gensim",
    "gluonts",
    "gpytorch",
    "h5py",
    "hydra_zen",
    "imblearn",
    "imgaug",
    "jax",
    "joblib",
    "julius",
    "k2",
    "k_diffusion",
    "keras",
    "keras_cv",
    "keras_nlp",
    "kornia",
    "ldm",
    "lhotse",
    "librosa",
    "lightgbm",
    "lightning",
    "lightning_fabric",
    "lightning_utilities",
    "megatron",
    "mlflow",
    "mmcls",
    "mmcv",
    "mmdet",
    "mmengine",
    "mmpretrain",
    "mmseg",
    "monai",
    "nemo",
    "nemo_automodel",
    "nemo_rl",
    "nemo_run",
    "nemo_text_processing",
    "neuralforecast",
    "numpy",
    "omegaconf",
    "opacus",
    "open_clip",
    "optax",
    "optuna",
    "pandas",
    "peft",
    "pyannote",
    "pyro",
    "pytorch3d",
    "pytorch_forecasting",
    "pytorch_lightning",
    "ray",
    "sam2",
    "schedulefree",
    "scipy",
    "segmentation_models_pytorch",
    "sentence_transformers",
    "sgm",
    "sklearn",
    "speechbrain",
    "statsmodels",
    "tensorflow",
    "timm",
    "tokenizers",
    "torch",
    "torch_audiomentations",
    "torch_geometric",
    "torchaudio",
    "torchmetrics",
    "torchtext",
    "torchtune",
    "torchvision",
    "transformers",
    "wandb",
    "xgboost",
];

#[cfg(test)]
mod tests {
    use waybill_formats::Limits;
    use waybill_formats::wrapper::InMemory;
    use waybill_knowledge::Globals;

    use super::*;
    use crate::AllowedNames;

    fn standing(name: &str) -> &'static str {
        let limits = Limits::default();
        let context = Context {
            patterns: &[],
            limits: &limits,
            globals: Globals::embedded(),
            allowed: &AllowedNames::new(),
            scratch: &InMemory,
        };
        match judge(name, &context) {
            Named::Good => "good",
            Named::Library => "library",
            Named::Loader(_) => "loader",
            Named::Harmful { .. } => "harmful",
            Named::Indirect => "indirect",
            Named::Unknown => "unknown",
        }
    }

    #[test]
    fn libraries_can_be_looked_up() {
        assert!(LIBRARIES.is_sorted());
    }

    #[test]
    fn what_real_documents_name_is_told_from_what_attacks_name() {
        let wrong: Vec<(&str, &str, &str)> = NAMES
            .iter()
            .flat_map(|(expected, names)| {
                names
                    .split_whitespace()
                    .map(|name| (*expected, name, standing(name)))
            })
            .filter(|(expected, _, found)| !expected.split('|').any(|one| one == *found))
            .collect();
        assert_eq!(wrong, []);
    }

    const NAMES: [(&str, &str); 4] = [
        (
            "good|library",
            "torch.nn.Linear torch.optim.AdamW torch.optim.lr_scheduler.CosineAnnealingLR torch.nn.functional.relu \
             nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor transformers.AutoTokenizer.from_pretrained \
             transformers.AutoModelForCausalLM.from_pretrained pytorch_lightning.Trainer lightning.pytorch.callbacks.ModelCheckpoint \
             pytorch_lightning.loggers.TensorBoardLogger datasets.load_dataset torch.utils.data.DataLoader sklearn.linear_model.LogisticRegression \
             torch.compile torchvision.transforms.Compose torch.float32 numpy.array collections.OrderedDict \
             ldm.models.diffusion.ddpm.LatentDiffusion timm.create_model torch.distributed.fsdp.FullyShardedDataParallel mlflow.sklearn \
             torch.profiler.schedule torch.utils.tensorboard.SummaryWriter lightning.pytorch.profilers.SimpleProfiler torchtune.models.llama3.llama3_8b",
        ),
        (
            "harmful",
            "os.system subprocess.check_output subprocess.Popen builtins.eval builtins.exec posix.system importlib.import_module \
             pickle.loads torch.os.system nemo.utils.os.popen eval exec os subprocess torch.serialization.os.system shutil.rmtree \
             nemo.core.config.subprocess.run runpy.run_path pty.spawn __builtin__.eval os:system builtins.__import__ \
             socket.create_connection urllib.request.urlretrieve webbrowser.open ctypes.CDLL code.interact",
        ),
        (
            "loader|indirect",
            "torch.hub.load torch.load joblib.load functools.partial builtins.getattr torch.nn.Module.__reduce__ torch.utils.cpp_extension.load",
        ),
        ("unknown", "my_project.models.Net evil.run acme.Model foo"),
    ];
}
