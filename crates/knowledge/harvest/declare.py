"""List inert classes out of the source text of unpacked packages, without importing them.

    python declare.py SOURCE_FOLDER declared.json

SOURCE_FOLDER holds one folder a package and version, `torch-2.6.0` and so on. A class
is listed when its bases lead to a known root (`Module`, `PreTrainedConfig`, an
enumeration, ...) and no class on the way runs code of its own while a pickle is
loaded (`__setstate__`, `__del__`, `__setattr__`, ...), except as reviewed below.
"""

import ast
import json
import os
import re
import sys

# Root class name to the uses of what derives from it.
INSTANCE = ("new 0", "state dict")
ROOTS = {
    "Module": INSTANCE, "PreTrainedModel": INSTANCE, "PretrainedConfig": INSTANCE, "PreTrainedConfig": INSTANCE, "ModelMixin": INSTANCE,
    "ConfigMixin": INSTANCE, "LightningModule": INSTANCE, "Optimizer": INSTANCE, "LRScheduler": INSTANCE, "_LRScheduler": INSTANCE,
    "Enum": ("call 1",), "ExplicitEnum": ("call 1",), "StrEnum": ("call 1",), "IntEnum": ("call 1",), "BaseEnum": ("call 1",), "KwargsHandler": INSTANCE,
}
HOOKS = ("__setstate__", "__del__", "__setattr__", "__reduce__", "__reduce_ex__", "__getattribute__")
# Hooks that were read and found to do nothing but fill in attributes.
REVIEWED = re.compile(
    r"torch\.nn\.modules\.|torch\.nn\.parameter|torch\.nn\.parallel|torch\.optim\.|torch\.nn\.quantiz|torch\.ao\.nn\.|torch\.nn\.utils\.|"
    r"torchmetrics\.metric|torchmetrics\.collections|transformers\.configuration_utils|transformers\.modeling_utils|timm\.|"
    r"diffusers\.models\.modeling_utils|diffusers\.configuration_utils|ultralytics\.nn\.modules\.|transformers\.integrations\.heterogeneity|transformers\.file_utils|"
    r"transformers\.models\.\w+\.configuration_|transformers\.models\.\w+\.modular_|fastai\.torch_core|pytorch_lightning\.core|lightning\.pytorch\.core"
)
SKIPPED = re.compile(
    r"(^|\.)(tests?|dummy_\w+|modular_\w+|testing|conftest|examples?|benchmarks?|cli|commands|__main__|setup|jit|fx|onnx|_dynamo|_inductor|_functorch|_export|export|package|"
    r"distributed|fsdp|elastic|_lazy|_higher_order_ops|tensorboard|_numpy|_prims|_refs|launchers|hub|_internal|numeric_suite|fb|plugins|"
    r"deprecated_api|_tensorboard_vis|backend_config|ns|_pt2e|pt2e|quantize_pt2e|_correct_bias|experimental|multiprocessing)(\.|$)"
)
# Whole modules of plain state, by the package's own layout.
PLAIN = {
    r"ultralytics\.utils\.(loss|tal)$": INSTANCE,
    r"transformers\.(training_args\w*|trainer_utils|trainer_callback|trainer_pt_utils|generation\.configuration_utils|generation_utils)$": INSTANCE,
    r"torch\.nn\.utils\.(weight_norm|spectral_norm)$": INSTANCE,
    r"accelerate\.utils\.dataclasses$": INSTANCE,
    r"accelerate\.state$": INSTANCE,
    r"peft\.(config|utils\.peft_types|tuners\.\w+(\.config)?)$": INSTANCE,
    r"pyannote\.audio\.core\.task$": INSTANCE,
    r"sentence_transformers\.model_card$": (),
}


