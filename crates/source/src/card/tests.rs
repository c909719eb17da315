use super::*;

const CARD: &str = "---\nlicense: apache-2.0\nbase_model: acme/small\n---\n\n# Acme tiny\n\n<!-- a note\nto the writer -->\nA model.\n\n## Uses\n\n### Direct Use\n\n[More Information Needed]\n\n### Out-of-Scope Use\n\nMedical advice.\n\n## Training procedure\n\n- **learning_rate:** 5e-05\n- seed: 42\n- **Developed by:** [More Information Needed]\n\n```python\n# no heading\n```\n\nEvaluation\n----------\n\n| Metric | Value |\n|:-------|------:|\n| accuracy | **0.91** |\n| f1 | 0.88 |\n";

fn section(title: &str, level: u8, line: u32, text: &str) -> Section {
    Section {
        title: title.to_owned(),
        level,
        line,
        text: text.to_owned(),
        ..Section::default()
    }
}

#[test]
fn a_card_is_front_matter_and_sections() {
    let card = parse(CARD);
    let front = card.front_matter().unwrap();
    assert_eq!(front.get("base_model").unwrap().text(), Some("acme/small"));
    assert_eq!(front.get("base_model").unwrap().line(), 3);
    let mut training = section(
        "Training procedure",
        2,
        22,
        "- **learning_rate:** 5e-05\n- seed: 42\n\n```python\n# no heading\n```",
    );
    training.pairs = vec![
        ("learning_rate".into(), "5e-05".into()),
        ("seed".into(), "42".into()),
    ];
    let mut evaluation = section("Evaluation", 2, 32, "");
    evaluation.tables = vec![Table {
        header: vec!["Metric".into(), "Value".into()],
        rows: vec![
            vec!["accuracy".into(), "0.91".into()],
            vec!["f1".into(), "0.88".into()],
        ],
    }];
    assert_eq!(
        card.sections,
        [
            section("Acme tiny", 1, 6, "A model."),
            section("Uses", 2, 12, ""),
            section("Direct Use", 3, 14, ""),
            section("Out-of-Scope Use", 3, 18, "Medical advice."),
            training,
            evaluation,
        ]
    );
}

#[test]
fn front_matter_that_is_not_closed_is_text() {
    let card = parse("---\nlicense: mit\n\nno end\n");
    assert_eq!(card.front, None);
    assert_eq!(card.sections.len(), 1);
}

#[test]
fn long_sections_are_cut_and_strange_texts_pass() {
    let long = format!("# A\n{}", "é".repeat(5000));
    let card = parse(&long);
    assert_eq!(card.sections.first().unwrap().text.chars().count(), 2001);
    for text in [
        "",
        "---",
        "---\n---\n",
        "#",
        "|",
        "<!--",
        "```",
        "\u{feff}---\n---",
    ] {
        let _ = parse(text);
    }
}
