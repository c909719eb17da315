//! What commands fetch from addresses.

use waybill_domain::inventory::{
    Component, ComponentId, Hash, Pin, Reference, ReferenceKind, RelationKind, Role, Standing,
};

use super::{
    hub,
    installer::installer,
    maker::Maker,
    pin,
    scene::{Arguments, Run, Scene, is_known, place},
};
use crate::{purl::purl, tree::file_name};

/// Adds what a command downloads.
pub(super) fn add(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    match (file_name(run.word(0)), run.word(1)) {
        ("curl" | "wget" | "aria2c" | "axel" | "http" | "https" | "xh", _) => {
            fetch(maker, scene, run)
        }
        ("git", _) => clone(maker, scene, run),
        ("gdown", _) => drive(maker, scene, run),
        ("aws", "s3")
        | ("gsutil" | "s3cmd" | "azcopy" | "rclone" | "mc", _)
        | ("gcloud", "storage") => {
            object(maker, scene, run);
        }
        _ => {}
    }
}

fn fetch(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let program = file_name(run.word(0));
    let posts = run.words.iter().any(|word| {
        matches!(
            word.as_str(),
            "POST" | "PUT" | "DELETE" | "-d" | "--data" | "--data-raw" | "-F" | "--form" | "--json"
        )
    });
    // `curl -d` sends; `wget -d` does not, but asks for a log that nobody wants in a build.
    if posts {
        return;
    }
    let piped = run.command.piped_into_interpreter;
    for word in run.from(1) {
        let url = word.strip_prefix("--url=").unwrap_or(word);
        if !is_web(url) {
            continue;
        }
        let url = match is_known(url) {
            true => url,
            // The last part may be chosen by the machine that runs it; what it is part of is not.
            false => match known_front(url) {
                Some(front) => front,
                None => continue,
            },
        };
        let output = output(run);
        let Some(mut component) =
            of_url(url, output).or_else(|| piped.then(|| installer(url)).flatten())
        else {
            continue;
        };
        if piped {
            let words = "piped into an interpreter".to_owned();
            component.properties.insert("run".to_owned(), words);
        }
        let occurrence = place(scene.path, run.line, program);
        maker.add(component, RelationKind::Uses, None, occurrence);
    }
}

/// An address up to its last part, if only that is unknown and what stands before says enough: a
/// release of a repository, a revision on the hub.
fn known_front(url: &str) -> Option<&str> {
    let (front, last) = url.rsplit_once('/')?;
    let names_revision = |marker: &str| {
        let after = front.split_once(marker).map(|(_, after)| after);
        after.is_some_and(|after| !after.is_empty())
    };
    let enough = front.starts_with("https://github.com/") && names_revision("/releases/download/")
        || front.starts_with("https://huggingface.co/") && names_revision("/resolve/");
    (is_known(front) && !is_known(last) && enough).then_some(front)
}

/// The file that a download is written to.
fn output<'r>(run: &'r Run<'_>) -> Option<&'r str> {
    let arguments = Arguments::read(run.from(1), |option| {
        matches!(
            option,
            "-o" | "--output" | "-O" | "--output-document" | "--out"
        )
    });
    let wget = file_name(run.word(0)) == "wget";
    let names: &[&str] = if wget {
        &["-O", "--output-document"]
    } else {
        &["-o", "--output", "--out"]
    };
    arguments.get(names)
}

