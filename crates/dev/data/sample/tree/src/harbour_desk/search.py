"""Retrieval over tide tables and by-laws."""
from qdrant_client import QdrantClient
from sentence_transformers import CrossEncoder, SentenceTransformer

from . import settings
from .settings import EMBEDDING, EMBEDDING_REVISION, RERANKERS


class Search:
    def __init__(self, quality="fast"):
        self.encoder = SentenceTransformer(EMBEDDING, revision=EMBEDDING_REVISION)
        self.reranker = CrossEncoder(RERANKERS["good"])
        self.store = QdrantClient(url="https://tides.eu-central-1-0.aws.cloud.qdrant.io:6333", api_key=settings.CONFIG["qdrant"])

    def find(self, question):
        vector = self.encoder.encode(question)
        return self.store.search(collection_name="by_laws", query_vector=vector, limit=5)
