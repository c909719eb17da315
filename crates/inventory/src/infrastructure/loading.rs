//! Models and data sets that commands name.

use std::collections::BTreeSet;

use waybill_domain::inventory::{Component, ComponentId, RelationKind, Role};

use super::{
    download, hub,
    maker::Maker,
    scene::{Arguments, Run, Scene, is_known, place},
    servers, serving,
};
use crate::tree::file_name;

/// Adds the models that a command names.
pub(super) fn add(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, own: &BTreeSet<String>) {
    let program = file_name(run.word(0)).to_owned();
    match (program.as_str(), run.word(1)) {
        ("huggingface-cli" | "hf", "download") => hub_download(maker, scene, run, 2),
        ("huggingface-cli" | "hf", "repo") if run.word(2) == "download" => {
            hub_download(maker, scene, run, 3)
        }
        ("uvx", _) => within(maker, scene, run, started(run, 1), own),
        ("pipx", "run") => within(maker, scene, run, started(run, 2), own),
        ("uv", "tool") if run.word(2) == "run" => {
            within(maker, scene, run, started(run, 3), own);
        }
        ("ramalama", "run" | "serve" | "pull") => ramalama(maker, scene, run),
        ("ollama", "run" | "pull" | "show" | "cp") => ollama(maker, scene, run, own),
        ("docker", "model") => docker_model(maker, scene, run),
        ("modelscope", "download") => {
            named(maker, scene, run, "modelscope", &["--model", "--dataset"])
        }
        ("kaggle", _) => kaggle(maker, scene, run),
        ("mlflow", "models") => mlflow(maker, scene, run),
        ("dvc", "get" | "import" | "get-url" | "import-url") => dvc(maker, scene, run),
        ("spacy", "download") => spacy(maker, scene, run, 2),
        ("lm_eval" | "lm-eval", _) => evaluation(maker, scene, run, 1),
        ("python" | "python3", "-m") => module(maker, scene, run),
        ("uv" | "poetry" | "pdm" | "rye" | "pipenv" | "hatch" | "conda", "run") => {
            let rest = run.from(2).iter().position(|word| !word.starts_with('-'));
            let words = run.from(2 + rest.unwrap_or(0)).to_vec();
            within(maker, scene, run, words, own);
        }
        _ => {
            if let Some(server) = servers::of_command(&run.words) {
                serving::serve(maker, scene, run, server);
            } else if matches!(
                program.as_str(),
                "python" | "python3" | "torchrun" | "accelerate" | "deepspeed"
            ) {
                script(maker, scene, run);
            }
        }
    }
}

/// What a command starts another command with, read as that command.
fn within(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    words: Vec<String>,
    own: &BTreeSet<String>,
) {
    if !words.is_empty() && words.len() < run.words.len() {
        let inner = Run {
            words,
            container: run.container.clone(),
            ..*run
        };
        add(maker, scene, &inner, own);
    }
}

/// The command that a runner of tools starts: `uvx --from 'huggingface_hub[cli]' hf download ...`,
/// `uvx vllm@0.6 serve ...`.
fn started(run: &Run<'_>, from: usize) -> Vec<String> {
    let mut at = from;
    while run.word(at).starts_with('-') {
        let separate = matches!(
            run.word(at),
            "--from" | "--with" | "--python" | "-p" | "--spec" | "--index" | "--index-url"
        );
        at += if separate { 2 } else { 1 };
    }
    let mut words = run.from(at).to_vec();
    if let Some(first) = words.first_mut()
        && let Some((name, _)) = first.split_once('@')
    {
        *first = name.to_owned();
    }
    words
}

