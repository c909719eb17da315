use super::shown;

#[test]
fn names_and_sums() {
    let text = r#"
ORG = "acme"
NAME: str = "tiny"
MODEL = ORG + "/" + NAME
MODELS = {"small": MODEL, "big": f"{ORG}/big-{7}b"}
LIST = ["a", ("b", -2), *("x", "y")]
show(MODEL, MODELS["big"], LIST[1][0], LIST[-1], LIST[1][1])
show("%s/%s" % (ORG, NAME), "%(o)s!" % {"o": ORG}, "{}/{n}:{0}".format(ORG, n=NAME))
show("/".join([ORG, NAME]), f"{ORG}/{unknown}", f"{ORG!r:>{10}}")
show((big := "later"), big, None, True, 1.50)
a, (b, c) = "one", ("two", "three")
show(a, b, c, {**MODELS, "more": 1})
ORG += "-labs"
show(ORG, MODELS.get("huge", "none"), MODELS.get("small"))
"#;
    assert_eq!(
        shown(text),
        [
            r#""acme/tiny", "acme/big-7b", "b", "y", -2"#,
            r#""acme/tiny", "acme!", "acme/tiny:acme""#,
            r#""acme/tiny", <"acme/" ?>, "acme""#,
            r#""later", "later", None, true, 1.50"#,
            r#""one", "two", "three", {small: "acme/tiny", big: "acme/big-7b", more: 1}"#,
            r#""acme-labs", "none", "acme/tiny""#,
        ]
    );
}

#[test]
fn branches() {
    let text = r#"
if fast:
    name = "small"
elif slow:
    name = "big"
else:
    name = "middle"
show(name)
extra = "x"
if fast:
    extra = "y"
show(extra, "a" if fast else "b", given or "fallback", "" or "fallback")
if fast:
    inner = "i"
    show(inner)
else:
    show(extra)
try:
    device = "cuda"
except ImportError:
    device = "cpu"
show(device)
match mode:
    case "a":
        kind = "A"
    case _:
        kind = "B"
show(f"{kind}/{name}")
"#;
    assert_eq!(
        shown(text),
        [
            r#"("small"|"big"|"middle")"#,
            r#"("x"|"y"), ("a"|"b"), (?|"fallback"), "fallback""#,
            r#""i""#,
            r#"("x"|"y")"#,
            r#"("cuda"|"cpu")"#,
            r#"("A/small"|"A/big"|"A/middle"|"B/small"|"B/big"|"B/middle")"#,
        ]
    );
}

#[test]
fn loops() {
    let text = r#"
for name in ["a", "b"]:
    show(name)
for key, value in {"x": 1, "y": 2}.items():
    show(key, value)
for index, name in enumerate(["p", "q"]):
    show(name)
for left, right in zip(["l"], ["r"]):
    show(left, right)
sizes = [f"m-{size}" for size in ("7b", "13b")]
for size in sizes:
    show(size)
show([show(one) for one in ["u", "v"]])
names = []
names.append("n")
show(names)
"#;
    assert_eq!(
        shown(text),
        [
            r#"("a"|"b")"#,
            r#"("x"|"y"), (1|2)"#,
            r#"("p"|"q")"#,
            r#""l", "r""#,
            r#"("m-7b"|"m-13b")"#,
            "[@9]",
            r#"("u"|"v")"#,
            r#"["n"]"#,
        ]
    );
}

#[test]
fn environment() {
    let text = r#"
import os
from os import environ, getenv as env
from decouple import config
show(os.environ["A"], os.environ.get("B", "b"), os.getenv("C"), environ.get("D") or "d")
show(env("E", default="e"), config("F", default="f"), environ["G"], os.environ.get("H", None))
show(os.getenv(key="I", default="i"), f"{env('J')}/x")
"#;
    assert_eq!(
        shown(text),
        [
            r#"$A, $B="b", $C, $D="d""#,
            r#"$E="e", $F="f", $G, $H"#,
            r#"$I="i", <$J "/x">"#,
        ]
    );
}

#[test]
fn configuration() {
    let text = r#"
import json, yaml, tomllib
from pathlib import Path
from omegaconf import OmegaConf
show(yaml.safe_load(open("config.yaml"))["model"]["name"])
with open("settings.json") as stream:
    settings = json.load(stream)
show(settings["llm"].get("name", "none"), settings)
with Path("pyproject.toml").open("rb") as stream:
    show(tomllib.load(stream)["tool"]["x"])
show(OmegaConf.load("x.yaml").model.name)
show(Path("prompt.txt").read_text(), open("p.md").read())
HERE = Path(__file__).resolve().parent
show(json.loads((HERE / "x.json").read_text())["k"], HERE.parent / "y")
"#;
    assert_eq!(
        shown(text),
        [
            r#"file("config.yaml":model.name)"#,
            r#"(file("settings.json":llm.name)|"none"), file("settings.json":)"#,
            r#"file("pyproject.toml":tool.x)"#,
            r#"file("x.yaml":model.name)"#,
            r#"file("prompt.txt":), file("p.md":)"#,
            r#"file("./x.json":k), "../y""#,
        ]
    );
}

#[test]
fn paths() {
    let text = r#"
import os
import os.path as osp
from pathlib import Path
BASE = "models"
show(os.path.join(BASE, "a", "b.gguf"), osp.join("/data/", "x"), Path(BASE) / "c" / "d.bin")
show(str(Path("~/x").expanduser()), os.path.join(root, "m"), Path(BASE).joinpath("e"))
"#;
    assert_eq!(
        shown(text),
        [
            r#""models/a/b.gguf", "/data/x", "models/c/d.bin""#,
            r#""~/x", <? "/m">, "models/e""#,
        ]
    );
}

#[test]
fn imported() {
    let text = r#"
from settings import MODEL, CONFIG as C
from .defaults import NAME
from . import constants
import app.config
show(MODEL, C["a"], NAME, constants.X, app.config.Y, constants)
"#;
    assert_eq!(
        shown(text),
        [
            "import(settings:MODEL), import(settings:CONFIG.a), import(.defaults:NAME), \
             import(.:constants.X), import(app:config.Y), import(.:constants)"
        ]
    );
}
