"""What the `onnx` package reads of the models of its own conformance tests, one JSON object a line."""

import json
import pathlib

import onnx

ATTRIBUTE = onnx.AttributeProto


def count(counts, nodes):
    """Nodes, tensors and operators below a list of nodes."""
    for node in nodes:
        counts["nodes"] += 1
        domain = "" if node.domain == "ai.onnx" else node.domain
        counts["operators"].add(f"{domain}::{node.op_type}")
        for attribute in node.attribute:
            attributes(counts, attribute)


def attributes(counts, attribute):
    tensors = len(attribute.tensors) + attribute.HasField("t")
    sparse = len(attribute.sparse_tensors) + attribute.HasField("sparse_tensor")
    counts["tensors"] += tensors + 2 * sparse
    for graph in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
        below(counts, graph)


def below(counts, graph):
    counts["tensors"] += len(graph.initializer) + 2 * len(graph.sparse_initializer)
    count(counts, graph.node)


def facts(path):
    model = onnx.load(path, load_external_data=False)
    counts = {"nodes": 0, "tensors": 0, "operators": set()}
    below(counts, model.graph)
    outer = len(model.graph.node)
    for function in model.functions:
        count(counts, function.node)
        for attribute in function.attribute_proto:
            attributes(counts, attribute)
    for training in model.training_info:
        below(counts, training.initialization)
        below(counts, training.algorithm)
    weights = len(model.graph.initializer) + len(model.graph.sparse_initializer)
    defined = {f"{'' if each.domain == 'ai.onnx' else each.domain}::{each.name}" for each in model.functions}
    return {
        "path": str(path),
        "nodes": outer,
        "inner_nodes": counts["nodes"] - outer,
        "initialisers": weights,
        "tensors": counts["tensors"],
        "operators": sorted(counts["operators"] - defined),
    }


folder = pathlib.Path(onnx.__file__).parent / "backend/test/data"
for model in sorted(folder.glob("**/*.onnx")):
    print(json.dumps(facts(model)))
