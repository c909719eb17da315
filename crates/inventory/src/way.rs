//! Which files are read, and as what: by name first, because a source tree is mostly names.

use waybill_source::packages;

use crate::reading::Interest;
use crate::tree::{file_name, parent};

/// Documents beyond this size are data, unless they are lock files.
const DOCUMENT_BYTES: u64 = 8 << 20;
/// Prose beyond this size is data.
const PROSE_BYTES: u64 = 1 << 20;
/// Unknown files below this size are not worth a look.
const SMALLEST_ARTIFACT_BYTES: u64 = 32;

/// A way to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Python.
    Python,
    /// A Jupyter notebook.
    Notebook,
    /// JavaScript, TypeScript and what embeds them.
    Script,
    /// Rust.
    Rust,
    /// A shell script.
    Shell,
    /// A makefile.
    Makefile,
    /// A justfile.
    Justfile,
    /// A unit of systemd or of Podman's Quadlet.
    Unit,
    /// YAML that may hold tasks: a playbook, a Taskfile, stages of DVC, Skaffold.
    Tasks,
    /// `devcontainer.json`.
    DevelopmentContainer,
    /// A Dockerfile.
    Dockerfile,
    /// A compose file.
    Compose,
    /// A workflow of GitHub, or a composite action.
    Workflow,
    /// The pipeline of another CI service.
    Pipeline,
    /// A Jenkinsfile.
    Jenkins,
    /// YAML that may be a Kubernetes manifest.
    Kubernetes,
    /// A template of a Helm chart.
    HelmTemplate,
    /// `values.yaml` of a Helm chart.
    HelmValues,
    /// `Chart.yaml` of a Helm chart.
    HelmChart,
    /// A Terraform file or lock file.
    Terraform,
    /// Variables, one a line.
    Environment,
    /// A lock file, requirement file or package metadata.
    Packages,
    /// A database of packages of an operating system that is no text.
    PackageDatabase,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// A card: Markdown, perhaps with front matter.
    Card,
    /// A licence file.
    Licence,
    /// Instructions or prompts: plain text.
    Text,
    /// A model, adapter or data set by its extension.
    Artifact,
}

/// The ways to read a file, in order; none if it cannot name a component.
pub(crate) fn ways(path: &str, size_bytes: u64) -> Vec<Way> {
    let name = file_name(path);
    let lower = name.to_ascii_lowercase();
    if is_packages(path) {
        let mut ways = vec![Way::Packages];
        // Some of them hold settings of other tools as well.
        match lower.as_str() {
            "pyproject.toml" | "cargo.toml" => ways.push(Way::Toml),
            "package.json" if !path.contains("node_modules/") => ways.push(Way::Json),
            _ => {}
        }
        return ways;
    }
    if is_package_database(path, &lower) {
        return vec![Way::PackageDatabase];
    }
    if in_installed_code(path) {
        return Vec::new();
    }
    if is_licence(&lower) && size_bytes <= PROSE_BYTES {
        return vec![Way::Licence];
    }
    if let Some(ways) = by_whole_name(path, name, &lower) {
        return ways;
    }
    by_extension(path, &lower, size_bytes)
}

/// How much of the file at `path` is worth reading.
#[must_use]
pub fn interest(path: &str, size_bytes: u64) -> Interest {
    let ways = ways(path, size_bytes);
    if ways
        .iter()
        .any(|way| matches!(way, Way::Artifact | Way::PackageDatabase))
    {
        Interest::Artifact
    } else if !ways.is_empty() {
        Interest::Text
    } else if size_bytes >= SMALLEST_ARTIFACT_BYTES
        && !in_installed_code(path)
        && !is_known_inert(file_name(path))
    {
        Interest::Head
    } else {
        Interest::None
    }
}

/// Code of installed packages: their metadata names them, their code is not the system's own.
fn in_installed_code(path: &str) -> bool {
    const FOLDERS: [&str; 7] = [
        "site-packages",
        "dist-packages",
        "node_modules",
        "bower_components",
        ".cargo",
        ".rustup",
        "conda-meta",
    ];
    const SYSTEM: [&str; 7] = [
        "usr/lib/",
        "usr/share/",
        "usr/include/",
        "lib/",
        "usr/local/lib/",
        "usr/src/",
        "proc/",
    ];
    let inside = parent(path);
    inside.split('/').any(|part| FOLDERS.contains(&part))
        // `lib/` is a folder of many projects; only an image has it beside these.
        || SYSTEM
            .iter()
            .any(|folder| path.starts_with(folder) && *folder != "lib/")
        || inside.split('/').any(|part| matches!(part, ".venv" | "venv") )
            && !path.ends_with("METADATA")
}

fn is_packages(path: &str) -> bool {
    if path.contains("node_modules/") && !path.ends_with("/.package-lock.json") {
        return is_installed_npm(path);
    }
    packages::parser(path).is_some()
}

