//! Terraform and OpenTofu to facts.

#[cfg(test)]
mod tests;

use hcl_edit::{
    Span as _,
    expr::{Expression, ObjectKey, TraversalOperator},
    structure::{Block, Body, Structure},
    template::Element,
};
use std::collections::BTreeMap;

use super::{
    ChartUse, CommandFacts, ImageUse, PluginUse, Resource, Unread,
    credentials::{kept, without_user},
};

/// Deepest nesting of blocks and objects that is gone into; the reader of HCL has a limit as well.
const DEEPEST: usize = 16;

/// Reads a configuration of Terraform or OpenTofu (`.tf`), or its lock file (`.terraform.lock.hcl`).
///
/// If the text as a whole is no HCL, each block at the left margin is tried for itself.
#[must_use]
pub fn terraform(text: &str) -> CommandFacts {
    let mut reader = Reader::default();
    let mut parsed: Vec<(Body, Vec<usize>, u32)> = Vec::new();
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => parsed.push((body, line_starts(text), 0)),
        Err(error) => {
            let line = u32::try_from(error.location().line()).ok();
            reader.unread(line, "no HCL".to_owned());
            for (part, offset) in blocks(text) {
                if let Ok(body) = hcl_edit::parser::parse_body(part) {
                    parsed.push((body, line_starts(part), offset));
                }
            }
        }
    }
    for (body, _, _) in &parsed {
        reader.constants(body);
    }
    for (body, starts, offset) in &parsed {
        let lines = Lines {
            starts,
            offset: *offset,
        };
        for structure in body {
            if let Structure::Block(block) = structure {
                reader.block(block, &lines);
            }
        }
    }
    reader.finish()
}

/// True if an image is of a whole machine: `ubuntu-24-04-x64` of a droplet is no container.
fn is_machine(kind: &str, image: &str) -> bool {
    const WORDS: [&str; 12] = [
        "droplet", "instance", "server", "machine", "disk", "vm", "linode", "node", "boot",
        "template", "cluster", "pool",
    ];
    !image.contains(['/', ':']) && kind.split('_').any(|word| WORDS.contains(&word))
}

/// Parts of a text that begin at the left margin and end before the next `}` there.
fn blocks(text: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    let (mut start, mut start_line, mut at, mut line) = (0_usize, 0_u32, 0_usize, 0_u32);
    for written in text.split_inclusive('\n') {
        at = at.saturating_add(written.len());
        line = line.saturating_add(1);
        if written.starts_with('}') {
            found.push((text.get(start..at).unwrap_or_default(), start_line));
            start = at;
            start_line = line;
        }
    }
    found
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at.saturating_add(1)))
        .collect()
}

struct Lines<'l> {
    starts: &'l [usize],
    offset: u32,
}

impl Lines<'_> {
    fn of(&self, at: Option<usize>) -> u32 {
        let at = at.unwrap_or(0);
        let line = self.starts.partition_point(|start| *start <= at);
        u32::try_from(line)
            .unwrap_or(u32::MAX)
            .saturating_add(self.offset)
    }
}

#[derive(Default)]
struct Reader {
    facts: CommandFacts,
    /// Values of `var.x` and `local.x`.
    known: BTreeMap<String, String>,
    /// Plug-ins by the name that `required_providers` gives them.
    required: BTreeMap<String, String>,
    /// Names of configured plug-ins, in case nothing requires them.
    configured: Vec<(String, Option<String>, u32)>,
}

impl Reader {
    fn unread(&mut self, line: Option<u32>, reason: String) {
        self.facts.unread.push(Unread { line, reason });
    }

