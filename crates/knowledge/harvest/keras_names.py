"""Draws the class and function names of Keras and its libraries out of their source text; nothing is imported.

usage: keras_names.py OUT NAME-VERSION=FOLDER...   each folder is an unpacked package (the folder that holds `keras/`, `tf_keras/`, ...)
"""

import ast
import sys
from pathlib import Path

# Folders and files whose classes are parts of models, and whose functions only compute.
PARTS = {
    "activations", "constraints", "dtype_policies", "initializers", "layers", "losses", "metrics", "models", "ops",
    "optimizers", "quantizers", "random", "regularizers", "engine", "mixed_precision", "premade_models", "legacy_tf_layers",
    "feature_column", "samplers", "tokenizers", "bounding_box", "point_cloud", "seq2seq", "rnn", "losses_utils", "modeling",
    "tokenizers_", "retrieval", "dtensor", "legacy",
}
COMPUTING = {"activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops"}
# Judged one by one in `detect`: they run code, load files or call what their configuration names.
NEVER = {
    "Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TFOpLambda", "ClassMethod", "InstanceMethod",
    "InstanceProperty", "SlicingOpLambda", "TensorFlowOpLayer", "LambdaCallback", "PluggableOp", "function", "type",
    # Take functions and call them.
    "custom_gradient", "map", "scan", "vectorized_map", "while_loop", "fori_loop", "cond", "switch", "associative_scan",
    "deserialize", "serialize", "get", "get_file", "load_model", "save_model", "model_from_json", "model_from_yaml",
    "model_from_config", "clone_model", "Functor",
}
# Names under which older versions registered classes that are called otherwise in their source.
ALIASES = ("BatchNormalizationV1", "BatchNormalizationV2", "LayerNormalizationV1", "Optimizer")


def parts(path: Path) -> set[str]:
    return set(path.with_suffix("").parts)


def exported(node: ast.AST):
    for decorator in getattr(node, "decorator_list", ()):
        if isinstance(decorator, ast.Call) and getattr(node, "name", "") not in NEVER:
            for value in ast.walk(decorator):
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.startswith(("keras", "tf_keras")):
                    yield value.value.rsplit(".", 1)[-1]


def names(folder: Path):
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder)
        if path.name.endswith("_test.py") or parts(relative) & {"tests", "testing", "testing_infra", "benchmarks", "integration_test"}:
            continue
        if not parts(relative) & PARTS:
            continue
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError:
            continue
        computing = bool(parts(relative) & COMPUTING)
        for node in tree.body:
            # The name that a configuration holds is the one under which a class is exported.
            for name in exported(node):
                if name not in NEVER and isinstance(node, ast.ClassDef):
                    yield name, "class"
                elif name not in NEVER and computing:
                    yield name, "function"
            if isinstance(node, ast.ClassDef) and not node.name.endswith("Test") and node.name not in NEVER:
                yield node.name, "class"
            elif computing and isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in NEVER:
                yield node.name, "function"
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id not in NEVER:
                # `mse = MSE = mean_squared_error`
                for target in node.targets:
                    if isinstance(target, ast.Name) and not target.id.startswith("_") and target.id not in NEVER:
                        yield target.id, ("=", node.value.id)


def main() -> None:
    out, *packages = sys.argv[1:]
    found: dict[str, set[str]] = {}
    versions = []
    for package in packages:
        version, folder = package.split("=", 1)
        versions.append(version)
        for name, role in names(Path(folder)):
            found.setdefault(name, set()).add(role)
    for name in ALIASES:
        found.setdefault(name, set()).add("class")
    for name, roles in found.items():
        for role in [role for role in roles if isinstance(role, tuple)]:
            roles.remove(role)
            roles |= {other for other in found.get(role[1], ()) if isinstance(other, str)}
    found = {name: roles for name, roles in found.items() if roles}
    lines = ["# schema waybill.keras/1", f"# versions {' '.join(sorted(versions, key=str.lower))}"]
    lines += [f"{name}\t{' '.join(sorted(roles))}" for name, roles in sorted(found.items())]
    Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
