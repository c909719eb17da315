//! Traces of training beside a model: arguments, states, results.

use waybill_domain::inventory::{Component, Field, Metric, Occurrence, Standing};
use waybill_source::document::Node;

use super::{Folder, state};

/// Hyper-parameters that are kept of one file.
const MOST: usize = 200;

/// Arguments worth keeping out of the hundreds that trainers write.
const ARGUMENTS: [&str; 34] = [
    "learning_rate",
    "lr",
    "per_device_train_batch_size",
    "train_batch_size",
    "batch_size",
    "gradient_accumulation_steps",
    "num_train_epochs",
    "epochs",
    "num_epochs",
    "max_steps",
    "warmup_steps",
    "warmup_ratio",
    "weight_decay",
    "lr_scheduler_type",
    "optim",
    "optimizer",
    "seed",
    "fp16",
    "bf16",
    "max_seq_length",
    "max_length",
    "lora_r",
    "lora_alpha",
    "lora_dropout",
    "dropout",
    "beta",
    "loss",
    "hidden_size",
    "n_estimators",
    "max_depth",
    "test_size",
    "random_state",
    "label_smoothing_factor",
    "max_grad_norm",
];

/// Takes over hyper-parameters and results.
pub(super) fn apply(folder: &Folder<'_>, component: &mut Component) {
    for name in [
        "training_args.json",
        "hyperparams.yaml",
        "hyperparameters.json",
        "hparams.yaml",
        "params.yaml",
        "training_args.yaml",
    ] {
        if let Some((path, node)) = folder.document(name) {
            component.seen(Occurrence::at(path, None));
            arguments(component, path, node, name == "training_args.json");
        }
    }
    if let Some(file) = folder.file("training_args.bin") {
        component.seen(Occurrence::at(&file.path, None));
        component.properties.insert(
            "training.arguments".to_owned(),
            "training_args.bin, not read: a pickle".to_owned(),
        );
    }
    if let Some((path, node)) = folder.document("trainer_state.json") {
        trainer_state(component, path, node);
    }
    for name in [
        "all_results.json",
        "eval_results.json",
        "train_results.json",
        "metrics.json",
        "results.json",
    ] {
        if let Some((path, node)) = folder.document(name) {
            results(component, path, node);
        }
    }
}

fn arguments(component: &mut Component, path: &str, node: &Node, chosen: bool) {
    let mut kept = Vec::new();
    flatten(node, "", 0, &mut kept);
    let mut any = false;
    for (name, value) in kept.into_iter().take(MOST) {
        let last = name.rsplit('.').next().unwrap_or_default();
        if !chosen || ARGUMENTS.contains(&last) {
            component.model_mut().hyperparameters.insert(name, value);
            any = true;
        }
    }
    if any {
        state(
            component,
            Field::Training,
            "hyper-parameters",
            Standing::Observed,
            &Occurrence::at(path, None),
        );
    }
}

/// Plain values by dotted names, three levels deep.
pub(super) fn flatten(node: &Node, prefix: &str, depth: usize, out: &mut Vec<(String, String)>) {
    for (key, _, value) in node.entries() {
        if out.len() >= MOST {
            return;
        }
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        if let Some(value) = value.written() {
            out.push((name, value.chars().take(200).collect()));
        } else if value.is_map() && depth < 3 {
            flatten(value, &name, depth + 1, out);
        }
    }
}

fn trainer_state(component: &mut Component, path: &str, node: &Node) {
    component.seen(Occurrence::at(path, None));
    for key in [
        "global_step",
        "max_steps",
        "num_train_epochs",
        "train_batch_size",
        "epoch",
    ] {
        if let Some(value) = node.get(key).and_then(Node::written) {
            component
                .model_mut()
                .hyperparameters
                .entry(key.to_owned())
                .or_insert_with(|| value.to_owned());
        }
    }
    let name = node.get("best_metric").and_then(Node::written);
    if let Some(value) = name {
        push(
            component,
            path,
            Metric {
                name: "best_metric".to_owned(),
                value: value.to_owned(),
                ..Metric::default()
            },
        );
    }
    let last = node.get("log_history").map(Node::items).unwrap_or_default();
    let evaluated = last
        .iter()
        .rev()
        .find(|entry| entry.get("eval_loss").is_some());
    if let Some(entry) = evaluated {
        results(component, path, entry);
    }
}

/// True for numbers that are results rather than times.
fn is_result(name: &str) -> bool {
    const TIMES: [&str; 8] = [
        "runtime",
        "per_second",
        "epoch",
        "step",
        "samples",
        "flos",
        "learning_rate",
        "grad_norm",
    ];
    !TIMES.iter().any(|word| name.contains(word))
}

fn results(component: &mut Component, path: &str, node: &Node) {
    let mut found = Vec::new();
    flatten(node, "", 1, &mut found);
    for (name, value) in found {
        if is_result(&name) && value.parse::<f64>().is_ok() {
            push(
                component,
                path,
                Metric {
                    name,
                    value,
                    ..Metric::default()
                },
            );
        }
    }
}

fn push(component: &mut Component, path: &str, metric: Metric) {
    let said = format!("{} {}", metric.name, metric.value);
    let metrics = &mut component.model_mut().metrics;
    if metrics.len() < MOST && !metrics.contains(&metric) {
        metrics.push(metric);
        state(
            component,
            Field::Metrics,
            said,
            Standing::Claimed,
            &Occurrence::at(path, None),
        );
    }
}
