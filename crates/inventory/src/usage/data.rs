//! Data sets of a hub, and those that a library knows by a name of its own.

use waybill_domain::inventory::{Component, ComponentId, DatasetFacts, Occurrence, Pin, Role};
use waybill_knowledge::usage::KnownCall;

use super::{hub, local, named::plain, resolve::Known, site::Site};
use crate::draft::Draft;

/// Models of `gensim.downloader` are data sets or vectors by their names.
pub(crate) fn gensim(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    const CORPORA: [&str; 8] = [
        "20-newsgroups",
        "fake-news",
        "patent-2017",
        "quora-duplicate-questions",
        "semeval-2016-2017-task3-subtaskA-unannotated",
        "semeval-2016-2017-task3-subtaskBC",
        "text8",
        "wiki-english-20171001",
    ];
    for known in site.texts(call.get("name")) {
        if CORPORA.contains(&known.text.as_str()) {
            library_data(site, draft, "gensim", &known.text, known.place);
        } else {
            plain(site, call, draft, "gensim", &known.text, known.place);
        }
    }
}

/// `nltk.download("punkt")`: models by a short list, everything else is data.
pub(crate) fn nltk(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    const MODELS: [&str; 9] = [
        "punkt",
        "punkt_tab",
        "averaged_perceptron_tagger",
        "averaged_perceptron_tagger_eng",
        "maxent_ne_chunker",
        "maxent_ne_chunker_tab",
        "vader_lexicon",
        "maxent_treebank_pos_tagger",
        "perluniprops",
    ];
    for known in site.list(call.get("name")) {
        if known.text == "all" || known.text == "popular" {
            continue;
        }
        if MODELS.contains(&known.text.as_str()) {
            plain(site, call, draft, "nltk", &known.text, known.place);
        } else {
            library_data(site, draft, "nltk", &known.text, known.place);
        }
    }
}

/// A data set that only a library knows; `dataset:<library>/<name>`.
pub(crate) fn library_data(
    site: &Site<'_>,
    draft: &mut Draft,
    namespace: &str,
    name: &str,
    constant: Option<Occurrence>,
) -> Option<ComponentId> {
    if name.is_empty() || name.len() > 120 || name.contains(['\n', '{']) {
        return None;
    }
    let id = ComponentId(format!("dataset:{namespace}/{name}"));
    let mut component = Component::new(id, Role::Dataset, name);
    let version = name.rsplit_once(':').map(|(_, version)| version);
    let fixed =
        version.is_some_and(|version| !version.contains('*') && namespace == "tensorflow-datasets");
    component.pin = Some(if fixed { Pin::Name } else { Pin::Floating });
    component.direct = Some(true);
    component
        .properties
        .insert("library".to_owned(), namespace.to_owned());
    Some(hub::used(draft, component, site.occurrence(), constant))
}

/// `tfds.load("mnist")`, `torchvision.datasets.MNIST(...)`, `fetch_openml("adult")`.
pub(crate) fn data(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let namespace = call.get("namespace").unwrap_or_default();
    match call.means.as_str() {
        "named-data" => {
            for known in site.texts(call.get("name")) {
                library_data(site, draft, namespace, &known.text, known.place);
            }
        }
        "path-data" => {
            let mut parts: Vec<&str> = site.path.split('.').collect();
            if parts.last() == Some(&"load_data") {
                parts.pop();
            }
            let library = parts.first().copied().unwrap_or(namespace).to_owned();
            let library = if library == "tensorflow" {
                "keras".to_owned()
            } else {
                library
            };
            let name = parts.last().copied().unwrap_or_default().to_owned();
            if !matches!(
                name.as_str(),
                "ImageFolder" | "DatasetFolder" | "FakeData" | "VisionDataset"
            ) {
                library_data(site, draft, &library, &name, None);
            }
        }
        _ => {
            let method = site.method();
            let name = method
                .strip_prefix("fetch_")
                .or_else(|| method.strip_prefix("load_"))
                .unwrap_or(method);
            if name == "openml" {
                for known in site.texts(call.get("name")) {
                    library_data(site, draft, "openml", &known.text, known.place);
                }
            } else {
                library_data(site, draft, namespace, name, None);
            }
        }
    }
}

/// `load_dataset(...)`.
pub(crate) fn dataset(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    const READERS: [&str; 14] = [
        "csv",
        "json",
        "parquet",
        "text",
        "arrow",
        "pandas",
        "imagefolder",
        "audiofolder",
        "videofolder",
        "webdataset",
        "xml",
        "sql",
        "generator",
        "pdffolder",
    ];
    let revision = hub::revision(site, call);
    for known in site.texts(call.get("name")) {
        let text = known.text.as_str();
        if READERS.contains(&text) {
            let mut files = site.list(call.get("files"));
            files.extend(site.texts(Some("data_dir")));
            for file in files {
                data_file(site, draft, &file);
            }
            continue;
        }
        if let Some(path) = site.resolver.local(site.file, text) {
            local::relate(site, draft, &path, Role::Dataset);
            continue;
        }
        let bare = !text.contains('/')
            && !text.is_empty()
            && !local::is_artifact_name(text)
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if site.resolver.is_written(text) || !(bare || hub::is_owned(text)) {
            continue;
        }
        let asked = revision.as_ref().map(|known| known.text.as_str());
        let Some(mut component) = hub::repository(Role::Dataset, text, asked) else {
            continue;
        };
        component.remote_code = site.truth(call.get("remote_code"));
        let splits: Vec<String> = site
            .texts(call.get("split"))
            .into_iter()
            .map(|known| known.text)
            .collect();
        if !splits.is_empty() {
            component.dataset = Some(Box::new(DatasetFacts {
                splits,
                ..DatasetFacts::default()
            }));
        }
        if let Some(config) = site.text(call.get("config")) {
            component
                .properties
                .insert("configuration".to_owned(), config.text);
        }
        hub::used(draft, component, site.occurrence(), known.place);
    }
}

pub(super) fn data_file(site: &Site<'_>, draft: &mut Draft, file: &Known) {
    if local::is_address(&file.text) {
        local::at_address(site, draft, file, Role::Dataset);
    } else if let Some(path) = site.resolver.local(site.file, &file.text) {
        local::relate(site, draft, &path, Role::Dataset);
    }
}
