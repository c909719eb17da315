"""Which letters cannot wait."""
import joblib
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from harbour_desk.settings import CONFIG

name = CONFIG["sorter"]["repository"]
tokenizer = AutoTokenizer.from_pretrained(name, revision=CONFIG["sorter"]["revision"])
sorter = AutoModelForSequenceClassification.from_pretrained(name, revision=CONFIG["sorter"]["revision"])
translate = pipeline("translation", model=CONFIG["translation"]["name"])
tone = joblib.load("models/tone/tone.joblib")


def vision(repo="microsoft/Florence-2-base", rev="refs/pr/6"):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(repo, revision=rev, trust_remote_code=True)
