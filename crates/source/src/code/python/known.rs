//! Functions of which it is known what they return: environment, configuration, paths, texts.

use std::rc::Rc;

use super::evaluate::{Evaluator, is_texty};
use super::resolve::Resolved;
use super::seen::{Given, Seen, Shared};

/// Most declared command-line options that are looked at.
const OPTIONS: usize = 500;

/// The last parts of all paths that [`Evaluator::well_known`] knows: of most calls nothing is, and
/// then their arguments need not be looked at.
const WELL_KNOWN: [&str; 70] = [
    "get",
    "getenv",
    "setdefault",
    "pop",
    "config",
    "Config",
    "join",
    "Path",
    "PurePath",
    "PosixPath",
    "PurePosixPath",
    "dirname",
    "basename",
    "abspath",
    "realpath",
    "expanduser",
    "normpath",
    "expandvars",
    "fspath",
    "list",
    "tuple",
    "set",
    "sorted",
    "reversed",
    "frozenset",
    "deepcopy",
    "copy",
    "vars",
    "run",
    "closing",
    "iter",
    "tqdm",
    "str",
    "next",
    "choice",
    "cast",
    "dedent",
    "cleandoc",
    "open",
    "import_module",
    "__import__",
    "getattr",
    "partial",
    "dict",
    "SimpleNamespace",
    "EasyDict",
    "Box",
    "enumerate",
    "zip",
    "parse_args",
    "parse_known_args",
    "parse_args_into_dataclasses",
    "safe_load",
    "full_load",
    "unsafe_load",
    "load",
    "loads",
    "dotenv_values",
    "env",
    "SettingsConfigDict",
    "ConfigDict",
    "Option",
    "Argument",
    "Field",
    "field",
    "Query",
    "Body",
    "Form",
    "Header",
    "PrivateAttr",
];

/// The value of an argument by position or name.
pub(super) fn argument<'g>(
    given: &'g [Given],
    position: usize,
    names: &[&str],
) -> Option<&'g Shared> {
    let named = given.iter().find(|given| {
        given
            .name
            .as_deref()
            .is_some_and(|name| names.contains(&name))
    });
    named
        .or_else(|| given.get(position).filter(|given| given.name.is_none()))
        .map(|given| &given.value)
}

/// The attribute that an option of a command line is stored in.
pub(super) fn destination(given: &[Given]) -> Option<String> {
    let named = given
        .iter()
        .find(|given| given.name.as_deref() == Some("dest"));
    if let Some(name) = named {
        return name.value.as_text().map(|text| text.to_string());
    }
    let flags = || {
        given
            .iter()
            .filter(|given| given.name.is_none())
            .filter_map(|given| given.value.as_text())
    };
    // click takes a name without dashes over the flags.
    let chosen = flags()
        .find(|flag| !flag.starts_with('-'))
        .or_else(|| flags().find(|flag| flag.starts_with("--")))
        .or_else(|| flags().next())?;
    let chosen = chosen.split('/').next().unwrap_or_default();
    Some(chosen.trim_start_matches('-').replace('-', "_"))
}

/// The default of an option: what is written, else one of the choices.
pub(super) fn default_of(given: &[Given]) -> Option<Shared> {
    let by_name = |name: &str| {
        given
            .iter()
            .find(|given| given.name.as_deref() == Some(name))
            .map(|given| given.value.clone())
    };
    let variable = by_name("envvar").and_then(|value| value.as_text().cloned());
    if let Some(variable) = variable {
        return Some(Seen::Environment(variable, by_name("default")).into());
    }
    let default = by_name("default");
    let choices = || match by_name("choices")?.seen() {
        Seen::List(items) => Some(Shared::either(items.iter().cloned())),
        _ => None,
    };
    default.or_else(choices)
}

impl Evaluator<'_, '_> {
    /// The default of what `argparse` stores in an attribute.
    pub(super) fn argument_default(&mut self, name: &str) -> Shared {
        self.declared(name).unwrap_or_else(Shared::unknown)
    }

    /// An attribute of a parameter that can only be a parsed command line.
    pub(super) fn argument_of(&mut self, owner: &str, name: &str) -> Option<Shared> {
        match owner {
            "args" | "opt" | "opts" | "options" | "flags" | "FLAGS" | "cli_args"
            | "parsed_args" | "self.args" => self.declared(name),
            _ => None,
        }
    }

