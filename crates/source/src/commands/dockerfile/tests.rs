use super::dockerfile;
use crate::commands::{CommandFacts, Download, ImageUse};

fn images(facts: &CommandFacts) -> Vec<(&str, &str, u32)> {
    facts
        .images
        .iter()
        .map(|image: &ImageUse| {
            let context = image.context.as_deref().unwrap_or_default();
            (image.reference.as_str(), context, image.line)
        })
        .collect()
}

fn commands(facts: &CommandFacts) -> Vec<(String, u32)> {
    facts
        .commands
        .iter()
        .map(|command| (command.words.join("|"), command.line))
        .collect()
}

#[test]
fn stages_arguments_and_what_is_started() {
    let text = r#"# syntax=docker/dockerfile:1
ARG TAG=12.1.0-runtime
FROM --platform=$BUILDPLATFORM nvidia/cuda:${TAG} AS build
ARG MODEL=org/chat
ENV MODEL_ID=${MODEL} HF_TOKEN=abc \
    # a comment in between
    PORT=80
RUN --mount=type=cache,target=/root/.cache \
    pip install "torch==2.1.0" && \
    # fetch
    hf download ${MODEL_ID} --revision abc
FROM build AS final
COPY --from=ghcr.io/astral-sh/uv:0.4 /uv /bin/
COPY --from=build /a /b
ENTRYPOINT ["vllm", "serve"]
CMD ["$MODEL_ID", "--port", "80"]
"#;
    let facts = dockerfile(text);
    assert_eq!(
        images(&facts),
        [
            ("nvidia/cuda:12.1.0-runtime", "build", 3),
            ("ghcr.io/astral-sh/uv:0.4", "final", 13),
        ]
    );
    assert_eq!(
        commands(&facts),
        [
            ("pip|install|torch==2.1.0".to_owned(), 9),
            ("hf|download|org/chat|--revision|abc".to_owned(), 11),
            ("vllm|serve|org/chat|--port|80".to_owned(), 15),
        ]
    );
    let variables: Vec<_> = facts
        .environment
        .iter()
        .map(|variable| {
            (
                variable.name.as_str(),
                variable.value.as_str(),
                variable.line,
            )
        })
        .collect();
    assert_eq!(
        variables,
        [
            ("MODEL_ID", "org/chat", 5),
            ("HF_TOKEN", "", 5),
            ("PORT", "80", 5)
        ]
    );
    let last = facts.commands.last();
    assert_eq!(
        last.and_then(|command| command.image.as_deref()),
        Some("nvidia/cuda:12.1.0-runtime")
    );
    assert_eq!(
        last.and_then(|command| command.context.as_deref()),
        Some("final")
    );
}

#[test]
fn arguments_of_an_image_and_the_shell_form() {
    let facts = dockerfile("FROM vllm/vllm-openai:v0.6\nCMD [\"--model\", \"org/x\"]\n");
    let command = facts.commands.first();
    assert_eq!(command.map(|command| command.entry_point_of), Some(true));
    let facts = dockerfile("FROM scratch\nENV M=a/b\nCMD exec vllm serve $M\n");
    assert_eq!(commands(&facts), [("exec|vllm|serve|a/b".to_owned(), 3)]);
    assert_eq!(images(&facts), []);
}

#[test]
fn here_documents_and_downloads() {
    let text = "FROM python:3.11\nRUN <<EOF\npip install x\nwget https://h.example/m.gguf\nEOF\nRUN python3 <<PY\nimport a\nPY\n\
        ADD --checksum=sha256:00ff https://me:pw@h.example/m.bin /m/\nADD [\"https://h.example/a b\", \"/x\"]\nRUN [\"sh\", \"-c\", \"ollama pull x\"]\nONBUILD RUN pip install y\n";
    let facts = dockerfile(text);
    assert_eq!(
        commands(&facts),
        [
            ("pip|install|x".to_owned(), 3),
            ("wget|https://h.example/m.gguf".to_owned(), 4),
            ("python3".to_owned(), 6),
            ("sh|-c|ollama pull x".to_owned(), 11),
            ("ollama|pull|x".to_owned(), 11),
            ("pip|install|y".to_owned(), 12),
        ]
    );
    let download = |url: &str, checksum: Option<&str>, line| Download {
        url: url.into(),
        checksum: checksum.map(Into::into),
        line,
    };
    assert_eq!(
        facts.downloads,
        [
            download("https://h.example/m.bin", Some("sha256:00ff"), 9),
            download("https://h.example/a b", None, 10),
        ]
    );
    let scripts: Vec<_> = facts
        .scripts
        .iter()
        .map(|script| (script.text.as_str(), script.line))
        .collect();
    assert_eq!(scripts, [("import a\n", 7)]);
}

#[test]
fn other_escapes_and_broken_files() {
    let facts = dockerfile("# escape=`\nFROM a:1\nRUN pip `\n  install x\n");
    assert_eq!(commands(&facts), [("pip|install|x".to_owned(), 3)]);
    for text in [
        "FROM",
        "RUN",
        "FROM a AS",
        "CMD [\"a\"",
        "ENV",
        "ARG =",
        "ADD",
        "RUN <<EOF",
        "ONBUILD ONBUILD RUN x",
    ] {
        let _ = dockerfile(text);
    }
    assert_eq!(
        images(&dockerfile("FROM ${IMAGE}\nFROM ${X:-b}:1\n")),
        [("${IMAGE}", "0", 1), ("b:1", "1", 2)]
    );
}
