//! Commands and what runs them: shell text, Dockerfiles, compose files, Kubernetes manifests, CI
//! workflows, Terraform. To facts, without running anything.

mod compose;
mod credentials;
mod dockerfile;
mod environment;
mod gitops;
mod helm;
mod image_configuration;
mod jenkins;
mod kubernetes;
mod manifest;
mod recipes;
mod shell;
mod tasks;
mod terraform;
mod workflow;

pub use compose::compose;
pub use dockerfile::dockerfile;
pub use environment::environment;
pub use helm::{helm, helm_template};
pub use image_configuration::{ImageLabels, image_configuration};
pub use jenkins::jenkinsfile;
pub use kubernetes::kubernetes;
pub use recipes::{justfile, makefile, unit};
pub use shell::shell;
pub use tasks::{development_container, tasks};
pub use terraform::terraform;
pub use workflow::workflow;

pub use crate::code::Unread;

/// What one file says about commands, images and what comes from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandFacts {
    /// Commands, in the order of the file.
    pub commands: Vec<Command>,
    /// Container images that are built on or run.
    pub images: Vec<ImageUse>,
    /// Images that take the place of others in the manifests of the same tree (Kustomize).
    pub replacements: Vec<ImageReplacement>,
    /// Steps of a workflow that come from another repository or image.
    pub actions: Vec<ActionUse>,
    /// Plug-ins and modules of Terraform.
    pub plugins: Vec<PluginUse>,
    /// Variables that are set for what runs: `ENV`, `environment:`, `env:`, `.env`.
    pub environment: Vec<Variable>,
    /// Files that are downloaded by the file format itself (`ADD https://...`).
    pub downloads: Vec<Download>,
    /// Code that a command gets as text: `python - <<EOF`, `python -c`.
    pub scripts: Vec<Script>,
    /// Variables of shell texts that are set to something that is not known whole.
    pub assignments: Vec<Assignment>,
    /// Resources that Terraform describes.
    pub resources: Vec<Resource>,
    /// Charts that a Helm chart depends on.
    pub charts: Vec<ChartUse>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// One simple command: a program with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Words after quoting and known variables were resolved; an unknown part is written `${NAME}`.
    pub words: Vec<String>,
    /// Assignments before the command.
    pub environment: Vec<(String, String)>,
    /// Name of the stage, service, container or job that runs it, if there is one.
    pub context: Option<String>,
    /// The image that it runs in, if the file tells; an image's entry point gets these words as
    /// arguments when [`Command::entry_point_of`] is set.
    pub image: Option<String>,
    /// True if the words are arguments to the image's own entry point (compose `command:`).
    pub entry_point_of: bool,
    /// True if its output is piped into an interpreter (`curl ... | sh`).
    pub piped_into_interpreter: bool,
    /// How it is tied to other commands and to files.
    pub flow: Flow,
    /// Line from 1.
    pub line: u32,
}

/// Where a command of a shell text takes from and gives to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The pipeline that it is part of; its stages have one number and stand in their order.
    pub pipeline: Option<u32>,
    /// Redirections, in the order of the text.
    pub redirections: Vec<Redirection>,
    /// A here-document or here-string that it reads.
    pub input: Option<String>,
    /// What its output is put into as a text: `$(...)`, `<(...)`.
    pub taken_by: Option<Taker>,
    /// The number under which [`Taker::Command`] knows it.
    pub number: Option<u32>,
}

/// `> file`, `< file` and their kin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redirection {
    /// `>`, `>>`, `<`, `<<<`, `&>`, `>&`, ...
    pub sign: String,
    /// The file, or what else stands there.
    pub target: String,
}

/// What takes the output of a command as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taker {
    /// A variable, by its name.
    Variable(String),
    /// Another command, by its [`Flow::number`]; in its words the output is written `$(...)`.
    Command(u32),
}

/// A variable that is set to something that is not known whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Its name.
    pub name: String,
    /// What is known; the rest is written `${NAME}` or `$(...)`. Empty if it looked like a secret.
    pub text: String,
    /// Line from 1.
    pub line: u32,
}

/// A container image that is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageUse {
    /// The reference as written, build arguments with defaults resolved.
    pub reference: String,
    /// True if the file builds on it (`FROM`), false if it runs it.
    pub base: bool,
    /// Name of the stage, service or container.
    pub context: Option<String>,
    /// Line from 1.
    pub line: u32,
}

/// An image that takes the place of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageReplacement {
    /// The image in the manifests, without tag and digest.
    pub name: String,
    /// The reference that takes its place.
    pub reference: String,
    /// Line from 1.
    pub line: u32,
}

/// A step of a workflow that comes from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionUse {
    /// `owner/repository[/path]`, `orb:namespace/name` for CircleCI,
    /// `pipe:account/name` for Bitbucket, or a local path.
    pub name: String,
    /// What follows `@`.
    pub revision: Option<String>,
    /// Inputs (`with:`), texts only.
    pub inputs: Vec<(String, String)>,
    /// Line from 1.
    pub line: u32,
}

/// A Terraform provider or module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PluginUse {
    /// Source address: `hashicorp/aws`, `terraform-aws-modules/vpc/aws`, a URL.
    pub source: String,
    /// True for a module.
    pub module: bool,
    /// Exact version of a lock file.
    pub version: Option<String>,
    /// The constraint as written.
    pub requirement: Option<String>,
    /// Hashes of a lock file as written (`h1:...`, `zh:...`).
    pub hashes: Vec<String>,
    /// Line from 1.
    pub line: u32,
}

/// A variable that is set for what runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value; empty if it looked like a secret.
    pub value: String,
    /// Name of the stage, service, container or job.
    pub context: Option<String>,
    /// Line from 1.
    pub line: u32,
}

/// Something that is downloaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Download {
    /// Address without user name and password.
    pub url: String,
    /// Digest that the file demands, as written (`sha256:...`).
    pub checksum: Option<String>,
    /// Line from 1.
    pub line: u32,
}

/// Code in another language that stands within a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// `python`, the only one so far.
    pub language: String,
    /// Its text.
    pub text: String,
    /// Line from 1 of the file on which the text begins.
    pub line: u32,
}

/// A resource or data source of Terraform with those attributes that are plain texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// Its kind: `aws_sagemaker_model`.
    pub kind: String,
    /// Its name in the configuration.
    pub name: String,
    /// Attributes that are texts, numbers or truth values; keys of nested blocks joined by `.`.
    pub attributes: Vec<(String, String)>,
    /// Line from 1.
    pub line: u32,
}

/// A Helm chart that another depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartUse {
    /// Its name.
    pub name: String,
    /// Version or range as written.
    pub version: Option<String>,
    /// Address of its repository without user name and password.
    pub repository: Option<String>,
    /// True if the entry stands in a lock file (`Chart.lock`).
    pub locked: bool,
    /// Line from 1.
    pub line: u32,
}