    fn declared(&mut self, name: &str) -> Option<Shared> {
        let program = self.program;
        let declarations = ["add_argument", "add_option", "DEFINE_string", "DEFINE_enum"];
        for declaration in declarations {
            let calls = program.by_name.get(declaration).into_iter().flatten();
            for index in calls.take(OPTIONS) {
                if !self.spend(64) {
                    return None;
                }
                let given = self.given(*index);
                if destination(&given).as_deref() == Some(name) {
                    let absl = declaration.starts_with("DEFINE");
                    return default_of(&given).or_else(|| {
                        let second = absl.then(|| given.get(1)).flatten();
                        second.map(|given| given.value.clone())
                    });
                }
            }
        }
        None
    }

    /// What a well-known function returns.
    pub(super) fn well_known(&mut self, index: usize, resolved: &Resolved) -> Option<Shared> {
        let end = resolved.path.rsplit('.').next().unwrap_or_default();
        if !WELL_KNOWN.contains(&end) {
            return None;
        }
        let given = &*self.given(index);
        let first = || argument(given, 0, &[]).cloned();
        let path: &str = &resolved.path;
        Some(match path {
            "os.environ.get"
            | "os.getenv"
            | "os.environ.setdefault"
            | "os.environ.pop"
            | "decouple.config"
            | "starlette.config.Config"
            | "google.colab.userdata.get" => {
                let name = argument(given, 0, &["key"])?.as_text()?.clone();
                let default = argument(given, 1, &["default"]).cloned();
                let default = default.filter(|value| !matches!(value.seen(), Seen::None));
                Seen::Environment(name, default).into()
            }
            "os.path.join"
            | "posixpath.join"
            | "pathlib.Path"
            | "pathlib.PurePath"
            | "pathlib.PosixPath"
            | "pathlib.PurePosixPath" => {
                let parts: Vec<Shared> = given.iter().map(|it| it.value.clone()).collect();
                if parts.is_empty() {
                    return Some(Shared::text("."));
                }
                self.join_paths(&parts)
            }
            "os.path.dirname" => Shared::text(&super::texts::folder(first()?.as_text()?)),
            "os.path.basename" => {
                let first = first()?;
                let text = first.as_text()?;
                Shared::text(text.rsplit('/').next().unwrap_or_default())
            }
            "os.path.abspath" | "os.path.realpath" | "os.path.expanduser" | "os.path.normpath"
            | "os.path.expandvars" | "os.fspath" | "list" | "tuple" | "set" | "sorted"
            | "reversed" | "frozenset" | "copy.deepcopy" | "copy.copy" | "vars" | "asyncio.run"
            | "contextlib.closing" | "iter" | "tqdm.tqdm" | "tqdm.auto.tqdm" | "Path" => first()?,
            "str" => first()
                .filter(|value| is_texty(value) || matches!(value.seen(), Seen::Number(_)))?,
            "next" | "random.choice" => self.element(&first()?),
            "typing.cast" => argument(given, 1, &[])?.clone(),
            "textwrap.dedent" | "inspect.cleandoc" => {
                Shared::text(&super::texts::dedent(first()?.as_text()?))
            }
            "open" | "io.open" | "codecs.open" | "aiofiles.open" => {
                Seen::File(argument(given, 0, &["file"])?.clone()).into()
            }
            "importlib.import_module" | "__import__" => {
                Seen::module(argument(given, 0, &["name"])?.as_text()?, "").into()
            }
            "getattr" => {
                let name = argument(given, 1, &[])?.as_text()?.clone();
                self.attribute(&first()?, &name)
            }
            "functools.partial" => {
                let rest = given.iter().skip(1).cloned().collect();
                Seen::Partial(first()?, rest).into()
            }
            "dict" | "types.SimpleNamespace" | "easydict.EasyDict" | "box.Box" => {
                self.map_of(given)
            }
            "enumerate" | "zip" => self.tuples(path, given)?,
            _ => return self.by_end(resolved, given),
        })
    }

