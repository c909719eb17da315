"""What may be asked and answered."""
from nemoguardrails import LLMRails, RailsConfig

rails = LLMRails(RailsConfig.from_path("guardrails"))
