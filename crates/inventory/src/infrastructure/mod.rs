//! Images, workflow actions, Terraform plug-ins, downloads, and the models named in commands.
//!
//! What cannot be resolved (`${MODEL}` that nothing sets) is no component: a name that is only
//! guessed would be an invented part.

mod download;
mod elsewhere;
mod hub;
mod image;
mod images;
mod installer;
mod loading;
mod maker;
mod packages;
mod pin;
mod registries;
mod scene;
mod servers;
mod serving;
mod wanted;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use waybill_domain::inventory::{ComponentId, Occurrence, RelationKind};
use waybill_source::commands::{Command, CommandFacts, PluginUse, shell};

use crate::{
    draft::Draft,
    tree::{Tree, file_name},
};
use image::Reference;
use maker::Maker;
use scene::{Run, Scene, Surroundings, place, program};

/// Adds what the tree says to the draft.
pub(crate) fn add(tree: &Tree, draft: &mut Draft) {
    let embedded = embedded(tree);
    let around = Surroundings::of(tree);
    let known = packages::Known::of(draft);
    let mut maker = Maker { draft };
    let listed = tree
        .commands()
        .map(|(file, facts)| (file.path.as_str(), facts));
    let files: Vec<(&str, &CommandFacts)> = listed
        .chain(embedded.iter().map(|(path, facts)| (*path, facts)))
        .collect();
    let replaced = replaced(&files);
    let files: Vec<(&str, &CommandFacts)> = files
        .into_iter()
        .map(|(path, facts)| (path, replaced.get(path).unwrap_or(facts)))
        .collect();
    let own = made_here(&files);
    let mut plugins: Vec<(&str, &PluginUse)> = Vec::new();
    for (path, facts) in &files {
        let scene = Scene::new(path, facts, &around);
        images(&mut maker, &scene, facts);
        for action in &facts.actions {
            elsewhere::action(&mut maker, &scene, action);
        }
        for chart in &facts.charts {
            elsewhere::chart(&mut maker, &scene, chart);
        }
        for resource in &facts.resources {
            elsewhere::resource(&mut maker, &scene, resource);
        }
        for download in &facts.downloads {
            let checksum = download.checksum.as_deref();
            download::of_file(&mut maker, &scene, &download.url, checksum, download.line);
        }
        for command in &facts.commands {
            read_command(&mut maker, &scene, command, &own, &known);
        }
        by_environment(&mut maker, &scene, facts);
        plugins.extend(facts.plugins.iter().map(|plugin| (*path, plugin)));
    }
    elsewhere::plugins(&mut maker, &plugins);
}

/// Overlays that may each put an image of their own in one place.
const MOST_OVERLAYS: usize = 6;

/// The facts of manifests with the images that Kustomize puts into them. Overlays may replace one
/// image by several: then each is used.
fn replaced<'f>(files: &[(&'f str, &CommandFacts)]) -> BTreeMap<&'f str, CommandFacts> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for replacement in files.iter().flat_map(|(_, facts)| &facts.replacements) {
        let known = by_name.entry(&replacement.name).or_default();
        if !known.contains(&replacement.reference.as_str()) && known.len() < MOST_OVERLAYS {
            known.push(&replacement.reference);
        }
    }
    let mut changed = BTreeMap::new();
    if by_name.is_empty() {
        return changed;
    }
    let of = |reference: &str| {
        let bare = reference.split('@').next().unwrap_or(reference);
        let name = match bare.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => name,
            _ => bare,
        };
        by_name.get(name)
    };
    for (path, facts) in files {
        let is_manifest = path.ends_with(".yaml") || path.ends_with(".yml");
        if !is_manifest
            || !facts
                .images
                .iter()
                .any(|image| of(&image.reference).is_some())
        {
            continue;
        }
        let mut facts = (*facts).clone();
        for image in std::mem::take(&mut facts.images) {
            match of(&image.reference) {
                Some(references) => facts.images.extend(references.iter().map(|reference| {
                    waybill_source::commands::ImageUse {
                        reference: (*reference).to_owned(),
                        ..image.clone()
                    }
                })),
                None => facts.images.push(image),
            }
        }
        for command in &mut facts.commands {
            let first = command.image.as_deref().and_then(of);
            if let Some(first) = first.and_then(|references| references.first()) {
                command.image = Some((*first).to_owned());
            }
        }
        changed.insert(*path, facts);
    }
    changed
}

