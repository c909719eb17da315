"""MiniLM, computed by numpy alone, and models that were made from it.

    minilm.py variants FOLDER OUT     writes OUT/base.safetensors and ten models made from it, one a way
    minilm.py cosine FOLDER A B       prints the least cosine between sentences embedded by A and by B
                                      (safetensors), and how often both find the same nearest sentence

FOLDER holds `model.safetensors` and `vocab.txt`. The sentences are the first lines of docstrings of
Python's standard library, read as text; nothing is imported.
"""

import ast
import json
import math
import os
import struct
import sys
import sysconfig
import unicodedata

import numpy as np

SENTENCES = 80
QUERIES = 20
TOKENS = 128
HEADS = 12


def load(path):
    with open(path, "rb") as file:
        raw = file.read()
    size = struct.unpack("<Q", raw[:8])[0]
    header, data = json.loads(raw[8 : 8 + size]), raw[8 + size :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] not in ("F32", "F16", "BF16"):
            continue
        begin, end = entry["data_offsets"]
        if entry["dtype"] == "BF16":
            high = np.frombuffer(data[begin:end], np.uint16).astype(np.uint32)
            numbers = (high << 16).view(np.float32)
        else:
            kind = {"F32": np.float32, "F16": np.float16}[entry["dtype"]]
            numbers = np.frombuffer(data[begin:end], kind).astype(np.float32)
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors


def save(path, tensors):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        dtype = {"float32": "F32", "float16": "F16"}[str(tensor.dtype)]
        header[name] = {
            "dtype": dtype,
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + tensor.nbytes],
        }
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor).tobytes())


