use super::{short, shown};
use crate::code::python::python;

#[test]
fn classes() {
    let text = r#"
from dataclasses import dataclass, field
from enum import Enum
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic import BaseModel, Field

class Names(str, Enum):
    FAST = "gpt-4o-mini"
    SLOW = "o1"

@dataclass
class Options:
    model: str = "base"
    revision: str = "main"
    tags: list = field(default_factory=list)
    size: str = field(default="7b")

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="app_")
    llm_model: str = "gpt-4o"
    api_key: str
    region: str = Field("eu", validation_alias="AWS_REGION")

class Base:
    name = "from-base"

class Derived(Base):
    @property
    def both(self):
        return self.name + "!"

settings = Settings()
options = Options(model="given")
show(Names.FAST, Names.SLOW.value, options.model, options.revision, options.size)
show(settings.llm_model, settings.api_key, settings.region, Derived().both, Derived.name)
options.revision = "v2"
show(options.revision, options.model, Options("positional").model)
"#;
    assert_eq!(
        shown(text),
        [
            r#""gpt-4o-mini", "o1", "given", "main", "7b""#,
            r#"$APP_LLM_MODEL="gpt-4o", $APP_API_KEY, $AWS_REGION="eu", "from-base!", "from-base""#,
            r#""v2", "given", "positional""#,
        ]
    );
}

#[test]
fn command_lines() {
    let text = r#"
import argparse, click, typer
from transformers import HfArgumentParser
from dataclasses import dataclass

parser = argparse.ArgumentParser()
parser.add_argument("--model-name", "-m", default="tiny")
parser.add_argument("--kind", choices=["a", "b"])
parser.add_argument("--path", dest="where", default="/models")
args = parser.parse_args()
show(args.model_name, args.kind, args.where, args.other, vars(args)["model_name"])

def run(args):
    show(args.model_name)

@click.command()
@click.option("--model", "-m", default="clicked")
@click.option("--key", envvar="API_KEY")
def main(model, key):
    show(model, key)

def typed(model: str = typer.Option("typered", help="x"), n: int = typer.Option(default=3)):
    show(model, n)

@dataclass
class ModelArguments:
    model_name_or_path: str = "hf/default"

model_args, = HfArgumentParser((ModelArguments,)).parse_args_into_dataclasses()
show(model_args.model_name_or_path)
"#;
    assert_eq!(
        shown(text),
        [
            r#""tiny", ("a"|"b"), "/models", ?, "tiny""#,
            r#""tiny""#,
            r#""clicked", $API_KEY"#,
            r#""typered", 3"#,
            r#""hf/default""#,
        ]
    );
}

#[test]
fn exports() {
    let text = r#"
import os
MODEL = "a"
if os.environ.get("X"):
    MODEL = "b"
def function():
    LOCAL = 1
class Class: pass
client = make()
"#;
    let exports: Vec<String> = python(text)
        .exports
        .iter()
        .map(|(name, value)| format!("{name} = {}", short(value)))
        .collect();
    assert_eq!(
        exports,
        ["os = import(os:)", r#"MODEL = ("a"|"b")"#, "client = @1"]
    );
}

#[test]
fn exports_of_classes_objects_and_functions() {
    let text = r#"
from functools import lru_cache
from enum import Enum
from pydantic_settings import BaseSettings
class Names(str, Enum):
    FAST = "a"
class Inner(BaseSettings):
    chat: str = "b"
class Settings(BaseSettings):
    inner: Inner = Inner()
    size: str = "c"
settings = Settings(size="d")
@lru_cache
def get_settings():
    return Settings()
def models():
    return {"chat": "e"}
"#;
    let exports: Vec<String> = python(text)
        .exports
        .iter()
        .map(|(name, value)| format!("{name} = {}", short(value)))
        .filter(|line| !line.contains("import("))
        .collect();
    assert_eq!(
        exports,
        [
            "settings = @1",
            r#"Names.FAST = "a""#,
            r#"Inner.chat = $CHAT="b""#,
            r#"Settings.inner.chat = $CHAT="b""#,
            "Settings.inner = @0",
            r#"Settings.size = $SIZE="c""#,
            r#"settings.inner.chat = $CHAT="b""#,
            "settings.inner = @0",
            r#"settings.size = "d""#,
            r#"get_settings.inner.chat = $CHAT="b""#,
            "get_settings.inner = @0",
            r#"get_settings.size = $SIZE="c""#,
            "get_settings() = @2",
            r#"models() = {chat: "e"}"#,
        ]
    );
}

#[test]
fn attributes_of_what_other_files_make() {
    let text = r#"
from .config import Limits, get_settings, load
def ask(given: Limits):
    show(given.summary)
limits = Limits(size="own")
show(limits.summary, limits.size, get_settings().llm.chat, load()["model"]["name"])
"#;
    let imported = |name: &str| format!("import(.config:{name})");
    assert_eq!(
        shown(text),
        [
            imported("Limits.summary"),
            format!(
                "{}, \"own\", {}, {}",
                imported("Limits.summary"),
                imported("get_settings.llm.chat"),
                imported("load.model.name")
            ),
        ]
    );
}

#[test]
fn what_stands_above_functions_and_classes() {
    let text = r#"
from langchain_core.tools import tool, BaseTool
from mcp.server.fastmcp import FastMCP
server = FastMCP("tides")
@tool
def high_water(): ...
@server.tool(name="low")
async def low_water(): ...
class Draught(BaseTool):
    name: str = "draught"
"#;
    let found: Vec<(String, String, Option<usize>, u32)> = python(text)
        .decorations
        .into_iter()
        .map(|it| (it.function, it.call.path, it.call.receiver, it.call.line))
        .collect();
    let line = |function: &str, path: &str, receiver, line| {
        (function.to_owned(), path.to_owned(), receiver, line)
    };
    assert_eq!(
        found,
        [
            line("high_water", "langchain_core.tools.tool", None, 5),
            line("low_water", "mcp.server.fastmcp.FastMCP.tool", Some(0), 7),
            line("Draught", "langchain_core.tools.BaseTool", None, 9),
        ]
    );
}