/// What a variable of the tree is set to, and where.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "other parts of the inventory look names up by it")
)]
pub(crate) fn environment(tree: &Tree, name: &str) -> Vec<(String, Occurrence)> {
    let mut found = Vec::new();
    for (file, facts) in tree.commands() {
        for variable in facts
            .environment
            .iter()
            .filter(|variable| variable.name == name)
        {
            if scene::is_known(&variable.value) {
                let occurrence = place(&file.path, variable.line, name);
                found.push((variable.value.clone(), occurrence));
            }
        }
    }
    found
}

/// Commands that code runs: `!pip install`, `subprocess.run`.
fn embedded(tree: &Tree) -> Vec<(&str, CommandFacts)> {
    let mut found = Vec::new();
    for (file, code) in tree.code() {
        let mut all = images::described(code);
        for command in &code.commands {
            let mut facts = shell(&command.text);
            for inner in &mut facts.commands {
                inner.line = inner.line.saturating_sub(1).saturating_add(command.line);
            }
            all.commands.append(&mut facts.commands);
        }
        if !all.commands.is_empty() || !all.images.is_empty() {
            found.push((file.path.as_str(), all));
        }
    }
    found
}

/// Names that `ollama create` gives to models of the tree itself.
fn made_here(files: &[(&str, &CommandFacts)]) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    for command in files.iter().flat_map(|(_, facts)| &facts.commands) {
        let words = program(&command.words);
        if let [first, second, rest @ ..] = words
            && first == "ollama"
            && matches!(second.as_str(), "create" | "cp")
        {
            let mut plain = rest.iter().filter(|word| !word.starts_with('-'));
            let name = if second == "cp" {
                plain.nth(1)
            } else {
                plain.next()
            };
            own.extend(name.map(|name| name.split(':').next().unwrap_or(name).to_owned()));
        }
    }
    own
}

fn images(maker: &mut Maker<'_>, scene: &Scene<'_>, facts: &CommandFacts) {
    for image in &facts.images {
        let Some(text) = scene.resolve(&image.reference, image.context.as_deref()) else {
            continue;
        };
        let symbol = if image.base { "FROM" } else { "image" };
        add_image(maker, scene, &text, image.base, image.line, symbol);
    }
}

fn add_image(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    text: &str,
    built_on: bool,
    line: u32,
    symbol: &str,
) -> Option<ComponentId> {
    let reference = Reference::parse(text)?;
    let mut component = reference.component()?;
    reference.supplied(&mut component, maker.draft);
    let kind = if built_on {
        RelationKind::BuiltOn
    } else {
        RelationKind::Uses
    };
    Some(maker.add(component, kind, None, place(scene.path, line, symbol)))
}

/// The id of an image, whether or not it is in the draft.
fn image_id(scene: &Scene<'_>, command: &Command) -> Option<(Reference, ComponentId)> {
    let text = scene.resolve(command.image.as_deref()?, command.context.as_deref())?;
    let reference = Reference::parse(&text)?;
    let id = reference.component()?.id;
    Some((reference, id))
}

fn read_command(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    command: &Command,
    own: &BTreeSet<String>,
    known: &packages::Known,
) {
    let context = command.context.as_deref();
    // A word that is not known stays as written: what it would have named is left out.
    let words: Vec<String> = command
        .words
        .iter()
        .map(|word| scene.resolve(word, context).unwrap_or_else(|| word.clone()))
        .collect();
    let image = image_id(scene, command);
    let words = program(&words).to_vec();
    let run = Run {
        words,
        command,
        container: image.as_ref().map(|(_, id)| id.clone()),
        line: command.line,
    };
    if command.entry_point_of && servers::of_command(&run.words).is_none() {
        let server = image
            .as_ref()
            .and_then(|(reference, _)| servers::of_image(reference));
        if let Some(server) = server {
            serving::of_image(maker, scene, &run, server);
            return;
        }
    }
    docker_run(maker, scene, &run);
    if command.entry_point_of
        && let Some((reference, _)) = &image
    {
        by_entry_point(maker, scene, &run, reference);
    }
    loading::add(maker, scene, &run, own);
    download::add(maker, scene, &run);
    packages::add(maker, scene, &run, known);
}

