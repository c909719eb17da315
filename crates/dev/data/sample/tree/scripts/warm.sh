#!/bin/sh
set -eu
MODEL="${MODEL:-sentence-transformers/LaBSE}"
huggingface-cli download "$MODEL"
curl -L -o data/ports.csv https://data.harbour.example/ports.csv
python -m spacy download nl_core_news_sm
