//! Files that say something by where they lie, commands that only ask, and addresses.

/// Parts of paths of files with credentials, in lower case.
const CREDENTIALS: [&str; 30] = [
    ".ssh/id_",
    ".ssh/known_hosts",
    "/.ssh/",
    "~/.ssh",
    ".aws/credentials",
    ".aws/config",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".docker/config.json",
    ".kube/config",
    ".huggingface/token",
    "huggingface/token",
    ".config/gcloud",
    "application_default_credentials",
    "/etc/shadow",
    "/etc/passwd",
    "/proc/self/environ",
    "login data",
    "local state",
    "key4.db",
    "logins.json",
    "cookies.sqlite",
    "wallet.dat",
    ".bash_history",
    ".zsh_history",
    "id_rsa",
    "id_ed25519",
    ".azure/accesstokens",
];

/// Parts of paths of files that something runs again and again, in lower case.
const PERSISTENT: [&str; 26] = [
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".zshrc",
    ".zprofile",
    ".zshenv",
    "/.profile",
    "~/.profile",
    "/etc/profile",
    "crontab",
    "/etc/cron",
    "/var/spool/cron",
    "authorized_keys",
    "systemd/system",
    "systemd/user",
    "/etc/init.d",
    "/etc/rc.local",
    "launchagents",
    "launchdaemons",
    "autostart",
    "start menu\\programs\\startup",
    "start menu/programs/startup",
    "sitecustomize.py",
    "usercustomize.py",
    "currentversion\\run",
    ".git/hooks",
];

/// Folders of the system.
const SYSTEM: [&str; 10] = [
    "/etc/",
    "/usr/",
    "/bin/",
    "/sbin/",
    "/lib/",
    "/root/",
    "/boot/",
    "/var/lib/",
    "c:\\windows",
    "c:/windows",
];

/// The words of a path by which it holds credentials.
pub(crate) fn credential(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    CREDENTIALS.into_iter().find(|part| text.contains(part))
}

/// The words of a path or command by which something runs again later.
pub(crate) fn persistent(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    PERSISTENT.into_iter().find(|part| text.contains(part))
}

/// True for files of the system.
pub(crate) fn of_system(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SYSTEM.into_iter().any(|folder| text.starts_with(folder))
}

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
    const FETCHERS: [&str; 8] = [
        "curl",
        "wget",
        "invoke-webrequest",
        "iwr",
        "irm",
        "downloadstring",
        "bitsadmin",
        "certutil",
    ];
    const RUNNERS: [&str; 12] = [
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
    ];
    let lower = command.to_ascii_lowercase();
    if lower.contains("/dev/tcp/") || lower.contains("-enc ") || lower.contains("-encodedcommand") {
        return true;
    }
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_' || c == '.'))
        .filter(|word| !word.is_empty())
        .collect();
    let fetched = words.iter().position(|word| FETCHERS.contains(word));
    let Some(fetched) = fetched else {
        return (lower.contains("nc ") || lower.contains("ncat "))
            && (lower.contains(" -e") || lower.contains("/bin/sh"));
    };
    let chained = lower.contains(['|', ';'])
        || lower.contains("&&")
        || lower.contains("$(")
        || lower.contains("<(")
        || lower.contains('`');
    let runs = words
        .iter()
        .enumerate()
        .any(|(index, word)| RUNNERS.contains(word) && (index != fetched));
    let made_runnable = words.contains(&"chmod") && chained;
    (chained && runs) || made_runnable
}

/// Hosts that take in or hand out whatever anybody sends, and the addresses inside clouds that hand
/// out credentials.
pub(crate) fn telling_host(text: &str) -> Option<&'static str> {
    const HOSTS: [&str; 34] = [
        "webhook.site",
        "pastebin.com",
        "paste.ee",
        "hastebin",
        "transfer.sh",
        "ngrok.io",
        "ngrok-free.app",
        "ngrok.app",
        "trycloudflare.com",
        "requestbin",
        "pipedream.net",
        "burpcollaborator.net",
        "oastify.com",
        "interact.sh",
        "oast.fun",
        "oast.pro",
        "oast.live",
        "oast.site",
        "oast.online",
        "oast.me",
        "dnslog.cn",
        "beeceptor.com",
        "discord.com/api/webhooks",
        "discordapp.com/api/webhooks",
        "api.telegram.org/bot",
        "hooks.slack.com/services",
        "canarytokens",
        "169.254.169.254",
        "metadata.google.internal",
        "file.io",
        "anonfiles",
        "gofile.io",
        "serveo.net",
        "localtunnel.me",
    ];
    let text = text.to_ascii_lowercase();
    HOSTS.into_iter().find(|host| text.contains(host))
}

/// True for the machine itself.
pub(crate) fn is_local(text: &str) -> bool {
    ["localhost", "127.0.0.1", "::1", "0.0.0.0"]
        .into_iter()
        .any(|host| text.contains(host))
}

/// True for names of the environment that hold secrets.
pub(crate) fn secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    [
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "API_KEY",
        "APIKEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
        "CREDENTIAL",
    ]
    .into_iter()
    .any(|part| name.contains(part))
}

/// True for a native library of the system or of a driver, by its bare name.
pub(crate) fn system_library(name: &str) -> bool {
    if name.contains(['/', '\\']) {
        return [
            "/usr/lib",
            "/lib",
            "/System/Library",
            "/opt/rocm",
            "/usr/local/cuda",
            "C:\\Windows\\System32",
        ]
        .into_iter()
        .any(|folder| name.starts_with(folder));
    }
    const STEMS: [&str; 56] = [
        "c",
        "m",
        "dl",
        "rt",
        "pthread",
        "system",
        "kernel32",
        "user32",
        "msvcrt",
        "ntdll",
        "advapi32",
        "shell32",
        "gdi32",
        "ole32",
        "ws2_32",
        "psapi",
        "dbghelp",
        "crypt32",
        "cuda",
        "cudart",
        "cudnn",
        "cublas",
        "nvidia-ml",
        "nvml",
        "nvrtc",
        "nccl",
        "gomp",
        "iomp5",
        "omp",
        "x11",
        "gl",
        "egl",
        "objc",
        "util",
        "z",
        "ssl",
        "crypto",
        "uuid",
        "dbus-1",
        "asound",
        "pulse",
        "portaudio",
        "sndfile",
        "glib-2.0",
        "gobject-2.0",
        "hip",
        "amdhip64",
        "mkl_rt",
        "tbb",
        "magic",
        "openblas",
        "winmm",
        "setupapi",
        "nvcuda",
        "ucrtbase",
        "vcruntime140",
    ];
    let name = name.to_ascii_lowercase();
    let stem = name.split(".so").next().unwrap_or(&name);
    let stem = stem.trim_end_matches(".dylib").trim_end_matches(".dll");
    let stem = stem.strip_prefix("lib").unwrap_or(stem);
    let stem = stem.split("64_").next().unwrap_or(stem);
    STEMS.contains(&stem) || stem.starts_with("api-ms-win")
}
