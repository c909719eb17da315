//! Safetensors, NumPy and ONNX.

use waybill_domain::inventory::ModelFacts;
use waybill_formats::{Limits, ReadAt, numpy, onnx, safetensors};

use super::{ArtifactFacts, Nature, put};

pub(super) fn safetensors(bytes: &dyn ReadAt, limits: &Limits) -> Option<ArtifactFacts> {
    let head = bytes.bytes_at(0, 4096).ok()?;
    if !safetensors::recognises(&head, bytes.len()) {
        return None;
    }
    let header = safetensors::parse(bytes, limits)?;
    // JSON behind eight other bytes is not enough to be a model.
    if header.tensors.is_empty() && header.metadata.is_empty() {
        return None;
    }
    let mut facts = weights("safetensors");
    facts.tensor_count = header.tensors.len() as u64;
    let mut adapter = !header.tensors.is_empty();
    for tensor in &header.tensors {
        let elements = tensor
            .shape
            .iter()
            .try_fold(1_u64, |product, size| product.checked_mul(*size));
        let sum = facts
            .model
            .element_types
            .entry(tensor.dtype.clone())
            .or_default();
        *sum = sum.saturating_add(elements.unwrap_or(0));
        adapter &= tensor.name.contains("lora_") || tensor.name.contains("modules_to_save");
    }
    total(&mut facts.model);
    if adapter {
        facts.nature = Nature::AdapterWeights;
    }
    for (key, value) in &header.metadata {
        let value: String = value.chars().take(500).collect();
        match key.as_str() {
            "modelspec.title" => facts.name = Some(value),
            "modelspec.description" => facts.description = Some(value),
            "modelspec.author" => facts.authors.push(value),
            "modelspec.license" | "license" => facts.licence = Some(value),
            "modelspec.architecture" => facts.model.architecture = Some(value),
            "ss_sd_model_name"
            | "ss_base_model_version"
            | "ss_network_module"
            | "format"
            | "framework" => put(&mut facts.properties, &format!("safetensors.{key}"), value),
            _ => {}
        }
    }
    Some(facts)
}

pub(super) fn weights(format: &str) -> ArtifactFacts {
    ArtifactFacts {
        format: format.to_owned(),
        model: ModelFacts {
            format: Some(format.to_owned()),
            ..ModelFacts::default()
        },
        ..ArtifactFacts::default()
    }
}

/// Sums up the element types.
pub(super) fn total(model: &mut ModelFacts) {
    if !model.element_types.is_empty() {
        let counts = model.element_types.values();
        let sum = counts.fold(0_u64, |sum, count| sum.saturating_add(*count));
        model.parameter_count = Some(sum);
    }
}

pub(super) fn numpy(bytes: &dyn ReadAt, limits: &Limits) -> Option<ArtifactFacts> {
    let header = numpy::parse(bytes, limits)?;
    let mut facts = weights("npy");
    facts.nature = if header.has_objects {
        Nature::Objects
    } else {
        Nature::Array
    };
    let shape: Vec<String> = header.shape.iter().map(ToString::to_string).collect();
    put(&mut facts.properties, "array.shape", shape.join(" x "));
    facts.dataset.formats = vec!["npy".to_owned()];
    facts.dataset.records = header.shape.first().copied();
    Some(facts)
}

pub(super) fn onnx(path: &str, bytes: &dyn ReadAt, limits: &Limits) -> Option<ArtifactFacts> {
    let header = onnx::parse(bytes, limits)?;
    // Protobuf has no signature: without the name, a graph or an operator set has to convince.
    let named = path.ends_with(".onnx") || path.ends_with(".ort");
    if !named && (header.opsets.is_empty() || header.broken.is_some()) {
        return None;
    }
    let mut facts = weights("onnx");
    facts.tensor_count = header.initialisers;
    facts.name = header
        .graph_name
        .clone()
        .filter(|name| !is_default_name(name));
    facts.description = header.doc_string.clone();
    facts.beside = header.external_files.iter().cloned().collect();
    let model = &mut facts.model;
    let elements = header.elements.iter();
    model.element_types = elements
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect();
    total(model);
    model.inputs = header.inputs.iter().map(port).collect();
    model.outputs = header.outputs.iter().map(port).collect();
    model.written_by = header
        .producer_name
        .map(|name| match &header.producer_version {
            Some(version) => format!("{name} {version}"),
            None => name,
        });
    let properties = &mut facts.properties;
    put(properties, "format.version", header.ir_version.to_string());
    let opsets = header.opsets.iter().map(|(domain, version)| {
        let domain = if domain.is_empty() { "ai.onnx" } else { domain };
        format!("{domain} {version}")
    });
    put(
        properties,
        "onnx.operator-sets",
        opsets.collect::<Vec<_>>().join(", "),
    );
    let custom: Vec<String> = header.custom_operators.into_iter().take(50).collect();
    put(properties, "onnx.custom-operators", custom.join(", "));
    for (key, value) in header.metadata.iter().take(100) {
        match key.as_str() {
            "license" => facts.licence = Some(value.clone()),
            "author" => facts.authors.push(value.clone()),
            "names" => {}
            _ => put(
                properties,
                &format!("onnx.metadata.{}", key.to_lowercase()),
                value.chars().take(300).collect::<String>(),
            ),
        }
    }
    Some(facts)
}

/// Names that exporters give to every graph.
fn is_default_name(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(
        name.as_str(),
        "main_graph" | "main" | "graph" | "torch_jit" | "torch-jit-export" | "tf2onnx" | "model"
    ) || name.contains("jit")
}

fn port(port: &onnx::Port) -> String {
    match port.element {
        Some(element) if port.shape.is_empty() => format!("{} {element}", port.name),
        Some(element) => format!("{} {element}[{}]", port.name, port.shape.join(", ")),
        None => port.name.clone(),
    }
}