class Package:
    def __init__(self, folder):
        self.classes = {}
        self.by_name = {}
        for root, _, files in os.walk(folder):
            for file in files:
                path = os.path.join(root, file)
                module = os.path.relpath(path, folder)[:-3].replace(os.sep, ".")
                if module.endswith(".__init__"):
                    module = module[: -len(".__init__")]
                if not SKIPPED.search(module):
                    self.read(path, module)

    def read(self, path, module):
        try:
            with open(path, encoding="utf-8") as file:
                tree = ast.parse(file.read())
        except (SyntaxError, UnicodeDecodeError, ValueError):
            return
        bodies = [tree.body]
        while bodies:
            for node in bodies.pop():
                if isinstance(node, ast.ClassDef):
                    self.add(module, node)
                elif isinstance(node, (ast.If, ast.Try)):
                    bodies += [node.body, node.orelse] + [handler.body for handler in getattr(node, "handlers", ())]

    def add(self, module, node):
        bases = [base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases]
        own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
        own |= {target.id for item in node.body if isinstance(item, ast.Assign) for target in item.targets if isinstance(target, ast.Name)}
        # A class made by a decorator or by words in its head is another matter.
        odd = any(word.arg == "metaclass" and getattr(word.value, "attr", getattr(word.value, "id", "")) not in ("ABCMeta", "EnumMeta", "EnumWithContains", "PrePostInitMeta", "StrEnumMeta") for word in node.keywords)
        entry = {"module": module, "name": node.name, "bases": bases, "hooks": sorted(own & set(HOOKS)), "odd": odd, "new": "__new__" in own}
        self.classes[module, node.name] = entry
        self.by_name.setdefault(node.name, []).append(entry)

    def resolve(self, entry, base):
        """The classes that a base's name may mean, nearest first."""
        near = self.classes.get((entry["module"], base))
        if near is not None and near is not entry:
            return [near]
        return [other for other in self.by_name.get(base, ()) if other is not entry]

    def uses(self, entry, seen=()):
        if id(entry) in seen:
            return None
        for base in entry["bases"]:
            if base in ROOTS:
                return ROOTS[base]
        for base in entry["bases"]:
            for other in self.resolve(entry, base):
                found = self.uses(other, seen + (id(entry),))
                if found:
                    return found
        return None

    def hooks(self, entry, seen=()):
        if id(entry) in seen:
            return []
        out = []
        if entry["hooks"] and not REVIEWED.match(entry["module"]):
            out.append("%s:%s %s" % (entry["module"], entry["name"], " ".join(entry["hooks"])))
        if entry["odd"]:
            out.append("%s:%s metaclass" % (entry["module"], entry["name"]))
        for base in entry["bases"]:
            for other in self.resolve(entry, base):
                out += self.hooks(other, seen + (id(entry),))
        return out


def main():
    source, out = sys.argv[1:]
    names, versions, refused = {}, {}, set()
    for folder in sorted(os.listdir(source)):
        package, _, version = folder.rpartition("-")
        listed = {"pytorch_lightning": "lightning", "sentence_transformers": "sentence-transformers", "pyannote_audio": "pyannote-audio"}.get(package, package)
        tree = Package(os.path.join(source, folder))
        count = 0
        for (module, name), entry in tree.classes.items():
            uses = tree.uses(entry)
            if uses is None:
                for pattern, plain in PLAIN.items():
                    if re.match(pattern, module):
                        uses = plain
            if uses is None:
                continue
            blocked = tree.hooks(entry)
            if blocked:
                refused.update(blocked)
                continue
            names.setdefault("%s:%s" % (module, name), {"kind": "class", "uses": set()})["uses"].update(("ref",) + tuple(uses))
            count += 1
        versions.setdefault(listed, []).append(version)
        print(folder, len(tree.classes), count)
    for line in sorted(refused):
        print("refused", line)
    with open(out, "w") as file:
        json.dump({"versions": {}, "many": versions, "names": {n: {"kind": "class", "uses": sorted(v["uses"])} for n, v in names.items()}, "failed": []}, file)


if __name__ == "__main__":
    main()
