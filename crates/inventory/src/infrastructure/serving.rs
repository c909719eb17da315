//! Programs and images that serve a model: which one, at which revision, with what beside it.

use waybill_domain::inventory::{ComponentId, RelationKind, Role, Standing};

use super::{
    download, hub,
    loading::{unpinned, uses},
    maker::Maker,
    scene::{Arguments, Run, Scene, is_known, place},
    servers::{self, Server},
};

/// What the entry point of a known image gets as arguments and variables.
pub(super) fn of_image(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    server: &'static Server,
) {
    let arguments = Arguments::read(run.from(0), |_| true);
    let named = model_options(maker, scene, run, server, &arguments);
    if !named {
        of_environment(maker, scene, run, server);
    }
}

/// A command that starts a server.
pub(super) fn serve(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    server: &'static Server,
) {
    let skip = servers::skipped(&run.words, server);
    let arguments = Arguments::read(run.from(skip), |option| !servers::is_flag(option));
    let mut named = false;
    if server.positional
        && let Some(name) = arguments.plain.first()
    {
        named = one_model(maker, scene, run, server, name, &arguments);
    }
    named |= model_options(maker, scene, run, server, &arguments);
    if !named {
        of_environment(maker, scene, run, server);
    }
}

/// Adds one model, with what the options say of its revision and code.
fn one_model(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    server: &Server,
    name: &str,
    arguments: &Arguments<'_>,
) -> bool {
    let name = ["HF://", "hf://", "huggingface://"]
        .iter()
        .find_map(|begin| name.strip_prefix(begin))
        .unwrap_or(name);
    if !hub::is_repository(name) {
        let made =
            hub::of_address(name).or_else(|| hub::quantised(name).filter(|_| server.quantised));
        let Some(component) = made else {
            return false;
        };
        uses(maker, scene, run, component, server.symbol);
        return true;
    }
    let written = arguments.get(&[
        "--revision",
        "--model-revision",
        "--model_revision",
        "--hf-revision",
    ]);
    let by_variable = scene
        .variable("REVISION", run.command.context.as_deref())
        .map(|(value, _)| value);
    let by_variable = by_variable.filter(|_| !server.variables.is_empty());
    let revision = match written {
        Some(revision) if !is_known(revision) => {
            unpinned(maker, scene, run, Role::Model, name, server.symbol);
            return true;
        }
        Some(revision) => Some(revision.to_owned()),
        None => by_variable,
    };
    let Some(mut component) = hub::repository(Role::Model, name, revision.as_deref()) else {
        return false;
    };
    if arguments.has(&["--trust-remote-code", "--trust_remote_code"]) {
        component.remote_code = Some(true);
    }
    if let Some(file) = arguments.get(&["--hf-file", "-hff"]) {
        component
            .properties
            .insert("file".to_owned(), file.to_owned());
    }
    let id = uses(maker, scene, run, component, server.symbol);
    adapters(maker, scene, run, server, arguments, &id);
    true
}

/// The models that options name; true if there is one.
fn model_options(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    server: &Server,
    arguments: &Arguments<'_>,
) -> bool {
    let mut named = false;
    for (option, value) in &arguments.options {
        let Some(value) = *value else {
            continue;
        };
        if server.options.contains(option) {
            named |= one_model(maker, scene, run, server, value, arguments);
        } else if servers::FURTHER.contains(option) && hub::is_repository(value) {
            if let Some(component) = hub::repository(Role::Model, value, None) {
                uses(maker, scene, run, component, server.symbol);
            }
        } else if matches!(*option, "--model-url" | "-mu")
            && let Some(component) =
                download::of_url(value, None).or_else(|| hub::of_address(value))
        {
            uses(maker, scene, run, component, server.symbol);
            named = true;
        }
    }
    named
}

/// `--lora-modules name=path ...`, `--adapter path`.
fn adapters(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    run: &Run<'_>,
    server: &Server,
    arguments: &Arguments<'_>,
    model: &ComponentId,
) {
    const OPTIONS: [&str; 6] = [
        "--lora-modules",
        "--lora-paths",
        "--lora-adapters",
        "--adapter",
        "--adapters",
        "--adapter-path",
    ];
    let mut values: Vec<&str> = Vec::new();
    for (option, value) in &arguments.options {
        if OPTIONS.contains(option) {
            values.extend(*value);
        }
    }
    if !values.is_empty() {
        // Further modules stand as words of their own.
        values.extend(arguments.plain.iter().filter(|word| word.contains('=')));
    }
    for value in values.iter().flat_map(|value| value.split(',')) {
        let path = value.split_once('=').map_or(value, |(_, path)| path);
        if !hub::is_owned(path) {
            continue;
        }
        if let Some(component) = hub::repository(Role::Adapter, path, None) {
            let id = uses(maker, scene, run, component, server.symbol);
            let occurrence = Some(place(scene.path, run.line, server.symbol));
            maker.draft.relate(
                &id,
                RelationKind::AdapterOf,
                model,
                Standing::Observed,
                occurrence,
            );
        }
    }
}

/// The model that a server takes from its environment.
fn of_environment(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>, server: &Server) {
    let context = run.command.context.as_deref();
    let own = |name: &str| {
        let own = run
            .command
            .environment
            .iter()
            .find(|(known, _)| known == name);
        own.map(|(_, value)| (value.clone(), run.line))
            .filter(|(value, _)| is_known(value))
            .or_else(|| scene.variable(name, context))
    };
    for variable in server.variables {
        let Some((name, line)) = own(variable) else {
            continue;
        };
        let revision = own("REVISION")
            .or_else(|| own("MODEL_REVISION"))
            .map(|(value, _)| value);
        let made = if hub::is_repository(&name) {
            hub::repository(Role::Model, &name, revision.as_deref())
        } else {
            hub::quantised(&name).filter(|_| server.quantised)
        };
        let Some(mut component) = made else {
            continue;
        };
        let trusted = own("TRUST_REMOTE_CODE").or_else(|| own("HF_MODEL_TRUST_REMOTE_CODE"));
        if trusted.is_some_and(|(value, _)| value.eq_ignore_ascii_case("true") || value == "1") {
            component.remote_code = Some(true);
        }
        let occurrence = place(scene.path, line, variable);
        maker.add(
            component,
            RelationKind::Uses,
            run.container.as_ref(),
            occurrence,
        );
        return;
    }
}
