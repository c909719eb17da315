//! Where a hosted model answers: a host, a region, who runs it.

use waybill_knowledge::usage::{KnownCall, KnownSupplier, hosts};
use waybill_source::code::Value;

use super::site::Site;

/// Variables of the environment that libraries read for the address of a service.
const ADDRESS_VARIABLES: [(&str, &[&str]); 3] = [
    ("openai", &["OPENAI_BASE_URL", "OPENAI_API_BASE"]),
    (
        "azure-openai",
        &["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_BASE"],
    ),
    ("anthropic", &["ANTHROPIC_BASE_URL"]),
];
/// Variables of the environment that libraries read for a region.
const REGION_VARIABLES: [(&str, &[&str]); 2] = [
    (
        "aws-bedrock",
        &[
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_REGION_NAME",
            "BEDROCK_REGION",
        ],
    ),
    (
        "google-vertex",
        &[
            "GOOGLE_CLOUD_LOCATION",
            "GOOGLE_CLOUD_REGION",
            "VERTEX_LOCATION",
            "VERTEXAI_LOCATION",
            "CLOUD_ML_REGION",
        ],
    ),
];

/// Where a hosted model answers.
pub(crate) struct Place {
    /// Who runs it, if the host is in the table.
    pub(crate) supplier: Option<&'static KnownSupplier>,
    /// The host, if it is known.
    pub(crate) host: Option<String>,
    /// Address without credentials.
    pub(crate) endpoint: Option<String>,
    pub(crate) region: Option<String>,
}

impl Place {
    /// The usual place of a supplier, in a region if one is known.
    pub(crate) fn of(supplier: &'static KnownSupplier, region: Option<String>) -> Self {
        let with_region = region.as_ref().and_then(|region| {
            supplier
                .hosts
                .iter()
                .find(|host| host.contains("{region}"))
                .map(|host| host.replace("{region}", region))
        });
        let host = with_region.or_else(|| {
            supplier
                .hosts
                .iter()
                .find(|host| !host.contains('{'))
                .cloned()
        });
        Self {
            supplier: Some(supplier),
            host,
            endpoint: None,
            region,
        }
    }

    /// The place at an address.
    pub(crate) fn at(address: &str) -> Option<Self> {
        let endpoint = plain_endpoint(address)?;
        let host = host_of(&endpoint)?.to_owned();
        let bare = host.split(':').next().unwrap_or(&host);
        let known = hosts().at(bare);
        Some(Self {
            supplier: known.as_ref().map(|known| known.supplier),
            region: known.and_then(|known| known.region),
            host: Some(host),
            endpoint: Some(endpoint),
        })
    }

    /// True if the host is on the system's own machines: no dot, or a private name or number.
    pub(crate) fn is_own(&self) -> bool {
        self.supplier.is_none() && self.host.as_deref().is_some_and(is_own_host)
    }
}

/// True for a host on the system's own machines or network.
pub(crate) fn is_own_host(host: &str) -> bool {
    let bare = host.split(':').next().unwrap_or(host);
    !bare.contains('.')
        || ["127.", "10.", "192.168.", "0.0.0.0", "172.17."]
            .iter()
            .any(|begin| bare.starts_with(begin))
        || [
            ".local",
            ".internal",
            ".svc",
            ".localhost",
            ".lan",
            ".cluster.local",
        ]
        .iter()
        .any(|end| bare.ends_with(end))
}

/// An address without credentials, query and fragment; a bare host gets a scheme.
pub(crate) fn plain_endpoint(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.contains([' ', '{', '<', '$']) || text.starts_with('/') {
        return None;
    }
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    super::local::plain_address(&with_scheme)
        .map(|address| address.trim_end_matches('/').to_owned())
}

/// The host of an address, with its port.
pub(crate) fn host_of(address: &str) -> Option<&str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().filter(|host| !host.is_empty())
}

/// Where a call goes: the address in the call or in what made its object, else the supplier's.
pub(super) fn place(site: &Site<'_>, call: &KnownCall) -> Place {
    let slug = call.get("supplier").unwrap_or_default();
    let mut supplier = hosts().supplier(slug);
    if site.truth_anywhere(call.get("vertex")) == Some(true) {
        supplier = hosts().supplier("google-vertex");
    }
    let region = region(site, call, supplier.map_or("", |known| &known.slug));
    let slot = call.get("url");
    let urls = site.texts_anywhere(slot);
    if let Some(place) = urls
        .iter()
        .filter(|known| known.text.contains("://"))
        .find_map(|known| Place::at(&known.text))
    {
        return place;
    }
    let given = site
        .argument(slot)
        .or_else(|| site.maker_argument(slot).map(|(_, value)| value));
    let keyword_only = slot.is_some_and(|slot| !slot.split('|').any(|way| way == "0"));
    if keyword_only && given.is_some_and(|value| !matches!(value, Value::None)) && slug == "openai"
    {
        // An address that cannot be told: whose model it is, its name may tell.
        return Place {
            supplier: None,
            host: None,
            endpoint: None,
            region,
        };
    }
    if let Some(resource) = site.texts_anywhere(call.get("resource")).first() {
        let address = format!("https://{}.openai.azure.com", resource.text);
        if let Some(place) = Place::at(&address) {
            return place;
        }
    }
    let variables = ADDRESS_VARIABLES.iter().find(|(known, _)| *known == slug);
    for name in variables.map_or(&[][..], |(_, names)| names) {
        if let Some(place) = site
            .resolver
            .variable(name)
            .iter()
            .find_map(|known| Place::at(&known.text))
        {
            return place;
        }
    }
    match supplier {
        Some(supplier) => Place::of(supplier, region),
        None => Place {
            supplier: None,
            host: None,
            endpoint: None,
            region,
        },
    }
}

pub(super) fn region(site: &Site<'_>, call: &KnownCall, slug: &str) -> Option<String> {
    let here = site.texts_anywhere(call.get("region"));
    if let Some(known) = here.into_iter().find(|known| is_region(&known.text)) {
        return Some(known.text);
    }
    if let Some(ways) = call.get("region_call") {
        let facts = site.resolver.code(site.file)?;
        for other in &facts.calls {
            if ways.split('|').any(|way| other.path == way) {
                let other = Site::new(site.resolver, site.file, other);
                if let Some(known) = other.text(call.get("region")) {
                    return Some(known.text);
                }
            }
        }
    }
    let (_, names) = REGION_VARIABLES.iter().find(|(known, _)| *known == slug)?;
    names
        .iter()
        .flat_map(|name| site.resolver.variable(name))
        .map(|known| known.text.clone())
        .find(|text| is_region(text))
}

pub(super) fn is_region(text: &str) -> bool {
    text == "global"
        || (text.len() <= 32
            && text.contains('-')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'))
}
