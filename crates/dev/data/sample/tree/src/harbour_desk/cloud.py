"""Models that run in our own account."""
import json

import boto3
import requests

bedrock = boto3.client("bedrock-runtime", region_name="eu-west-1")


def classify(text):
    body = json.dumps({"inputText": text})
    return bedrock.invoke_model(modelId="amazon.titan-text-express-v1", body=body)


def route(text):
    return requests.post(
        "https://openrouter.ai/api/v1/chat/completions",
        json={"model": "mistralai/mistral-nemo", "messages": [{"role": "user", "content": text}]},
        timeout=30,
    )
