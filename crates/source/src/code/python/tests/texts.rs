use crate::code::{EmbeddedCommand, NamedText, python::python};

#[test]
fn prompts() {
    let text = r#"
SYSTEM = """You are a helpful assistant.
Answer briefly."""
SHORT = "too short"
class Agent:
    def __init__(self, user):
        self.prompt = f"Greet the user {user} by name and be kind to them."
ask(instructions="Summarise the following text in three sentences.", n="x")
messages = [{"role": "system", "content": "You translate English into French, word by word."}]
again = SYSTEM
Template.from_messages([("system", "You sort letters by their senders, nothing else.")])
SystemMessage("You file letters by their senders, nothing else.")
"#;
    let named = |name: &str, text: &str, line| NamedText {
        name: name.to_owned(),
        text: text.to_owned(),
        line,
    };
    assert_eq!(
        python(text).texts,
        [
            named("SYSTEM", "You are a helpful assistant.\nAnswer briefly.", 2),
            named(
                "prompt",
                "Greet the user {} by name and be kind to them.",
                7
            ),
            named(
                "instructions",
                "Summarise the following text in three sentences.",
                8
            ),
            named(
                "content",
                "You translate English into French, word by word.",
                9
            ),
            named(
                "system",
                "You sort letters by their senders, nothing else.",
                11
            ),
            named(
                "SystemMessage",
                "You file letters by their senders, nothing else.",
                12
            ),
        ]
    );
}

#[test]
fn commands() {
    let text = r#"
import os, subprocess, sys, asyncio
MODEL = "llama3.2:1b"
subprocess.run(["ollama", "pull", MODEL], check=True)
subprocess.check_call([sys.executable, "-m", "pip", "install", "torch==2.4", "a b"])
os.system(f"huggingface-cli download {MODEL} --revision {revision}")
subprocess.Popen("vllm serve x", shell=True)
subprocess.run(args=["ls", path])
asyncio.create_subprocess_exec("npx", "-y", "server")
subprocess.run(unknown)
"#;
    let command = |text: &str, line| EmbeddedCommand {
        text: text.to_owned(),
        line,
    };
    assert_eq!(
        python(text).commands,
        [
            command("ollama pull llama3.2:1b", 4),
            command("python -m pip install torch==2.4 'a b'", 5),
            command(
                "huggingface-cli download llama3.2:1b --revision ${revision}",
                6
            ),
            command("vllm serve x", 7),
            command("ls ${path}", 8),
            command("npx -y server", 9),
        ]
    );
}
