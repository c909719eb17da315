"""One place for what can be changed."""
import os
from dataclasses import dataclass

import yaml

EMBEDDING = "intfloat/multilingual-e5-small"
EMBEDDING_REVISION = "9a636f756ac7defe6062d2a9a53839fa6d6df278"
RERANKERS = {"fast": "cross-encoder/ms-marco-MiniLM-L-6-v2", "good": "BAAI/bge-reranker-v2-m3"}

with open("config/models.yaml") as handle:
    CONFIG = yaml.safe_load(handle)

DRAFTER = os.environ.get("DRAFT_MODEL", "gpt-4o-2024-08-06")


@dataclass
class Limits:
    moderation: str = "omni-moderation-latest"
    summary: str = "claude-3-5-haiku-20241022"
