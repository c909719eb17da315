use thiserror::Error;

/// Nothing was fetched. Addresses are shown without credentials and queries.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// No address that is fetched from.
    #[error("read the address `{address}`: {reason}")]
    Address {
        /// As it can be shown.
        address: String,
        /// Why not.
        reason: &'static str,
    },
    /// Not encrypted, and not of this machine.
    #[error(
        "fetch `{0}`: whoever is on the way can read and change what comes over http; --allow-http fetches it all the same"
    )]
    Unencrypted(String),
    /// A redirection that is not followed.
    #[error("fetch `{from}`: it leads to `{to}`: {reason}")]
    Redirect {
        /// What was asked for.
        from: String,
        /// Where it leads.
        to: String,
        /// Why it is not followed.
        reason: &'static str,
    },
    /// Another answer than the document.
    #[error("fetch `{address}`: the server answered {status}")]
    Status {
        /// What was asked for.
        address: String,
        /// The code of the answer.
        status: u16,
    },
    /// Longer than the limit.
    #[error("fetch `{address}`: it is longer than {limit_bytes} bytes")]
    TooLong {
        /// What was asked for.
        address: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// The connection failed, or ended too early.
    #[error("fetch `{address}`: {reason}")]
    Connection {
        /// What was asked for.
        address: String,
        /// What stood in the way.
        reason: String,
    },
    /// No certificate authority to hold the server's certificate against.
    #[error(
        "fetch `{0}`: this machine has no certificate authorities; install its package of them, or name a file with --ca"
    )]
    NoRoots(String),
    /// A file of certificate authorities without one.
    #[error("read certificate authorities: there is no certificate in PEM")]
    BadRoots,
    /// A proxy that cannot be used.
    #[error("use the proxy: expected http://HOST:PORT or https://HOST:PORT")]
    BadProxy,
    /// What came could not be written.
    #[error("write what was fetched: {0}")]
    Write(String),
}
