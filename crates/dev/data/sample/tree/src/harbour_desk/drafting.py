"""Drafts of replies."""
import anthropic
from openai import AzureOpenAI, OpenAI

from .settings import DRAFTER, Limits

SYSTEM_PROMPT = """You are a clerk of the harbour office.
Answer in the language of the letter, name the by-law you rely on, and never promise a berth."""

REPLY_TEMPLATE = (
    "Letter:\n{letter}\n\nBy-laws that may apply:\n{laws}\n\nWrite a reply of at most twelve sentences."
)

limits = Limits()
client = OpenAI()


def draft(letter, laws):
    answer = client.chat.completions.create(
        model=DRAFTER,
        messages=[
            {"role": "system", "content": SYSTEM_PROMPT},
            {"role": "user", "content": REPLY_TEMPLATE.format(letter=letter, laws=laws)},
        ],
    )
    return answer.choices[0].message.content


def permitted(text):
    return not client.moderations.create(model=limits.moderation, input=text).results[0].flagged


def summary(text):
    claude = anthropic.Anthropic()
    return claude.messages.create(model=limits.summary, max_tokens=400, messages=[{"role": "user", "content": text}])


def fallback(text):
    azure = AzureOpenAI(azure_endpoint="https://harbour-eu.openai.azure.com", api_version="2024-06-01")
    return azure.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
