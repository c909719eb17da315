"""Trains the adapter for formal letters."""
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, TrainingArguments
import pandas as pd

BASE = "Qwen/Qwen2.5-0.5B-Instruct"
letters = load_dataset("harbour-works/formal-letters", revision="2024-10", split="train")
opus = load_dataset("Helsinki-NLP/opus_books", "en-nl")
table = pd.read_csv("https://data.harbour.example/letters/2023.csv")
model = get_peft_model(AutoModelForCausalLM.from_pretrained(BASE), LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"]))
arguments = TrainingArguments(output_dir="out", learning_rate=2e-4, num_train_epochs=3, per_device_train_batch_size=8)
