"""Models that lie beside the code."""
import onnxruntime
from llama_cpp import Llama
from peft import PeftModel
from transformers import AutoModelForCausalLM

berths = onnxruntime.InferenceSession("models/berths/berths.onnx")
clerk = Llama(model_path="models/clerk/clerk-1b.Q4_K_M.gguf", n_ctx=2048)


def formal_letters():
    base = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct")
    return PeftModel.from_pretrained(base, "models/formal-lora")
