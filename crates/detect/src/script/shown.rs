//! What a browser runs of HTML and JavaScript in a notebook.

use waybill_domain::Severity::{self, High, Low, Medium};
use waybill_source::code::{Shown, ShownKind};

use super::judged::{Act, JudgedCommands, Kind, Moment};
use super::words::host;
use crate::rule::quoted;

/// Scripts of one output that are looked at.
const MOST_SCRIPTS: usize = 200;

/// Hosts that libraries for figures and widgets are loaded from.
const USUAL: [&str; 26] = [
    "cdn.plot.ly",
    "cdn.bokeh.org",
    "cdn.pydata.org",
    "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com",
    "unpkg.com",
    "ajax.googleapis.com",
    "www.gstatic.com",
    "gstatic.com",
    "code.jquery.com",
    "stackpath.bootstrapcdn.com",
    "maxcdn.bootstrapcdn.com",
    "netdna.bootstrapcdn.com",
    "d3js.org",
    "requirejs.org",
    "cdn.mathjax.org",
    "polyfill.io",
    "www.youtube.com",
    "www.youtube-nocookie.com",
    "player.vimeo.com",
    "colab.research.google.com",
    "ssl.gstatic.com",
    "cdn.holoviz.org",
    "esm.sh",
    "wandb.ai",
    "api.wandb.ai",
];

/// What a script does that has the server or the kernel do something.
const REACHES: [&str; 12] = [
    "notebook.kernel.execute",
    "kernel.execute(",
    "kernel.requestExecute",
    "sessionContext.session",
    "/api/terminals",
    "/api/contents",
    "/api/kernels",
    "/api/sessions",
    "execute_cells",
    "execute_all_cells",
    "notebook.execute",
    "document.cookie",
];

/// What only the code of an attack has in a text that the kernel runs.
const HARMFUL: [&str; 16] = [
    "import os",
    "os.",
    "subprocess",
    "exec(",
    "eval(",
    "__import__",
    "socket",
    "urllib",
    "requests",
    "system(",
    "base64",
    "popen",
    "pickle",
    "open(",
    "fetch(",
    "XMLHttpRequest",
];

/// Judges all that a notebook shows.
pub(crate) fn shown(all: &[Shown]) -> JudgedCommands {
    let mut judged = JudgedCommands {
        when: "when the notebook is opened",
        ..JudgedCommands::default()
    };
    for shown in all {
        match shown.kind {
            ShownKind::JavaScript => judged.page_script(&shown.text, shown),
            ShownKind::Html | ShownKind::Markdown => judged.page(shown),
        }
    }
    judged.acts.sort();
    judged.acts.dedup();
    judged
}

impl JudgedCommands {
    fn see(&mut self, shown: &Shown, severity: Severity, does: String) {
        self.acts.push(Act {
            line: shown.line,
            kind: Kind::Shown,
            severity,
            does,
        });
    }

    fn page(&mut self, shown: &Shown) {
        let text = &shown.text;
        let lower = text.to_ascii_lowercase();
        let markdown = shown.kind == ShownKind::Markdown;
        for (tag, inner) in elements(text, &lower, "<script", "</script").take(MOST_SCRIPTS) {
            let kind = attribute(tag, "type")
                .unwrap_or_default()
                .to_ascii_lowercase();
            if let Some(source) = attribute(tag, "src") {
                self.elsewhere(shown, &source, "loads a script from", Medium);
            }
            let runs = kind.is_empty()
                || kind.contains("javascript")
                || kind == "module"
                || kind.contains("ecmascript");
            if runs && !inner.trim().is_empty() {
                if markdown {
                    self.see(shown, Medium, "a text holds a script".to_owned());
                }
                self.page_script(inner, shown);
            }
        }
        for (tag, _) in elements(text, &lower, "<iframe", ">").take(MOST_SCRIPTS) {
            if let Some(source) = attribute(tag, "src") {
                self.elsewhere(shown, &source, "shows a page from", Low);
            }
            if let Some(page) = attribute(tag, "srcdoc") {
                let inner = Shown {
                    text: page
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&amp;", "&"),
                    kind: ShownKind::Html,
                    ..shown.clone()
                };
                if inner.text.len() < text.len() {
                    self.page(&inner);
                }
            }
        }
        for written in handlers(text, &lower).take(MOST_SCRIPTS) {
            if markdown {
                self.see(
                    shown,
                    Medium,
                    format!("a text holds a handler of events: {}", quoted(&written)),
                );
            }
            self.page_script(&written, shown);
        }
    }

