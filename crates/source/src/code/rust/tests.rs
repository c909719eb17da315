use super::super::flow::told::everything;
use super::rust;

#[test]
fn async_openai() {
    let facts = rust(
        r##"
use async_openai::{types::{ChatCompletionRequestUserMessageArgs as User, CreateChatCompletionRequestArgs}, config::OpenAIConfig, Client};
const MODEL: &str = "gpt-4o-mini";
static SYSTEM: &str = "You are a careful assistant that answers in one sentence.";
#[tokio::main]
async fn main() -> Result<()> {
    let model = std::env::var("OPENAI_MODEL").unwrap_or_else(|_| MODEL.to_string());
    let client = Client::with_config(OpenAIConfig::new().with_api_base("http://localhost:11434/v1"));
    let request = CreateChatCompletionRequestArgs::default()
        .model(model)
        .messages([User::default().content(format!("{SYSTEM} {}", 1)).build()?.into()])
        .build()?;
    let response = client.chat().create(request).await?;
    Ok(())
}
"##,
    );
    let expected = r##"async_openai.Client.with_config(=2)
async_openai.config.OpenAIConfig.new()
1>async_openai.config.OpenAIConfig.with_api_base("http://localhost:11434/v1")
async_openai.types.CreateChatCompletionRequestArgs.default()
3>async_openai.types.CreateChatCompletionRequestArgs.model($OPENAI_MODEL:"gpt-4o-mini")
4>async_openai.types.CreateChatCompletionRequestArgs.messages([=9])
5>async_openai.types.CreateChatCompletionRequestArgs.build()
async_openai.types.ChatCompletionRequestUserMessageArgs.default()
7>async_openai.types.ChatCompletionRequestUserMessageArgs.content("You are a careful assistant that answers in one sentence. 1")
8>async_openai.types.ChatCompletionRequestUserMessageArgs.build()
0>async_openai.Client.chat()
10>async_openai.Client.chat.create(=6)
export MODEL "gpt-4o-mini"
export SYSTEM "You are a careful assistant that answers in one sentence."
text 4:SYSTEM "You are a careful assistant that answers in one sentence."
text 11:content "You are a careful assistant that answers in one sentence. 1""##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn hf_hub() {
    let facts = rust(
        r##"
use hf_hub::{api::sync::{Api, ApiBuilder}, Repo, RepoType};
use clap::Parser;
#[derive(Parser)]
struct Args { #[arg(long, default_value = "sentence-transformers/all-MiniLM-L6-v2", env = "EMBEDDING")] model: String, #[arg(long)] revision: Option<String> }
fn load(id: &str, revision: String) -> anyhow::Result<PathBuf> {
    let repo = Repo::with_revision(id.to_string(), RepoType::Model, revision);
    Ok(Api::new()?.repo(repo).get("model.safetensors")?)
}
fn main() {
    let args = Args::parse();
    load(&args.model, "refs/pr/21".into());
    let api = ApiBuilder::new().with_token(None).build().unwrap();
    let m = api.model("bert-base-uncased".to_string());
    let which = if args.fast { "a/b" } else { "c/d" };
    api.dataset(which.to_owned());
    match which { "x" => api.model("y".into()), _ => api.model(format!("{}/z", which)) };
}
"##,
    );
    let expected = r##"hf_hub.Repo.with_revision($EMBEDDING:"sentence-transformers/all-MiniLM-L6-v2", @hf_hub::RepoType#Model, "refs/pr/21")
hf_hub.api.sync.Api.new()
1>hf_hub.api.sync.Api.repo(=0)
2>hf_hub.api.sync.Api.repo.get("model.safetensors")
load($EMBEDDING:"sentence-transformers/all-MiniLM-L6-v2", "refs/pr/21")
hf_hub.api.sync.ApiBuilder.new()
5>hf_hub.api.sync.ApiBuilder.with_token(?)
6>hf_hub.api.sync.ApiBuilder.build()
7>hf_hub.api.sync.ApiBuilder.model("bert-base-uncased")
7>hf_hub.api.sync.ApiBuilder.dataset(("a/b"|"c/d"))
7>hf_hub.api.sync.ApiBuilder.model("y")
7>hf_hub.api.sync.ApiBuilder.model(<""+("a/b"|"c/d")+"/z">)"##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn services_builders_and_commands() {
    let facts = rust(
        r##"
use ort::session::{Session, builder::GraphOptimizationLevel};
use qdrant_client::qdrant::{CreateCollectionBuilder, Distance};
use ollama_rs::{Ollama, generation::completion::request::GenerationRequest};
use mistralrs::{TextModelBuilder, IsqType};
use std::process::Command;
pub struct Service { client: Ollama, model: String, config: Config }
#[derive(Default)]
pub struct Config { pub model: String }
impl Service {
    pub fn new(model: impl Into<String>) -> Self { Self { client: Ollama::new("http://localhost".to_string(), 11434), model: model.into(), config: Config { model: "phi3".into() } } }
    pub async fn ask(&self, prompt: &str) -> Result<String> {
        let r = self.client.generate(GenerationRequest::new(self.model.clone(), prompt.to_string())).await?;
        self.client.pull_model(self.config.model.clone(), false).await;
        Ok(r.response)
    }
}
async fn run() {
    let service = Service::new("llama3.2:3b");
    service.ask("hi").await;
    let session = Session::builder()?.with_optimization_level(GraphOptimizationLevel::Level3)?.commit_from_file("models/yolo.onnx")?;
    let model = TextModelBuilder::new("microsoft/Phi-3.5-mini-instruct").with_isq(IsqType::Q8_0).build().await?;
    Command::new("ollama").arg("pull").args(["llama3", "a b"]).status()?;
    let mut cmd = tokio::process::Command::new("python");
    cmd.arg("serve.py").args(&["--model", &service.model]);
    let body = serde_json::json!({"model": "gpt-4o", "messages": [{"role": "user", "content": prompt}], "n": 1});
    reqwest::Client::new().post("https://api.openai.com/v1/chat/completions").json(&body).send().await?;
    let config: Settings = toml::from_str(&std::fs::read_to_string("config.toml")?)?;
    client.create_collection(CreateCollectionBuilder::new("docs").model(config.llm.model)).await?;
    for name in ["a", "b"] { Api::model(name.to_string()); }
    let opts = InitOptions { model_name: EmbeddingModel::AllMiniLML6V2, show: true, ..Default::default() };
}
fn broken(: ) { }
"##,
    );
    let expected = r##"ollama_rs.Ollama.new("http://localhost", 11434)
0>ollama_rs.Ollama.generate(=2)
ollama_rs.generation.completion.request.GenerationRequest.new("llama3.2:3b", "hi")
0>ollama_rs.Ollama.pull_model("phi3", false)
Service.new("llama3.2:3b")
service.ask("hi")
ort.session.Session.builder()
6>ort.session.Session.with_optimization_level(@ort::session::builder::GraphOptimizationLevel#Level3)
7>ort.session.Session.commit_from_file("models/yolo.onnx")
mistralrs.TextModelBuilder.new("microsoft/Phi-3.5-mini-instruct")
9>mistralrs.TextModelBuilder.with_isq(@mistralrs::IsqType#Q8_0)
10>mistralrs.TextModelBuilder.build()
std.process.Command.new("ollama")
12>std.process.Command.arg("pull")
13>std.process.Command.args(["llama3", "a b"])
14>std.process.Command.status()
tokio.process.Command.new("python")
16>tokio.process.Command.arg("serve.py")
17>tokio.process.Command.args(["--model", "llama3.2:3b"])
reqwest.Client.new()
19>reqwest.Client.post("https://api.openai.com/v1/chat/completions")
20>reqwest.Client.post.json({model: "gpt-4o", messages: [{role: "user", content: ?}], n: 1})
21>reqwest.Client.post.json.send()
toml.from_str(=24)
std.fs.read_to_string("config.toml")
client.create_collection(=27)
qdrant_client.qdrant.CreateCollectionBuilder.new("docs")
26>qdrant_client.qdrant.CreateCollectionBuilder.model("config.toml"/llm/model)
Api.model(("a"|"b"))
Default.default()
text 27:post "https://api.openai.com/v1/chat/completions"
command 23: ollama pull llama3 'a b'
command 24: python serve.py --model llama3.2:3b
unread Some(33): syntax error: expected one of: identifier, `::`, `<`, `_`, literal, `const`, `ref`, `mut`, `&`, parentheses, square brackets, `..`, `const`"##;
    assert_eq!(everything(&facts), expected);
}
