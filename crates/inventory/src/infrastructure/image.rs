//! Container images: identity, pin and supplier.

use waybill_domain::inventory::{Component, ComponentId, Pin, Role, Standing, SupplierKind};

use super::{pin, scene::is_known};
use crate::{draft::Draft, purl::purl};

/// The parts of an image reference, by the grammar of the distribution project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// `None` for Docker Hub.
    pub(super) registry: Option<String>,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) tag: Option<String>,
    pub(super) digest: Option<String>,
}

impl Reference {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !is_known(text) || text.contains(char::is_whitespace) || text.contains("://") {
            return None;
        }
        let (text, digest) = match text.split_once('@') {
            Some((text, digest)) => (text, Some(digest)),
            None => (text, None),
        };
        // What stands before an `@` that no digest follows may be a password.
        let is_digest = |digest: &str| {
            digest.split_once(':').is_some_and(|(name, digits)| {
                name.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && digits.len() >= 32
                    && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return None;
        }
        let (path, tag) = match text.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (text, None),
        };
        let (first, rest) = path.split_once('/').unwrap_or(("", path));
        let is_host = first.contains(['.', ':']) || first == "localhost";
        let (registry, path) = if is_host {
            (Some(first), rest)
        } else {
            (None, path)
        };
        let registry = registry.filter(|host| {
            !matches!(
                *host,
                "docker.io" | "index.docker.io" | "registry-1.docker.io"
            )
        });
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        let plain = |text: &str| {
            text.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
            })
        };
        if name.is_empty() || !plain(path) || !tag.is_none_or(|tag| !tag.is_empty() && plain(tag)) {
            return None;
        }
        let namespace = match (namespace, registry) {
            ("", None) => "library",
            (namespace, _) => namespace,
        };
        Some(Self {
            registry: registry.map(ToOwned::to_owned),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            tag: tag.map(ToOwned::to_owned),
            digest: digest.map(ToOwned::to_owned),
        })
    }

    /// `namespace/name` on Docker Hub, with the host elsewhere, without `library/`.
    pub(super) fn repository(&self) -> String {
        let path = match self.namespace.as_str() {
            "" | "library" => self.name.clone(),
            namespace => format!("{namespace}/{}", self.name),
        };
        match &self.registry {
            Some(registry) => format!("{registry}/{path}"),
            None => path,
        }
    }

    fn pin(&self) -> Pin {
        match (&self.digest, self.tag.as_deref()) {
            (Some(_), _) => Pin::Digest,
            (None, tag) => match pin::of_revision(tag) {
                // A tag that looks like a commit is still only a tag.
                Pin::Floating => Pin::Floating,
                _ => Pin::Name,
            },
        }
    }

    pub(super) fn component(&self) -> Option<Component> {
        let fixed = self.pin();
        let tag = self.tag.as_deref();
        let version = self
            .digest
            .as_deref()
            .or(tag.filter(|_| fixed == Pin::Name));
        let mut qualifiers = Vec::new();
        if let Some(registry) = &self.registry {
            qualifiers.push(("repository_url", registry.as_str()));
        }
        if self.digest.is_some()
            && let Some(tag) = tag
        {
            qualifiers.push(("tag", tag));
        }
        let namespace = Some(self.namespace.as_str());
        let url = purl("docker", namespace, &self.name, version, &qualifiers)?;
        let mut component = Component::new(ComponentId(url.clone()), Role::Container, &self.name);
        component.namespace = Some(self.namespace.clone()).filter(|text| !text.is_empty());
        component.version = version.map(ToOwned::to_owned);
        component.requirement = tag.filter(|_| version.is_none()).map(ToOwned::to_owned);
        component.pin = Some(fixed);
        component.purl = Some(url);
        component.direct = Some(true);
        Some(component)
    }

    /// Who owns the namespace: a name, and whether a list of ours says so.
    fn owner(&self) -> Option<(String, bool)> {
        const KNOWN: [(&str, &str); 30] = [
            ("library", "Docker Official Images"),
            ("nvidia", "NVIDIA"),
            ("pytorch", "PyTorch"),
            ("tensorflow", "TensorFlow"),
            ("vllm", "vLLM"),
            ("ollama", "Ollama"),
            ("huggingface", "Hugging Face"),
            ("qdrant", "Qdrant"),
            ("chromadb", "Chroma"),
            ("semitechnologies", "Weaviate"),
            ("milvusdb", "Milvus"),
            ("pgvector", "pgvector"),
            ("lmsysorg", "LMSYS"),
            ("openmmlab", "OpenMMLab"),
            ("rocm", "AMD"),
            ("intel", "Intel"),
            ("rayproject", "Ray"),
            ("apache", "The Apache Software Foundation"),
            ("grafana", "Grafana Labs"),
            ("prom", "Prometheus"),
            ("bitnami", "Bitnami"),
            ("continuumio", "Anaconda"),
            ("mambaorg", "mamba"),
            ("jupyter", "Jupyter"),
            ("langchain", "LangChain"),
            ("localai", "LocalAI"),
            ("opensearchproject", "OpenSearch"),
            ("alpine", "Alpine"),
            ("nginxinc", "NGINX"),
            ("kserve", "KServe"),
        ];
        const HOSTS: [(&str, &str); 7] = [
            ("nvcr.io", "NVIDIA"),
            ("mcr.microsoft.com", "Microsoft"),
            ("docker.elastic.co", "Elastic"),
            ("registry.k8s.io", "Kubernetes"),
            ("registry.access.redhat.com", "Red Hat"),
            ("public.ecr.aws/docker/library", "Docker Official Images"),
            ("cr.weaviate.io", "Weaviate"),
        ];
        let first = self.namespace.split('/').next().unwrap_or_default();
        match self.registry.as_deref() {
            None => {
                let known = KNOWN.iter().find(|(namespace, _)| *namespace == first);
                Some(known.map_or((first.to_owned(), false), |(_, name)| {
                    ((*name).to_owned(), true)
                }))
            }
            Some(host) => {
                let place = format!("{host}/{}", self.namespace);
                let known = HOSTS
                    .iter()
                    .find(|(known, _)| host == *known || place == *known);
                if let Some((_, name)) = known {
                    return Some(((*name).to_owned(), true));
                }
                if first.is_empty() {
                    return Some((host.to_owned(), false));
                }
                let same = KNOWN
                    .iter()
                    .skip(1)
                    .find(|(namespace, _)| *namespace == first);
                match same.filter(|_| matches!(host, "ghcr.io" | "quay.io")) {
                    Some((_, name)) => Some(((*name).to_owned(), true)),
                    None => Some((format!("{host}/{first}"), false)),
                }
            }
        }
    }

    /// The supplier of the image, made in the draft.
    pub(super) fn supplied(&self, component: &mut Component, draft: &mut Draft) {
        let Some((name, listed)) = self.owner() else {
            return;
        };
        let standing = if listed {
            Standing::Observed
        } else {
            Standing::Claimed
        };
        let id = draft.supplier(SupplierKind::ImageNamespace, &name, standing);
        component.supplier = Some(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let digest = format!("sha256:{}", "0f".repeat(32));
        let cases = [
            (
                "python:3.12-slim".to_owned(),
                Some(("pkg:docker/library/python@3.12-slim".to_owned(), Pin::Name)),
            ),
            (
                "ollama/ollama".to_owned(),
                Some(("pkg:docker/ollama/ollama".to_owned(), Pin::Floating)),
            ),
            (
                "docker.io/vllm/vllm-openai:latest".to_owned(),
                Some(("pkg:docker/vllm/vllm-openai".to_owned(), Pin::Floating)),
            ),
            (
                "ghcr.io/huggingface/text-generation-inference:2.0".to_owned(),
                Some((
                    "pkg:docker/huggingface/text-generation-inference@2.0?repository_url=ghcr.io"
                        .to_owned(),
                    Pin::Name,
                )),
            ),
            (
                format!("nvcr.io/nvidia/pytorch:24.01-py3@{digest}"),
                Some((
                    format!(
                        "pkg:docker/nvidia/pytorch@{digest}?repository_url=nvcr.io&tag=24.01-py3"
                    )
                    .replace("sha256:", "sha256%3A"),
                    Pin::Digest,
                )),
            ),
            (
                "localhost:5000/x:1".to_owned(),
                Some((
                    "pkg:docker/x@1?repository_url=localhost:5000".to_owned(),
                    Pin::Name,
                )),
            ),
            ("${IMAGE}:1".to_owned(), None),
            ("a b".to_owned(), None),
        ];
        for (text, expected) in cases {
            let made = Reference::parse(&text)
                .and_then(|reference| reference.component())
                .and_then(|component| Some((component.purl?, component.pin?)));
            assert_eq!(
                made.map(|(url, pin)| (url.replace("sha256:", "sha256%3A"), pin)),
                expected,
                "{text}"
            );
        }
    }
}
