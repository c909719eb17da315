"""Join what `observe.py` and `declare.py` noted into the checked-in lists of good globals.

    python write.py OUT_FOLDER OBSERVED.json... DECLARED.json...

What a person decided is in `by_hand/`: names to add, and names or uses that
must never be called good however often a harmless pickle holds them.
"""

import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Top-level module of a global to the file it is kept in; the rest is `stdlib`.
FILES = {
    "numpy": "numpy", "scipy": "scipy", "sklearn": "scikit-learn", "_loss": "scikit-learn", "pandas": "pandas", "pytz": "pandas",
    "dateutil": "pandas", "pyarrow": "pandas", "joblib": "joblib", "xgboost": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost",
    "cloudpickle": "cloudpickle", "dill": "dill", "spacy": "spacy", "thinc": "spacy", "srsly": "spacy", "gensim": "gensim", "torch": "torch", "torchvision": "torchvision",
    "torchaudio": "torchaudio", "transformers": "transformers", "tokenizers": "transformers", "huggingface_hub": "transformers", "ultralytics": "ultralytics", "timm": "timm",
    "pytorch_lightning": "lightning", "lightning": "lightning", "lightning_fabric": "lightning", "torchmetrics": "torchmetrics", "fastai": "fastai", "fastcore": "fastai",
    "diffusers": "diffusers", "peft": "peft", "accelerate": "accelerate", "sentence_transformers": "sentence-transformers", "setfit": "setfit", "flair": "flair",
    "pyannote": "pyannote-audio", "omegaconf": "omegaconf", "bertopic": "bertopic",
}
SPREAD = re.compile(r"^(call|new|state tuple) (\d+)$")


def by_hand(name):
    """The lines of a file in `by_hand/`, without comments."""
    with open(os.path.join(HERE, "by_hand", name)) as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                yield line


def fold(uses):
    """`call 1`, `call 2`, `call 4` to `call 1-2; call 4`, in a fixed order."""
    counts, rest = {}, set()
    for use in uses:
        match = SPREAD.match(use)
        span = re.match(r"^(call|new|state tuple) (\d+)-(\d+)$", use)
        if match:
            counts.setdefault(match.group(1), set()).add(int(match.group(2)))
        elif span:
            counts.setdefault(span.group(1), set()).update(range(int(span.group(2)), int(span.group(3)) + 1))
        elif use != "ref":
            rest.add(use)
    out = []
    for word in ("call", "new"):
        if word + " *" in rest:
            out.append(word + " *")
            rest.discard(word + " *")
        else:
            out += [word + " " + span for span in spans(counts.get(word, ()))]
    if "state any" in rest:
        out.append("state any")
        rest = {use for use in rest if not use.startswith("state ")}
    else:
        for use in ("state dict", "state slots", "state list"):
            if use in rest:
                out.append(use)
                rest.discard(use)
        out += ["state tuple " + span for span in spans(counts.get("state tuple", ()))]
    if "items" in rest:
        out.append("items")
        rest.discard("items")
    for use in sorted(rest):
        if re.match(r"apply \d+$", use):
            out.append(use)
            rest.discard(use)
    if rest:
        raise ValueError("unknown uses %r" % rest)
    return "; ".join(out) or "ref"


def spans(counts):
    counts = sorted(counts)
    start = 0
    for index in range(len(counts)):
        if index + 1 == len(counts) or counts[index + 1] != counts[index] + 1:
            low, high = counts[start], counts[index]
            yield str(low) if low == high else "%d-%d" % (low, high)
            start = index + 1


def braces(pattern):
    """`a{b,c}` to `ab` and `ac`."""
    match = re.search(r"\{([^}]*)\}", pattern)
    if match is None:
        return [pattern]
    return [out for one in match.group(1).split(",") for out in braces(pattern[: match.start()] + one + pattern[match.end() :])]


def refused(patterns, name):
    module, _, attr = name.partition(":")
    for pattern in patterns:
        wanted, _, tail = pattern.partition(":")
        if wanted.endswith(".*"):
            fits = module == wanted[:-2] or module.startswith(wanted[:-1])
        else:
            fits = wanted in ("*", module)
        if fits and tail in ("*", attr):
            return True
    return False


def main():
    out, inputs = sys.argv[1], sys.argv[2:]
    names, versions = {}, {}
    for path in inputs:
        with open(path) as file:
            data = json.load(file)
        for package, version in data["versions"].items():
            versions.setdefault("stdlib" if package == "python" else package, set()).add(version)
        for package, many in data.get("many", {}).items():
            versions.setdefault(package, set()).update(many)
        for name, noted in data["names"].items():
            uses = set(noted["uses"])
            setstate = noted.get("hooks", {}).get("__setstate__", "")
            if setstate == "sklearn.base.BaseEstimator":
                uses |= {"new 0", "state dict"}
            names.setdefault(name, set()).update(uses)
    never = list(by_hand("never.txt"))
    stateless = list(by_hand("no_state.txt"))
    for line in by_hand("add.txt"):
        pattern, _, uses = line.partition("\t")
        for name in braces(pattern):
            names.setdefault(name, set()).update(use.strip() for use in uses.split(";"))
    files = {}
    for name, uses in names.items():
        if refused(never, name) or any(part.startswith("test") for part in name.split(":")[0].split(".")[1:]):
            continue
        if refused(stateless, name) or re.match(r"scipy\.stats\.[\w.]+:\w+_gen$", name):
            uses = {use for use in uses if not use.startswith("state")}
        package = FILES.get(name.split(":")[0].split(".")[0], "stdlib")
        files.setdefault(package, {})[name] = fold(uses)
    for package, listed in files.items():
        known = sorted(versions.get(package, ()), key=lambda text: [int(part) if part.isdigit() else 0 for part in text.split(".")])
        with open(os.path.join(out, package + ".globals"), "w") as file:
            file.write("# schema waybill.globals/1\n# package %s\n# versions %s\n" % (package, " ".join(known)))
            for name in sorted(listed, key=lambda text: text.encode()):
                file.write("%s\t%s\n" % (name, listed[name]))
    print({package: len(listed) for package, listed in sorted(files.items())}, sum(map(len, files.values())))


if __name__ == "__main__":
    main()
