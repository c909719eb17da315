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
