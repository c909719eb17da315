"""Says by means that are not ours which versions an advisory affects.

Reads OSV documents of PyPI (YAML or JSON) and crates.io (JSON), and prints one JSON object a line: the advisory's
versions and ranges for one package, and every version asked about with the verdict: true, false, or null if the
reference holds it for no version. Asked are all versions that the advisory lists or bounds, and neighbours of each.

Order on PyPI is that of `packaging.version`; for crates it is the precedence of semver.org, written out below.
"""

import argparse
import functools
import json
import pathlib
import re
import sys

import yaml
from packaging.version import InvalidVersion, Version

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?",
    re.ASCII,
)


def semver(text):
    """A key that sorts as section 11 of semver.org says."""
    match = SEMVER.fullmatch(text)
    if not match:
        return None
    release = tuple(int(number) for number in match.groups()[:3])
    if match[4] is None:
        return (release, 1, ())
    # Numeric identifiers are lower than others; a longer list is higher where all before is equal.
    identifiers = tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in match[4].split(".")
    )
    return (release, 0, identifiers)


def pep440(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def neighbours_on_pypi(text):
    yield from (text + end for end in (".post1", ".dev0", "rc1", "a1", "-1", "+local.1", ".0", ".0.1"))
    yield from ("v" + text, "1!" + text, text + ".post0.dev3", text + "b2.post1.dev4+cu118", text.upper())
    yield from neighbouring_numbers(text)


def neighbours_on_crates(text):
    plain = text.split("+")[0]
    release = plain.split("-")[0]
    yield from (release + end for end in ("", "-0", "-alpha", "-alpha.1", "-rc.10", "-rc.9", "-rc1", "-z"))
    yield from (plain + "+build.5", release + "-beta+exp.sha.5114f85", release + "-pre.1.x")
    if plain != release:
        yield from (plain + ".0", plain + ".a", plain + "-")
    yield from neighbouring_numbers(plain)


def neighbouring_numbers(text):
    """Each number of the release one up, one down, and with a digit more."""
    release = re.match(r"v?(?:\d+!)?\d+(?:\.\d+)*", text)
    if not release:
        return
    rest = text[release.end() :]
    for number in re.finditer(r"\d+", release[0]):
        for value in (int(number[0]) + 1, int(number[0]) - 1, int(number[0]) * 10):
            if value >= 0:
                changed = release[0][: number.start()] + str(value) + release[0][number.end() :]
                yield changed
                yield changed + rest


class Reference:
    """The evaluation algorithm of the OSV schema over keys that sort."""

    def __init__(self, key, affected):
        self.key = key
        self.listed = {key(text) for text in affected["versions"]} - {None}
        self.texts = set(affected["versions"])
        self.ranges = []
        for events in affected["ranges"]:
            limits = [text for kind, text in events if kind == "limit"]
            bounds = [
                (None if (kind, text) == ("introduced", "0") else key(text), kind, text)
                for kind, text in events
                if kind != "limit"
            ]
            if any(bound is None and (kind, text) != ("introduced", "0") for bound, kind, text in bounds):
                raise ValueError("a bound is no version")
            bounds.sort(key=functools.cmp_to_key(lambda a, b: compare(a[0], b[0])))
            self.ranges.append((bounds, limits))

    def affected(self, text):
        if text in self.texts:
            return True
        version = self.key(text)
        if version is None:
            return None
        return self.lists(version) or any(self.within(version, *each) for each in self.ranges)

    def lists(self, version):
        """PEP 440, "Version matching": a version without a local label also means its local builds."""
        if version in self.listed:
            return True
        is_build = isinstance(version, Version) and version.local is not None
        return is_build and Version(version.public) in self.listed

    def within(self, version, bounds, limits):
        if limits and not any(limit == "*" or version < self.key(limit) for limit in limits):
            return False
        affected = False
        for bound, kind, _ in bounds:
            order = compare(version, bound)
            if kind == "introduced" and order >= 0:
                affected = True
            elif kind == "fixed" and order >= 0:
                affected = False
            elif kind == "last_affected" and order > 0:
                affected = False
        return affected


def compare(one, other):
    if one is None or other is None:
        return (one is not None) - (other is not None)
    return (one > other) - (one < other)


def documents(folder):
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".yml", ".json") and ".git" not in path.parts:
            text = path.read_text(encoding="utf-8")
            yield json.loads(text) if path.suffix == ".json" else yaml.load(text, LOADER)


def affected_of(folder, ecosystem):
    for document in documents(folder):
        if not isinstance(document, dict) or document.get("withdrawn"):
            continue
        for affected in document.get("affected") or []:
            package = affected.get("package") or {}
            if package.get("ecosystem") != ecosystem:
                continue
            ranges = [
                [next(iter(event.items())) for event in each.get("events") or []]
                for each in affected.get("ranges") or []
                if each.get("type") in ("ECOSYSTEM", "SEMVER")
            ]
            yield {
                "ecosystem": ecosystem,
                "advisory": document["id"],
                "package": package["name"],
                "versions": [str(version) for version in affected.get("versions") or []],
                "ranges": [[[kind, str(text)] for kind, text in events] for events in ranges],
            }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("ecosystem", choices=["PyPI", "crates.io"])
    parser.add_argument("--packages", type=int, default=500)
    arguments = parser.parse_args()
    key, neighbours = {
        "PyPI": (functools.cache(pep440), neighbours_on_pypi),
        "crates.io": (functools.cache(semver), neighbours_on_crates),
    }[arguments.ecosystem]
    cases = list(affected_of(arguments.folder, arguments.ecosystem))
    weight = {}
    for case in cases:
        weight[case["package"]] = weight.get(case["package"], 0) + 1
    # Those with the most advisories: they have the most varied versions.
    chosen = set(sorted(weight, key=lambda name: (-weight[name], name))[: arguments.packages])
    for case in cases:
        if case["package"] not in chosen:
            continue
        try:
            reference = Reference(key, case)
        except ValueError as reason:
            print(json.dumps({**case, "refused": str(reason), "asked": []}))
            continue
        named = set(case["versions"]) | {text for events in case["ranges"] for _, text in events}
        asked = sorted(named | {each for text in named for each in neighbours(text)})
        case["asked"] = [[text, reference.affected(text)] for text in asked]
        sys.stdout.write(json.dumps(case) + "\n")


main()
