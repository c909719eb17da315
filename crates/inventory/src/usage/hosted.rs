//! Models that somebody else runs, and the services that answer for them.

use waybill_domain::inventory::{
    Component, ComponentId, DataFlow, Field, FlowDirection, HostedFacts, Occurrence, Pin,
    RelationKind, Role, ServiceFacts, Standing, SupplierId, SupplierKind,
};
use waybill_knowledge::usage::{KnownCall, KnownSupplier, catalogue, hosts};
use waybill_source::code::Value;

use super::{hub, named, pin, resolve::Known, site::Site};
use crate::draft::Draft;

/// Constructors that do nothing but reach a service.
const CLIENTS: [&str; 30] = [
    "OpenAI",
    "AsyncOpenAI",
    "AzureOpenAI",
    "AsyncAzureOpenAI",
    "Anthropic",
    "AsyncAnthropic",
    "AnthropicBedrock",
    "AnthropicVertex",
    "Client",
    "AsyncClient",
    "ClientV2",
    "AsyncClientV2",
    "Mistral",
    "MistralClient",
    "CohereClient",
    "CohereClientV2",
    "Groq",
    "AsyncGroq",
    "Together",
    "AsyncTogether",
    "GoogleGenAI",
    "GoogleGenerativeAI",
    "BedrockRuntimeClient",
    "InferenceClient",
    "AsyncInferenceClient",
    "HfInference",
    "Replicate",
    "OpenAIClient",
    "ChatCompletionsClient",
    "default",
];

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

/// A call that asks a hosted model, or makes the client for it.
pub(crate) fn hosted(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    guardrail_of_bedrock(site, call, draft);
    let mut names = site.texts(call.get("name"));
    if names.is_empty() && hub::takes_first(site, call) {
        names = site.texts(Some("0"));
    }
    if call.get("supplier").is_none() {
        return by_name_alone(site, draft, names);
    }
    let place = place(site, call);
    let strict = call.get("strict").is_some();
    let names: Vec<Known> = names
        .into_iter()
        .filter(|known| is_model_name(&known.text) && (!strict || hub::is_owned(&known.text)))
        .collect();
    if names.is_empty() {
        if is_client(site) && place.host.is_some() {
            service(site.occurrence(), draft, &place);
        }
        return;
    }
    let deployment = site.text(call.get("deployment")).map(|known| known.text);
    for known in names {
        let id = model(&site.occurrence(), draft, &place, &known.text, known.place);
        if let Some((id, deployment)) = id.zip(deployment.as_ref())
            && let Some(component) = draft.get_mut(&id)
        {
            component
                .properties
                .insert("deployment".to_owned(), deployment.clone());
        }
    }
}

fn is_client(site: &Site<'_>) -> bool {
    site.makers.is_empty() && CLIENTS.contains(&site.method())
}

/// A call on an object that is not known: the model's name alone says whose it is.
fn by_name_alone(site: &Site<'_>, draft: &mut Draft, names: Vec<Known>) {
    for known in names {
        let Some(supplier) = supplier_of_name(&known.text) else {
            continue;
        };
        let place = Place::of(supplier, None);
        model(&site.occurrence(), draft, &place, &known.text, known.place);
    }
}

/// Who alone runs models of that name.
pub(crate) fn supplier_of_name(name: &str) -> Option<&'static KnownSupplier> {
    let first = catalogue().named(name).next();
    first
        .and_then(|known| hosts().supplier(&known.supplier))
        .or_else(|| hosts().of_model(name))
}

