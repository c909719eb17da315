"""Compares a checkpoint of torch with the safetensors made of it, without torch and without loading it.

Walks the opcodes of data.pkl with pickletools (which runs nothing), keeps a stack of plain tuples, and takes
each tensor's elements out of its storage with numpy. Prints how many tensors it found, then what differs.
Legacy checkpoints (a row of pickles, then the storages) are walked the same way.
"""

import io
import json
import pickletools
import sys
import zipfile

import numpy

TYPES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8",
    "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1",
    "BoolStorage": "?", "BFloat16Storage": "<u2",
}
MARK = object()


class Called(tuple):
    """A callee and its arguments; nothing is called."""


def walk(stream):
    """The value of one pickle as plain data, and every tensor that is rebuilt in it."""
    stack, memo, tensors = [], {}, []

    def since_mark():
        at = len(stack) - 1 - stack[::-1].index(MARK)
        items = stack[at + 1:]
        del stack[at:]
        return items

    def reduce(callee, arguments):
        called = Called((callee, arguments))
        if callee in (("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor")):
            tensors.append(called)
        return called

    for opcode, argument, _ in pickletools.genops(stream):
        name = opcode.name
        if name in ("PROTO", "FRAME"):
            continue
        if name == "MARK":
            stack.append(MARK)
        elif name == "STOP":
            return stack.pop(), tensors
        elif name in ("EMPTY_DICT", "EMPTY_LIST", "EMPTY_SET"):
            stack.append({} if name == "EMPTY_DICT" else [])
        elif name == "EMPTY_TUPLE":
            stack.append(())
        elif name in ("TUPLE", "LIST", "DICT"):
            items = since_mark()
            stack.append({"TUPLE": tuple, "LIST": list, "DICT": lambda row: dict(zip(map(str, row[::2]), row[1::2]))}[name](items))
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            count = int(name[-1])
            stack[-count:] = [tuple(stack[-count:])]
        elif name in ("NONE", "NEWTRUE", "NEWFALSE"):
            stack.append({"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[name])
        elif name == "GLOBAL":
            stack.append(tuple(argument.split(" ", 1)))
        elif name == "STACK_GLOBAL":
            stack[-2:] = [(stack[-2], stack[-1])]
        elif name in ("BINPERSID", "PERSID"):
            stack.append(Called(("persistent", stack.pop() if name == "BINPERSID" else argument)))
        elif name == "REDUCE":
            arguments = stack.pop()
            stack.append(reduce(stack.pop(), arguments))
        elif name in ("NEWOBJ", "NEWOBJ_EX"):
            arguments = stack.pop() if name == "NEWOBJ" else (stack.pop(), stack.pop())
            stack.append(Called((stack.pop(), arguments)))
        elif name in ("OBJ", "INST"):
            stack.append(Called((argument, tuple(since_mark()))))
        elif name in ("BUILD", "APPEND"):
            stack.pop()
        elif name == "SETITEM":
            del stack[-2:]
        elif name in ("SETITEMS", "APPENDS", "ADDITEMS"):
            since_mark()
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[int(argument)] = stack[-1]
        elif name == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[int(argument)])
        elif name == "POP":
            stack.pop()
        elif name == "DUP":
            stack.append(stack[-1])
        elif argument is not None or name.endswith(("STRING", "UNICODE", "BYTES", "INT", "LONG")):
            stack.append(argument)
        else:
            raise SystemExit(f"0 opcode {name} is not walked")


def elements(called, storage):
    """The elements of a rebuilt tensor, as bytes in row-major order."""
    (persistent, offset, size, stride) = called[1][:4]
    kind = TYPES[persistent[1][1][1]]
    flat = numpy.frombuffer(storage(persistent[1][2]), dtype=kind)
    width = flat.itemsize
    view = numpy.lib.stride_tricks.as_strided(
        flat[offset:], shape=size, strides=[step * width for step in stride], writeable=False
    )
    return numpy.ascontiguousarray(view).tobytes()


def zipped(path):
    archive = zipfile.ZipFile(path)
    names = archive.namelist()
    root = next(name for name in names if name.endswith("/data.pkl"))[: -len("data.pkl")]
    found = []
    for member, folder in (("data.pkl", "data"), ("constants.pkl", "constants")):
        if root + member in names:
            # The constants of a TorchScript are no parameters, and are not converted.
            if member == "data.pkl":
                _, tensors = walk(io.BytesIO(archive.read(root + member)))
                found += [elements(one, lambda key, folder=folder: archive.read(f"{root}{folder}/{key}")) for one in tensors]
    return found


def legacy(path):
    stream = open(path, "rb")
    walk(stream), walk(stream), walk(stream)
    _, tensors = walk(stream)
    keys = []
    for opcode, argument, _ in pickletools.genops(stream):
        if "UNICODE" in opcode.name or "STRING" in opcode.name:
            keys.append(argument)
    kinds = {one[1][0][1][2]: numpy.dtype(TYPES[one[1][0][1][1][1]]).itemsize for one in tensors}
    storages = {}
    for key in keys:
        count = int.from_bytes(stream.read(8), "little")
        storages[key] = stream.read(count * kinds[key])
    return [elements(one, storages.__getitem__) for one in tensors]


def converted(path):
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        body = file.read()
    header.pop("__metadata__", None)
    return [body[slice(*entry["data_offsets"])] for entry in header.values()]


def main():
    source, output = sys.argv[1:]
    wanted = zipped(source) if zipfile.is_zipfile(source) else legacy(source)
    got = converted(output)
    # Names stand in the pickle's dictionaries, which are not followed here: every content has to be there.
    missing = sorted(set(wanted) - set(got), key=len)
    added = sorted(set(got) - set(wanted), key=len)
    print(len(wanted), *([f"{len(missing)} tensors are missing"] if missing else []), *([f"{len(added)} are of nowhere"] if added else []))


main()
