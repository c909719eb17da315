//! MCP servers that configurations name.

use waybill_domain::inventory::{
    Component, ComponentId, Field, Occurrence, RelationKind, Role, ServiceFacts, Standing,
};
use waybill_source::document::Node;

use super::{packages, used};
use crate::{
    draft::Draft,
    tree::file_name,
    usage::{Place, Resolver, service_for},
};

/// Keys under which servers are listed by name, in any document.
const KEYS: [&str; 4] = [
    "mcpServers",
    "mcp_servers",
    "context_servers",
    "mcp-servers",
];
/// Deepest place of such a key.
const DEPTH: usize = 5;
/// Most words of a command that are kept.
const WORDS: usize = 64;

pub(super) fn add(resolver: &Resolver<'_>, draft: &mut Draft) {
    for (file, document) in resolver.tree.documents() {
        for root in &document.roots {
            search(resolver, draft, &file.path, root, DEPTH);
        }
    }
}

fn search(resolver: &Resolver<'_>, draft: &mut Draft, path: &str, node: &Node, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for (key, _, value) in node.entries() {
        let servers = KEYS.contains(&key.as_str())
            || (key == "servers" && file_name(path) == "mcp.json")
            || (key == "mcp" && file_name(path).starts_with("opencode"));
        if servers {
            for (name, line, server) in value.entries() {
                one(resolver, draft, path, name, *line, server);
            }
            for server in value.items() {
                if let Some(name) = server.get("name").and_then(Node::text) {
                    one(resolver, draft, path, name, server.line(), server);
                }
            }
        } else if value.is_map() {
            search(resolver, draft, path, value, depth);
        }
    }
}

fn one(resolver: &Resolver<'_>, draft: &mut Draft, path: &str, name: &str, line: u32, node: &Node) {
    let text = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| node.get(key))
            .and_then(Node::text)
    };
    let url = text(&["url", "httpUrl", "serverUrl", "server_url", "endpoint"]);
    let (command, mut arguments) = command_of(node);
    if url.is_none() && command.is_none() || name.is_empty() || name.len() > 120 {
        return;
    }
    arguments.truncate(WORDS);
    let mut place = Occurrence::at(path, Some(line));
    place.symbol = Some(format!("mcpServers.{name}"));
    let id = ComponentId(format!("agent-tool:{name}"));
    let mut component = Component::new(id, Role::AgentTool, name);
    let stdio = command.is_some();
    let transport = text(&["type", "transport"])
        .map(ToOwned::to_owned)
        .unwrap_or_else(|| if stdio { "stdio" } else { "http" }.to_owned());
    component
        .properties
        .insert("mcp.transport".to_owned(), transport);
    let variables = variables(node);
    if !variables.is_empty() {
        component
            .properties
            .insert("mcp.variables".to_owned(), variables.join(", "));
    }
    let remote = remote(url, &arguments);
    component.service = Some(Box::new(ServiceFacts {
        endpoints: remote
            .as_ref()
            .and_then(|place| place.endpoint.clone())
            .into_iter()
            .collect(),
        host: remote.as_ref().and_then(|place| place.host.clone()),
        external: remote.as_ref().map(|place| !place.is_own()),
        authenticated: (!variables.is_empty()).then_some(true),
        command: command.map(|command| shown(command, &arguments)),
        ..ServiceFacts::default()
    }));
    if let Some(place_of) = remote.as_ref().and_then(|place| place.endpoint.clone()) {
        component.state(
            Field::Endpoint,
            place_of,
            Standing::Observed,
            path,
            Some(place.clone()),
        );
    }
    let package = command.and_then(|command| packages::started(command, &arguments));
    if package.is_none() && stdio {
        let script = arguments
            .iter()
            .chain(command.map(ToOwned::to_owned).iter())
            .find_map(|word| {
                resolver
                    .local(path, word)
                    .filter(|found| resolver.tree.get(found).is_some())
            });
        component.path = script;
    }
    let id = used(draft, component, place.clone());
    relate(draft, &id, package, remote, place);
}

/// Names of the variables and headers that the server is given; values may be secrets.
fn variables(node: &Node) -> Vec<&str> {
    ["env", "environment", "headers"]
        .iter()
        .filter_map(|key| node.get(key))
        .flat_map(Node::entries)
        .map(|(key, _, _)| key.as_str())
        .collect()
}

/// Where the server is, if it is not started here: by its own address or behind a bridge.
fn remote(url: Option<&str>, arguments: &[String]) -> Option<Place> {
    url.map(ToOwned::to_owned)
        .or_else(|| {
            arguments
                .iter()
                .find(|word| {
                    word.starts_with("https://")
                        && arguments
                            .iter()
                            .any(|other| other.starts_with("mcp-remote"))
                })
                .cloned()
        })
        .and_then(|url| Place::at(&without_token(&url)))
}

/// An address up to the first part of its path that is a key rather than a name: those of some
/// hosts carry the right to call the server.
fn without_token(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let mut parts = rest.split('/');
    let mut kept = format!("{scheme}://{}", parts.next().unwrap_or_default());
    for part in parts {
        if is_key(part) {
            break;
        }
        kept.push('/');
        kept.push_str(part);
    }
    kept
}