/// True for a text that may name a hosted model.
pub(crate) fn is_model_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 160
        && !text.contains("://")
        && !text.starts_with(['.', '/', '<'])
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'@' | b'~')
        })
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Where a call goes: the address in the call or in what made its object, else the supplier's.
fn place(site: &Site<'_>, call: &KnownCall) -> Place {
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

fn region(site: &Site<'_>, call: &KnownCall, slug: &str) -> Option<String> {
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

fn is_region(text: &str) -> bool {
    text == "global"
        || (text.len() <= 32
            && text.contains('-')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'))
}

/// A client without a model.
pub(crate) fn client(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let urls = site.texts(call.get("url"));
    if call.get("url").is_some() && urls.is_empty() {
        return;
    }
    let place = place(site, call);
    if place.host.is_some() {
        service(site.occurrence(), draft, &place);
    }
}

/// A client or call of the AWS library: only Bedrock is meant.
pub(crate) fn bedrock(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let service_name = site
        .text(call.get("service"))
        .filter(|known| known.text.starts_with("bedrock"))
        .or_else(|| {
            let (file, value) = site.maker_argument(call.get("service"))?;
            site.resolver
                .texts(file, value)
                .into_iter()
                .find(|known| known.text.starts_with("bedrock"))
        });
    let Some(supplier) = hosts()
        .supplier("aws-bedrock")
        .filter(|_| service_name.is_some())
    else {
        return;
    };
    guardrail_of_bedrock(site, call, draft);
    let region = region(site, call, "aws-bedrock");
    let names = site.texts(call.get("name"));
    let place = Place::of(supplier, region);
    if names.is_empty() && site.method().ends_with("client") {
        service(site.occurrence(), draft, &place);
    }
    for known in names {
        let (name, region) = of_arn(&known.text);
        let place = match region {
            Some(region) => Place::of(supplier, Some(region)),
            None => Place::of(supplier, place.region.clone()),
        };
        model(&site.occurrence(), draft, &place, name, known.place);
    }
}

/// `arn:aws:bedrock:REGION:ACCOUNT:inference-profile/NAME`: name and region.
fn of_arn(text: &str) -> (&str, Option<String>) {
    if !text.starts_with("arn:") {
        return (text, None);
    }
    let region = text.split(':').nth(3).filter(|region| !region.is_empty());
    let name = text.rsplit('/').next().unwrap_or(text);
    (name, region.map(ToOwned::to_owned))
}

fn guardrail_of_bedrock(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let slot = call.get("guardrail");
    if slot.is_none() {
        return;
    }
    let mut ids = site.texts(slot);
    if ids.is_empty() {
        ids = site.texts(Some("guardrailConfig.guardrailIdentifier"));
    }
    for known in ids {
        super::stores::guard(site, draft, "Amazon Bedrock Guardrails", Some(&known.text));
    }
}

/// `openai/gpt-4o`, `anthropic:claude-3-5-sonnet-latest`: the supplier stands before the name.
pub(crate) fn prefixed(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let mut names = site.texts(call.get("name"));
    if names.is_empty() && hub::takes_first(site, call) {
        names = site.texts(Some("0"));
    }
    let given = site
        .text(call.get("supplier_argument"))
        .map(|known| known.text);
    let url = site.text(call.get("url")).map(|known| known.text);
    for known in names {
        let word = given.as_deref();
        with_prefix(
            &site.occurrence(),
            draft,
            &known,
            call,
            word,
            url.as_deref(),
        );
    }
}

/// The same for a text wherever it stands.
pub(crate) fn with_prefix(
    occurrence: &Occurrence,
    draft: &mut Draft,
    known: &Known,
    call: &KnownCall,
    given: Option<&str>,
    url: Option<&str>,
) {
    let text = known.text.as_str();
    if !is_model_name(text) {
        return;
    }
    let separator = call.get("separator").unwrap_or("/");
    let (word, rest) = match text.split_once(separator) {
        Some((word, rest)) => (Some(word), rest),
        None => (None, text),
    };
    let word = given.or(word);
    let rest = if given.is_some() { text } else { rest };
    if word.is_some_and(|word| word.starts_with("ollama")) {
        if let Some(component) = named::ollama_model(rest) {
            hub::used(draft, component, occurrence.clone(), known.place.clone());
        }
        return;
    }
    if let Some(place) = url.and_then(Place::at) {
        model(occurrence, draft, &place, rest, known.place.clone());
        return;
    }
    if let Some(supplier) = call.get("via").and_then(|slug| hosts().supplier(slug)) {
        if word.is_some() {
            model(
                occurrence,
                draft,
                &Place::of(supplier, None),
                text,
                known.place.clone(),
            );
        }
        return;
    }
    let by_word = word.and_then(|word| hosts().named(word));
    let (supplier, name) = match by_word {
        Some(supplier) => (Some(supplier), rest),
        None => (supplier_of_name(text), text),
    };
    let fallback = call
        .get("fallback")
        .filter(|_| word.is_none() && text.contains("gpt"))
        .and_then(|slug| hosts().supplier(slug));
    if let Some(supplier) = supplier.or(fallback) {
        let place = Place::of(supplier, None);
        model(occurrence, draft, &place, name, known.place.clone());
    }
}

/// `llm_config={"config_list": [{"model": "gpt-4o", "base_url": ...}]}`.
pub(crate) fn config_list(site: &Site<'_>, call: &KnownCall, draft: &mut Draft) {
    let Some(value) = site.argument(call.get("name")) else {
        return;
    };
    let get = |entries: &[(String, Value)], names: &[&str]| {
        entries
            .iter()
            .find(|(key, _)| names.contains(&key.as_str()))
            .map(|(_, value)| value.clone())
    };
    for followed in site.resolver.follow(site.file, value) {
        let Value::Map(entries) = &followed.value else {
            continue;
        };
        let mut maps = vec![entries.clone()];
        if let Some(list) = get(entries, &["config_list"]) {
            for inner in site.resolver.follow(&followed.file, &list) {
                if let Value::List(items) = inner.value {
                    maps.extend(items.into_iter().filter_map(|item| match item {
                        Value::Map(entries) => Some(entries),
                        _ => None,
                    }));
                }
            }
        }
        for entries in maps {
            let text = |names: &[&str]| {
                let value = get(&entries, names)?;
                site.resolver
                    .texts(&followed.file, &value)
                    .into_iter()
                    .next()
            };
            let Some(known) = text(&["model"]) else {
                continue;
            };
            let url = text(&["base_url", "api_base"]).map(|known| known.text);
            let kind = text(&["api_type"]).map(|known| known.text);
            let supplier = kind
                .and_then(|kind| hosts().named(&kind))
                .or_else(|| supplier_of_name(&known.text))
                .or_else(|| hosts().supplier("openai"));
            let place = url
                .as_deref()
                .and_then(Place::at)
                .or_else(|| supplier.map(|supplier| Place::of(supplier, None)));
            if let Some(place) = place {
                model(&site.occurrence(), draft, &place, &known.text, known.place);
            }
        }
    }
}

/// Adds a hosted model with its service. A model on the system's own server is one that is in the
/// inventory already, or one that only this server knows.
pub(crate) fn model(
    occurrence: &Occurrence,
    draft: &mut Draft,
    place: &Place,
    name: &str,
    constant: Option<Occurrence>,
) -> Option<ComponentId> {
    if !is_model_name(name) {
        return None;
    }
    let named_supplier;
    let place = if place.host.is_none() && place.supplier.is_none() {
        match supplier_of_name(name) {
            Some(supplier) => {
                named_supplier = Place::of(supplier, place.region.clone());
                &named_supplier
            }
            None => place,
        }
    } else {
        place
    };
    let service = place
        .host
        .is_some()
        .then(|| service(occurrence.clone(), draft, place))
        .flatten();
    if place.is_own()
        && let Some(id) = own_model(occurrence, draft, place, name)
    {
        if let Some(service) = &service {
            relate_served(draft, &id, service, occurrence);
        }
        return Some(id);
    }
    let slug = match (&place.supplier, &place.host) {
        (Some(supplier), _) => supplier.slug.clone(),
        (None, Some(host)) => host.clone(),
        (None, None) => "unknown".to_owned(),
    };
    let mut component = Component::new(
        ComponentId(format!("hosted-model:{slug}/{name}")),
        Role::HostedModel,
        name,
    );
    component.direct = Some(true);
    component.supplier = place
        .supplier
        .map(|supplier| supplier_id(draft, supplier, occurrence));
    judge(&mut component, place, name);
    if let Some(hosted) = component.hosted.as_mut() {
        hosted.service.clone_from(&service);
    }
    let id = hub::used(draft, component, occurrence.clone(), constant);
    if let Some(service) = &service {
        relate_served(draft, &id, service, occurrence);
    }
    Some(id)
}

fn relate_served(draft: &mut Draft, model: &ComponentId, service: &ComponentId, at: &Occurrence) {
    draft.relate(
        model,
        RelationKind::ServedBy,
        service,
        Standing::Observed,
        Some(at.clone()),
    );
}

/// A model that the system's own server answers for.
fn own_model(
    occurrence: &Occurrence,
    draft: &mut Draft,
    place: &Place,
    name: &str,
) -> Option<ComponentId> {
    if place
        .host
        .as_deref()
        .is_some_and(|host| host.ends_with(":11434"))
    {
        let component = named::ollama_model(name)?;
        return Some(hub::used(draft, component, occurrence.clone(), None));
    }
    let there = draft
        .components()
        .find(|component| {
            matches!(component.role, Role::Model | Role::Adapter) && component.full_name() == name
        })
        .map(|component| component.id.clone())?;
    if let Some(component) = draft.get_mut(&there) {
        component.seen(occurrence.clone());
    }
    Some(there)
}

/// What the name and the catalogue tell.
fn judge(component: &mut Component, place: &Place, name: &str) {
    let slug = place.supplier.map_or("", |supplier| supplier.slug.as_str());
    let bare = ["us.", "eu.", "apac.", "global.", "us-gov.", "jp.", "au."]
        .iter()
        .filter(|_| slug == "aws-bedrock")
        .find_map(|begin| name.strip_prefix(begin))
        .or_else(|| name.strip_prefix("models/"))
        .unwrap_or(name);
    let known = catalogue().find(slug, bare);
    let alias = known.is_some_and(|known| known.alias);
    component.pin = Some(if pin::names_a_snapshot(name) && !alias {
        Pin::Name
    } else {
        Pin::Floating
    });
    if component.pin == Some(Pin::Name) {
        component.version = Some(name.to_owned());
    }
    component.authors.extend(maker(place, bare));
    component.released = known.and_then(|known| known.released.clone());
    component.hosted = Some(Box::new(HostedFacts {
        service: None,
        host: place.host.clone(),
        region: place.region.clone(),
        catalogue_name: known.map(|known| format!("{slug}/{}", known.name)),
        retires: known.and_then(|known| known.retires.clone()),
        replacement: known.and_then(|known| known.replacement.clone()),
        catalogue_date: known.map(|_| catalogue().date.clone()),
    }));
    if let Some(known) = known
        && let Some(retires) = &known.retires
    {
        component.state(
            Field::EndOfLife,
            retires.clone(),
            Standing::Claimed,
            known.source.clone(),
            None,
        );
    }
}

/// Who made the model, if it is not who runs it.
fn maker(place: &Place, name: &str) -> Option<String> {
    let supplier = place.supplier?;
    let maker = match name.split_once(['/', '.']) {
        Some((owner, _)) if hosts().named(owner).is_some() => hosts().named(owner),
        _ => hosts().of_model(name),
    }?;
    (maker.name != supplier.name).then(|| maker.name.clone())
}

/// Finds or makes the supplier of the table.
pub(crate) fn supplier_id(
    draft: &mut Draft,
    known: &KnownSupplier,
    occurrence: &Occurrence,
) -> SupplierId {
    let id = draft.supplier(SupplierKind::Organisation, &known.name, Standing::Observed);
    if let Some(supplier) = draft.supplier_mut(&id) {
        if let Some(url) = &known.url
            && !supplier.urls.contains(url)
        {
            supplier.urls.push(url.clone());
            supplier.urls.sort();
        }
        if supplier.country.is_none() {
            supplier.country.clone_from(&known.country);
        }
        if supplier.security_contact.is_none() {
            supplier.security_contact.clone_from(&known.security_txt);
        }
        if let Err(at) = supplier.occurrences.binary_search(occurrence) {
            supplier.occurrences.insert(at, occurrence.clone());
        }
    }
    id
}

/// Adds the service at a host, asked for answers of models.
pub(crate) fn service(
    occurrence: Occurrence,
    draft: &mut Draft,
    place: &Place,
) -> Option<ComponentId> {
    service_for(occurrence, draft, place, "prompts and completions")
}

/// Adds the service at a host.
pub(crate) fn service_for(
    occurrence: Occurrence,
    draft: &mut Draft,
    place: &Place,
    flows: &str,
) -> Option<ComponentId> {
    let host = place.host.clone()?;
    let mut component =
        Component::new(ComponentId(format!("service:{host}")), Role::Service, &host);
    component.direct = Some(true);
    component.supplier = place
        .supplier
        .map(|supplier| supplier_id(draft, supplier, &occurrence));
    let endpoint = place
        .endpoint
        .clone()
        .unwrap_or_else(|| format!("https://{host}"));
    component.state(
        Field::Endpoint,
        endpoint.clone(),
        Standing::Observed,
        occurrence.path.clone(),
        Some(occurrence.clone()),
    );
    component.service = Some(Box::new(ServiceFacts {
        endpoints: vec![endpoint],
        host: Some(host),
        region: place.region.clone(),
        authenticated: place.supplier.map(|_| true),
        external: Some(!place.is_own()),
        command: None,
        flows: vec![DataFlow {
            direction: FlowDirection::BiDirectional,
            what: flows.to_owned(),
            classification: "unclassified by its owner".to_owned(),
        }],
    }));
    Some(hub::used(draft, component, occurrence, None))
}

/// A server of the system's own, or at an address that the code names.
pub(crate) fn server(site: &Site<'_>, draft: &mut Draft, address: &Known, what: &str) {
    let Some(place) = Place::at(&address.text) else {
        return;
    };
    if let Some(id) = service(site.occurrence(), draft, &place)
        && let Some(component) = draft.get_mut(&id)
    {
        component
            .properties
            .entry("software".to_owned())
            .or_insert_with(|| what.to_owned());
    }
}
