//! SARIF 2.1.0 with Errata 01, in the subset that code scanning services read.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>

mod log;
mod result;
mod rule;

use log::{
    ArtifactLocation, Content, Driver, Hashes, Invocation, Log, Message, Run, RunProperties, Tool,
};
use waybill_domain::{Artifact, Report, RuleInfo};

use crate::render::Rendered;
use crate::words;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Paths are relative to the target. Where that lies only the reader knows.
const BASE: &str = "TARGET";

pub(crate) fn render(report: &Report, rules: &[&RuleInfo]) -> Rendered {
    crate::json::pretty(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run(report, rules)],
    })
}

fn run<'report>(report: &'report Report, rules: &[&'report RuleInfo]) -> Run<'report> {
    let artifacts = || report.artifacts.iter().enumerate();
    Run {
        tool: Tool {
            driver: Driver {
                name: &report.tool.name,
                semantic_version: &report.tool.version,
                rules: rules.iter().map(|info| rule::descriptor(info)).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: artifacts()
                .flat_map(|(index, artifact)| result::notifications(index, artifact, rules))
                .collect(),
        }],
        original_uri_base_ids: log::Bases {
            target: log::Base {
                description: Message::plain(&format!("the target: {}", report.target)),
            },
        },
        artifacts: report.artifacts.iter().map(content).collect(),
        results: artifacts()
            .flat_map(|(index, artifact)| result::results(index, artifact, rules))
            .collect(),
        column_kind: "unicodeCodePoints",
        properties: RunProperties {
            verdict: words::verdict(report.verdict),
            complete: report.complete,
            rules: &report.tool.rules,
            summary: &report.summary,
            feeds: &report.feeds,
            statements: &report.statements,
            exceptions: &report.exceptions,
        },
    }
}

fn content(artifact: &Artifact) -> Content<'_> {
    Content {
        location: location(artifact, None),
        length: artifact.size_bytes,
        hashes: artifact.digests.sha256.as_ref().map(|digest| Hashes {
            sha_256: digest.as_str(),
        }),
        properties: log::ContentProperties {
            format: &artifact.format,
            verdict: artifact.verdict,
            complete: artifact.complete,
        },
    }
}

fn location(artifact: &Artifact, index: Option<usize>) -> ArtifactLocation {
    ArtifactLocation {
        uri: percent_encoded(&artifact.path),
        uri_base_id: BASE,
        index,
    }
}

/// A relative reference of RFC 3986: everything but unreserved characters and `/` is encoded, so
/// that no path can be read as a scheme, a query or a fragment.
fn percent_encoded(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut uri, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_become_relative_references() {
        assert_eq!(
            super::percent_encoded("a b/ü#?.bin"),
            "a%20b/%C3%BC%23%3F.bin"
        );
        assert_eq!(super::percent_encoded("http:x"), "http%3Ax");
    }
}
