//! Feeds from addresses that the user names, brought into a scratch folder and taken from there as
//! files are.

use std::path::{Path, PathBuf};

use waybill_engine::AdvisoriesError;

/// What was named on the command line.
pub(crate) struct Named<'a> {
    /// Paths and addresses.
    pub(crate) from: &'a [PathBuf],
    /// Take plain `http` from other machines too.
    pub(crate) allow_http: bool,
    /// Certificate authorities instead of the machine's.
    pub(crate) ca: Option<&'a Path>,
}

/// Paths that can be read. What was fetched goes away with it.
#[derive(Default)]
pub(crate) struct Brought {
    pub(crate) paths: Vec<PathBuf>,
    /// Paths of what was fetched, and the addresses as they can be shown.
    fetched: Vec<(String, String)>,
    _folder: Option<tempfile::TempDir>,
}

impl Brought {
    /// The error with addresses in the place of the paths that nobody named.
    pub(crate) fn renamed(&self, mut error: AdvisoriesError) -> AdvisoriesError {
        let rename = |text: &mut String| {
            for (path, address) in &self.fetched {
                *text = text.replace(path, address);
            }
        };
        match &mut error {
            AdvisoriesError::Io { path, .. }
            | AdvisoriesError::Document { path, .. }
            | AdvisoriesError::Unusable { path, .. }
            | AdvisoriesError::Nothing(path) => rename(path),
            AdvisoriesError::Records { bad, .. } => {
                for record in bad {
                    rename(&mut record.place);
                }
            }
            _ => {}
        }
        error
    }
}

/// True for an address, whatever its scheme.
fn is_address(path: &Path) -> bool {
    let scheme = path.to_str().and_then(|text| text.split_once("://"));
    scheme.is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(not(feature = "network"))]
pub(crate) fn bring(named: &Named<'_>) -> anyhow::Result<Brought> {
    if named.allow_http || named.ca.is_some() || named.from.iter().any(|path| is_address(path)) {
        anyhow::bail!("fetch anything: this program was built without the feature `network`");
    }
    Ok(Brought {
        paths: named.from.to_vec(),
        ..Brought::default()
    })
}

#[cfg(feature = "network")]
pub(crate) use over_the_network::bring;

#[cfg(feature = "network")]
mod over_the_network {
    use std::fs::File;
    use std::io::{BufWriter, Read as _, Write as _};
    use std::path::Path;
    use std::time::Duration;

    use anyhow::{Context as _, bail};
    use waybill_fetch::{Address, Proxy, Request, Roots, fetch};

    use super::{Brought, Named, is_address};
    use crate::console;

    /// The longest feed.
    const FEED_BYTES: u64 = 4 << 30;
    /// The longest time for one.
    const FEED_TIME: Duration = Duration::from_secs(60 * 60);
    /// The largest file of certificate authorities.
    const AUTHORITIES_BYTES: u64 = 16 << 20;
    /// The longest name of a file.
    const NAME_CHARS: usize = 100;

    /// Fetches what is an address, and leaves the rest as it is.
    pub(crate) fn bring(named: &Named<'_>) -> anyhow::Result<Brought> {
        if !named.from.iter().any(|path| is_address(path)) {
            return Ok(Brought {
                paths: named.from.to_vec(),
                ..Brought::default()
            });
        }
        // All are read before any is fetched.
        let addresses: Vec<Option<Address>> = named
            .from
            .iter()
            .map(|path| match path.to_str() {
                Some(text) if is_address(path) => Address::parse(text).map(Some),
                _ => Ok(None),
            })
            .collect::<Result<_, _>>()?;
        let folder = tempfile::tempdir().context("make a scratch folder")?;
        let mut brought = Brought::default();
        for (index, (path, address)) in named.from.iter().zip(addresses).enumerate() {
            let Some(address) = address else {
                brought.paths.push(path.clone());
                continue;
            };
            let (parent, name) = names(&address);
            let place = folder.path().join(index.to_string()).join(parent);
            std::fs::create_dir_all(&place).context("make a scratch folder")?;
            let place = place.join(name);
            fetched(named, address.clone(), &place)?;
            let shown = (place.display().to_string(), address.to_string());
            brought.fetched.push(shown);
            brought.paths.push(place);
        }
        brought._folder = Some(folder);
        Ok(brought)
    }

    fn fetched(named: &Named<'_>, address: Address, place: &Path) -> anyhow::Result<()> {
        let shown = waybill_report::neutral(&address.to_string()).into_owned();
        let request = Request {
            address,
            allow_http: named.allow_http,
            roots: match named.ca {
                Some(path) => Roots::Pem(authorities(path)?),
                None => Roots::System,
            },
            proxy: proxy(),
            limit_bytes: FEED_BYTES,
            limit_time: FEED_TIME,
        };
        let file = File::create(place).context("write in a scratch folder")?;
        let mut out = BufWriter::new(file);
        let bytes = fetch(&request, &mut out)?;
        out.flush().context("write in a scratch folder")?;
        console::say(&format!("{shown}: {bytes} bytes"));
        Ok(())
    }

    fn authorities(path: &Path) -> anyhow::Result<Vec<u8>> {
        let failed = || format!("read certificate authorities `{}`", path.display());
        let file = File::open(path).with_context(failed)?;
        let mut pem = Vec::new();
        let read = file.take(AUTHORITIES_BYTES + 1).read_to_end(&mut pem);
        if read.with_context(failed)? as u64 > AUTHORITIES_BYTES {
            bail!("{}: it is larger than 16 MiB", failed());
        }
        Ok(pem)
    }

    /// The proxy for `https` that the environment names.
    fn proxy() -> Option<Proxy> {
        let named = |names: [&str; 2]| {
            let mut values = names
                .into_iter()
                .filter_map(|name| std::env::var(name).ok());
            values.find(|value| !value.is_empty())
        };
        Some(Proxy {
            address: named(["https_proxy", "HTTPS_PROXY"])?,
            except: named(["no_proxy", "NO_PROXY"]).unwrap_or_default(),
        })
    }

    /// The last two names of the path: feeds are called after them. What a path must not hold is
    /// left out.
    fn names(address: &Address) -> (String, String) {
        let mut names = address.path_names().into_iter().rev().map(|name| {
            let plain: String = name
                .chars()
                .filter(|char| char.is_ascii_alphanumeric() || "._- +".contains(*char))
                .take(NAME_CHARS)
                .collect();
            plain.trim_start_matches('.').to_owned()
        });
        let mut next = || names.next().filter(|name| !name.is_empty());
        let name = next().unwrap_or_else(|| "mirror".to_owned());
        let parent = next().unwrap_or_else(|| "mirror".to_owned());
        (parent, name)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn names_stay_in_their_folder() {
            for (address, parent, name) in [
                ("https://a.example/osv/PyPI/all.zip", "PyPI", "all.zip"),
                (
                    "https://a.example/..%2f..%2fetc/%2e%2e/x%00y",
                    "mirror",
                    "xy",
                ),
                (
                    "https://a.example/..%2f..%2fetc/passwd",
                    "....etc",
                    "passwd",
                ),
                ("https://a.example", "mirror", "mirror"),
            ] {
                let address = Address::parse(address).unwrap();
                let expected = (parent.trim_start_matches('.').to_owned(), name.to_owned());
                assert_eq!(names(&address), expected);
            }
        }
    }
}