/// True for a part of a path that nobody chose as a name: a known kind of token, a UUID, or a long
/// run of letters and digits.
fn is_key(part: &str) -> bool {
    let plain = part.split(['%', '=']).next().unwrap_or(part);
    let known = [
        "sk-", "sk_", "hf_", "ghp_", "xoxb-", "pat-", "key-", "token-",
    ];
    if known.iter().any(|begin| plain.starts_with(begin)) && plain.len() >= 16 {
        return true;
    }
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain.len() == 36 && plain.matches('-').count() == 4 && hexadecimal(&plain.replace('-', ""))
    {
        return true;
    }
    plain.split(['-', '_', '.']).any(|run| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let large = run.bytes().any(|byte| byte.is_ascii_uppercase());
        let small = run.bytes().any(|byte| byte.is_ascii_lowercase());
        run.len() >= 16 && (digits >= 2 || large && small && run.len() >= 20)
    })
}

/// What the server is started from and what it calls.
fn relate(
    draft: &mut Draft,
    id: &ComponentId,
    package: Option<Component>,
    remote: Option<Place>,
    place: Occurrence,
) {
    if let Some(mut package) = package {
        package.direct = Some(true);
        package.seen(place.clone());
        let package = draft.add(package);
        draft.relate(
            id,
            RelationKind::DependsOn,
            &package,
            Standing::Observed,
            Some(place.clone()),
        );
    }
    if let Some(remote) = remote.filter(|remote| !remote.is_own())
        && let Some(service) = service_for(
            place.clone(),
            draft,
            &remote,
            "tool calls and their results",
        )
    {
        draft.relate(
            id,
            RelationKind::Uses,
            &service,
            Standing::Observed,
            Some(place),
        );
    }
}

/// Program and arguments; some editors put both into a map or a list.
fn command_of(node: &Node) -> (Option<&str>, Vec<String>) {
    let texts = |node: Option<&Node>| -> Vec<String> {
        node.map(|node| node.texts().into_iter().map(ToOwned::to_owned).collect())
            .unwrap_or_default()
    };
    let arguments = texts(node.get("args").or_else(|| node.get("arguments")));
    match node.get("command") {
        Some(list @ Node::List { .. }) => {
            let first = list.items().first().and_then(|item| item.text());
            (first, texts(Some(list)).into_iter().skip(1).collect())
        }
        Some(map @ Node::Map { .. }) => {
            (map.get("path").and_then(Node::text), texts(map.get("args")))
        }
        Some(text) => (text.text(), arguments),
        None => (None, Vec::new()),
    }
}

/// The command line without what may be a secret.
fn shown(command: &str, arguments: &[String]) -> String {
    let mut words = vec![command.to_owned()];
    let mut hide = false;
    for word in arguments {
        let lower = word.to_lowercase();
        let secret = [
            "key",
            "token",
            "secret",
            "password",
            "passwd",
            "credential",
            "auth",
            "bearer",
        ]
        .iter()
        .any(|name| lower.contains(name));
        let plain = if hide {
            "***".to_owned()
        } else if word.contains("://") && !word.starts_with('-') {
            crate::usage::plain_endpoint(&without_token(word)).unwrap_or_else(|| "***".to_owned())
        } else if let Some((name, _)) = word.split_once('=').filter(|(name, _)| {
            secret
                || name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        }) {
            format!("{name}=***")
        } else if word.contains("://") {
            crate::usage::plain_endpoint(&without_token(word)).unwrap_or_else(|| "***".to_owned())
        } else if is_random(word)
            || word.contains('@') && word.contains(':') && !word.contains("@sha256:")
            || (secret && word.contains(':') && !word.starts_with('-'))
        {
            "***".to_owned()
        } else {
            word.clone()
        };
        hide = secret && word.starts_with('-') && !word.contains('=');
        words.push(plain);
    }
    words.join(" ")
}

/// A long word of letters and digits without a structure: a key.
fn is_random(word: &str) -> bool {
    word.len() >= 24
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !word.contains(['/', '.', '@', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_addresses_are_cut() {
        let cases = [
            (
                "https://mcp.example.com/api/mcp/s/Y2U4NmYwOTQtZTQ1/mcp",
                "https://mcp.example.com/api/mcp/s",
            ),
            (
                "https://h.example/123e4567-e89b-12d3-a456-426614174000/sse",
                "https://h.example",
            ),
            (
                "https://h.example/sk-abcdefghijklmnop/x",
                "https://h.example",
            ),
            (
                "https://api.githubcopilot.com/mcp/",
                "https://api.githubcopilot.com/mcp/",
            ),
            (
                "https://h.example/enterprise-knowledge-search/v2?key=1",
                "https://h.example/enterprise-knowledge-search/v2",
            ),
        ];
        for (url, expected) in cases {
            assert_eq!(without_token(url), expected);
        }
    }
}
