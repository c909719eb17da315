use super::super::flow::told::everything;
use super::script;

#[test]
fn openai() {
    let facts = script(
        r##"
import OpenAI from "openai";
const MODEL = process.env.OPENAI_MODEL ?? "gpt-4o-mini";
const openai = new OpenAI({ apiKey: process.env["KEY"], baseURL: `https://${HOST}/v1` });
export async function ask(question: string, model = MODEL) {
  const completion = await openai.chat.completions.create({
    model, messages: [{ role: "system", content: "You are a careful assistant that answers in one sentence." }],
  });
  return completion.choices[0].message.content;
}
ask("x", "gpt-4.1");
"##,
        "src/app.ts",
    );
    let expected = r##"openai.OpenAI(apiKey=$KEY, baseURL=<"https://"+?+"/v1">)
0>openai.OpenAI.chat.completions.create(model=("gpt-4.1"|$OPENAI_MODEL:"gpt-4o-mini"), messages=[{role: "system", content: "You are a careful assistant that answers in one sentence."}])
ask("x", "gpt-4.1")
text 7:content "You are a careful assistant that answers in one sentence.""##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn vercel_ai() {
    let facts = script(
        r##"
import { generateText, tool } from "ai";
import { openai } from "@ai-sdk/openai";
import { z } from "zod";
const { text } = await generateText({
  model: openai("gpt-4o"), prompt: "Hi",
  tools: { weather: tool({ description: "Get the weather", inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => fetch("https://api.example.com/" + city) }) },
});
"##,
        "src/app.ts",
    );
    let expected = r##"ai.generateText(model==1, prompt="Hi", tools={weather: =2})
@ai-sdk/openai.openai("gpt-4o")
ai.tool(description="Get the weather", inputSchema==3, execute=?)
zod.z.object(city==4)
zod.z.string()
fetch(<"https://api.example.com/"+?>)"##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn class_based_service() {
    let facts = script(
        r##"
import Anthropic from "@anthropic-ai/sdk";
import { CONFIG } from "./config";
import settings from "./settings.json";
export const DEFAULTS = { models: { chat: "claude-3-5-sonnet-20241022" }, tokens: 1024 } as const;
class Service {
  private client: Anthropic;
  readonly model: string;
  constructor(private readonly options: Options = { model: DEFAULTS.models.chat }) {
    this.client = new Anthropic();
    this.model = options.model;
  }
  get window() { return 10; }
  async run(prompt: string) {
    return this.client.messages.create({ model: this.model, max_tokens: this.window, system: CONFIG.system, extra: settings.models.chat });
  }
}
const service = new Service({ model: "claude-x" });
service.run("hello");
"##,
        "src/app.ts",
    );
    let expected = r##"@anthropic-ai/sdk.Anthropic()
0>@anthropic-ai/sdk.Anthropic.messages.create(model="claude-x", max_tokens=10, system=@./config#CONFIG.system, extra="./settings.json"/models/chat)
Service(model="claude-x")
service.run("hello")
export DEFAULTS {models: {chat: "claude-3-5-sonnet-20241022"}, tokens: 1024}"##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn transformers_and_commands() {
    let facts = script(
        r##"
const { pipeline, env } = require("@huggingface/transformers");
const fs = require("fs"), path = require("path");
const config = JSON.parse(fs.readFileSync(path.join(__dirname, "config.json"), "utf8"));
const { execSync, spawn } = require("node:child_process");
let pipe = null;
async function load() { if (!pipe) pipe = await pipeline("sentiment-analysis", "Xenova/distilbert", { revision: config.model.revision, dtype: cond ? "q4" : "fp16" }); return pipe; }
async function main() { const p = await load(); const out = await p("I love it"); execSync(`ollama pull ${config.name}`); spawn("python", ["serve.py", "--model", "a b"]); }
module.exports = { load, MODEL: "x" };
"##,
        "src/app.ts",
    );
    let expected = r##"JSON.parse(=1)
fs.readFileSync("config.json", "utf8")
path.join(?, "config.json")
@huggingface/transformers.pipeline("sentiment-analysis", "Xenova/distilbert", {revision: "config.json"/model/revision, dtype: ("q4"|"fp16")})
load()
3>@huggingface/transformers.pipeline.call("I love it")
node:child_process.execSync(<"ollama pull "+"config.json"/name>)
node:child_process.spawn("python", ["serve.py", "--model", "a b"])
export load() =3
export MODEL "x"
command 8: ollama pull {}
command 8: python serve.py --model 'a b'"##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn factories_and_loops() {
    let facts = script(
        r##"
function createClient(cfg: { model: string }) { return new ChatOpenAI({ modelName: cfg.model, temperature: 0 }); }
import { ChatOpenAI } from "@langchain/openai";
import { Pinecone } from "@pinecone-database/pinecone";
function build(opts) { return createClient(opts.llm); }
const llm = build({ llm: { model: "gpt-4-turbo" } });
const chain = prompt.pipe(llm).pipe(new StringOutputParser());
await chain.invoke({ q: 1 });
["a", "b"].map((m) => createClient({ model: m }));
for (const name of MODELS) { new ChatOpenAI(name); }
const MODELS = ["m1", "m2"];
const index = new Pinecone().index("docs").namespace("x");
async function f(pc: Pinecone) { pc.index("y"); }
"##,
        "src/app.ts",
    );
    let expected = r##"@langchain/openai.ChatOpenAI(modelName=("gpt-4-turbo"|"a"|"b"), temperature=0)
createClient(model="gpt-4-turbo")
build(llm={model: "gpt-4-turbo"})
prompt.pipe(=0)
3>prompt.pipe.pipe(=5)
StringOutputParser()
4>prompt.pipe.pipe.invoke(q=1)
createClient(model=("a"|"b"))
@langchain/openai.ChatOpenAI(("m1"|"m2"))
@pinecone-database/pinecone.Pinecone()
9>@pinecone-database/pinecone.Pinecone.index("docs")
10>@pinecone-database/pinecone.Pinecone.index.namespace("x")
@pinecone-database/pinecone.Pinecone.index("y")"##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn ollama_google_and_mcp() {
    let facts = script(
        r##"
import { Ollama } from "ollama";
import { ChromaClient } from "chromadb";
import { GoogleGenAI } from "@google/genai";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
enum Models { Chat = "llama3.2:3b" }
const settings = { ollama: { host: "http://gpu:11434", model: Models.Chat } } satisfies Settings;
const { ollama: { model: chosen = "mistral" } } = settings;
const client = new Ollama({ host: settings.ollama.host });
for await (const part of await client.chat({ model: chosen, stream: true })) {}
const ai = new GoogleGenAI({ apiKey: import.meta.env.GEMINI });
ai.models.generateContent({ model: process.env.GEMINI_MODEL || "gemini-2.5-flash", contents: `a ${"b"} ${c}` });
const server = new McpServer({ name: "docs", version: "1.0.0" });
server.tool("search", "Search the docs", { q: z.string() }, async ({ q }) => (await new ChromaClient().getCollection({ name: "docs" })).query({ queryTexts: [q] }));
"##,
        "src/app.ts",
    );
    let expected = r##"ollama.Ollama(host="http://gpu:11434")
0>ollama.Ollama.chat(model=("llama3.2:3b"|"mistral"), stream=true)
@google/genai.GoogleGenAI(apiKey=$GEMINI)
2>@google/genai.GoogleGenAI.models.generateContent(model=$GEMINI_MODEL:"gemini-2.5-flash", contents=<"a b "+?>)
@modelcontextprotocol/sdk/server/mcp.js.McpServer(name="docs", version="1.0.0")
4>@modelcontextprotocol/sdk/server/mcp.js.McpServer.tool("search", "Search the docs", {q: =6}, =7)
z.string()
9>chromadb.ChromaClient.getCollection.query(queryTexts=[?])
chromadb.ChromaClient()
8>chromadb.ChromaClient.getCollection(name="docs")"##;
    assert_eq!(everything(&facts), expected);
}

#[test]
fn classes_and_objects_of_other_files() {
    let facts = script(
        r##"
import { Config, settings } from "./config";
import OpenAI from "openai";
const own = new Config();
const client = new OpenAI();
client.embeddings.create({ model: Config.EMBED, user: own.vision, extra: settings.a.b });
export class Limits { static MODEL = "a"; readonly size = "b"; }
export const limits = new Limits();
export function made() { return { model: "c" }; }
"##,
        "src/app.ts",
    );
    let expected = r##"./config.Config()
openai.OpenAI()
1>openai.OpenAI.embeddings.create(model=@./config#Config.EMBED, user=@./config#Config.vision, extra=@./config#settings.a.b)
Limits()
export Limits.MODEL "a"
export Limits.size "b"
export limits.MODEL "a"
export limits.size "b"
export limits ?
export made() {model: "c"}"##;
    assert_eq!(everything(&facts), expected);
}
