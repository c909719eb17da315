"""Real libraries against Waybill, both ways: interop.py WAYBILL FOLDER REPORT_SCHEMA SARIF_SCHEMA.

1. What the libraries write is recognised, admitted and complete.
2. What our assembler wrote into FOLDER/ours the libraries read, and see the same in it.
3. What Waybill prints is what the published schemas say.
4. A snapshot as the hub's own client lays it out is followed through its links.
"""

import bz2
import gzip
import hashlib
import http.server
import json
import lzma
import os
import pathlib
import pickletools
import subprocess
import sys
import tarfile
import threading
import zipfile
import zlib

import gguf
import joblib
import jsonschema
import msgpack
import numpy
import pandas
import py7zr
import pyarrow
import pyarrow.feather
import pyarrow.parquet
import safetensors.numpy
import sklearn.linear_model
import sklearn.pipeline
import sklearn.preprocessing

WAYBILL, FOLDER, REPORT_SCHEMA, SARIF_SCHEMA = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])


def scan(target, *more):
    """What `waybill scan` prints, as a value; exit codes other than a verdict's are errors."""
    command = [WAYBILL, "scan", target, *more]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    assert done.returncode in (0, 1, 4), f"{command} ended with {done.returncode}: {done.stderr.decode()}"
    return json.loads(done.stdout)


def write_arrays(folder):
    array = numpy.arange(24.0).reshape(2, 3, 4)
    numpy.save(folder / "array.npy", array)
    numpy.save(folder / "fortran.npy", numpy.asfortranarray(array))
    numpy.save(folder / "structured.npy", numpy.zeros(3, dtype=[("a", "f4"), ("b", "S3", (2,))]))
    numpy.save(folder / "objects.npy", numpy.array(["a", None, 1.5], dtype=object), allow_pickle=True)
    numpy.savez(folder / "stored.npz", first=array, second=array[0])
    numpy.savez_compressed(folder / "deflated.npz", first=array)


def write_estimators(folder):
    features = numpy.random.default_rng(0).standard_normal((40, 3))
    labels = (features[:, 0] > 0).astype(int)
    scaler, logistic = sklearn.preprocessing.StandardScaler(), sklearn.linear_model.LogisticRegression()
    pipeline = sklearn.pipeline.Pipeline([("scale", scaler), ("classify", logistic)]).fit(features, labels)
    for compression in (0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)):
        name = compression[0] if isinstance(compression, tuple) else f"zlib{compression}"
        joblib.dump(pipeline, folder / f"pipeline-{name}.joblib", compress=compression)
    for protocol in (2, 3, 4, 5):
        with open(folder / f"pipeline-{protocol}.pkl", "wb") as file:
            joblib.numpy_pickle.pickle.dump(pipeline, file, protocol=protocol)
    pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_pickle(folder / "frame.pkl")


def write_tensors(folder):
    tensors = {"weight": numpy.ones((4, 2), "f4"), "bias": numpy.zeros(4, "f2")}
    safetensors.numpy.save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    writer = gguf.GGUFWriter(folder / "model.gguf", "llama")
    writer.add_context_length(512)
    writer.add_token_list(["<s>", "a", "b"])
    writer.add_chat_template("{% for message in messages %}{{ message['content'] }}{% endfor %}")
    for name, tensor in tensors.items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_columns(folder):
    table = pyarrow.table(
        {"text": ["a", None, "c"] * 50, "number": list(range(150)), "list": [[1, 2]] * 150}
    ).replace_schema_metadata({"acme": "1"})
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    for compression in ("none", "snappy", "zstd", "gzip"):
        pyarrow.parquet.write_table(
            table, folder / f"{compression}.parquet", compression=compression, row_group_size=40
        )
    pyarrow.parquet.write_table(table.slice(0, 0), folder / "empty.parquet")
    frame.to_parquet(folder / "pandas.parquet")
    pyarrow.feather.write_feather(table, folder / "table.feather", compression="zstd", chunksize=40)
    for name, writer in (("file", pyarrow.ipc.new_file), ("stream", pyarrow.ipc.new_stream)):
        with writer(folder / f"{name}.arrow", table.schema) as sink:
            sink.write_table(table, max_chunksize=40)


