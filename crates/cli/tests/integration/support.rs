//! A folder of artifacts built out of assembly, and the real program run in it with nothing in its
//! environment.

use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What no run may take longer than; one that waits for a pipe or a device does.
const PATIENCE: Duration = Duration::from_secs(60);

/// A pickle of an empty dictionary.
pub(crate) const GOOD: &str = "PROTO 4\nEMPTY_DICT\nSTOP\n";
/// A pickle that runs a shell command.
pub(crate) const HARMFUL: &str =
    "PROTO 4\nGLOBAL posix system\nSHORT_BINUNICODE \"echo pwned\"\nTUPLE1\nREDUCE\nSTOP\n";
/// A pickle that calls what nobody has vetted.
pub(crate) const UNVETTED: &str = "PROTO 4\nGLOBAL acme.layers Gate\nEMPTY_TUPLE\nREDUCE\nSTOP\n";
/// Bytes of no known format, as hexadecimal digits.
pub(crate) const UNKNOWN: &str = "f1d2c3b4a5968778695a4b3c2d1e0fff";

/// A temporary folder that holds artifacts, and in which the program runs.
pub(crate) struct Folder(tempfile::TempDir);

/// What one run came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    folder: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn bytes(&self, name: &str, content: &[u8]) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Writes the artifact that `text` describes in the language `kind`.
    pub(crate) fn artifact(&self, name: &str, kind: &str, text: &str) -> &Self {
        self.bytes(name, &waybill_fixtures::assemble(kind, text).unwrap())
    }

    pub(crate) fn pickle(&self, name: &str, text: &str) -> &Self {
        self.artifact(name, "pickle", text)
    }

    pub(crate) fn folder(&self, name: &str) -> &Self {
        fs::create_dir_all(self.path(name)).unwrap();
        self
    }

    /// Makes a link at `name` that leads to `to`.
    pub(crate) fn link(&self, name: &str, to: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
        self
    }

    /// Makes a pipe that nobody writes to.
    pub(crate) fn pipe(&self, name: &str) -> &Self {
        let made = Command::new("mkfifo").arg(self.path(name)).status();
        assert!(made.unwrap().success(), "mkfifo");
        self
    }

    /// The names of what the folder holds, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program in this folder, with an empty environment.
    pub(crate) fn command(&self) -> Command {
        self.command_in("")
    }

    /// The program in a folder of this folder.
    pub(crate) fn command_in(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waybill"));
        command
            .env_clear()
            .current_dir(self.path(name))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program with these arguments, divided by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        let mut command = self.command();
        command.args(arguments.split_whitespace());
        self.finish(command, Vec::new())
    }

    /// Runs the program with this standard input.
    pub(crate) fn pipe_in(&self, arguments: &str, input: Vec<u8>) -> Run {
        let mut command = self.command();
        command
            .args(arguments.split_whitespace())
            .stdin(Stdio::piped());
        self.finish(command, input)
    }

    /// Runs a command to its end, or to the end of all patience.
    pub(crate) fn finish(&self, mut command: Command, input: Vec<u8>) -> Run {
        let mut child = command.spawn().unwrap();
        let writer = child.stdin.take().map(|mut pipe| {
            // It may refuse its arguments before it reads anything.
            std::thread::spawn(move || drop(pipe.write_all(&input)))
        });
        let stdout = drain(child.stdout.take());
        let stderr = drain(child.stderr.take());
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("{command:?} still runs after {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        if let Some(writer) = writer {
            writer.join().unwrap();
        }
        Run {
            code: status.code(),
            stdout: stdout.join().unwrap(),
            stderr: String::from_utf8(stderr.join().unwrap()).unwrap(),
            folder: self.0.path().to_str().unwrap().to_owned(),
        }
    }
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes).unwrap();
        }
        bytes
    })
}

impl Run {
    pub(crate) fn out(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The whole run, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        let code = self
            .code
            .map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let text = format!(
            "exit {code}\n--- stdout\n{}--- stderr\n{}",
            self.out(),
            self.stderr
        );
        steady(&text, Path::new(&self.folder))
    }

    /// The paths of the artifacts in the JSON report.
    pub(crate) fn paths(&self) -> Vec<String> {
        let json = self.json();
        let artifacts = json["artifacts"].as_array().unwrap();
        artifacts
            .iter()
            .map(|artifact| artifact["path"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The ids of the rules that found something in an artifact of the JSON report.
    pub(crate) fn rules(&self, path: &str) -> Vec<String> {
        let artifact = self.artifact(path);
        let findings = artifact["findings"].as_array().unwrap();
        findings
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    }

    /// One artifact of the JSON report.
    pub(crate) fn artifact(&self, path: &str) -> serde_json::Value {
        let json = self.json();
        let artifacts = json["artifacts"].as_array().unwrap();
        artifacts
            .iter()
            .find(|artifact| artifact["path"] == path)
            .unwrap_or_else(|| panic!("no {path} in {json:#}"))
            .clone()
    }
}

/// The text without what differs between machines, versions and rule sets.
pub(crate) fn steady(text: &str, folder: &Path) -> String {
    let rules = waybill_engine::tool().rules;
    let policy = waybill_engine::Engine::baseline(&[]).unwrap();
    let digits = rules.trim_start_matches("sha256:");
    text.replace(folder.to_str().unwrap(), "[folder]")
        .replace(digits, "[rules]")
        .replace(policy.info().digest.as_str(), "[policy]")
        .replace(&digits[..12], "[rules]")
        .replace(env!("CARGO_PKG_VERSION"), "[version]")
        .replace(
            &format!("{} rules", waybill_engine::rules().len()),
            "[n] rules",
        )
}