pub(super) fn is_web(text: &str) -> bool {
    ["http://", "https://", "ftp://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// An address without user name, password, query and fragment.
pub(super) fn plain_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.is_empty()
        || !is_known(rest)
        || host.starts_with("localhost")
        || host.starts_with("127.")
    {
        return None;
    }
    let slash = if path.is_empty() { "" } else { "/" };
    Some(format!("{scheme}://{host}{slash}{path}"))
}

/// What an address gives, if that is clearly a component: a file of a model or of data, or a
/// program. `output` is the name that the file gets.
pub(super) fn of_url(url: &str, output: Option<&str>) -> Option<Component> {
    if let Some(component) = hub::of_address(url) {
        return Some(component);
    }
    let address = plain_address(url)?;
    let path = address.split_once("://").map_or("", |(_, rest)| rest);
    let name = path.split_once('/').map_or("", |(_, path)| file_name(path));
    let kind = |name: &str| {
        if hub::ends(name, &hub::MODEL_FILES) {
            Some(Role::Model)
        } else if hub::ends(name, &hub::DATA_FILES) {
            Some(Role::Dataset)
        } else {
            None
        }
    };
    if let Some(role) = kind(name).or_else(|| output.and_then(kind)) {
        let shown = if kind(name).is_some() {
            name
        } else {
            file_name(output.unwrap_or(name))
        };
        return at_address(role, &address, shown, None);
    }
    of_release(&address).or_else(|| program(&address, name))
}

/// A model or data set at an address.
pub(super) fn at_address(
    role: Role,
    address: &str,
    name: &str,
    revision: Option<&str>,
) -> Option<Component> {
    let (plain, fragment) = address
        .split_once('#')
        .map_or((address, None), |(plain, rest)| (plain, Some(rest)));
    let mut id = if plain.starts_with("http") {
        plain_address(plain)?
    } else {
        plain.to_owned()
    };
    let url = id.clone();
    if let Some(fragment) = fragment {
        id = format!("{id}#{fragment}");
    }
    let mut component = Component::new(ComponentId(format!("{}:{id}", role.as_str())), role, name);
    let fixed = match revision {
        Some(revision) => pin::of_revision(Some(revision)),
        None if id.split('/').any(pin::is_commit) => Pin::Digest,
        None => Pin::Floating,
    };
    component.version = revision
        .filter(|_| fixed != Pin::Floating)
        .map(ToOwned::to_owned);
    component.pin = Some(fixed);
    component.direct = Some(true);
    component.references.push(Reference {
        kind: ReferenceKind::Distribution,
        url,
    });
    Some(component)
}

/// A file of a release, an archive or a file of a repository on GitHub.
fn of_release(address: &str) -> Option<Component> {
    let rest = address.strip_prefix("https://")?;
    let mut parts = rest.split('/');
    let host = parts.next()?;
    let (owner, name) = (parts.next()?, parts.next()?);
    let rest: Vec<&str> = parts.collect();
    let revision = match (host, rest.as_slice()) {
        ("github.com", ["releases", "download", tag, ..]) => Some(*tag),
        ("github.com", ["releases", "latest", "download", ..]) => None,
        ("github.com", ["archive", "refs", "tags" | "heads", file]) => {
            Some(file.trim_end_matches(".tar.gz").trim_end_matches(".zip"))
        }
        ("github.com", ["archive", file]) => {
            Some(file.trim_end_matches(".tar.gz").trim_end_matches(".zip"))
        }
        _ => return None,
    };
    let mut component = repository(host, owner, name, revision)?;
    if let Some(file) = rest.last() {
        component
            .properties
            .insert("file".to_owned(), (*file).to_owned());
    }
    Some(component)
}

/// A repository of a forge as a program.
pub(super) fn repository(
    host: &str,
    owner: &str,
    name: &str,
    revision: Option<&str>,
) -> Option<Component> {
    let kind = match host {
        "github.com" | "raw.githubusercontent.com" => "github",
        "bitbucket.org" => "bitbucket",
        _ => return None,
    };
    let fixed = pin::of_revision(revision);
    let version = revision.filter(|_| fixed != Pin::Floating);
    let url = purl(kind, Some(owner), name, version, &[])?;
    let mut component = Component::new(ComponentId(url.clone()), Role::Application, name);
    component.namespace = Some(owner.to_owned());
    component.version = version.map(ToOwned::to_owned);
    component.pin = Some(fixed);
    component.purl = Some(url);
    component.direct = Some(true);
    let reference = Reference {
        kind: ReferenceKind::Vcs,
        url: format!("https://{host}/{owner}/{name}")
            .replace("raw.githubusercontent.com", "github.com"),
    };
    component.references.push(reference);
    Some(component)
}

/// An archive or installer by its ending.
fn program(address: &str, name: &str) -> Option<Component> {
    const ENDINGS: [&str; 14] = [
        ".deb",
        ".rpm",
        ".appimage",
        ".whl",
        ".run",
        ".exe",
        ".msi",
        ".dmg",
        ".pkg",
        ".jar",
        ".tar.gz",
        ".tgz",
        ".tar.xz",
        ".tar.bz2",
    ];
    if hub::ends(name, &[".zip", ".json"]) || !hub::ends(name, &ENDINGS) {
        return None;
    }
    generic(address, name)
}

pub(super) fn generic(address: &str, name: &str) -> Option<Component> {
    let url = purl("generic", None, name, None, &[("download_url", address)])?;
    let mut component = Component::new(ComponentId(url.clone()), Role::Application, name);
    component.purl = Some(url);
    let versioned = address.bytes().filter(u8::is_ascii_digit).count() >= 2
        && address
            .split(['/', '-', '_'])
            .any(|part| pin::exact(part).is_some_and(|part| part.contains('.')));
    component.pin = Some(if versioned { Pin::Name } else { Pin::Floating });
    component.direct = Some(true);
    component.references.push(Reference {
        kind: ReferenceKind::Distribution,
        url: address.to_owned(),
    });
    Some(component)
}

/// `git clone [-b REVISION] URL`.
fn clone(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let from = match (run.word(1), run.word(2)) {
        ("clone", _) => 2,
        ("lfs", "clone") | ("submodule", "add") => 3,
        _ => return,
    };
    let takes = |option: &str| {
        matches!(
            option,
            "-b" | "--branch"
                | "--depth"
                | "-c"
                | "--config"
                | "-o"
                | "--origin"
                | "--filter"
                | "-j"
                | "--jobs"
                | "--revision"
        )
    };
    let arguments = Arguments::read(run.from(from), takes);
    let Some(url) = arguments.plain.first().filter(|url| is_known(url)) else {
        return;
    };
    let revision = arguments.get(&["-b", "--branch", "--revision"]);
    if revision.is_some_and(|revision| !is_known(revision)) {
        return;
    }
    if let Some(component) = of_repository(url, revision) {
        let occurrence = place(scene.path, run.line, "git clone");
        maker.add(
            component,
            RelationKind::Uses,
            run.container.as_ref(),
            occurrence,
        );
    }
}

/// A repository by the address that Git is given.
pub(super) fn of_repository(url: &str, revision: Option<&str>) -> Option<Component> {
    let url = url.strip_prefix("git+").unwrap_or(url);
    let https = url
        .strip_prefix("git@")
        .and_then(|rest| rest.split_once(':'))
        .map(|(host, path)| format!("https://{host}/{path}"));
    let url = https.as_deref().unwrap_or(url);
    let address = plain_address(url)?;
    let address = address.strip_suffix(".git").unwrap_or(&address);
    let rest = address.split_once("://").map(|(_, rest)| rest)?;
    if let Some(component) = hub::of_address(&format!("https://{rest}")) {
        let name = component.full_name();
        return hub::repository(component.role, &name, revision);
    }
    let mut parts = rest.split('/');
    let (host, owner, name) = (parts.next()?, parts.next()?, parts.next()?);
    repository(host, owner, name, revision)
}

/// `gdown ID` and `gdown URL -O file`.
fn drive(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let arguments = Arguments::read(run.from(1), |option| {
        matches!(option, "-O" | "--output" | "--id")
    });
    let source = arguments
        .get(&["--id"])
        .or_else(|| arguments.plain.first().copied());
    let Some(source) = source.filter(|source| is_known(source)) else {
        return;
    };
    let id = source
        .split("/d/")
        .nth(1)
        .or_else(|| source.split("id=").nth(1))
        .unwrap_or(source);
    let id = id.split(['/', '&', '?']).next().unwrap_or(id);
    let name = file_name(arguments.get(&["-O", "--output"]).unwrap_or(id));
    // Without a name the kind of the file cannot be told.
    let role = if hub::ends(name, &hub::MODEL_FILES) {
        Role::Model
    } else {
        Role::Dataset
    };
    let address = format!("https://drive.google.com/uc?id={id}");
    let mut component = Component::new(
        ComponentId(format!("{}:{address}", role.as_str())),
        role,
        name,
    );
    component.pin = Some(Pin::Floating);
    component.direct = Some(true);
    component.references.push(Reference {
        kind: ReferenceKind::Distribution,
        url: address,
    });
    let occurrence = place(scene.path, run.line, "gdown");
    maker.add(component, RelationKind::Uses, None, occurrence);
}

/// Copies out of an object store: the source is the first address.
fn object(maker: &mut Maker<'_>, scene: &Scene<'_>, run: &Run<'_>) {
    let copies = run.words.iter().take(4).any(|word| {
        matches!(
            word.as_str(),
            "cp" | "sync" | "get" | "copy" | "rsync" | "mirror"
        )
    });
    let arguments = Arguments::read(run.from(1), |_| false);
    let mut paths = arguments
        .plain
        .iter()
        .filter(|word| word.contains("://") || word.contains('/') || word.starts_with('.'));
    let Some(source) = paths.next().filter(|source| copies && is_known(source)) else {
        return;
    };
    let remote = ["s3://", "gs://", "az://"]
        .iter()
        .any(|scheme| source.starts_with(scheme));
    let lower = source.to_ascii_lowercase();
    let role = if hub::ends(source, &hub::MODEL_FILES)
        || lower.contains("/model")
        || lower.contains("checkpoint")
    {
        Role::Model
    } else if hub::ends(source, &hub::DATA_FILES)
        || lower.contains("/data")
        || lower.contains("dataset")
    {
        Role::Dataset
    } else {
        return;
    };
    let name = file_name(source.trim_end_matches('/'));
    if remote && let Some(component) = at_address(role, source, name, None) {
        let occurrence = place(
            scene.path,
            run.line,
            &format!("{} {}", run.word(0), run.word(1)),
        );
        maker.add(component, RelationKind::Uses, None, occurrence);
    }
}

/// What a file format itself downloads: `ADD`, the storage address of a serving resource.
pub(super) fn of_file(
    maker: &mut Maker<'_>,
    scene: &Scene<'_>,
    url: &str,
    checksum: Option<&str>,
    line: u32,
) {
    let Some(url) = scene.resolve(url, None) else {
        return;
    };
    let made = if let Some(name) = url.strip_prefix("ollama://") {
        hub::ollama(name)
    } else if is_web(&url) || url.starts_with("hf://") || url.starts_with("git@") {
        let (plain, revision) = match url.split_once(".git#") {
            Some((plain, revision)) => {
                (plain, Some(revision.split(':').next().unwrap_or(revision)))
            }
            None => (url.as_str(), None),
        };
        if revision.is_some() || url.ends_with(".git") {
            of_repository(plain, revision)
        } else {
            of_url(&url, None)
        }
    } else if ["s3://", "gs://", "oci://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        at_address(
            Role::Model,
            &url,
            file_name(url.trim_end_matches('/')),
            None,
        )
    } else {
        None
    };
    let Some(mut component) = made else {
        return;
    };
    if let Some(value) = checksum
        .and_then(|checksum| checksum.strip_prefix("sha256:"))
        .filter(|value| pin::is_commit(value))
    {
        component.pin = Some(Pin::Digest);
        component.hashes.push(Hash {
            algorithm: "sha-256".to_owned(),
            value: value.to_ascii_lowercase(),
            standing: Standing::Claimed,
        });
    }
    let symbol = if is_web(&url) { "ADD" } else { "storage" };
    let occurrence = place(scene.path, line, symbol);
    maker.add(component, RelationKind::Uses, None, occurrence);
}