def columns():
    folder = FOLDER / "columns"
    folder.mkdir()
    write_columns(folder)
    facts = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet":
            read = pyarrow.parquet.ParquetFile(path)
            names = [read.schema.column(index).path.split(".")[-1] for index in range(len(read.schema))]
            parts, rows = read.num_row_groups, read.metadata.num_rows
            texts = read.metadata.metadata or {}
        else:
            stream = path.name == "stream.arrow"
            read = (pyarrow.ipc.open_stream if stream else pyarrow.ipc.open_file)(path)
            names, rows, texts = read.schema.names, None, read.schema.metadata or {}
            parts = len(list(read)) if stream else read.num_record_batches
        texts = sorted(name.decode() for name in texts)
        facts.append({"file": path.name, "columns": names, "parts": parts, "rows": rows, "metadata": texts})
    (folder / "columns.json").write_text(json.dumps(facts))
    return f"{len(facts)} files of pyarrow described"


def write_others(folder):
    write_columns(folder)
    (folder / "params.msgpack").write_bytes(
        msgpack.packb(
            {"params": {"kernel": msgpack.ExtType(1, msgpack.packb([[2, 2], "float32", bytes(16)]))}}
        )
    )
    with py7zr.SevenZipFile(folder / "all.7z", "w") as archive:
        for name in ("array.npy", "model.gguf", "pipeline-2.pkl"):
            archive.write(folder / name, name)
    for name, filters in (
        ("lzma", [{"id": py7zr.FILTER_LZMA}]),
        ("bzip2", [{"id": py7zr.FILTER_BZIP2}]),
        ("deflate", [{"id": py7zr.FILTER_DEFLATE}]),
        ("copy", [{"id": py7zr.FILTER_COPY}]),
    ):
        with py7zr.SevenZipFile(folder / f"{name}.7z", "w", filters=filters) as archive:
            archive.write(folder / "array.npy", "array.npy")
    (folder / "config.yaml").write_text("model: {_target_: torch.nn.Linear, in_features: 3}\n")


def write_archives(folder, contents):
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in contents:
            archive.write(path, path.name)
    for mode in ("gz", "bz2", "xz"):
        with tarfile.open(folder / f"all.tar.{mode}", f"w:{mode}") as archive:
            for path in contents:
                archive.add(path, path.name)


def theirs():
    folder = FOLDER / "theirs"
    folder.mkdir()
    write_arrays(folder)
    write_estimators(folder)
    write_tensors(folder)
    write_others(folder)
    write_archives(folder, sorted(folder.iterdir()))
    report = scan(folder, "--format", "json")
    for artifact in report["artifacts"]:
        found = [f"{finding['rule']}: {finding['message']}" for finding in artifact["findings"]]
        admitted = artifact["verdict"] == "admit" and artifact["complete"]
        assert admitted, f"{artifact['path']} ({artifact['format']}) is {artifact['verdict']}: {found}"
        digest = hashlib.sha256((folder / artifact["path"]).read_bytes()).hexdigest()
        assert artifact["digests"]["sha256"] == digest, artifact["path"]
    assert len(report["artifacts"]) == len(list(folder.iterdir()))
    return f"{len(report['artifacts'])} files of real libraries admitted and complete"


def read_gguf(path):
    reader = gguf.GGUFReader(path)
    assert reader.get_field("llama.context_length").contents() == 512
    assert reader.get_field("tokenizer.ggml.tokens").contents() == ["<s>", "a"]
    return {tensor.name: tuple(tensor.data.shape) for tensor in reader.tensors}


def read_zip(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name)[-5:] for name in archive.namelist()}


def read_opcodes(path):
    return [opcode.name for opcode, _, _ in pickletools.genops(path.read_bytes())]


