//! Keys and passwords from where they do not show: files, the environment, file descriptors. Never from
//! the command line, which every process on the machine can read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use waybill_engine::{PrivateKey, Signer, parse_private_key, read_private_key};

use crate::arguments::{KeyArguments, PasswordArguments};
use crate::console;

/// The largest secret that is read.
const SECRET_BYTES: u64 = 1 << 20;

/// Whatever signs with the private key that the arguments name.
pub(crate) fn signer(arguments: &KeyArguments) -> anyhow::Result<Box<dyn Signer>> {
    match &arguments.pkcs11 {
        Some(address) => token(address, arguments),
        None => Ok(Box::new(private_key(arguments)?)),
    }
}

#[cfg(feature = "pkcs11")]
fn token(address: &str, arguments: &KeyArguments) -> anyhow::Result<Box<dyn Signer>> {
    let address = waybill_token::Address::parse(address)?;
    let pin = password(&arguments.password)?;
    Ok(Box::new(waybill_token::open(&address, pin.as_deref())?))
}

#[cfg(not(feature = "pkcs11"))]
fn token(_: &str, _: &KeyArguments) -> anyhow::Result<Box<dyn Signer>> {
    Err(anyhow!(
        "open the token: this program was built without PKCS #11"
    ))
}

/// The private key that the arguments name.
fn private_key(arguments: &KeyArguments) -> anyhow::Result<PrivateKey> {
    let password = password(&arguments.password)?;
    let password = password.as_deref();
    if let Some(path) = &arguments.key {
        return from_file(path, password);
    }
    let text = match (&arguments.key_env, arguments.key_fd) {
        (Some(name), _) => variable(name)?,
        (None, Some(descriptor)) => from_descriptor(descriptor)?,
        (None, None) => return Err(anyhow!("sign: no private key is named")),
    };
    let text =
        String::from_utf8(text).map_err(|_| anyhow!("read the private key: it is not PEM"))?;
    Ok(parse_private_key(&text, password)?)
}

/// A private key out of a file; warns of one that is none of the owner's alone.
pub(crate) fn from_file(path: &Path, password: Option<&[u8]>) -> anyhow::Result<PrivateKey> {
    let read = read_private_key(path, password)?;
    if read.exposed {
        console::say(&waybill_report::neutral(&format!(
            "warning: everybody on this machine may read the key `{}`; `chmod 600` ends that",
            path.display()
        )));
    }
    Ok(read.key)
}

/// The password that the arguments name; a line break at its end is no part of it.
pub(crate) fn password(arguments: &PasswordArguments) -> anyhow::Result<Option<Vec<u8>>> {
    let mut password = match (&arguments.password_env, arguments.password_fd) {
        (Some(name), _) => variable(name)?,
        (None, Some(descriptor)) => from_descriptor(descriptor)?,
        (None, None) => return Ok(None),
    };
    while password
        .last()
        .is_some_and(|last| matches!(last, b'\n' | b'\r'))
    {
        password.pop();
    }
    if password.is_empty() {
        return Err(anyhow!("use the password: it is empty"));
    }
    Ok(Some(password))
}

fn variable(name: &str) -> anyhow::Result<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt as _;
    let value = std::env::var_os(name)
        .ok_or_else(|| anyhow!("read the environment variable `{name}`: it is not set"))?;
    Ok(value.into_vec())
}

fn from_descriptor(descriptor: u16) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let path = PathBuf::from(format!("/dev/fd/{descriptor}"));
    let read = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path)?;
        file.take(SECRET_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().with_context(|| format!("read file descriptor {descriptor}"))
}