    fn constants(&mut self, body: &Body) {
        for block in body.blocks() {
            match block.ident.as_str() {
                "variable" => {
                    let value =
                        attribute(&block.body, "default").and_then(|value| self.text(value));
                    if let (Some(name), Some(value)) = (label(block, 0), value) {
                        self.known.insert(format!("var.{name}"), value.clone());
                        // A bake file has no `var.` before it.
                        self.known.insert(name.to_owned(), value);
                    }
                }
                "locals" => {
                    for attribute in block.body.attributes() {
                        if let Some(value) = self.text(&attribute.value) {
                            self.known
                                .insert(format!("local.{}", attribute.key.as_str()), value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn block(&mut self, block: &Block, lines: &Lines<'_>) {
        let line = lines.of(block.span().map(|span| span.start));
        match block.ident.as_str() {
            "terraform" => {
                for inner in block.body.blocks() {
                    if inner.ident.as_str() == "required_providers" {
                        self.requirements(&inner.body, lines);
                    }
                }
            }
            "provider" => self.plug_in(block, line),
            "module" => self.module(block, line),
            "target" => self.target(block, lines),
            "resource" | "data" => self.resource(block, line, lines),
            _ => {}
        }
    }

    fn requirements(&mut self, body: &Body, lines: &Lines<'_>) {
        for attribute in body.attributes() {
            let name = attribute.key.as_str();
            let line = lines.of(attribute.span().map(|span| span.start));
            let (source, requirement) = match &attribute.value {
                Expression::Object(object) => {
                    let get = |wanted: &str| {
                        object
                            .iter()
                            .find(|(key, _)| key_text(key).as_deref() == Some(wanted))
                            .and_then(|(_, value)| self.text(value.expr()))
                    };
                    (get("source"), get("version"))
                }
                value => (None, self.text(value)),
            };
            let source = source.unwrap_or_else(|| format!("hashicorp/{name}"));
            self.required.insert(name.to_owned(), source.clone());
            self.facts.plugins.push(PluginUse {
                source,
                requirement,
                line,
                ..PluginUse::default()
            });
        }
    }

    /// A `provider` block: of a lock file if its label is an address, else a configuration.
    fn plug_in(&mut self, block: &Block, line: u32) {
        let Some(name) = label(block, 0) else {
            return;
        };
        let text = |key: &str| attribute(&block.body, key).and_then(|value| self.text(value));
        if !name.contains('/') {
            let version = text("version");
            self.configured.push((name.to_owned(), version, line));
            return;
        }
        let hashes = match attribute(&block.body, "hashes") {
            Some(Expression::Array(list)) => list
                .iter()
                .filter_map(|hash| hash.as_str())
                .map(ToOwned::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        let (version, requirement) = (text("version"), text("constraints"));
        self.facts.plugins.push(PluginUse {
            source: name.to_owned(),
            module: false,
            version,
            requirement,
            hashes,
            line,
        });
    }

    fn module(&mut self, block: &Block, line: u32) {
        let text = |key: &str| attribute(&block.body, key).and_then(|value| self.text(value));
        let Some(source) = text("source") else {
            return;
        };
        let requirement = text("version");
        self.facts.plugins.push(PluginUse {
            source: without_user(&source),
            module: true,
            requirement,
            line,
            ..PluginUse::default()
        });
    }

    /// A target of Docker's bake: the images that take the place of a build context.
    fn target(&mut self, block: &Block, lines: &Lines<'_>) {
        let mut found = Vec::new();
        self.body(&block.body, "", 0, lines, &mut found);
        for (_, value, line) in found {
            if let Some(reference) = value.strip_prefix("docker-image://") {
                self.facts.images.push(ImageUse {
                    reference: reference.to_owned(),
                    base: true,
                    context: label(block, 0).map(ToOwned::to_owned),
                    line,
                });
            }
        }
    }

    fn resource(&mut self, block: &Block, line: u32, lines: &Lines<'_>) {
        let (Some(kind), Some(name)) = (label(block, 0), label(block, 1)) else {
            return;
        };
        let mut found = Vec::new();
        self.body(&block.body, "", 0, lines, &mut found);
        for (key, value, line) in &found {
            let last = key.rsplit('.').next().unwrap_or(key);
            if (matches!(
                last,
                "image" | "image_uri" | "container_image" | "docker_image"
            ) || kind == "docker_image" && key == "name")
                && !value.is_empty()
                && !is_machine(kind, value)
            {
                self.facts.images.push(ImageUse {
                    reference: value.clone(),
                    base: false,
                    context: Some(format!("{kind}.{name}")),
                    line: *line,
                });
            }
        }
        if kind == "helm_release" {
            self.chart(&found, line);
        }
        self.facts.resources.push(Resource {
            kind: kind.to_owned(),
            name: name.to_owned(),
            attributes: found
                .into_iter()
                .map(|(key, value, _)| (key, value))
                .collect(),
            line,
        });
    }

    fn chart(&mut self, found: &[(String, String, u32)], line: u32) {
        let get = |wanted: &str| {
            let found = found.iter().find(|(key, _, _)| key == wanted);
            found.map(|(_, value, _)| value.clone())
        };
        if let Some(name) = get("chart") {
            self.facts.charts.push(ChartUse {
                name,
                version: get("version"),
                repository: get("repository").map(|url| without_user(&url)),
                locked: false,
                line,
            });
        }
    }

    fn body(
        &self,
        body: &Body,
        path: &str,
        depth: usize,
        lines: &Lines<'_>,
        found: &mut Vec<(String, String, u32)>,
    ) {
        if depth >= DEEPEST {
            return;
        }
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let line = lines.of(attribute.span().map(|span| span.start));
                    let key = joined(path, attribute.key.as_str());
                    self.attribute(&key, &attribute.value, depth, line, found);
                }
                Structure::Block(block) => {
                    let path = joined(path, block.ident.as_str());
                    self.body(&block.body, &path, depth.saturating_add(1), lines, found);
                }
            }
        }
    }

    fn attribute(
        &self,
        key: &str,
        value: &Expression,
        depth: usize,
        line: u32,
        found: &mut Vec<(String, String, u32)>,
    ) {
        if depth >= DEEPEST {
            return;
        }
        let deeper = depth.saturating_add(1);
        match value {
            Expression::Object(object) => {
                for (name, value) in object {
                    if let Some(name) = key_text(name) {
                        self.attribute(&joined(key, &name), value.expr(), deeper, line, found);
                    }
                }
            }
            Expression::Array(list) => {
                for value in list {
                    self.attribute(key, value, deeper, line, found);
                }
            }
            value => {
                if let Some(text) = self.text(value) {
                    let last = key.rsplit('.').next().unwrap_or(key);
                    found.push((key.to_owned(), kept(last, &text), line));
                }
            }
        }
    }

    /// A text, number or truth value; variables and locals of the same file are replaced.
    fn text(&self, value: &Expression) -> Option<String> {
        match value {
            Expression::String(text) => Some(text.as_str().to_owned()),
            Expression::Number(number) => Some(number.value().to_string()),
            Expression::Bool(value) => Some(value.value().to_string()),
            Expression::Traversal(_) | Expression::Variable(_) => {
                self.known.get(&path(value)?).cloned()
            }
            Expression::StringTemplate(template) => {
                let mut made = String::new();
                for element in template {
                    match element {
                        Element::Literal(text) => made.push_str(text.as_str()),
                        Element::Interpolation(inner) => {
                            let path = path(&inner.expr);
                            match path.as_ref().and_then(|path| self.known.get(path)) {
                                Some(value) if made.len() < 64 * 1024 => made.push_str(value),
                                _ => made.push_str(&format!("${{{}}}", path.unwrap_or_default())),
                            }
                        }
                        Element::Directive(_) => made.push_str("${}"),
                    }
                }
                Some(made)
            }
            _ => None,
        }
    }

    /// Plug-ins that are configured but not required are HashiCorp's.
    fn finish(mut self) -> CommandFacts {
        for (name, requirement, line) in std::mem::take(&mut self.configured) {
            if self.required.contains_key(&name) {
                continue;
            }
            let source = format!("hashicorp/{name}");
            self.required.insert(name, source.clone());
            self.facts.plugins.push(PluginUse {
                source,
                requirement,
                line,
                ..PluginUse::default()
            });
        }
        self.facts
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn label(block: &Block, index: usize) -> Option<&str> {
    block.labels.get(index).map(|label| label.as_str())
}

fn attribute<'b>(body: &'b Body, key: &str) -> Option<&'b Expression> {
    body.get_attribute(key).map(|attribute| &attribute.value)
}

fn key_text(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(value) => value.as_str().map(ToOwned::to_owned),
    }
}

/// `var.x` or `local.x`; in a bake file a name alone.
fn path(value: &Expression) -> Option<String> {
    if let Expression::Variable(name) = value {
        return Some(name.as_str().to_owned());
    }
    let Expression::Traversal(traversal) = value else {
        return None;
    };
    let root = traversal.expr.as_variable()?.as_str();
    let [operator] = traversal.operators.as_slice() else {
        return None;
    };
    match operator.value() {
        TraversalOperator::GetAttr(name) => Some(format!("{root}.{}", name.as_str())),
        _ => None,
    }
}