/// `ramalama run huggingface://owner/name/file.gguf`, `ramalama pull ollama://name:tag`.
fn ramalama(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let arguments = Arguments::read(run.from(2), |option| {
        matches!(
            option,
            "--name" | "-n" | "--port" | "-p" | "--ctx-size" | "-c" | "--temp"
        )
    });
    let Some(name) = arguments.plain.first().filter(|name| is_known(name)) else {
        return;
    };
    let hub = ["huggingface://", "hf://", "hf.co/"]
        .iter()
        .find_map(|begin| name.strip_prefix(begin));
    let component = match hub {
        Some(path) => {
            let parts: Vec<&str> = path.split('/').take(2).collect();
            let name = parts.join("/");
            hub::repository(Role::Model, &name, None).filter(|_| hub::is_owned(&name))
        }
        None if name.contains("://") => name.strip_prefix("ollama://").and_then(hub::ollama),
        None => hub::ollama(name),
    };
    if let Some(component) = component {
        uses(maker, scene, run, component, &symbol(run, 2));
    }
}

/// `python -m MODULE`.
fn module(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    match run.word(2) {
        "spacy" if run.word(3) == "download" => spacy(maker, scene, run, 4),
        "nltk.downloader" => nltk(maker, scene, run),
        "huggingface_hub.commands.huggingface_cli" if run.word(3) == "download" => {
            hub_download(maker, scene, run, 4);
        }
        "lm_eval" => evaluation(maker, scene, run, 3),
        _ => match servers::of_command(&run.words) {
            Some(server) => serving::serve(maker, scene, run, server),
            None => script(maker, scene, run),
        },
    }
}

fn symbol(run: &Run<'_>, words: usize) -> String {
    let mut words: Vec<&str> = run.words.iter().take(words).map(String::as_str).collect();
    if let Some(first) = words.first_mut() {
        *first = file_name(first);
    }
    words.join(" ")
}

pub(super) fn uses(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    component: Component,
    symbol: &str,
) -> ComponentId {
    let occurrence = place(scene.path, run.line, symbol);
    maker.add(
        component,
        RelationKind::Uses,
        run.container.as_ref(),
        occurrence,
    )
}

fn hub_download(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, from: usize) {
    let flags = [
        "--quiet",
        "--force-download",
        "--resume-download",
        "-h",
        "--help",
        "-q",
    ];
    let arguments = Arguments::read(run.from(from), |option| !flags.contains(&option));
    let Some(name) = arguments
        .plain
        .first()
        .filter(|name| hub::is_repository(name))
    else {
        return;
    };
    let role = match arguments.get(&["--repo-type"]) {
        Some("dataset") => Role::Dataset,
        Some("space") => return,
        _ => Role::Model,
    };
    let revision = arguments.get(&["--revision"]);
    if revision.is_some_and(|revision| !is_known(revision)) {
        // Pinned to something that only the run will tell.
        unpinned(maker, scene, run, role, name, &symbol(run, from));
        return;
    }
    let Some(mut component) = hub::repository(role, name, revision) else {
        return;
    };
    let mut files: Vec<&str> = arguments.plain.iter().skip(1).copied().collect();
    files.extend(arguments.get(&["--include"]));
    if !files.is_empty() {
        component
            .properties
            .insert("file".to_owned(), files.join(", "));
    }
    uses(maker, scene, run, component, &symbol(run, from));
}

pub(super) fn unpinned(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    role: Role,
    name: &str,
    symbol: &str,
) {
    if let Some(mut component) = hub::repository(role, name, None) {
        component
            .properties
            .insert("revision.variable".to_owned(), "true".to_owned());
        uses(maker, scene, run, component, symbol);
    }
}

fn ollama(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, own: &BTreeSet<String>) {
    let arguments = Arguments::read(run.from(2), |option| {
        matches!(option, "--format" | "--keepalive")
    });
    let Some(name) = arguments.plain.first().filter(|name| is_known(name)) else {
        return;
    };
    if own.contains(name.split(':').next().unwrap_or(name)) {
        return;
    }
    if let Some(component) = hub::ollama(name) {
        uses(maker, scene, run, component, &symbol(run, 2));
    }
}

fn docker_model(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    if !matches!(run.word(2), "pull" | "run" | "configure") {
        return;
    }
    let arguments = Arguments::read(run.from(3), |option| {
        matches!(option, "--context-size" | "--backend")
    });
    let Some(name) = arguments.plain.first().filter(|name| is_known(name)) else {
        return;
    };
    let component = if name.starts_with("hf.co/") || name.starts_with("huggingface.co/") {
        hub::ollama(name)
    } else {
        // An artifact of an image registry; its namespace is `ai` where none is written.
        let name = if name.contains('/') {
            (*name).to_owned()
        } else {
            format!("ai/{name}")
        };
        super::image::Reference::parse(&name).and_then(|reference| reference.component())
    };
    if let Some(mut component) = component {
        component.role = Role::Model;
        uses(maker, scene, run, component, &symbol(run, 3));
    }
}

