//! Files that say something by where they lie, and addresses.

pub(crate) use super::command_line::{
    builds, decodes_and_runs, fetches_and_runs, installs, numbered_host, only_asks,
};

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

/// True for files that hold data and no code, by their name.
pub(crate) fn is_data(file: &str) -> bool {
    const ENDS: [&str; 22] = [
        ".json",
        ".jsonl",
        ".txt",
        ".bin",
        ".dat",
        ".data",
        ".pt",
        ".pth",
        ".safetensors",
        ".gguf",
        ".npy",
        ".npz",
        ".pkl",
        ".md",
        ".yaml",
        ".yml",
        ".png",
        ".jpg",
        ".model",
        ".vocab",
        ".csv",
        ".wav",
    ];
    let file = file.to_ascii_lowercase();
    file == "metadata of weights" || ENDS.into_iter().any(|end| file.ends_with(end))
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
