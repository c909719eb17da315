use super::notebook;
use crate::code::python::tests::calls;
use crate::code::{EmbeddedCommand, Unread};
use proptest::prelude::*;

fn command(text: &str, line: u32) -> EmbeddedCommand {
    EmbeddedCommand {
        text: text.to_owned(),
        line,
    }
}

const NOTEBOOK: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "source": ["# load(\"nothing\")"]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "outputs": [{"text": ["load('output')"]}],
   "source": [
    "!pip install -q transformers==4.45.0\n",
    "%pip install torch\n",
    "%matplotlib inline\n",
    "from transformers import pipeline\n",
    "MODEL = \"gpt2\"\n",
    "pipeline?"
   ]
  },
  {
   "cell_type": "code",
   "source": [
    "files = !ls {MODEL} {other}\n",
    "pipe = pipeline(\n",
    "  'text-generation', model=MODEL)"
   ]
  },
  {
   "cell_type": "code",
   "source": "%%bash\nollama pull llama3\necho done"
  },
  {
   "cell_type": "code",
   "source": ["%%time\n", "pipe('x')"]
  },
  {
   "cell_type": "code",
   "source": ["%%writefile app.py\n", "load('written')"]
  },
  {
   "cell_type": "code",
   "source": ["broken = (\n", "later('lost'"]
  },
  7,
  {
   "cell_type": "code",
   "source": ["print(MODEL)"]
  }
 ],
 "metadata": {"kernelspec": {"language": "python", "name": "python3"}},
 "nbformat": 4
}
"##;

#[test]
fn cells_are_one_program_with_the_lines_of_the_file() {
    let facts = notebook(NOTEBOOK);
    assert_eq!(
        calls(&facts),
        [
            r#"24:8 transformers.pipeline("text-generation", model="gpt2")"#,
            r#"34:1 @0 transformers.pipeline("x")"#,
            r#"42:1 later("lost")"#,
            r#"47:1 print("gpt2")"#,
        ]
    );
    assert_eq!(
        facts.commands,
        [
            command("pip install -q transformers==4.45.0", 12),
            command("pip install torch", 13),
            command("ls gpt2 ${other}", 23),
            command("ollama pull llama3\necho done", 30),
        ]
    );
    let lines: Vec<Option<u32>> = facts.unread.iter().map(|unread| unread.line).collect();
    assert_eq!(lines, [Some(44), Some(42)]);
}

#[test]
fn format_3() {
    let text = r#"{"worksheets": [{"cells": [
        {"cell_type": "code", "language": "python", "input": ["x = 'a'\n", "f(x)"]},
        {"cell_type": "heading", "source": ["f('no')"]}
    ]}], "nbformat": 3}"#;
    let facts = notebook(text);
    assert_eq!(calls(&facts), ["2:1 f(\"a\")"]);
    assert_eq!(facts.unread, []);
}

#[test]
fn other_languages() {
    let text = r#"{"cells": [{"cell_type": "code", "source": ["library(x)"]}],
        "metadata": {"kernelspec": {"language": "R"}}}"#;
    let facts = notebook(text);
    assert_eq!(calls(&facts), [] as [&str; 0]);
    assert_eq!(
        facts.unread,
        [Unread {
            line: None,
            reason: "a notebook in the language `R`".to_owned()
        }]
    );
}

#[test]
fn broken_notebooks() {
    let cut = r#"{"cells": [{"cell_type": "code", "source": ["f('a')\n"]},
        {"cell_type": "code", "source": ["g('b')", "#;
    let facts = notebook(cut);
    assert_eq!(calls(&facts), ["1:1 f(\"a\")", "2:1 g(\"b\")"]);
    assert!(!facts.unread.is_empty());
    for text in [
        "",
        "[]",
        "{}",
        "7",
        "{\"cells\": 7}",
        "{\"cells\": [{\"cell_type\": \"code\"}]}",
    ] {
        let facts = notebook(text);
        assert_eq!(calls(&facts), [] as [&str; 0], "{text}");
    }
    let deep = "{\"a\":".repeat(100_000);
    assert!(!notebook(&deep).unread.is_empty());
    let brackets = "(".repeat(100_000);
    let text = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"{brackets}\"]}},
        {{\"cell_type\": \"code\", \"source\": [\"f(1)\"]}}]}}"
    );
    assert!(!notebook(&text).unread.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_source(cells in prop::collection::vec(any::<String>(), 0..5)) {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| {
                let escaped: String = cell.chars().map(|c| format!("\\u{:04x}", u32::from(c) & 0xFFFF)).collect();
                format!("{{\"cell_type\": \"code\", \"source\": \"{escaped}\"}}")
            })
            .collect();
        let _ = notebook(&format!("{{\"cells\": [{}]}}", cells.join(",")));
    }

    #[test]
    fn any_text(text in any::<String>()) {
        let _ = notebook(&text);
    }
}
