"""Writes 2 GiB of ordinary weights in each of three formats: ONNX with external data, HDF5 as Keras 2 writes it,
TensorFlow SavedModel. `python large.py FOLDER [MEBIBYTES]`. Needs h5py, numpy and onnx; the SavedModel is written byte by
byte, because TensorFlow itself is too large to ask for.
"""

import json
import struct
import sys
from pathlib import Path

import h5py
import numpy
import onnx
from onnx import TensorProto, helper

TENSORS = 32


def weights(total_bytes):
    """One tensor of normal deviates; the others are the same, turned, so that no two begin alike."""
    count = total_bytes // TENSORS // 4
    generator = numpy.random.default_rng(7)
    return generator.standard_normal(count, dtype="f4") * numpy.float32(0.02)


def turned(values, index):
    return numpy.roll(values, index * 4099)


def onnx_external(folder, values):
    folder.mkdir(parents=True)
    rows = 4096
    shape = [rows, len(values) // rows]
    initializers = []
    with open(folder / "model.onnx.data", "wb") as data:
        for index in range(TENSORS):
            tensor = TensorProto(name=f"layer.{index}.weight", data_type=TensorProto.FLOAT, dims=shape)
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in (("location", "model.onnx.data"), ("offset", data.tell()), ("length", values.nbytes)):
                entry = tensor.external_data.add()
                entry.key, entry.value = key, str(value)
            initializers.append(tensor)
            data.write(turned(values, index).tobytes())
    nodes = [
        helper.make_node("MatMul", [f"h{index}", f"layer.{index}.weight"], [f"h{index + 1}"])
        for index in range(TENSORS)
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("h0", f"h{TENSORS}")]
    graph = helper.make_graph(nodes, "large", ends[:1], ends[1:], initializers)
    onnx.save(helper.make_model(graph), str(folder / "model.onnx"))


def keras_h5(path, values):
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "large",
            "layers": [
                {"class_name": "Dense", "config": {"name": f"dense_{index}", "units": 4096, "activation": "relu"}}
                for index in range(TENSORS)
            ],
        },
    }
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights")
        names = [f"dense_{index}" for index in range(TENSORS)]
        group.attrs["layer_names"] = [name.encode() for name in names]
        for index, name in enumerate(names):
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [f"{name}/kernel:0".encode()]
            layer.create_dataset(f"{name}/kernel:0", data=turned(values, index).reshape(4096, -1))


# Protocol buffers, as far as a SavedModel needs them.


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


FLOAT = 1


def shape(dims):
    return b"".join(field(2, field(1, size)) for size in dims)


def attribute(name, value):
    return field(5, field(1, name) + field(2, value))


def node(name, operation, inputs, attributes):
    parts = [field(1, name), field(2, operation)]
    parts += [field(3, source) for source in inputs]
    return b"".join(parts) + b"".join(attributes)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def block(entries):
    """A block of an SSTable without shared prefixes, and its trailer."""
    body = b"".join(varint(0) + varint(len(key)) + varint(len(value)) + key + value for key, value in entries)
    body += struct.pack("<II", 0, 1)
    return body, b"\0" + struct.pack("<I", crc32c(body + b"\0"))


def sstable(entries):
    out = b""

    def add(items):
        nonlocal out
        body, trailer = block(items)
        handle = varint(len(out)) + varint(len(body))
        out += body + trailer
        return handle

    data = add(entries)
    meta = add([])
    index = add([(entries[-1][0] + b"\xff", data)])
    footer = (meta + index).ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
    return out + footer


def saved_model(folder, values):
    (folder / "variables").mkdir(parents=True)
    dims = [4096, len(values) // 4096]
    nodes, entries = [], [(b"", field(1, 1) + field(2, 0) + field(3, field(1, 1)))]
    with open(folder / "variables" / "variables.data-00000-of-00001", "wb") as data:
        for index in range(TENSORS):
            key = f"layer_{index:02}/kernel"
            bundle = field(1, FLOAT) + field(2, shape(dims)) + field(4, data.tell()) + field(5, values.nbytes)
            entries.append((key.encode(), bundle))
            data.write(turned(values, index).tobytes())
            attributes = [attribute("dtype", field(6, FLOAT)), attribute("shape", field(7, shape(dims)))]
            attributes.append(attribute("shared_name", field(2, key)))
            nodes.append(node(key, "VarHandleOp", [], attributes))
            nodes.append(node(f"{key}/Read", "ReadVariableOp", [key], [attribute("dtype", field(6, FLOAT))]))
    (folder / "variables" / "variables.index").write_bytes(sstable(entries))
    graph = b"".join(field(1, text) for text in nodes)
    info = field(4, "serve") + field(5, "2.15.0")
    (folder / "saved_model.pb").write_bytes(field(1, 1) + field(2, field(1, info) + field(2, graph)))


def main():
    folder = Path(sys.argv[1])
    mebibytes = int(sys.argv[2]) if len(sys.argv) > 2 else 2048
    values = weights(mebibytes << 20)
    onnx_external(folder / "onnx", values)
    keras_h5(folder / "model.h5", values)
    saved_model(folder / "saved_model", values)


main()