/// `node_modules/name/package.json` and `node_modules/@scope/name/package.json`, at any depth.
pub(crate) fn is_installed_npm(path: &str) -> bool {
    let Some((_, rest)) = path.rsplit_once("node_modules/") else {
        return false;
    };
    let parts = rest.split('/').count();
    let own = if rest.starts_with('@') { 3 } else { 2 };
    rest.ends_with("/package.json") && parts == own
}

fn is_package_database(path: &str, lower: &str) -> bool {
    let rpm = path.contains("lib/rpm/") || path.contains("sysimage/rpm/");
    rpm && matches!(lower, "rpmdb.sqlite" | "packages.db" | "packages")
}

fn is_licence(lower: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or(lower);
    let code = [
        ".py", ".ts", ".js", ".rs", ".go", ".json", ".html", ".toml", ".yaml", ".yml",
    ];
    (stem.starts_with("license")
        || stem.starts_with("licence")
        || stem.starts_with("copying")
        || stem == "unlicense"
        || stem.ends_with("_license")
        || stem.ends_with("-license"))
        && !code.iter().any(|extension| lower.ends_with(extension))
}

fn by_whole_name(path: &str, name: &str, lower: &str) -> Option<Vec<Way>> {
    let stem = lower.split('.').next().unwrap_or(lower);
    let yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
    let ways = match lower {
        _ if stem == "dockerfile"
            || stem == "containerfile"
            || lower.ends_with(".dockerfile")
            || lower.ends_with(".containerfile") =>
        {
            vec![Way::Dockerfile]
        }
        _ if yaml
            && (stem.starts_with("docker-compose")
                || stem == "compose"
                || stem.starts_with("compose-")) =>
        {
            vec![Way::Compose, Way::Yaml]
        }
        "action.yml" | "action.yaml" => vec![Way::Workflow],
        _ if yaml && parent(path).ends_with(".github/workflows") => vec![Way::Workflow],
        _ if yaml && parent(path).ends_with(".gitea/workflows") => vec![Way::Workflow],
        ".gitlab-ci.yml"
        | "azure-pipelines.yml"
        | "bitbucket-pipelines.yml"
        | "cloudbuild.yaml" => {
            vec![Way::Pipeline]
        }
        _ if yaml && path.contains(".circleci/") => vec![Way::Pipeline],
        _ if yaml && path.contains(".gitlab/") => vec![Way::Pipeline],
        "chart.yaml" => vec![Way::HelmChart],
        _ if yaml && stem.starts_with("values") && !path.contains("i18n") => {
            vec![Way::HelmValues, Way::Yaml]
        }
        ".terraform.lock.hcl" => vec![Way::Terraform],
        "makefile" | "gnumakefile" => vec![Way::Makefile],
        "justfile" | ".justfile" => vec![Way::Justfile],
        "procfile" => vec![Way::Shell],
        _ if stem == "jenkinsfile" || lower.ends_with(".jenkinsfile") => vec![Way::Jenkins],
        "devcontainer.json" | ".devcontainer.json" => vec![Way::DevelopmentContainer],
        _ if stem.starts_with("docker-bake") && lower.ends_with(".hcl") => vec![Way::Terraform],
        "modelfile" | "mlmodel" | "kitfile" => vec![Way::Card],
        _ if lower.starts_with("modelfile.") || lower.ends_with(".modelfile") => vec![Way::Card],
        ".env" => vec![Way::Environment],
        _ if stem.starts_with("application") && lower.ends_with(".properties") => {
            vec![Way::Environment]
        }
        _ if lower.starts_with(".env.") || lower.ends_with(".env") => vec![Way::Environment],
        ".cursorrules" | ".windsurfrules" | ".clinerules" | ".goosehints" | ".roorules" => {
            vec![Way::Text]
        }
        _ => return None,
    };
    let _ = name;
    Some(ways)
}

