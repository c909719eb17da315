use std::path::PathBuf;

use clap::Args;

use super::signing::{KeyArguments, PasswordArguments};

/// A signed statement of what was done, where one is asked for.
#[derive(Debug, Args)]
pub(crate) struct AttestedArguments {
    /// Also state what was done (SLSA Provenance 1), signed, in this file; `waybill reproduce` does it again
    #[arg(long, value_name = "FILE", requires = "attest_key")]
    pub(crate) attest: Option<PathBuf>,

    /// The private key that signs the statement: PEM, P-256, P-384 or P-521
    #[arg(long, value_name = "FILE", group = "attest_key", requires = "attest")]
    key: Option<PathBuf>,

    /// Take the private key out of this environment variable
    #[arg(long, value_name = "NAME", group = "attest_key", requires = "attest")]
    key_env: Option<String>,

    /// Read the private key from this file descriptor
    #[arg(long, value_name = "N", group = "attest_key", requires = "attest")]
    key_fd: Option<u16>,

    /// Sign with a key that stays in a token: `pkcs11:token=NAME;object=KEY?module-path=LIBRARY`
    #[arg(long, value_name = "URI", group = "attest_key", requires = "attest")]
    pkcs11: Option<String>,

    #[command(flatten)]
    password: PasswordArguments,

    /// The time that is stated, RFC 3339 in UTC [default: now]
    #[arg(long, value_name = "TIME", requires = "attest")]
    pub(crate) timestamp: Option<String>,

    /// Who or what does it, as an address, for the statement
    #[arg(
        long,
        value_name = "URI",
        default_value = "https://waybill.example/builders/command-line"
    )]
    pub(crate) builder: String,
}

impl AttestedArguments {
    /// The key that signs.
    pub(crate) fn key(&self) -> KeyArguments {
        KeyArguments {
            key: self.key.clone(),
            key_env: self.key_env.clone(),
            key_fd: self.key_fd,
            pkcs11: self.pkcs11.clone(),
            password: PasswordArguments {
                password_env: self.password.password_env.clone(),
                password_fd: self.password.password_fd,
            },
        }
    }
}