class Words:
    """WordPiece over `vocab.txt`, lower case, without accents."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.ids = {line.rstrip("\n"): number for number, line in enumerate(file)}

    def pieces(self, word):
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    found.append(self.ids[piece])
                    start = end
                    break
            else:
                return [self.ids["[UNK]"]]
        return found

    def encode(self, text):
        text = unicodedata.normalize("NFD", text.lower())
        text = "".join(one for one in text if unicodedata.category(one) != "Mn")
        spaced = "".join(one if one.isalnum() or one.isspace() else f" {one} " for one in text)
        found = [piece for word in spaced.split() for piece in self.pieces(word)]
        return [self.ids["[CLS]"], *found[: TOKENS - 2], self.ids["[SEP]"]]


ERF = np.frompyfunc(math.erf, 1, 1)


def normal(numbers, scale, shift):
    mean = numbers.mean(-1, keepdims=True)
    spread = numbers.var(-1, keepdims=True)
    return (numbers - mean) / np.sqrt(spread + 1e-12) * scale + shift


def embed(tensors, ids):
    prefix = next(name for name in tensors if name.endswith("embeddings.word_embeddings.weight"))
    prefix = prefix[: -len("embeddings.word_embeddings.weight")]
    of = lambda name: tensors[prefix + name]
    count = len(ids)
    state = (
        of("embeddings.word_embeddings.weight")[ids]
        + of("embeddings.position_embeddings.weight")[:count]
        + of("embeddings.token_type_embeddings.weight")[0]
    )
    state = normal(state, of("embeddings.LayerNorm.weight"), of("embeddings.LayerNorm.bias"))
    for layer in range(6):
        start = f"encoder.layer.{layer}."
        linear = lambda name, value: value @ of(start + name + ".weight").T + of(start + name + ".bias")
        norm = lambda name, value: normal(
            value, of(start + name + ".LayerNorm.weight"), of(start + name + ".LayerNorm.bias")
        )
        split = lambda name: linear("attention.self." + name, state).reshape(count, HEADS, -1).transpose(1, 0, 2)
        query, key, value = split("query"), split("key"), split("value")
        weight = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weight = np.exp(weight - weight.max(-1, keepdims=True))
        weight /= weight.sum(-1, keepdims=True)
        seen = (weight @ value).transpose(1, 0, 2).reshape(count, -1)
        state = norm("attention.output", state + linear("attention.output.dense", seen))
        hidden = linear("intermediate.dense", state)
        hidden = 0.5 * hidden * (1 + ERF(hidden / math.sqrt(2)).astype(np.float32))
        state = norm("output", state + linear("output.dense", hidden))
    mean = state.mean(0)
    return mean / np.linalg.norm(mean)


def sentences():
    root, found, seen = sysconfig.get_paths()["stdlib"], [], set()
    for folder, folders, files in os.walk(root):
        skipped = ("site-packages", "dist-packages", "test", "tests", "__pycache__")
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in sorted(file for file in files if file.endswith(".py")):
            try:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    tree = ast.parse(file.read())
            except (OSError, SyntaxError, UnicodeDecodeError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    text = ast.get_docstring(node)
                    if text and 60 < len(text) < 4000 and text not in seen:
                        seen.add(text)
                        found.append(text.split("\n")[0])
            if len(found) >= SENTENCES:
                return found[:SENTENCES]
    return found


def cosine(folder, one, other):
    words = Words(os.path.join(folder, "vocab.txt"))
    texts = [words.encode(text) for text in sentences()]
    first, second = (np.array([embed(tensors, ids) for ids in texts]) for tensors in (load(one), load(other)))
    nearest = lambda all: (all[:QUERIES] @ all[QUERIES:].T).argmax(1)
    cosines = (first * second).sum(1)
    print(
        json.dumps(
            {
                "sentences": len(texts),
                "least": float(cosines.min()),
                "mean": float(cosines.mean()),
                "same_nearest": float((nearest(first) == nearest(second)).mean()),
            }
        )
    )


def eight_bits(tensor):
    if tensor.ndim < 2:
        return tensor
    scale = np.abs(tensor).max(1, keepdims=True) / 127 + 1e-12
    return (np.round(tensor / scale) * scale).astype(np.float32)


def variants(folder, out):
    os.makedirs(out, exist_ok=True)
    base = load(os.path.join(folder, "model.safetensors"))
    random = np.random.default_rng(0)
    each = lambda change: {name: change(name, tensor) for name, tensor in base.items()}
    noise = lambda share: each(
        lambda _, tensor: (tensor + share * tensor.std() * random.normal(size=tensor.shape)).astype(np.float32)
    )

    def adapted(name, tensor):
        if ".query.w" not in name and ".value.w" not in name:
            return tensor
        low = random.normal(size=(384, 8)) @ random.normal(size=(8, 384))
        return (tensor + low * tensor.std() * 0.05).astype(np.float32)

    def shifted(name, tensor):
        if "layer." not in name:
            return tensor
        layer = int(name.split("layer.")[1].split(".")[0])
        return base[name.replace(f"layer.{layer}.", f"layer.{(layer + 1) % 6}.")]

    order = random.permutation(1536)

    def permuted(name, tensor):
        if ".intermediate.dense." in name:
            return tensor[order]
        if ".output.dense.weight" in name and "attention" not in name:
            return tensor[:, order]
        return tensor

    save(os.path.join(out, "base.safetensors"), base)
    made = {
        "identical": base,
        "fp16": each(lambda _, tensor: tensor.astype(np.float16).astype(np.float32)),
        "int8": each(lambda _, tensor: eight_bits(tensor)),
        "noise-1": noise(0.01),
        "noise-30": noise(0.3),
        "adapter": each(adapted),
        "pruned": each(lambda _, tensor: np.where(np.abs(tensor) < np.median(np.abs(tensor)), 0, tensor)),
        "permuted": each(permuted),
        "shifted": each(shifted),
        "fresh": each(lambda _, tensor: (random.normal(size=tensor.shape) * tensor.std()).astype(np.float32)),
    }
    for name, tensors in made.items():
        save(os.path.join(out, name + ".safetensors"), tensors)


if __name__ == "__main__":
    {"cosine": cosine, "variants": variants}[sys.argv[1]](*sys.argv[2:])