    fn elsewhere(&mut self, shown: &Shown, source: &str, does: &str, severity: Severity) {
        let remote = source.starts_with("//") || source.contains("://");
        let named = host(source.trim_start_matches('/'));
        let usual = USUAL.iter().any(|usual| {
            named == *usual
                || named
                    .strip_suffix(usual)
                    .is_some_and(|rest| rest.ends_with('.'))
        });
        let local =
            named == "localhost" || named.starts_with("127.") || named.starts_with("0.0.0.0");
        if source.to_ascii_lowercase().starts_with("javascript:") {
            self.see(shown, Medium, format!("{does} {}", quoted(source)));
        } else if remote && !usual && !local {
            self.see(shown, severity, format!("{does} {}", quoted(named)));
        }
    }

    fn page_script(&mut self, text: &str, shown: &Shown) {
        let inner = Self::of_javascript(text, "a.js", Moment::Notebook);
        for act in inner.acts {
            // What a page fetches and evaluates in it stays in the page.
            let severity = match act.kind {
                Kind::NotFollowed => Medium,
                _ => act.severity,
            };
            self.see(shown, severity, act.does);
        }
        let Some(reach) = REACHES.into_iter().find(|reach| text.contains(reach)) else {
            return;
        };
        let harmful = HARMFUL.into_iter().any(|word| text.contains(word));
        let figure = [
            "bokeh",
            "Bokeh",
            "HoloViews",
            "panel",
            "matplotlib",
            "mpl.",
            "nbextension",
            "itkwidgets",
        ]
        .into_iter()
        .any(|library| text.contains(library));
        let severity = match (harmful, figure) {
            (true, false) => High,
            (true, true)
                if text.contains("os.system")
                    || text.contains("subprocess")
                    || text.contains("__import__") =>
            {
                High
            }
            (_, true) => return,
            (false, false) => Medium,
        };
        self.see(
            shown,
            severity,
            format!(
                "a script reaches for the notebook's server or kernel: {}",
                quoted(reach)
            ),
        );
    }
}

/// Elements by the beginning of their tag, with what stands between it and its end.
fn elements<'t>(
    text: &'t str,
    lower: &'t str,
    open: &'static str,
    close: &'static str,
) -> impl Iterator<Item = (&'t str, &'t str)> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let start = lower.get(at..)?.find(open)?.saturating_add(at);
        let tag_end = lower
            .get(start..)?
            .find('>')
            .map_or(text.len(), |end| end.saturating_add(start));
        let tag = text.get(start..tag_end)?;
        let body = tag_end.saturating_add(1).min(text.len());
        if close == ">" {
            at = body;
            return Some((tag, ""));
        }
        let end = lower
            .get(body..)
            .and_then(|rest| rest.find(close))
            .map_or(text.len(), |end| end.saturating_add(body));
        at = end.max(body);
        Some((tag, text.get(body..end).unwrap_or_default()))
    })
}

/// The value of an attribute in a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0_usize;
    loop {
        let found = lower.get(from..)?.find(name)?.saturating_add(from);
        let before = lower.get(..found)?.chars().next_back();
        let after = found.saturating_add(name.len());
        let rest = tag.get(after..)?.trim_start();
        if before.is_some_and(|c| c.is_whitespace() || c == '"' || c == '\'' || c == '/')
            && let Some(value) = rest.strip_prefix('=')
        {
            return Some(unquoted(value.trim_start()).to_owned());
        }
        from = after;
    }
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return inner.split(quote).next().unwrap_or(inner);
        }
    }
    value.split([' ', '>', '\n', '\t']).next().unwrap_or(value)
}

/// What handlers of events in tags run.
fn handlers<'t>(text: &'t str, lower: &'t str) -> impl Iterator<Item = String> {
    const EVENTS: [&str; 9] = [
        "onerror",
        "onload",
        "onclick",
        "onmouseover",
        "onfocus",
        "ontoggle",
        "onanimationstart",
        "onbegin",
        "onpointerenter",
    ];
    EVENTS.into_iter().flat_map(move |event| {
        lower
            .match_indices(event)
            .filter_map(move |(at, _)| {
                let before = lower.get(..at)?.chars().next_back()?;
                let rest = text.get(at.saturating_add(event.len())..)?.trim_start();
                let value = rest.strip_prefix('=')?.trim_start();
                let inside = lower.get(..at)?.rfind('<') > lower.get(..at)?.rfind('>');
                ((before.is_whitespace() || "\"'/".contains(before)) && inside)
                    .then(|| unquoted(value).to_owned())
            })
            .take(50)
    })
}
