use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use waybill_domain::Date;
use waybill_engine::FileHash;

use super::TextOrJson;

/// Sign a model, so that anybody can tell whether it is still what you made
///
/// Writes a bundle of OpenSSF Model Signing 1.0: the digests of all files, signed with a key or in the
/// name of a certificate. Signing without a key of one's own (keyless) needs an identity provider on the
/// network, and is not what this does; `waybill verify` verifies such signatures.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill keys generate signing.pem --public signing.pub
  waybill sign ./model --key signing.pem
  waybill sign ./model --key-env SIGNING_KEY --password-env SIGNING_PASSWORD
  waybill sign ./model --key leaf.pem --chain leaf-and-intermediates.pem
  waybill sign ./model --key signing.pem --strict
  waybill verify ./model --key signing.pub")]
pub(crate) struct SignArguments {
    /// The model: a folder or a file
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    #[command(flatten)]
    pub(crate) key: KeyArguments,

    /// The certificate of the key and those between it and one that readers trust, in PEM; may be
    /// given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) chain: Vec<PathBuf>,

    /// Where to write the signature [default: model.sig in the model's folder, MODEL.sig beside a file]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) signature: Option<PathBuf>,

    /// How to hash files
    #[arg(long, value_name = "HASH", default_value = "sha256")]
    pub(crate) hash: HashArgument,

    /// Hash large files in shards of so many bytes
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) shard_size: Option<u64>,

    /// Leave out a path below the model, with all below it; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) ignore: Vec<String>,

    /// Sign what links lead to; without, a link is refused
    #[arg(long)]
    pub(crate) allow_symlinks: bool,

    /// Also bind what the format leaves out: bits of execution, empty folders, .git and its like at the
    /// top, ignored paths
    #[arg(long)]
    pub(crate) strict: bool,

    /// Write what another program reads, where it departs from the format
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) compat: Option<CompatArgument>,

    /// Number of worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,
}

/// Where a private key comes from. It never stands on the command line itself.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// The private key: PEM, P-256, P-384 or P-521
    #[arg(long, value_name = "FILE", group = "private_key", required_unless_present_any = ["key_env", "key_fd", "pkcs11"])]
    pub(crate) key: Option<PathBuf>,

    /// Take the private key out of this environment variable
    #[arg(long, value_name = "NAME", group = "private_key")]
    pub(crate) key_env: Option<String>,

    /// Read the private key from this file descriptor
    #[arg(long, value_name = "N", group = "private_key")]
    pub(crate) key_fd: Option<u16>,

    /// Sign with a key that stays in a token: `pkcs11:token=NAME;object=KEY?module-path=LIBRARY`
    /// (RFC 7512); its PIN is the password
    #[arg(long, value_name = "URI", group = "private_key")]
    pub(crate) pkcs11: Option<String>,

    #[command(flatten)]
    pub(crate) password: PasswordArguments,
}

/// Where the password of a private key comes from.
#[derive(Debug, Args)]
pub(crate) struct PasswordArguments {
    /// Take the password of the private key out of this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "password_fd")]
    pub(crate) password_env: Option<String>,

    /// Read the password of the private key from this file descriptor
    #[arg(long, value_name = "N")]
    pub(crate) password_fd: Option<u16>,
}

/// A hash as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum HashArgument {
    Sha256,
    Blake2b,
    Blake3,
}

impl From<HashArgument> for FileHash {
    fn from(argument: HashArgument) -> Self {
        match argument {
            HashArgument::Sha256 => Self::Sha256,
            HashArgument::Blake2b => Self::Blake2b,
            HashArgument::Blake3 => Self::Blake3,
        }
    }
}

/// A program to be compatible with.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum CompatArgument {
    /// model-signing 1.x in Python
    #[value(name = "model-signing-1")]
    ModelSigning1,
}

/// Verify the signature of a model, then every file of it
///
/// Exit code 0: somebody you trust signed exactly this. 1: that does not hold, and the output says what
/// differs and how. 2: model or signature could not be opened, or what you trust cannot be used.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill verify ./model --key signing.pub
  waybill verify ./model --root authority.pem --revoked revoked.txt
  waybill verify ./model --identity me@example.org --identity-issuer https://accounts.example.org
  waybill verify ./model --key signing.pub --strict
  waybill verify ./model --policy statements.toml --attestation scan.intoto.json
  waybill verify ./model --key signing.pub --format json")]
