//! Programming languages, and the names and interpreters that give them away.

/// Languages that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Python.
    Python,
    /// `sh`, `bash`, `zsh` and their kin.
    Shell,
    /// JavaScript.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// C, C++, CUDA, Metal, OpenCL.
    C,
    /// Rust.
    Rust,
    /// Java.
    Java,
    /// PowerShell.
    PowerShell,
    /// Batch files of Windows.
    Batch,
    /// Build instructions of a container image.
    Dockerfile,
    /// `make`.
    Makefile,
    /// Build instructions of an Ollama model.
    Modelfile,
    /// Another language, known by its name or interpreter.
    Other,
}

const EXTENSIONS: [(&str, Language); 12] = [
    ("py pyw pyi pyx", Language::Python),
    ("sh bash zsh ksh fish csh command", Language::Shell),
    ("js mjs cjs jsx", Language::JavaScript),
    ("ts mts cts tsx", Language::TypeScript),
    (
        "c h cc cpp cxx hpp hh hxx cu cuh cl metal m mm",
        Language::C,
    ),
    ("rs", Language::Rust),
    ("java", Language::Java),
    ("ps1 psm1 psd1", Language::PowerShell),
    ("bat cmd", Language::Batch),
    ("dockerfile containerfile", Language::Dockerfile),
    ("mk mak", Language::Makefile),
    (
        "r jl lua rb pl pm php go swift kt kts scala groovy cs fs vb vbs wsf applescript sql \
         nim zig dart ex exs erl clj hs ml f90 asm s awk tcl cmake gradle",
        Language::Other,
    ),
];

/// The language that a lower-case file name and its extension promise.
pub(super) fn of_name(name: &str, extension: &str) -> Option<Language> {
    match name {
        "makefile" | "gnumakefile" => return Some(Language::Makefile),
        "dockerfile" | "containerfile" => return Some(Language::Dockerfile),
        "modelfile" => return Some(Language::Modelfile),
        "cmakelists.txt" | "rakefile" | "gemfile" | "vagrantfile" | "jenkinsfile" => {
            return Some(Language::Other);
        }
        _ => {}
    }
    if name.starts_with("dockerfile.") || name.starts_with("containerfile.") {
        return Some(Language::Dockerfile);
    }
    if name.starts_with("modelfile.") || extension == "modelfile" {
        return Some(Language::Modelfile);
    }
    let mut rows = EXTENSIONS.iter();
    let row = rows.find(|(list, _)| list.split_whitespace().any(|one| one == extension))?;
    Some(row.1)
}

/// The language of the interpreter after `#!`.
pub(super) fn of_interpreter(text: &str) -> Option<Language> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    let first = words.next()?;
    let program = if first == "env" {
        words.find(|word| !word.starts_with('-') && !word.contains('='))?
    } else {
        first
    };
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match program {
        "python" | "pypy" | "ipython" | "uv" => Language::Python,
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" | "fish" | "csh" | "tcsh" => Language::Shell,
        "node" | "deno" | "bun" => Language::JavaScript,
        "ts-node" | "tsx" => Language::TypeScript,
        "pwsh" | "powershell" => Language::PowerShell,
        "make" => Language::Makefile,
        _ => Language::Other,
    })
}
