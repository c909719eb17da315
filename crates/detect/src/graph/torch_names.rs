//! What `torch` looks up by name in code and programs that it reads: operators, classes of native code,
//! attributes.

use waybill_domain::Severity;
use waybill_source::json::ExportedFacts;

use super::evaluated::{is_arithmetic, is_guard};
use crate::Context;
use crate::config::named::{Named, judge};
use crate::rule::quoted;

/// Names and texts of a program, judged.
#[derive(Debug, Default)]
pub(crate) struct TorchNames {
    /// Operators that `torch` does not have, with their offsets.
    pub(crate) operators: Vec<(String, u64)>,
    /// Classes of native code that `torch` does not have.
    pub(crate) classes: Vec<(String, u64)>,
    /// What is looked up or evaluated and should not be.
    pub(crate) odd: Vec<Odd>,
}

/// A name or a text that does more than to name an operator.
#[derive(Debug)]
pub(crate) struct Odd {
    pub(crate) severity: Severity,
    pub(crate) offset: u64,
    pub(crate) message: String,
    /// What reading it does.
    pub(crate) does: String,
}

/// Names of one kind that are told.
const TOLD: usize = 64;

/// Namespaces of operators of `torch`, and of what its own project ships.
const NAMESPACES: [&str; 40] = [
    "aten",
    "prim",
    "prims",
    "quantized",
    "quantized_decomposed",
    "torchvision",
    "torchaudio",
    "torchtext",
    "torchao",
    "image",
    "video_reader",
    "prepacked",
    "xnnpack",
    "mkldnn",
    "mkldnn_prepacked",
    "mkl",
    "onednn",
    "fbgemm",
    "sparse",
    "sgd",
    "rngprims",
    "higher_order",
    "inductor",
    "export",
    "symm_mem",
    "c10d",
    "c10d_functional",
    "_c10d_functional",
    "_quantized",
    "_caffe2",
    "_nnapi",
    "metal",
    "metal_prepack",
    "vulkan",
    "vulkan_prepack",
    "coreml",
    "profiler",
    "static_runtime",
    "debugprims",
    "dim_order_ops",
];

/// Namespaces of classes of native code that `torch` itself registers.
const CLASSES: [&str; 14] = [
    "quantized",
    "xnnpack",
    "rnn",
    "sparse",
    "mkldnn",
    "metal",
    "vulkan",
    "coreml",
    "profiling",
    "cuda",
    "_nnapi",
    "c10d",
    "dist_rpc",
    "torchaudio",
];

/// Operators that are named with two underlines at either end.
const OPERATORS: [&str; 13] = [
    "__and__",
    "__or__",
    "__xor__",
    "__lshift__",
    "__rshift__",
    "__iand__",
    "__ior__",
    "__ixor__",
    "__ilshift__",
    "__irshift__",
    "__contains__",
    "__getitem__",
    "__not__",
];

/// Functions in the module `torch` that exporters write as targets.
const FUNCTIONS: [&str; 9] = [
    "torch.sym_",
    "torch._sym_",
    "torch._C._set_grad_enabled",
    "torch._C._functorch.",
    "torch.amp.autocast_mode._enter_autocast",
    "torch.amp.autocast_mode._exit_autocast",
    "torch.autograd.grad_mode.",
    "torch._higher_order_ops.",
    "torch.utils._pytree.",
];

impl TorchNames {
    pub(crate) fn is_empty(&self) -> bool {
        self.operators.is_empty() && self.classes.is_empty() && self.odd.is_empty()
    }

    /// Code of `TorchScript`: `ops.space.name(...)` and `__torch__.torch.classes.space.Name`.
    pub(crate) fn of_script(text: &str) -> Self {
        let mut names = Self::default();
        for (at, _) in text.match_indices("ops.") {
            let before = text.get(..at).unwrap_or_default();
            let own =
                before.chars().next_back().is_none_or(|letter| {
                    !(letter.is_alphanumeric() || matches!(letter, '_' | '.'))
                }) || before.ends_with("torch.");
            let name = dotted(text, at.saturating_add(4));
            let mut parts = name.split('.');
            let (space, operator) = (parts.next().unwrap_or_default(), parts.next());
            if own && operator.is_some() && !NAMESPACES.contains(&space) {
                keep(&mut names.operators, name, at);
            }
        }
        const CLASS: &str = "torch.classes.";
        for (at, _) in text.match_indices(CLASS) {
            let name = dotted(text, at.saturating_add(CLASS.len()));
            let space = name.split('.').next().unwrap_or_default();
            if !CLASSES.contains(&space) {
                keep(&mut names.classes, name, at);
            }
        }
        names
    }

