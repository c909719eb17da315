//! How a name that a configuration of Keras looks up stands: known good, known harmful, or neither.

use waybill_formats::{marshal, pickle};
use waybill_knowledge::{Effect, Standing, keras as known};
use waybill_source::keras::{KerasFacts, Object, Role};

use crate::Context;

/// Facts of a configuration with the judgement on each name, made once for all rules.
pub(crate) struct JudgedKeras<'a> {
    facts: &'a KerasFacts,
    judged: Vec<Judged<'a>>,
    code: Vec<Vec<String>>,
    /// True if an archive of Keras holds it as the configuration of its model.
    pub(super) of_archive: bool,
}

/// The judgement on one name.
pub(super) enum Judged<'a> {
    /// A part of Keras that only computes.
    Known,
    /// Admitted by the user, by its dotted name.
    Allowed(Option<&'a str>),
    /// Known harmful: what it does, and whether it runs code outright.
    Harmful { does: &'a str, at_once: bool },
    /// A name that only user code knows.
    Custom,
}

/// Layers of Keras that do what an attacker asks for.
const LAYERS: [(&str, &str); 2] = [
    (
        "TFSMLayer",
        "loads a SavedModel from the path that its configuration names (CVE-2026-1462)",
    ),
    (
        "TorchModuleWrapper",
        "unpickles a PyTorch module that its configuration holds (CVE-2025-49655)",
    ),
];

/// Functions of Keras that are no parts of a model, wherever they are exported.
const FUNCTIONS: [(&str, &str); 15] = [
    (
        "enable_unsafe_deserialization",
        "turns the protection of the loader off (CVE-2025-9906)",
    ),
    (
        "disable_interactive_logging",
        "changes settings of the program",
    ),
    (
        "get_file",
        "downloads and unpacks a file (CVE-2025-8747, CVE-2025-12060)",
    ),
    ("extract_archive", "unpacks an archive (CVE-2025-12060)"),
    ("_extract_archive", "unpacks an archive (CVE-2025-12060)"),
    ("load_model", "loads another model (CVE-2025-8747)"),
    ("load_weights", "loads the weights of another model"),
    ("model_from_json", "builds a model out of text"),
    (
        "model_from_yaml",
        "builds a model out of YAML, which can run code",
    ),
    ("deserialize_keras_object", "builds objects out of text"),
    ("func_load", "runs marshalled code"),
    ("load_img", "opens a file"),
    ("save_model", "writes a file"),
    ("save_img", "writes a file"),
    (
        "set_global_attribute",
        "changes settings of the loader (CVE-2025-9906)",
    ),
];

impl<'a> JudgedKeras<'a> {
    pub(crate) fn new(facts: &'a KerasFacts, of_archive: bool, context: &'a Context<'_>) -> Self {
        Self {
            facts,
            judged: facts
                .objects
                .iter()
                .map(|object| judge(object, context))
                .collect(),
            code: facts.code.iter().map(|code| strings(&code.text)).collect(),
            of_archive,
        }
    }

    /// Every name with its judgement.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&Object, &Judged<'a>)> {
        self.facts.objects.iter().zip(&self.judged)
    }

    /// The names and texts in each piece of marshalled code.
    pub(super) fn code_strings(&self) -> impl Iterator<Item = &[String]> {
        self.code.iter().map(Vec::as_slice)
    }
}

impl std::ops::Deref for JudgedKeras<'_> {
    type Target = KerasFacts;

    fn deref(&self) -> &KerasFacts {
        self.facts
    }
}

fn strings(text: &str) -> Vec<String> {
    let letters: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    // Version 1 wrote the bytes as characters.
    let bytes = pickle::base64(&letters)
        .filter(|bytes| !bytes.is_empty())
        .unwrap_or_else(|| {
            let bytes = text
                .chars()
                .map(|letter| u8::try_from(u32::from(letter)).unwrap_or(0xff));
            bytes.collect()
        });
    let found = marshal::strings(&bytes);
    found.into_iter().map(|found| found.text).collect()
}

/// `module.name`, or the name alone.
pub(super) fn dotted(object: &Object) -> String {
    match object.module.as_deref() {
        Some(module) if !module.is_empty() => format!("{module}.{}", object.name),
        _ => object.name.clone(),
    }
}

fn judge<'a>(object: &Object, context: &'a Context<'_>) -> Judged<'a> {
    let judged = listed(object, context);
    if !matches!(judged, Judged::Custom) {
        return judged;
    }
    let allowed = context.allowed.get(&dotted(object));
    let registered = object.registered.as_ref();
    match allowed.or_else(|| context.allowed.get(registered?)) {
        Some(reason) => Judged::Allowed(reason.as_deref()),
        None => Judged::Custom,
    }
}

fn listed<'a>(object: &Object, context: &'a Context<'_>) -> Judged<'a> {
    let module = object.module.as_deref().unwrap_or_default();
    let own = module.is_empty() || known::is_module(module);
    let builtin = module == "builtins" && object.role == Role::Function;
    let (package, plain) = match object.name.rsplit_once('>') {
        Some((package, plain)) => (Some(package), plain),
        None => (None, object.name.as_str()),
    };
    if own || builtin {
        let registered =
            package.is_none_or(known::is_registering_package) && is_own_registration(object);
        if let Some((_, does)) = LAYERS
            .iter()
            .chain(&FUNCTIONS)
            .find(|(name, _)| *name == plain)
        {
            return Judged::Harmful {
                does,
                at_once: false,
            };
        }
        let is_known = match object.role {
            // Its function is judged by itself.
            Role::Class => known::is_class(plain) || plain == "Lambda" || is_operation_layer(plain),
            Role::Function => known::is_function(plain),
        };
        if is_known && registered {
            return Judged::Known;
        }
    }
    let module = if module.is_empty() {
        "builtins"
    } else {
        module
    };
    match harm(module, plain, context) {
        Some((does, at_once)) => Judged::Harmful { does, at_once },
        None => Judged::Custom,
    }
}

/// True unless user code registered something else under the name.
fn is_own_registration(object: &Object) -> bool {
    object
        .registered
        .as_deref()
        .is_none_or(|registered| match registered.rsplit_once('>') {
            Some((package, _)) => known::is_registering_package(package),
            None => true,
        })
}

/// Layers that stand for one operation of TensorFlow, which is judged by itself.
fn is_operation_layer(name: &str) -> bool {
    matches!(
        name,
        "TFOpLambda"
            | "ClassMethod"
            | "InstanceMethod"
            | "InstanceProperty"
            | "SlicingOpLambda"
            | "TensorFlowOpLayer"
    )
}

/// What the lists say against a name: as it stands, and wherever its dots may be a module's.
fn harm<'a>(module: &str, name: &str, context: &'a Context<'_>) -> Option<(&'a str, bool)> {
    let path = format!("{module}.{name}");
    let parts: Vec<&str> = path.split('.').take(24).collect();
    let modules = module.split('.').count();
    let starts = std::iter::once(0).chain(modules..parts.len());
    starts
        .flat_map(|start| (start.saturating_add(1)..parts.len()).map(move |middle| (start, middle)))
        .find_map(|(start, middle)| {
            let module = parts.get(start..middle)?.join(".");
            let name = parts.get(middle..)?.join(".");
            match context.globals.standing(&module, &name) {
                Standing::Harmful(harm) => Some((
                    harm.does,
                    !matches!(harm.effect, Effect::Memory | Effect::Introspection)
                        && !known::is_module(&module),
                )),
                _ => None,
            }
        })
}
