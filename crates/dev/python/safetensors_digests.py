"""Prints the digest of every tensor of a safetensors file, which the reference library has opened."""

import hashlib
import json
import struct
import sys

from safetensors import safe_open

path = sys.argv[1]
with safe_open(path, framework="numpy") as opened:
    names = set(opened.keys())
with open(path, "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    assert set(header) == names, "the reference library sees other tensors"
    digests = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        file.seek(8 + length + begin)
        digests[name] = hashlib.sha256(file.read(end - begin)).hexdigest()
print(json.dumps(digests))
