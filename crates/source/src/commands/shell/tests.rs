use super::{Constants, resolve, resolve_each, shell, words};
use crate::commands::Taker;
use crate::commands::{Command, CommandFacts};

fn lines(facts: &CommandFacts) -> Vec<String> {
    facts
        .commands
        .iter()
        .map(|command| command.words.join("|"))
        .collect()
}

fn read(text: &str) -> Vec<String> {
    lines(&shell(text))
}

#[test]
fn words_quotes_and_continuations() {
    let text = "#!/bin/bash\nset -euo pipefail # strict\npip install \\\n  'torch==2.1.0' \"a b\" $'c\\td' x\\ y\n";
    let facts = shell(text);
    let command = |words: &[&str], line| Command {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        line,
        ..Command::default()
    };
    assert_eq!(
        facts.commands,
        [
            command(&["set", "-euo", "pipefail"], 2),
            command(&["pip", "install", "torch==2.1.0", "a b", "c\td", "x y"], 3),
        ]
    );
}

#[test]
fn variables_are_followed() {
    let text = r#"
ORG=meta-llama; NAME=Llama-3
MODEL="${ORG}/${NAME}"
REVISION=${REVISION:-v1}
ARGS="--port 80 --seed 1"
EXTRA=(--model "$MODEL" --tp 2)
EXTRA+=(--x)
vllm serve "$MODEL" --revision $REVISION $ARGS "${EXTRA[@]}" $UNKNOWN "${MISSING:-${ORG}/d}" ${NAME##*/}
HF_HOME=/x hf download $1 ${2:-org/def}
echo "$HF_TOKEN" '$MODEL'
"#;
    let facts = shell(text);
    assert_eq!(
        lines(&facts),
        [
            "vllm|serve|meta-llama/Llama-3|--revision|v1|--port|80|--seed|1|--model|meta-llama/Llama-3|--tp|2|--x|${UNKNOWN}|meta-llama/d|Llama-3",
            "hf|download|${1}|org/def",
            "echo|${HF_TOKEN}|$MODEL",
        ]
    );
    let environment = facts
        .commands
        .get(1)
        .map(|command| command.environment.clone());
    assert_eq!(
        environment,
        Some(vec![("HF_HOME".to_owned(), "/x".to_owned())])
    );
}

#[test]
fn both_branches_count() {
    let text = "if [ -n \"$GPU\" ]; then MODEL=a/big; REV=1\nelse MODEL=a/small; REV=2; fi\nvllm serve $MODEL --revision $REV\n\
        case $1 in\n  x|y) M=p ;;\n  *) M=q ;;\nesac\nollama pull $M\n";
    assert_eq!(
        read(text),
        [
            "[|-n|${GPU}|]",
            "vllm|serve|a/big|--revision|1",
            "vllm|serve|a/small|--revision|2",
            "ollama|pull|p",
            "ollama|pull|q",
        ]
    );
}

#[test]
fn loops_and_functions() {
    let text = "for m in llama3:8b \\\n  mistral; do\n  ollama pull \"$m\"\ndone\n\
        MODELS=(a/b c/d)\nfor m in \"${MODELS[@]}\"; do hf download $m; done\n\
        get() {\n  hf download \"$1\" --local-dir \"$2\"\n}\nget e/f out\nget g/h out2\n\
        function unused { wget ${1}; }\nfor f in *.sh; do bash $f; done\n";
    assert_eq!(
        read(text),
        [
            "ollama|pull|llama3:8b",
            "ollama|pull|mistral",
            "hf|download|a/b",
            "hf|download|c/d",
            "hf|download|e/f|--local-dir|out",
            "hf|download|g/h|--local-dir|out2",
            "wget|${1}",
            "bash|${f}",
        ]
    );
}

#[test]
fn pipes_into_interpreters_are_marked() {
    let text = "curl -fsSL https://a.example/i.sh | sudo -E bash -s -- -y\nbash <(curl -s https://b.example)\n\
        sh -c \"$(wget -qO- https://c.example)\"\ncurl https://d.example | tar xz\n";
    let facts = shell(text);
    let marked: Vec<(&str, bool)> = facts
        .commands
        .iter()
        .filter(|command| command.words.iter().any(|word| word.starts_with("https:")))
        .filter_map(|command| {
            Some((
                command.words.last()?.as_str(),
                command.piped_into_interpreter,
            ))
        })
        .collect();
    assert_eq!(
        marked,
        [
            ("https://a.example/i.sh", true),
            ("https://b.example", true),
            ("https://c.example", true),
            ("https://d.example", false),
        ]
    );
}

#[test]
fn here_documents_are_text() {
    let text = "cat > x <<'EOF' && echo done\nvllm serve no/no\nEOF\npython3 - <<PY\nimport torch\nPY\nbash <<-E\n\tollama pull phi3\n\tE\nhf download a/b\n";
    let facts = shell(text);
    assert_eq!(
        lines(&facts),
        [
            "cat",
            "echo|done",
            "python3|-",
            "bash",
            "ollama|pull|phi3",
            "hf|download|a/b"
        ]
    );
    let script = facts
        .scripts
        .first()
        .map(|script| (script.text.as_str(), script.line));
    assert_eq!(script, Some(("import torch\n", 5)));
    let lines: Vec<u32> = facts.commands.iter().map(|command| command.line).collect();
    assert_eq!(lines, [1, 1, 4, 7, 8, 10]);
}

#[test]
fn redirections_conditions_and_nested_text() {
    let text = "hf download a/b 2>&1 >/dev/null < in | tee log &\n[[ $a == b && -f x ]] && (cd x && ollama run m)\n\
        ((i++))\nOUT=$(vllm --version)\nnohup bash -lc 'vllm serve c/d' &> log\n! grep -q x y || exit 1\n";
    assert_eq!(
        read(text),
        [
            "hf|download|a/b",
            "tee|log",
            "cd|x",
            "ollama|run|m",
            "vllm|--version",
            "nohup|bash|-lc|vllm serve c/d",
            "vllm|serve|c/d",
            "grep|-q|x|y",
            "exit|1",
        ]
    );
}

#[test]
fn holes_of_templates_do_not_derail() {
    let text = "{% if x %}\nhf download {{ model }} --revision ${{ inputs.rev || 'main' }}\n{% endif %}\n{# note #}\nollama pull \"x-{{ a }}\"\n";
    assert_eq!(
        read(text),
        [
            "hf|download|{{ model }}|--revision|${{ inputs.rev || 'main' }}",
            "ollama|pull|x-{{ a }}",
        ]
    );
}

#[test]
fn exported_variables_and_secrets() {
    let facts =
        shell("export MODEL_ID=a/b HF_TOKEN=abc\nhf login --token hf_abcdefghijklmnopqrstuv\n");
    let pairs: Vec<_> = facts
        .environment
        .iter()
        .map(|variable| (variable.name.as_str(), variable.value.as_str()))
        .collect();
    assert_eq!(pairs, [("MODEL_ID", "a/b"), ("HF_TOKEN", "")]);
    assert_eq!(lines(&facts), ["hf|login|--token|${SECRET}"]);
}

#[test]
fn constants_from_outside() {
    let known = Constants::from([("A".to_owned(), vec![vec!["x y".to_owned()]])]);
    assert_eq!(resolve("$A-${B:-c}-${D}", &known), "x y-c-${D}");
    assert_eq!(words("K=\"v w\" L=$A", &known), ["K=v w", "L=x y"]);
    let many = Constants::from([(
        "A".to_owned(),
        vec![vec!["1".to_owned()], vec!["2".to_owned()]],
    )]);
    assert_eq!(resolve_each("t:${A}", &many), ["t:1", "t:2"]);
}

#[test]
fn hostile_text_ends() {
    let cases = [
        "$(".repeat(20_000),
        "${a:-".repeat(20_000),
        "\"${".repeat(20_000),
        "((".repeat(20_000),
        "{{".repeat(20_000),
        "if ".repeat(20_000),
        "case x in ".repeat(5_000),
        "a() {\na\n}\n".repeat(3_000),
        "f() { f; f; f; }\nf\n".to_owned(),
        "for a in 1 2 3 4 5 6 7 8 9; do ".repeat(2_000),
        format!("x=aaaaaaaaaa\n{}echo $x", "x=$x$x\n".repeat(200)),
        "<<A ".repeat(10_000),
        "`".repeat(9_999),
        "'\u{e9}\"$'\\".repeat(5_000),
        "\u{e9}\\\u{e9}$\u{e9}{\u{e9}".to_owned(),
    ];
    for case in cases {
        let facts = shell(&case);
        let bytes: usize = facts
            .commands
            .iter()
            .flat_map(|command| &command.words)
            .map(String::len)
            .sum();
        assert!(bytes <= case.len() * 40 + (1 << 20));
    }
}

#[test]
fn commands_say_where_their_output_goes() {
    let facts = shell(
        "X=$(curl -s u | base64 -d)\neval \"$X\"\n(wget -q u || curl u) | sh 2>/dev/null\n{ echo a; } >> ~/.bashrc\ncat <<'E' > f\nb\nE\nsh -c \"$(curl u)\" < in\n",
    );
    let told: Vec<String> = facts
        .commands
        .iter()
        .map(|command| {
            let flow = &command.flow;
            let files: Vec<String> = flow
                .redirections
                .iter()
                .map(|redirection| format!("{}{}", redirection.sign, redirection.target))
                .collect();
            let taken = match &flow.taken_by {
                Some(Taker::Variable(name)) => format!(" into {name}"),
                Some(Taker::Command(number)) => format!(" into {number}"),
                None => String::new(),
            };
            let pipeline = flow
                .pipeline
                .map_or(String::new(), |id| format!(" of {id}"));
            let number = flow.number.map_or(String::new(), |id| format!(" is {id}"));
            let input = flow.input.as_deref().unwrap_or_default();
            format!(
                "{}{pipeline}{taken}{number} {} {input}",
                command.words.join(" "),
                files.join(" ")
            )
            .trim_end()
            .to_owned()
        })
        .collect();
    assert_eq!(
        told,
        [
            "curl -s u of 0 into X",
            "base64 -d of 0 into X",
            "eval ${X}",
            "${X}",
            "wget -q u of 4",
            "curl u of 4",
            "sh of 4 >/dev/null",
            "echo a >>~/.bashrc",
            "cat >f b",
            "curl u into 10",
            "sh -c $(...) is 10 <in",
            "... into 12",
            "$(...) is 12",
        ]
    );
    let texts: Vec<(&str, &str)> = facts
        .assignments
        .iter()
        .map(|assigned| (assigned.name.as_str(), assigned.text.as_str()))
        .collect();
    assert_eq!(texts, [("X", "$(...)")]);
}