READERS = {
    "good.safetensors": (
        lambda path: {name: tensor.shape for name, tensor in safetensors.numpy.load_file(path).items()},
        {"w": (2, 3), "b": (3,)},
    ),
    "good.gguf": (read_gguf, {"w": (2, 4), "b": (4,)}),
    "good.npy": (lambda path: (lambda array: (array.shape, array.dtype.str))(numpy.load(path)), ((2, 3), "<f4")),
    "good.zip": (read_zip, {"archive/data.pkl": b"\x80\x02N.", "archive/version": b"3\n", "archive/data/0": b"abcd\n"}),
    "good.pkl": (
        read_opcodes,
        "PROTO EMPTY_DICT MEMOIZE MARK SHORT_BINUNICODE BININT1 SHORT_BINUNICODE BINFLOAT SETITEMS STOP".split(),
    ),
    "good.gz": (lambda path: gzip.decompress(path.read_bytes()), b"abcd\n"),
    "good.bz2": (lambda path: bz2.decompress(path.read_bytes()), b"abcd\n"),
    "good.xz": (lambda path: lzma.decompress(path.read_bytes(), lzma.FORMAT_XZ), b"abcd\n"),
    "good.lzma": (lambda path: lzma.decompress(path.read_bytes(), lzma.FORMAT_ALONE), b"abcd\n"),
    "good.zlib": (lambda path: zlib.decompress(path.read_bytes()), b"abcd\n"),
    "good.tar": (lambda path: tarfile.open(path).getnames(), ["model/config.json", "model/weights"]),
}


def ours():
    paths = sorted((FOLDER / "ours").iterdir())
    for path in paths:
        read, expected = READERS[path.name]
        found = read(path)
        assert found == expected, f"{path.name}: {found} is not {expected}"
    return f"{len(paths)} files of ours read by real libraries"


def schemas():
    report = scan(FOLDER, "--format", "json")
    jsonschema.validate(report, json.loads(REPORT_SCHEMA.read_text()))
    sarif = scan(FOLDER, "--format", "sarif")
    jsonschema.validate(sarif, json.loads(SARIF_SCHEMA.read_text()))
    return "reports valid against the published JSON Schema and against SARIF 2.1.0"


COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of a model hub as its client needs to fetch one revision."""

    files = {}

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        if "/tree/" in path:
            sizes = {name: len(content) for name, content in self.files.items()}
            entries = [{"type": "file", "path": name, "size": size, "oid": COMMIT} for name, size in sizes.items()]
            return self.answer(json.dumps(entries).encode())
        if path.startswith("/api/models/"):
            names = [{"rfilename": name} for name in self.files]
            return self.answer(json.dumps({"id": "acme/tiny", "sha": COMMIT, "siblings": names}).encode())
        name = path.rsplit("/resolve/", 1)[-1].split("/", 1)[-1]
        if name not in self.files:
            return self.send_error(404)
        return self.answer(self.files[name])

    def answer(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", '"' + hashlib.sha256(content).hexdigest() + '"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


def snapshot():
    Hub.files = {
        "config.json": b'{"model_type": "bert"}\n',
        "model.safetensors": (FOLDER / "theirs/model.safetensors").read_bytes(),
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ.update(
        HF_ENDPOINT=f"http://127.0.0.1:{server.server_port}", HF_HOME=str(FOLDER / "cache"), HF_HUB_OFFLINE="0"
    )
    import huggingface_hub

    folder = pathlib.Path(huggingface_hub.snapshot_download("acme/tiny"))
    server.shutdown()
    assert all((folder / name).is_symlink() for name in Hub.files), list(folder.iterdir())
    report = scan(folder, "--format", "json")
    verdicts = {artifact["path"]: artifact["verdict"] for artifact in report["artifacts"]}
    assert verdicts == {name: "admit" for name in Hub.files}, verdicts
    return "a snapshot of the hub's client is followed through its links"


for part in (theirs, columns, ours, schemas, snapshot):
    print(f"{part.__name__:<10}{part()}", flush=True)
