use waybill_domain::inventory::Pin;
use waybill_source::document::{self, DocumentLimits};

use super::{found, with};
use crate::reading::{FileFacts, Reading};

fn python(path: &str, text: &str) -> FileFacts {
    let facts = waybill_source::code::python(text);
    with(path, Reading::Code(Box::new(facts)))
}

fn yaml(path: &str, text: &str) -> FileFacts {
    let document = document::yaml(text, &DocumentLimits::default());
    with(path, Reading::Document(document))
}

fn pinned(files: Vec<FileFacts>) -> Vec<(String, Option<Pin>)> {
    let mut found = found(files);
    found.retain(|(id, _)| !id.starts_with("service:") && !id.starts_with("guardrail:"));
    found
}

#[test]
fn settings_of_other_files_are_followed() {
    let settings = python(
        "app/settings.py",
        r#"
from dataclasses import dataclass
from enum import Enum
from pydantic_settings import BaseSettings
@dataclass
class Limits:
    summary: str = "gpt-4o-2024-08-06"
class Inner(BaseSettings):
    planner: str = "gpt-4.1-2025-04-14"
class Settings(BaseSettings):
    llm: Inner = Inner()
settings = Settings()
def get_settings() -> Settings:
    return Settings()
class Name(str, Enum):
    MINI = "gpt-4o-mini"
def load():
    return {"audio": {"model": "whisper-1"}}
"#,
    );
    let main = python(
        "app/main.py",
        r#"
from openai import OpenAI
from .settings import Limits, Name, get_settings, load, settings
client = OpenAI()
limits = Limits()
client.chat.completions.create(model=limits.summary)
client.chat.completions.create(model=get_settings().llm.planner)
client.chat.completions.create(model=settings.llm.planner)
client.chat.completions.create(model=Name.MINI.value)
client.audio.transcriptions.create(model=load()["audio"]["model"])
"#,
    );
    let expected = [
        ("hosted-model:openai/gpt-4.1-2025-04-14", Pin::Name),
        ("hosted-model:openai/gpt-4o-2024-08-06", Pin::Name),
        ("hosted-model:openai/gpt-4o-mini", Pin::Floating),
        ("hosted-model:openai/whisper-1", Pin::Floating),
    ];
    let expected = expected.map(|(id, pin)| (id.to_owned(), Some(pin)));
    assert_eq!(pinned(vec![settings, main]), expected);
}

#[test]
fn composed_configurations_are_followed() {
    let files = vec![
        yaml(
            "conf/config.yaml",
            "defaults:\n  - llm: large\n  - _self_\nk: 3\n",
        ),
        yaml("conf/llm/large.yaml", "name: gpt-4o-2024-08-06\n"),
        yaml("conf/llm/small.yaml", "name: gpt-4o-mini\n"),
        python(
            "app.py",
            r#"
import hydra
from openai import OpenAI
def ask(cfg):
    OpenAI().chat.completions.create(model=cfg.llm.name)
@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg):
    ask(cfg)
"#,
        ),
    ];
    let expected = "hosted-model:openai/gpt-4o-2024-08-06".to_owned();
    assert_eq!(pinned(files), [(expected, Some(Pin::Name))]);
}

#[test]
fn configurations_that_name_each_other_end() {
    let files = vec![
        yaml("a.yaml", "defaults:\n  - b\n  - a\n"),
        yaml("b.yaml", "defaults:\n  - a\n  - b\n"),
        python(
            "app.py",
            "import openai\nfrom omegaconf import OmegaConf\n\
             cfg = OmegaConf.load('a.yaml')\n\
             openai.OpenAI().chat.completions.create(model=cfg.llm.name)\n",
        ),
    ];
    assert_eq!(pinned(files), []);
}

fn rust(path: &str, text: &str) -> FileFacts {
    let facts = waybill_source::code::rust(text);
    with(path, Reading::Code(Box::new(facts)))
}

#[test]
fn members_of_enumerations_of_libraries_are_the_models_they_stand_for() {
    let main = rust(
        "src/main.rs",
        r"
use fastembed::{EmbeddingModel, InitOptions, TextEmbedding};
fn main() {
    let model = TextEmbedding::try_new(InitOptions::new(EmbeddingModel::BGEM3)).unwrap();
    let other = TextEmbedding::try_new(InitOptions {
        model_name: fastembed::EmbeddingModel::AllMiniLML6V2,
        ..Default::default()
    });
}
",
    );
    let floating = |name: &str| (format!("pkg:huggingface/{name}"), Some(Pin::Floating));
    assert_eq!(
        pinned(vec![main]),
        [
            floating("BAAI/bge-m3"),
            floating("Qdrant/all-MiniLM-L6-v2-onnx")
        ]
    );
}

#[test]
fn what_a_call_falls_back_to_is_used() {
    let main = python(
        "main.py",
        "import litellm\nlitellm.completion(model='openai/gpt-4o-2024-08-06', messages=[], \
         fallbacks=['groq/llama-3.3-70b-versatile', {'model': 'mistral/mistral-large-latest'}])\n",
    );
    let found = pinned(vec![main]);
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "hosted-model:groq/llama-3.3-70b-versatile",
            "hosted-model:mistral/mistral-large-latest",
            "hosted-model:openai/gpt-4o-2024-08-06",
        ]
    );
}
