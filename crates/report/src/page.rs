//! Rule pages as blocks. The pages are ours and keep to a small part of Markdown: headings,
//! paragraphs, lists and fenced code; `code` and **strong** words within a line.

use crate::prose::{Stretch, stretches};

/// A block of a rule page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Heading(String),
    Paragraph(Vec<Span>),
    List(Vec<Vec<Span>>),
    Code(String),
}

/// A stretch of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Words(String),
    Strong(String),
    Code(String),
}

/// Reads a page. Its first heading, the title, is left out: the reader has seen it.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().peekable();
    let mut paragraph = String::new();
    while let Some(line) = lines.next() {
        let heading = line.strip_prefix('#');
        let fence = line.starts_with("```");
        let item = item(line);
        if heading.is_some() || fence || item.is_some() || line.trim().is_empty() {
            end_paragraph(&mut paragraph, &mut blocks);
        }
        if fence {
            let code: Vec<_> = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if let Some(heading) = heading {
            if heading.starts_with('#') {
                let words = heading.trim_start_matches('#').trim();
                blocks.push(Block::Heading(words.to_owned()));
            }
        } else if let Some(item) = item {
            let mut text = item.to_owned();
            while let Some(more) =
                lines.next_if(|line| line.starts_with("  ") && !line.trim().is_empty())
            {
                text.push(' ');
                text.push_str(more.trim());
            }
            match blocks.last_mut() {
                Some(Block::List(items)) => items.push(spans(&text)),
                _ => blocks.push(Block::List(vec![spans(&text)])),
            }
        } else {
            paragraph.push_str(line.trim());
            paragraph.push(' ');
        }
    }
    end_paragraph(&mut paragraph, &mut blocks);
    blocks
}

fn item(line: &str) -> Option<&str> {
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
}

fn end_paragraph(paragraph: &mut String, blocks: &mut Vec<Block>) {
    let text = std::mem::take(paragraph);
    if !text.trim().is_empty() {
        blocks.push(Block::Paragraph(spans(text.trim())));
    }
}

/// The spans of a line, which may hold `code` and **strong** words.
pub(crate) fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for stretch in stretches(text) {
        match stretch {
            Stretch::Code(code) => spans.push(Span::Code(code.to_owned())),
            Stretch::Words(words) => strong(words, &mut spans),
        }
    }
    spans
}

fn strong(words: &str, spans: &mut Vec<Span>) {
    for (index, piece) in words.split("**").enumerate() {
        match (index % 2, piece) {
            (_, "") => {}
            (0, piece) => spans.push(Span::Words(piece.to_owned())),
            (_, piece) => spans.push(Span::Strong(piece.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_blocks() {
        let page = "# Title\n\nOne `two`\n**three**.\n\n## What\n- a\n  b\n- c\n```x\n# d\n```\n";
        let words = |text: &str| Span::Words(text.to_owned());
        assert_eq!(
            blocks(page),
            [
                Block::Paragraph(vec![
                    words("One "),
                    Span::Code("two".into()),
                    words(" "),
                    Span::Strong("three".into()),
                    words("."),
                ]),
                Block::Heading("What".into()),
                Block::List(vec![vec![words("a b")], vec![words("c")]]),
                Block::Code("# d".into()),
            ]
        );
    }
}
