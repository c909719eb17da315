"""Writes checkpoints with torch, and what torch reads in them.

    torch_models.py FOLDER

Beside each NAME.pt stands NAME.json: the digest of every tensor's elements in row-major order,
little-endian, by the names that `waybill convert` gives. Run with a Python that has torch (Debian's
python3-torch); only files that this program has written itself are read with it.
"""

import collections
import hashlib
import json
import pathlib
import sys

import torch
from torch import nn

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(7)


def elements(tensor):
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    if tensor.dtype == torch.complex32:
        tensor = torch.view_as_real(tensor)
    return tensor.numpy().tobytes()


def flat(value, path=""):
    if isinstance(value, nn.Module):
        value = value.state_dict()
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from flat(inner, f"{path}.{index}" if path else str(index))


written = 0


def save(name, value, **options):
    global written
    torch.save(value, folder / f"{name}.pt", **options)
    digests = {
        path: hashlib.sha256(elements(tensor)).hexdigest() for path, tensor in flat(value)
    }
    (folder / f"{name}.json").write_text(json.dumps(digests, indent=1))
    written += 1


LEGACY = {"_use_new_zipfile_serialization": False}
DTYPES = [
    "float32", "float64", "float16", "bfloat16", "complex64", "complex128",
    "int8", "int16", "int32", "int64", "uint8", "bool",
]  # fmt: skip


def some(dtype, *shape):
    kind = getattr(torch, dtype)
    if kind.is_complex:
        return torch.randn(*shape, dtype=kind)
    if kind.is_floating_point:
        return torch.randn(*shape).to(kind)
    if kind == torch.bool:
        return torch.rand(*shape) > 0.5
    return torch.randint(0, 100, shape).to(kind)


for dtype in DTYPES:
    save(f"dtype-{dtype}", {"a": some(dtype, 5, 7), "zero": some(dtype, 0, 3), "one": some(dtype, 1)[0]})
    save(f"legacy-{dtype}", {"a": some(dtype, 5, 7), "b": some(dtype, 11)}, **LEGACY)

base = torch.arange(60, dtype=torch.float32)
for suffix, options in (("", {}), ("-legacy", LEGACY)):
    save("shared" + suffix, {"whole": base, "head": base[:10], "tail": base[50:], "again": base}, **options)
    grid = base.view(6, 10)
    views = {
        "transposed": grid.t(),
        "every-second": grid[:, ::2],
        "block": grid[2:5, 3:9],
        "column": grid[:, 4],
        "expanded": base[:3].view(3, 1).expand(3, 4),
        "permuted": base.view(3, 4, 5).permute(2, 0, 1),
        "diagonal": torch.diagonal(grid),
    }
    save("views" + suffix, views, **options)
save("large-transposed", {"t": torch.randn(5000, 1300).t(), "p": torch.randn(40, 300, 50).permute(2, 0, 1)})

tied = nn.Sequential(collections.OrderedDict(first=nn.Embedding(30, 8), last=nn.Linear(8, 30, bias=False)))
tied.last.weight = tied.first.weight
modules = {
    "linear": nn.Linear(4, 3),
    "stack": nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten()),
    "lstm": nn.LSTM(5, 6, num_layers=2, bidirectional=True),
    "transformer": nn.TransformerEncoderLayer(8, 2, 16),
    "tied": tied,
    "half": nn.Linear(4, 3).half(),
    "bfloat": nn.Linear(4, 3).bfloat16(),
    "list": nn.ModuleList([nn.Linear(2, 2), nn.ModuleDict({"x": nn.Linear(2, 1)})]),
}
for name, module in modules.items():
    save(f"module-{name}", module)
    if name in ("linear", "stack", "lstm"):
        save(f"module-{name}-legacy", module, **LEGACY)
save("state", modules["stack"].state_dict())
save("state-legacy", modules["stack"].state_dict(), **LEGACY)
optimizer = torch.optim.Adam(modules["linear"].parameters())
modules["linear"](torch.randn(2, 4)).sum().backward()
optimizer.step()
save("training", {"epoch": 3, "model": modules["linear"].state_dict(), "optimizer": optimizer.state_dict(), "note": "n"})
save("parameter", nn.Parameter(torch.randn(3)))
save("nested", {"a": [torch.ones(2), (torch.zeros(1), {"b": torch.eye(2)})], 3: torch.ones(1), "none": None})
save("pickle-protocol-4", {"w": torch.randn(2, 2), "long": list(range(300))}, pickle_protocol=4)
for protocol in (2, 3, 5):
    save(f"pickle-protocol-{protocol}", modules["stack"].state_dict(), pickle_protocol=protocol)
save("pickle-protocol-5-legacy", modules["linear"].state_dict(), pickle_protocol=5, **LEGACY)
save("slice-of-half", {"s": torch.randn(100).half()[7:93:3], "m": torch.randn(9, 9).bfloat16().t()[1:5]})
save("chunks", torch.arange(24).reshape(4, 6).chunk(3, dim=1))
print(written)