    /// Functions that are known by the end of their path.
    fn by_end(&mut self, resolved: &Resolved, given: &[Given]) -> Option<Shared> {
        let path: &str = &resolved.path;
        let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
        Some(match name {
            "parse_args" => Seen::Arguments.into(),
            "parse_known_args" => Shared::list(vec![Seen::Arguments.into(), self.unknown()]),
            "parse_args_into_dataclasses" => self.data_classes(resolved)?,
            "safe_load" | "full_load" | "unsafe_load" | "load" | "loads" | "dotenv_values"
                if reads_configuration(module, name) =>
            {
                let source = argument(given, 0, &["fp", "stream", "f", "dotenv_path"])?;
                match source.seen() {
                    Seen::File(file) => Seen::Configuration(file.clone(), Vec::new()).into(),
                    Seen::Configuration(..) => source.clone(),
                    _ if matches!(name, "dotenv_values") || opens_by_name(module) => {
                        Seen::Configuration(source.clone(), Vec::new()).into()
                    }
                    _ => return None,
                }
            }
            "config" | "env" | "str"
                if matches!(module, "decouple" | "environ.Env" | "environs.Env") =>
            {
                let name = argument(given, 0, &["var"])?.as_text()?.clone();
                Seen::Environment(name, argument(given, 1, &["default"]).cloned()).into()
            }
            "SettingsConfigDict" | "ConfigDict" => self.map_of(given),
            "Option" | "Argument" | "Field" | "field" | "Query" | "Body" | "Form" | "Header"
            | "PrivateAttr"
                if matches!(
                    module,
                    "typer"
                        | "pydantic"
                        | "dataclasses"
                        | "fastapi"
                        | "attr"
                        | "attrs"
                        | "pydantic.v1"
                        | "sqlmodel"
                ) =>
            {
                let first = given.first().filter(|it| it.name.is_none());
                default_of(given)
                    .or_else(|| first.map(|first| first.value.clone()))
                    .or_else(|| self.made(given))?
            }
            _ => return None,
        })
    }

    /// What `default_factory` makes.
    fn made(&mut self, given: &[Given]) -> Option<Shared> {
        let by_name = |given: &&Given| given.name.as_deref() == Some("default_factory");
        let factory = given.iter().find(by_name)?.value.clone();
        match factory.seen() {
            Seen::Function(function) => Some(self.returned(*function)),
            _ => Some(self.of_class(&factory)),
        }
    }

    /// `HfArgumentParser((A, B)).parse_args_into_dataclasses()`: an object of each class.
    fn data_classes(&mut self, resolved: &Resolved) -> Option<Shared> {
        let given = self.given(resolved.receiver?);
        let classes = argument(&given, 0, &["dataclass_types"])?;
        let classes = match classes.seen() {
            Seen::List(items) => items.clone(),
            _ => vec![classes.clone()],
        };
        let objects = classes.iter().map(|class| self.of_class(class)).collect();
        Some(Shared::list(objects))
    }

    fn map_of(&mut self, given: &[Given]) -> Shared {
        let mut entries: Vec<(Rc<str>, Shared)> = Vec::new();
        for given in given {
            match (&given.name, given.value.seen()) {
                (Some(name), _) => entries.push((name.clone(), given.value.clone())),
                (None, Seen::Map(inner)) if self.spend(inner.len().saturating_mul(32)) => {
                    entries.extend(inner.iter().cloned());
                }
                (None, Seen::Arguments) => return given.value.clone(),
                _ => {}
            }
        }
        Seen::Map(entries).into()
    }

    fn tuples(&mut self, path: &str, given: &[Given]) -> Option<Shared> {
        let length = given
            .iter()
            .map(|given| given.value.width())
            .max()?
            .min(256);
        if !self.spend(length.saturating_mul(64)) {
            return None;
        }
        if path == "enumerate" {
            let element = self.element(&given.first()?.value);
            let tuple = Shared::list(vec![self.unknown(), element]);
            return Some(Shared::list(vec![tuple]));
        }
        let tuples = (0..length).map(|index| {
            let items = given.iter().take(8).map(|given| {
                let item = given.value.item(index).cloned();
                item.unwrap_or_else(Shared::unknown)
            });
            Shared::list(items.collect())
        });
        Some(Shared::list(tuples.collect()))
    }
}

fn reads_configuration(module: &str, name: &str) -> bool {
    let first = module.split('.').next().unwrap_or_default();
    matches!(
        first,
        "yaml"
            | "json"
            | "tomllib"
            | "toml"
            | "tomli"
            | "omegaconf"
            | "ruamel"
            | "json5"
            | "orjson"
            | "ujson"
            | "rtoml"
            | "pytoml"
            | "hjson"
            | "dotenv"
            | "OmegaConf"
    ) || name == "safe_load"
}

fn opens_by_name(module: &str) -> bool {
    let first = module.split('.').next().unwrap_or_default();
    matches!(first, "omegaconf" | "toml" | "OmegaConf" | "dotenv")
}
