"""Measures the drafts."""
from datasets import load_dataset
from huggingface_hub import hf_hub_download, snapshot_download

flores = load_dataset("facebook/flores", "nld_Latn-eng_Latn", split="devtest")
card = hf_hub_download(repo_id="harbour-works/tide-embeddings", filename="config.json", revision="17c772d62d6f108c21dedfe0d2ae7f495a8598fa")
snapshot_download("google/gemma-2-2b-it", allow_patterns=["*.json"])
