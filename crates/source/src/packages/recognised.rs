//! Which parser reads a file, by its path.

use super::{PackageFacts, go, java, javascript, python, rust, system};

/// Reads the text of one file.
pub type Parser = fn(&str) -> PackageFacts;

/// The parser for the file at a path relative to a target, with `/`; `None` if packages are not
/// described in files of that name. A file that several tools write under one name is told apart
/// by its parser.
#[must_use]
pub fn parser(path: &str) -> Option<Parser> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == "package.json" && path.contains("node_modules/") {
        return is_installed(path).then_some(javascript::installed_package as Parser);
    }
    by_name(name)
        .or_else(|| by_pattern(&name.to_ascii_lowercase(), folder))
        .or_else(|| by_folder(name, folder))
}

fn by_name(name: &str) -> Option<Parser> {
    Some(match name {
        "pyproject.toml" => python::pyproject,
        "uv.lock" => python::uv_lock,
        "poetry.lock" => python::poetry_lock,
        "pdm.lock" => python::pdm_lock,
        "pylock.toml" => python::pylock,
        "Pipfile" => python::pipfile,
        "pip.conf" | "pip.ini" => python::pip_configuration,
        "Pipfile.lock" => python::pipfile_lock,
        "setup.cfg" => python::setup_cfg,
        "conda-lock.yml" | "conda-lock.yaml" => python::conda_lock,
        "pixi.lock" => python::pixi_lock,
        ".npmrc" => javascript::npm_configuration,
        "package.json" => javascript::package_json,
        "package-lock.json" | "npm-shrinkwrap.json" => javascript::package_lock,
        "yarn.lock" => javascript::yarn_lock,
        "pnpm-lock.yaml" => javascript::pnpm_lock,
        "pnpm-workspace.yaml" => javascript::pnpm_workspace,
        "bun.lock" => javascript::bun_lock,
        "deno.lock" => javascript::deno_lock,
        "Cargo.lock" => rust::cargo_lock,
        "Cargo.toml" => rust::cargo_toml,
        "go.mod" => go::go_mod,
        "go.sum" => go::go_sum,
        "go.work" => go::go_work,
        "pom.xml" => java::pom,
        "gradle.lockfile" | "buildscript-gradle.lockfile" => java::gradle_lockfile,
        "build.gradle" | "build.gradle.kts" => java::gradle_build,
        "verification-metadata.xml" => java::gradle_verification_metadata,
        "container-manifest-2" => system::rpm_manifest,
        _ => return None,
    })
}

/// `node_modules/name/package.json` and `node_modules/@scope/name/package.json`, at any depth;
/// deeper ones only mark how a folder's modules are loaded.
fn is_installed(path: &str) -> bool {
    let inside = path
        .rsplit_once("node_modules/")
        .map_or("", |(_, rest)| rest);
    let parts = inside.split('/').count();
    parts == if inside.starts_with('@') { 3 } else { 2 }
}

/// Names that people vary: `requirements-dev.txt`, `environment.gpu.yml`.
fn by_pattern(name: &str, folder: &str) -> Option<Parser> {
    let (stem, extension) = name.rsplit_once('.')?;
    let in_requirements = folder.rsplit('/').next() == Some("requirements");
    Some(match extension {
        "txt" | "in" | "pip"
            if stem.contains("requirement")
                || stem.contains("constraints")
                || stem.ends_with("-reqs")
                || stem.starts_with("reqs")
                || in_requirements =>
        {
            python::requirements
        }
        "yml" | "yaml"
            if stem.starts_with("environment")
                || stem.ends_with("environment")
                || stem == "conda"
                || stem.starts_with("conda-env")
                || stem.starts_with("conda_env") =>
        {
            python::conda_environment
        }
        "yml" | "yaml" if stem.ends_with("conda-lock") => python::conda_lock,
        "toml" if stem.starts_with("pylock.") => python::pylock,
        "toml" if stem.ends_with(".versions") => java::gradle_version_catalogue,
        "lockfile" if folder.ends_with("dependency-locks") => java::gradle_lockfile,
        _ => return None,
    })
}

/// Names that mean something only in their folder.
fn by_folder(name: &str, folder: &str) -> Option<Parser> {
    let ends = |end: &str| folder == end || folder.ends_with(&format!("/{end}"));
    Some(match name {
        "METADATA" if folder.ends_with(".dist-info") => python::metadata,
        "PKG-INFO" if folder.ends_with(".egg-info") => python::metadata,
        "direct_url.json" if folder.ends_with(".dist-info") => python::direct_url,
        "meta.yaml" | "meta.yml" if is_recipe(folder) => python::conda_recipe,
        "modules.txt" if ends("vendor") => go::go_modules_txt,
        "status" if ends("var/lib/dpkg") => system::dpkg_status,
        _ if ends("var/lib/dpkg/status.d") && !name.contains(".md5sums") => system::dpkg_status,
        "installed" if ends("lib/apk/db") => system::apk_installed,
        "os-release" if ends("etc") || ends("usr/lib") || folder.is_empty() => system::os_release,
        _ => return None,
    })
}

fn is_recipe(folder: &str) -> bool {
    folder.split('/').any(|part| {
        matches!(
            part,
            "recipe" | "recipes" | "conda" | "conda-recipe" | "conda.recipe"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_name_and_folder() {
        let known = [
            "requirements.txt",
            "requirements/base.txt",
            "services/api/requirements-dev.in",
            "dev_requirements.txt",
            "a/environment.gpu.yml",
            "pylock.cuda.toml",
            "gradle/libs.versions.toml",
            "gradle/verification-metadata.xml",
            ".venv/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA",
            "rootfs/var/lib/dpkg/status",
            "var/lib/dpkg/status.d/base-files",
            "lib/apk/db/installed",
            "etc/os-release",
            "vendor/modules.txt",
            "node_modules/@scope/a/package.json",
        ];
        for path in known {
            assert!(parser(path).is_some(), "{path}");
        }
        let unknown = [
            "METADATA",
            "notes.txt",
            "status",
            "modules.txt",
            "config/environment.ts",
            "meta.yaml",
            "node_modules/a/esm/package.json",
            "var/lib/dpkg/status.d/base-files.md5sums",
        ];
        for path in unknown {
            assert!(parser(path).is_none(), "{path}");
        }
    }
}
