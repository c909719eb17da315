use super::calls;
use crate::code::{Import, python::python};

#[test]
fn aliases() {
    let text = r#"import transformers as tf
from transformers import AutoModel as AM, pipeline
import importlib, torch.hub

model = tf.AutoModelForCausalLM.from_pretrained("gpt2", revision="e7da7f2", trust_remote_code=True)
AM.from_pretrained("bert-base-uncased")
pipe = pipeline("ner", model="dslim/bert-base-NER")
pipe("text")[0]["x"].show()
torch.hub.load("pytorch/vision", "resnet18")
importlib.import_module("timm").create_model("vit")
model.to("cuda").eval()
unknown.thing.run(1)
"#;
    let facts = python(text);
    assert_eq!(
        calls(&facts),
        [
            r#"5:9 transformers.AutoModelForCausalLM.from_pretrained("gpt2", revision="e7da7f2", trust_remote_code=true)"#,
            r#"6:1 transformers.AutoModel.from_pretrained("bert-base-uncased")"#,
            r#"7:8 transformers.pipeline("ner", model="dslim/bert-base-NER")"#,
            r#"8:1 @2 transformers.pipeline("text")"#,
            r#"8:1 @3 transformers.pipeline.show()"#,
            r#"9:1 torch.hub.load("pytorch/vision", "resnet18")"#,
            r#"10:1 importlib.import_module("timm")"#,
            r#"10:1 timm.create_model("vit")"#,
            r#"11:1 @0 transformers.AutoModelForCausalLM.from_pretrained.to("cuda")"#,
            r#"11:1 @8 transformers.AutoModelForCausalLM.from_pretrained.to.eval()"#,
            r#"12:1 unknown.thing.run(1)"#,
        ]
    );
    let import = |module: &str, name: Option<&str>, line| Import {
        module: module.to_owned(),
        name: name.map(str::to_owned),
        line,
    };
    assert_eq!(
        facts.imports,
        [
            import("transformers", None, 1),
            import("transformers", Some("AutoModel"), 2),
            import("transformers", Some("pipeline"), 2),
            import("importlib", None, 3),
            import("torch.hub", None, 3),
        ]
    );
}

#[test]
fn clients() {
    let text = r#"
from openai import OpenAI, AsyncOpenAI

client = OpenAI(base_url="http://localhost:8000/v1")
client.chat.completions.create(model="gpt-4o-2024-08-06", messages=[])

class Bot:
    MODEL = "claude-3-haiku"

    def __init__(self, name="gpt-4o"):
        self.client = AsyncOpenAI()
        self.name = name

    async def ask(self):
        return await self.client.responses.create(model=self.name, other=self.MODEL)

def ask_with(given: OpenAI, other):
    given.embeddings.create(model="e")
    other.embeddings.create()

with OpenAI() as inner:
    inner.models.list()

def get():
    return OpenAI(api_key="k")

get().images.generate()
Bot("o3").ask()
Bot.ask(Bot())
"#;
    assert_eq!(
        calls(&python(text)),
        [
            r#"4:10 openai.OpenAI(base_url="http://localhost:8000/v1")"#,
            r#"5:1 @0 openai.OpenAI.chat.completions.create(model="gpt-4o-2024-08-06", messages=[])"#,
            r#"11:23 openai.AsyncOpenAI()"#,
            r#"15:22 @2 openai.AsyncOpenAI.responses.create(model=("gpt-4o"|"o3"), other="claude-3-haiku")"#,
            r#"18:5 openai.OpenAI.embeddings.create(model="e")"#,
            r#"19:5 other.embeddings.create()"#,
            r#"21:6 openai.OpenAI()"#,
            r#"22:5 @6 openai.OpenAI.models.list()"#,
            r#"25:12 openai.OpenAI(api_key="k")"#,
            r#"27:1 get()"#,
            r#"27:1 @8 openai.OpenAI.images.generate()"#,
            r#"28:1 Bot("o3")"#,
            r#"28:1 @11 Bot.ask()"#,
            r#"29:1 Bot.ask(@14)"#,
            r#"29:9 Bot()"#,
        ]
    );
}

#[test]
fn functions() {
    let text = r#"
from functools import partial
from transformers import AutoModel

def load(name="gpt2", *, revision=None):
    return AutoModel.from_pretrained(name, revision=revision)

load("bert-base-uncased")
load(revision="v1")

options = {"revision": "abc", "trust_remote_code": True}
AutoModel.from_pretrained("x/y", **options)
options["revision"] = "def"
AutoModel.from_pretrained(*["x/z"], **options)
load_pinned = partial(AutoModel.from_pretrained, revision="0a1b")
load_pinned("x/w")

def default_name():
    return "from-function"

AutoModel.from_pretrained(default_name())

@retry(stop=3)
def again():
    pass
"#;
    assert_eq!(
        calls(&python(text)),
        [
            r#"6:12 transformers.AutoModel.from_pretrained(("gpt2"|"bert-base-uncased"), revision=(None|"v1"))"#,
            r#"8:1 load("bert-base-uncased")"#,
            r#"9:1 load(revision="v1")"#,
            r#"12:1 transformers.AutoModel.from_pretrained("x/y", revision="abc", trust_remote_code=true)"#,
            r#"14:1 transformers.AutoModel.from_pretrained("x/z", trust_remote_code=true, revision="def")"#,
            r#"15:15 functools.partial(import(transformers:AutoModel.from_pretrained), revision="0a1b")"#,
            r#"16:1 transformers.AutoModel.from_pretrained(revision="0a1b", "x/w")"#,
            r#"21:1 transformers.AutoModel.from_pretrained("from-function")"#,
            r#"21:27 default_name()"#,
            r#"23:2 retry(stop=3)"#,
        ]
    );
}

#[test]
fn keywords_of_either_map() {
    let text = r#"
options = dict(device="auto")
if small:
    options["bits"] = 4
def load(name=None):
    run(name or "fallback", **options)
load("given")
"#;
    assert_eq!(
        calls(&python(text)),
        [
            r#"2:11 dict(device="auto")"#,
            r#"6:5 run(("given"|"fallback"), device="auto", bits=4)"#,
            r#"7:1 load("given")"#,
        ]
    );
}

#[test]
fn syntax_errors_lose_only_their_line() {
    let text = "import os\nprint \"hello %s\" % os.name\nos.system('ls')\nx = (\ny = load('a')\n";
    let facts = python(text);
    assert_eq!(calls(&facts), ["3:1 os.system(\"ls\")", "5:5 load(\"a\")"]);
    let lines: Vec<Option<u32>> = facts.unread.iter().map(|unread| unread.line).collect();
    assert_eq!(lines, [Some(2), Some(5), Some(6)]);
}