fn by_extension(path: &str, lower: &str, size_bytes: u64) -> Vec<Way> {
    const ARTIFACTS: [&str; 53] = [
        "safetensors",
        "gguf",
        "ggml",
        "pt",
        "pth",
        "ckpt",
        "bin",
        "pkl",
        "pickle",
        "joblib",
        "dill",
        "onnx",
        "ort",
        "h5",
        "hdf5",
        "keras",
        "pb",
        "tflite",
        "mlmodel",
        "npz",
        "npy",
        "pte",
        "pt2",
        "mar",
        "nemo",
        "skops",
        "cbm",
        "ubj",
        "rds",
        "rda",
        "engine",
        "plan",
        "rknn",
        "pdparams",
        "pdmodel",
        "msgpack",
        "llamafile",
        "parquet",
        "arrow",
        "feather",
        "orc",
        "csv",
        "tsv",
        "jsonl",
        "ndjson",
        "tfrecord",
        "tfrecords",
        "ftz",
        "caffemodel",
        "xml",
        "tar",
        "tgz",
        "zip",
    ];
    let Some((stem, extension)) = lower.rsplit_once('.') else {
        return Vec::new();
    };
    let document = |way: Way| {
        if size_bytes <= DOCUMENT_BYTES {
            vec![way]
        } else {
            vec![Way::Artifact]
        }
    };
    match extension {
        "py" | "pyw" | "pyi" if !lower.ends_with(".pyi") => vec![Way::Python],
        "ipynb" => vec![Way::Notebook],
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte"
            if !lower.ends_with(".min.js") && !lower.ends_with(".d.ts") =>
        {
            vec![Way::Script]
        }
        "rs" => vec![Way::Rust],
        "sh" | "bash" | "zsh" | "ksh" => vec![Way::Shell],
        "mk" => vec![Way::Makefile],
        "just" => vec![Way::Justfile],
        "service" | "container" if size_bytes <= PROSE_BYTES => vec![Way::Unit],
        "tf" => vec![Way::Terraform],
        "json" | "jsonc" | "json5" | "jsonld" | "code-workspace" | "webmanifest" => {
            document(Way::Json)
        }
        "yml" | "yaml" | "dvc" => yaml_ways(path, size_bytes),
        "lock" if stem == "dvc" => document(Way::Yaml),
        "toml" => document(Way::Toml),
        "md" | "mdx" | "markdown" if size_bytes <= PROSE_BYTES => vec![Way::Card],
        "mdc" | "prompt" | "prompty" | "jinja" | "jinja2" | "j2" | "mustache" | "txt" | "hbs"
            if size_bytes <= PROSE_BYTES =>
        {
            vec![Way::Text]
        }
        "gz" | "zst" if stem.ends_with(".tar") => vec![Way::Artifact],
        _ if ARTIFACTS.contains(&extension) => vec![Way::Artifact],
        _ => Vec::new(),
    }
}

fn yaml_ways(path: &str, size_bytes: u64) -> Vec<Way> {
    if size_bytes > DOCUMENT_BYTES {
        return vec![Way::Artifact];
    }
    if path.contains("/templates/") && (path.contains("chart") || path.contains("helm")) {
        return vec![Way::HelmTemplate];
    }
    vec![Way::Yaml, Way::Kubernetes, Way::Tasks]
}

/// Files that never are a model or a data set, so that their first bytes need not be looked at.
fn is_known_inert(name: &str) -> bool {
    const EXTENSIONS: [&str; 40] = [
        "c", "h", "cc", "cpp", "hpp", "go", "java", "kt", "rb", "php", "cs", "swift", "scala",
        "html", "css", "scss", "svg", "png", "jpg", "jpeg", "gif", "webp", "ico", "woff", "woff2",
        "ttf", "pdf", "map", "xml", "rst", "po", "mo", "pyi", "pyc", "ts", "js", "lock", "log",
        "ini", "cfg",
    ];
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_the_way() {
        let cases: [(&str, &[Way]); 25] = [
            ("app/main.py", &[Way::Python]),
            ("requirements/dev.in", &[Way::Packages]),
            ("requirements.txt", &[Way::Packages]),
            ("docs/notes.txt", &[Way::Text]),
            ("Dockerfile.gpu", &[Way::Dockerfile]),
            ("deploy/gpu.dockerfile", &[Way::Dockerfile]),
            ("docker-compose.override.yml", &[Way::Compose, Way::Yaml]),
            (".github/workflows/ci.yml", &[Way::Workflow]),
            ("k8s/app.yaml", &[Way::Yaml, Way::Kubernetes, Way::Tasks]),
            ("charts/app/templates/d.yaml", &[Way::HelmTemplate]),
            ("main.tf", &[Way::Terraform]),
            (".env.example", &[Way::Environment]),
            ("pyproject.toml", &[Way::Packages, Way::Toml]),
            ("package.json", &[Way::Packages, Way::Json]),
            ("x/node_modules/a/package.json", &[Way::Packages]),
            ("x/node_modules/@s/a/package.json", &[Way::Packages]),
            ("x/node_modules/a/lib/package.json", &[]),
            ("x/node_modules/a/index.js", &[]),
            (
                "usr/lib/python3/dist-packages/x.dist-info/METADATA",
                &[Way::Packages],
            ),
            ("usr/lib/python3/dist-packages/x/__init__.py", &[]),
            ("var/lib/dpkg/status", &[Way::Packages]),
            ("models/a/model.safetensors", &[Way::Artifact]),
            ("LICENSE", &[Way::Licence]),
            ("ci/Jenkinsfile.nightly", &[Way::Jenkins]),
            ("models/a/README.md", &[Way::Card]),
        ];
        for (path, expected) in cases {
            assert_eq!(ways(path, 100), expected, "{path}");
        }
        assert_eq!(interest("data/blob", 4096), Interest::Head);
        assert_eq!(interest("a.png", 4096), Interest::None);
        assert_eq!(ways("data/rows.json", 64 << 20), [Way::Artifact]);
    }
}