pub(crate) struct VerifyArguments {
    /// The model: a folder or a file
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,

    /// The signature [default: model.sig in the model's folder, MODEL.sig beside a file]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) signature: Option<PathBuf>,

    /// A public key that may have signed, in PEM; may be given several times
    #[arg(long, value_name = "FILE", group = "trust", required_unless_present_any = ["root", "identity", "policy"])]
    pub(crate) key: Vec<PathBuf>,

    /// Certificates that vouch for the signer, in PEM; may be given several times
    #[arg(long, value_name = "FILE", group = "trust")]
    pub(crate) root: Vec<PathBuf>,

    /// Who signed without a key of their own (keyless, Sigstore): an address of mail, or of a workflow
    #[arg(
        long,
        value_name = "IDENTITY",
        group = "trust",
        requires = "identity_issuer"
    )]
    pub(crate) identity: Option<String>,

    /// The address of the identity provider that vouches for --identity
    #[arg(long, value_name = "URL", requires = "identity")]
    pub(crate) identity_issuer: Option<String>,

    /// Logs and authorities that are believed: a trusted_root.json, or a client's configuration with one
    /// [default: the public good instance of Sigstore, as of this release]
    #[arg(long, value_name = "FILE", requires = "identity")]
    pub(crate) trust_root: Option<PathBuf>,

    /// What has to be stated of the model, by whom: a policy of `waybill.statements/1`. Without --key, --root
    /// or --identity it also says who may sign
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Statements about the model, as `waybill attest` writes them; may be given several times
    #[arg(long, value_name = "FILE", requires = "policy")]
    pub(crate) attestation: Vec<PathBuf>,

    /// What the model is called, for the policy [default: as its signature calls it]
    #[arg(long, value_name = "NAME", requires = "policy")]
    pub(crate) name: Option<String>,

    /// Keys and certificates that are not trusted any more: a file with a SHA-256 digest a line, as
    /// `waybill keys show` prints it
    #[arg(long, value_name = "FILE")]
    pub(crate) revoked: Option<PathBuf>,

    /// Allow files that are not signed; those that are have to be there
    #[arg(long, conflicts_with = "strict")]
    pub(crate) ignore_unsigned_files: bool,

    /// Allow a path below the model that is not signed, with all below it; may be given several times
    #[arg(long, value_name = "PATH", conflicts_with = "strict")]
    pub(crate) ignore: Vec<String>,

    /// Also compare what the format leaves out, which `waybill sign --strict` binds
    #[arg(long)]
    pub(crate) strict: bool,

    /// Accept what release 0.2 of model-signing wrote, before the format was settled
    #[arg(long, conflicts_with = "strict")]
    pub(crate) legacy: bool,

    /// The date at which certificates have to be valid, YYYY-MM-DD [default: now]
    #[arg(long, value_name = "DATE", value_parser = Date::parse)]
    pub(crate) now: Option<Date>,

    /// Number of worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextOrJson,
}

/// Make and show the keys that sign
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  waybill keys generate signing.pem --public signing.pub
  waybill keys generate signing.pem --algorithm p384 --password-env SIGNING_PASSWORD
  waybill keys show signing.pub")]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    pub(crate) verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysVerb {
    Generate(KeysGenerateArguments),
    Show(KeysShowArguments),
}

/// Make a private key, readable by its owner alone, and print its public key
///
/// With a password it is encrypted: AES-256 under PBKDF2, in PKCS #8.
#[derive(Debug, Args)]
pub(crate) struct KeysGenerateArguments {
    /// Where to write the private key; a file that is there is not replaced
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// What it signs with; models are signed with one of the curves
    #[arg(long, value_name = "ALGORITHM", default_value = "p256")]
    pub(crate) algorithm: AlgorithmArgument,

    /// Write the public key to a file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub(crate) public: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) password: PasswordArguments,
}

/// What a key signs with, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AlgorithmArgument {
    P256,
    P384,
    P521,
    Ed25519,
}

/// Print what names a key, and its public key
#[derive(Debug, Args)]
pub(crate) struct KeysShowArguments {
    /// A public or private key, or certificates, in PEM
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) password: PasswordArguments,
}
