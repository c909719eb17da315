import { mistral } from "@ai-sdk/mistral";
import { pipeline } from "@huggingface/transformers";
import { generateText } from "ai";
import { ChromaClient } from "chromadb";

const MODELS = {
  chat: process.env.CHAT_MODEL ?? "mistral-small-latest",
  classify: "Xenova/distilbert-base-uncased-finetuned-sst-2-english",
} as const;

const chroma = new ChromaClient({ path: "http://chroma:8000" });

export async function suggest(letter: string): Promise<string> {
  const { text } = await generateText({ model: mistral(MODELS.chat), prompt: letter });
  return text;
}

export async function mood(letter: string) {
  const classify = await pipeline("sentiment-analysis", MODELS.classify, { revision: "main" });
  return classify(letter);
}

export async function remember(letter: string) {
  const collection = await chroma.getOrCreateCollection({ name: "letters" });
  await collection.add({ ids: [letter.slice(0, 8)], documents: [letter] });
}