/// What an image that is named after its program gets as arguments: `curlimages/curl -L ...`.
fn by_entry_point(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, image: &Reference) {
    const PROGRAMS: [(&str, &str); 12] = [
        ("curl", "curl"),
        ("wget", "wget"),
        ("git", "git"),
        ("aws-cli", "aws"),
        ("rclone", "rclone"),
        ("mc", "mc"),
        ("s3cmd", "s3cmd"),
        ("aria2", "aria2c"),
        ("ollama", "ollama"),
        ("huggingface-cli", "huggingface-cli"),
        ("azcopy", "azcopy"),
        ("dvc", "dvc"),
    ];
    let found = PROGRAMS.iter().find(|(name, _)| *name == image.name);
    let Some((_, program)) = found.filter(|(_, program)| run.word(0) != *program) else {
        return;
    };
    let mut words = vec![(*program).to_owned()];
    words.extend_from_slice(run.from(0));
    let inner = Run {
        words,
        container: run.container.clone(),
        ..*run
    };
    loading::add(maker, scene, &inner, &BTreeSet::new());
    download::add(maker, scene, &inner);
}

/// `docker run [options] IMAGE [arguments]`, `docker pull IMAGE`.
fn docker_run(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    const FLAGS: [&str; 16] = [
        "-d",
        "--detach",
        "--rm",
        "-i",
        "-t",
        "-it",
        "-ti",
        "--privileged",
        "--init",
        "-P",
        "-q",
        "--quiet",
        "-dit",
        "--interactive",
        "--tty",
        "-itd",
    ];
    let tool = file_name(run.word(0));
    if !matches!(tool, "docker" | "podman" | "nerdctl") {
        return;
    }
    let from = match (run.word(1), run.word(2)) {
        ("run" | "pull" | "create", _) => 2,
        ("container" | "image", "run" | "pull" | "create") => 3,
        _ => return,
    };
    let mut at = from;
    let mut variables: Vec<(String, String)> = Vec::new();
    while run.word(at).starts_with('-') {
        let option = run.word(at);
        let separate = !option.contains('=') && !FLAGS.contains(&option);
        if matches!(option, "-e" | "--env")
            && let Some((name, value)) = run.word(at + 1).split_once('=')
        {
            variables.push((name.to_owned(), value.to_owned()));
        }
        at += if separate { 2 } else { 1 };
    }
    let symbol = format!("{tool} {}", run.word(1));
    let Some(container) = add_image(maker, scene, run.word(at), false, run.line, &symbol) else {
        return;
    };
    let Some(reference) = Reference::parse(run.word(at)) else {
        return;
    };
    let command = Command {
        environment: variables,
        ..run.command.clone()
    };
    let inner = Run {
        words: run.from(at + 1).to_vec(),
        command: &command,
        container: Some(container),
        line: run.line,
    };
    match servers::of_image(&reference) {
        Some(server) => serving::of_image(maker, scene, &inner, server),
        None => by_entry_point(maker, scene, &inner, &reference),
    }
}

/// Images of servers that get no arguments: the model stands in a variable.
fn by_environment(maker: &mut Maker<'_>, scene: &Scene<'_>, facts: &CommandFacts) {
    let with_command: BTreeSet<Option<&str>> = facts
        .commands
        .iter()
        .filter(|command| command.image.is_some() && command.entry_point_of)
        .map(|command| command.context.as_deref())
        .collect();
    let mut seen: BTreeMap<Option<&str>, ()> = BTreeMap::new();
    for image in &facts.images {
        let context = image.context.as_deref();
        if with_command.contains(&context) || seen.insert(context, ()).is_some() {
            continue;
        }
        let Some(reference) = scene
            .resolve(&image.reference, context)
            .and_then(|text| Reference::parse(&text))
        else {
            continue;
        };
        let (Some(server), Some(component)) =
            (servers::of_image(&reference), reference.component())
        else {
            continue;
        };
        let command = Command {
            context: image.context.clone(),
            line: image.line,
            ..Command::default()
        };
        let run = Run {
            words: Vec::new(),
            command: &command,
            container: Some(component.id),
            line: image.line,
        };
        serving::of_image(maker, scene, &run, server);
    }
}