fn named(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, service: &str, options: &[&str]) {
    let arguments = Arguments::read(run.from(2), |_| true);
    let revision = arguments
        .get(&["--revision"])
        .filter(|revision| is_known(revision));
    for option in options {
        let Some(name) = arguments.get(&[option]).filter(|name| hub::is_owned(name)) else {
            continue;
        };
        let role = if *option == "--dataset" {
            Role::Dataset
        } else {
            Role::Model
        };
        if let Some(component) = hub::plain(role, service, name, revision) {
            uses(maker, scene, run, component, &symbol(run, 2));
        }
    }
}

fn kaggle(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let takes = |option: &str| {
        !matches!(
            option,
            "--unzip" | "-q" | "--quiet" | "-o" | "--force" | "--untar"
        )
    };
    let arguments = Arguments::read(run.from(1), takes);
    let mut plain = arguments.plain.iter().copied();
    let (kind, mut name) = (plain.next().unwrap_or_default(), None);
    for word in plain {
        if !matches!(word, "download" | "instances" | "versions") {
            name = Some(word);
        }
    }
    let name = name.or_else(|| arguments.get(&["-d", "--dataset", "-c", "--competition"]));
    let Some(name) = name.filter(|name| is_known(name)) else {
        return;
    };
    let made = match kind {
        "datasets" if hub::is_owned(name) => hub::plain(Role::Dataset, "kaggle", name, None),
        "competitions" => hub::plain(Role::Dataset, "kaggle/competitions", name, None),
        "models" if name.contains('/') => {
            let (name, version) = match name.rsplit_once('/') {
                Some((name, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => {
                    (name, Some(version))
                }
                _ => (name, None),
            };
            hub::plain(Role::Model, "kaggle", name, version)
        }
        _ => None,
    };
    if let Some(component) = made {
        uses(maker, scene, run, component, &symbol(run, 3));
    }
}

/// `mlflow models serve -m models:/name/version`.
fn mlflow(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let arguments = Arguments::read(run.from(3), |option| option != "--no-conda");
    let Some(address) = arguments.get(&["-m", "--model-uri"]) else {
        return;
    };
    let Some(rest) = address
        .strip_prefix("models:/")
        .filter(|rest| is_known(rest))
    else {
        return;
    };
    let rest = rest.trim_start_matches('/');
    let (name, version) = match rest.split_once('/').or_else(|| rest.split_once('@')) {
        Some((name, version)) => (name, Some(version)),
        None => (rest, None),
    };
    if let Some(component) = hub::plain(Role::Model, "mlflow", name, version) {
        uses(maker, scene, run, component, &symbol(run, 3));
    }
}

/// `dvc get URL path`.
fn dvc(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let arguments = Arguments::read(run.from(2), |option| {
        matches!(option, "-o" | "--out" | "--rev" | "--remote" | "-r")
    });
    let Some(url) = arguments
        .plain
        .first()
        .filter(|url| is_known(url) && url.contains("://"))
    else {
        return;
    };
    let path = arguments.plain.get(1).copied().unwrap_or_default();
    let file = if path.is_empty() { *url } else { path };
    let role = if hub::ends(file, &hub::MODEL_FILES) {
        Role::Model
    } else {
        Role::Dataset
    };
    let address = if path.is_empty() {
        (*url).to_owned()
    } else {
        format!("{url}#{path}")
    };
    let revision = arguments.get(&["--rev"]);
    if let Some(component) = download::at_address(role, &address, file_name(file), revision) {
        uses(maker, scene, run, component, &symbol(run, 2));
    }
}

/// `python -m spacy download en_core_web_sm[-3.7.1]`.
fn spacy(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, from: usize) {
    let arguments = Arguments::read(run.from(from), |_| false);
    let Some(name) = arguments.plain.first().filter(|name| is_known(name)) else {
        return;
    };
    let (name, version) = match name.split_once('-') {
        Some((name, version)) => (name, Some(version)),
        None => (*name, None),
    };
    if let Some(component) = hub::plain(Role::Model, "spacy", name, version) {
        uses(maker, scene, run, component, "spacy download");
    }
}

/// `python -m nltk.downloader punkt`: models by a short list, everything else is data.
fn nltk(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    const MODELS: [&str; 7] = [
        "punkt",
        "punkt_tab",
        "averaged_perceptron_tagger",
        "averaged_perceptron_tagger_eng",
        "maxent_ne_chunker",
        "maxent_ne_chunker_tab",
        "vader_lexicon",
    ];
    let arguments = Arguments::read(run.from(3), |option| {
        matches!(option, "-d" | "--dir" | "-u" | "--url")
    });
    for name in arguments.plain {
        if matches!(name, "all" | "popular" | "book") || !is_known(name) {
            continue;
        }
        let role = if MODELS.contains(&name) {
            Role::Model
        } else {
            Role::Dataset
        };
        if let Some(component) = hub::plain(role, "nltk", name, None) {
            uses(maker, scene, run, component, "nltk.downloader");
        }
    }
}

/// `lm_eval --model hf --model_args pretrained=org/name,revision=...`.
fn evaluation(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, from: usize) {
    let arguments = Arguments::read(run.from(from), |_| true);
    let tasks = arguments.get(&["--tasks", "-t"]).unwrap_or_default();
    for task in tasks.split(',').filter(|task| is_task(task)) {
        let id = ComponentId(format!("evaluation-set:lm-eval/{task}"));
        let mut component = Component::new(id, Role::EvaluationSet, task);
        component.direct = Some(true);
        component
            .properties
            .insert("library".to_owned(), "lm-eval".to_owned());
        uses(maker, scene, run, component, "lm_eval --tasks");
    }
    let Some(list) = arguments.get(&["--model_args", "-a"]) else {
        return;
    };
    let value = |key: &str| {
        list.split(',')
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(name, value)| (name == key).then_some(value))
    };
    let revision = value("revision");
    for key in ["pretrained", "peft"] {
        let Some(name) = value(key).filter(|name| hub::is_repository(name)) else {
            continue;
        };
        let role = if key == "peft" {
            Role::Adapter
        } else {
            Role::Model
        };
        let revision = revision.filter(|_| key == "pretrained");
        if let Some(component) = hub::repository(role, name, revision) {
            uses(maker, scene, run, component, "lm_eval");
        }
    }
}

/// True for a task of the harness by its name, and not for a file or a list of all.
fn is_task(task: &str) -> bool {
    !task.is_empty()
        && task != "list"
        && task
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A training or inference script that is told what to load by the usual names of options.
fn script(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    const MODELS: [&str; 9] = [
        "--model_name_or_path",
        "--model-name-or-path",
        "--pretrained_model_name_or_path",
        "--base_model",
        "--base-model",
        "--model_id",
        "--model-id",
        "--model_name",
        "--model",
    ];
    const DATA: [&str; 5] = [
        "--dataset_name",
        "--dataset-name",
        "--dataset",
        "--data_path",
        "--train_dataset",
    ];
    let arguments = Arguments::read(run.from(1), |option| option.starts_with("--"));
    let remote = arguments.has(&["--trust_remote_code", "--trust-remote-code"]);
    let revision = arguments
        .get(&["--revision", "--model_revision"])
        .filter(|text| is_known(text));
    for (names, role) in [(&MODELS[..], Role::Model), (&DATA[..], Role::Dataset)] {
        let Some(name) = arguments.get(names).filter(|name| hub::is_owned(name)) else {
            continue;
        };
        let revision = revision.filter(|_| role == Role::Model);
        if let Some(mut component) = hub::repository(role, name, revision) {
            component.remote_code = (remote && role == Role::Model).then_some(true);
            uses(maker, scene, run, component, &symbol(run, 2));
        }
    }
}
