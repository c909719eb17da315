"""Letters that arrive as recordings."""
import torch
from transformers import WhisperForConditionalGeneration

from harbour_desk import settings

recogniser = WhisperForConditionalGeneration.from_pretrained(settings.CONFIG["speech"]["size"])
vad = torch.hub.load("snakers4/silero-vad:v5.1.2", "silero_vad")