    /// A program of `torch.export`.
    pub(crate) fn of_export(facts: &ExportedFacts, context: &Context<'_>) -> Self {
        let mut names = Self::default();
        for (offset, target) in &facts.targets {
            names.target(*offset, target, context);
        }
        for (offset, text) in &facts.expressions {
            if !is_arithmetic(text) {
                names.evaluated(
                    *offset,
                    text,
                    "a size is text that SymPy evaluates as Python",
                );
            }
        }
        for (offset, text) in &facts.guards {
            if !is_guard(text) {
                names.evaluated(*offset, text, "a guard is text that is compiled as Python");
            }
        }
        for (offset, module) in &facts.modules {
            let severity = match judge(&format!("{module}.x"), context) {
                Named::Good | Named::Library => continue,
                Named::Harmful { .. } => Severity::High,
                _ if module == "__main__" => continue,
                _ => Severity::Medium,
            };
            names.odd.push(Odd {
                severity,
                offset: *offset as u64,
                message: format!("reading it imports {}", quoted(module)),
                does: format!("import {module}"),
            });
        }
        names.odd.truncate(TOLD);
        names
    }

    fn evaluated(&mut self, offset: usize, text: &str, what: &str) {
        self.odd.push(Odd {
            severity: Severity::Critical,
            offset: offset as u64,
            message: format!("{what}, and this one is no arithmetic: {}", quoted(text)),
            does: format!("eval({text:?})"),
        });
    }

    fn target(&mut self, offset: usize, target: &str, context: &Context<'_>) {
        let parts: Vec<&str> = target.split('.').collect();
        let inner = parts
            .iter()
            .any(|part| part.starts_with("__") && !OPERATORS.contains(part));
        let (severity, why) = match parts.as_slice() {
            _ if inner => (Severity::High, "reaches into the interpreter".to_owned()),
            ["torch", "ops", space, _, ..] if parts.len() <= 5 => {
                if !NAMESPACES.contains(space) {
                    keep(&mut self.operators, parts.split_at(2).1.join("."), offset);
                }
                return;
            }
            ["torch", "ops", ..] => (Severity::High, "is no operator of a library".to_owned()),
            [
                "_operator" | "operator",
                "attrgetter" | "methodcaller" | "call",
            ] => (Severity::High, "calls what its arguments name".to_owned()),
            ["_operator" | "operator" | "math", _] => return,
            _ if FUNCTIONS.iter().any(|known| target.starts_with(known)) => return,
            ["torch", ..] => match judge(target, context) {
                Named::Harmful { does, .. } => (Severity::Critical, format!("it {does}")),
                Named::Loader(does) => (Severity::High, format!("it {does}")),
                Named::Indirect => (
                    Severity::High,
                    "it calls what its arguments name".to_owned(),
                ),
                _ => (Severity::Medium, "it is no operator".to_owned()),
            },
            _ => return keep(&mut self.operators, target.to_owned(), offset),
        };
        self.odd.push(Odd {
            severity,
            offset: offset as u64,
            message: format!(
                "a node is {}, which is looked up and called: {why}",
                quoted(target)
            ),
            does: format!("{target}(...)"),
        });
    }
}

fn keep(list: &mut Vec<(String, u64)>, name: String, offset: usize) {
    if list.len() < TOLD && !list.iter().any(|(known, _)| *known == name) {
        list.push((name, offset as u64));
    }
}

/// The dotted name that begins at a place.
fn dotted(text: &str, at: usize) -> String {
    const MOST: usize = 200;
    let rest = text.get(at..).unwrap_or_default().chars().take(MOST);
    rest.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'))
        .collect::<String>()
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_operators_and_classes() {
        let names = TorchNames::of_script(
            "y = ops.torchvision.nms(x)\nz = ops.acme.run(y)\nprops.size.x(1)\ne : __torch__.torch.classes.acme.E\n",
        );
        assert_eq!(names.operators, [("acme.run".to_owned(), 31)]);
        assert_eq!(names.classes, [("acme.E".to_owned(), 77)]);
        let known = "q : __torch__.torch.classes.quantized.LinearPackedParamsBase\n";
        assert!(TorchNames::of_script(known).is_empty());
    }
}
