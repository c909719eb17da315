//! Recognises licence files by short phrases that each has and no other. What is not recognised stays unknown.

use crate::tree::{file_name, parent};

/// What a licence file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenceText {
    /// The licence, if its text is recognised.
    pub expression: Option<String>,
    /// The first line that claims a copyright and is no placeholder.
    pub copyright: Option<String>,
}

/// True for names that licence files have.
pub(crate) fn is_licence_file(path: &str) -> bool {
    let name = file_name(path).to_lowercase();
    let stem = name
        .strip_suffix(".txt")
        .or_else(|| name.strip_suffix(".md"))
        .or_else(|| name.strip_suffix(".rst"))
        .unwrap_or(&name);
    let named = ["license", "licence", "copying", "unlicense"]
        .iter()
        .any(|word| {
            stem == *word
                || stem
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.starts_with(['-', '_', '.']))
        });
    const CODE: [&str; 7] = [".py", ".js", ".ts", ".rs", ".json", ".html", ".svg"];
    let folder = file_name(parent(path)).to_lowercase();
    let in_folder = matches!(folder.as_str(), "licenses" | "licences")
        && (name.ends_with(".txt") || !name.contains('.'));
    (named || in_folder || stem.ends_with("_license") || stem.ends_with("-license"))
        && !CODE.iter().any(|ending| name.ends_with(ending))
}

/// A licence and phrases of it, in lowercase words; all of them have to be there, in any order.
type Phrases = (&'static str, &'static [&'static str]);

/// More particular licences stand before those whose phrases they share.
const LICENCES: &[Phrases] = &[
    (
        "LicenseRef-Llama-4-Community",
        &["llama 4 community license"],
    ),
    (
        "LicenseRef-Llama-3.3-Community",
        &["llama 3 3 community license"],
    ),
    (
        "LicenseRef-Llama-3.2-Community",
        &["llama 3 2 community license"],
    ),
    (
        "LicenseRef-Llama-3.1-Community",
        &["llama 3 1 community license"],
    ),
    (
        "LicenseRef-Llama-3-Community",
        &["llama 3 community license"],
    ),
    (
        "LicenseRef-Llama-2-Community",
        &["llama 2 community license"],
    ),
    ("LicenseRef-Gemma", &["gemma terms of use"]),
    (
        "LicenseRef-OpenRAIL-plus-plus-M",
        &["creativeml open rail m license", "sdxl"],
    ),
    (
        "LicenseRef-CreativeML-OpenRAIL-M",
        &["creativeml open rail m"],
    ),
    ("LicenseRef-BigCode-OpenRAIL-M", &["bigcode open rail m"]),
    (
        "LicenseRef-BigScience-OpenRAIL-M",
        &["bigscience open rail m"],
    ),
    (
        "LicenseRef-BigScience-RAIL-1.0",
        &["bigscience rail license"],
    ),
    ("LicenseRef-DeepSeek", &["deepseek license agreement"]),
    (
        "LicenseRef-Qwen-Research",
        &["qwen research license agreement"],
    ),
    ("LicenseRef-Qwen", &["tongyi qianwen license agreement"]),
    ("LicenseRef-Falcon-180B", &["falcon 180b tii license"]),
    ("LicenseRef-Falcon-LLM", &["falcon", "tii license"]),
    ("LicenseRef-MRL", &["mistral ai research license"]),
    ("LicenseRef-MNPL", &["mistral ai non production license"]),
    (
        "LicenseRef-StabilityAI-NonCommercial",
        &["stability ai non commercial research community license"],
    ),
    (
        "LicenseRef-StabilityAI-Community",
        &["stability ai community license"],
    ),
    (
        "LicenseRef-FLUX-1-dev-NonCommercial",
        &["flux 1 dev non commercial license"],
    ),
    (
        "LicenseRef-NVIDIA-Open-Model",
        &["nvidia open model license"],
    ),
    (
        "LicenseRef-FAIR-NC-Research",
        &["fair noncommercial research license"],
    ),
    (
        "LicenseRef-Databricks-Open-Model",
        &["databricks open model license"],
    ),
    (
        "AGPL-3.0-only",
        &[
            "gnu affero general public license",
            "version 3 19 november 2007",
        ],
    ),
    (
        "LGPL-3.0-only",
        &[
            "gnu lesser general public license",
            "version 3 29 june 2007",
        ],
    ),
    (
        "GPL-3.0-only",
        &["gnu general public license", "version 3 29 june 2007"],
    ),
    (
        "LGPL-2.1-only",
        &[
            "gnu lesser general public license",
            "version 2 1 february 1999",
        ],
    ),
    (
        "GPL-2.0-only",
        &["gnu general public license", "version 2 june 1991"],
    ),
    (
        "Apache-2.0",
        &["apache license", "version 2 0 january 2004"],
    ),
    (
        "Apache-2.0",
        &[
            "licensed under the apache license version 2 0",
            "you may not use this file except in compliance",
        ],
    ),
    ("MPL-2.0", &["mozilla public license version 2 0"]),
    ("EPL-2.0", &["eclipse public license v 2 0"]),
    ("BUSL-1.1", &["business source license 1 1"]),
    ("BSL-1.0", &["boost software license version 1 0"]),
    (
        "CC-BY-NC-SA-4.0",
        &["attribution noncommercial sharealike 4 0 international"],
    ),
    (
        "CC-BY-NC-ND-4.0",
        &["attribution noncommercial noderivatives 4 0 international"],
    ),
    (
        "CC-BY-NC-4.0",
        &["attribution noncommercial 4 0 international"],
    ),
    (
        "CC-BY-SA-4.0",
        &["attribution sharealike 4 0 international"],
    ),
    (
        "CC-BY-ND-4.0",
        &["attribution noderivatives 4 0 international"],
    ),
    ("CC-BY-4.0", &["attribution 4 0 international"]),
    ("CC0-1.0", &["cc0 1 0 universal"]),
    (
        "Unlicense",
        &["this is free and unencumbered software released into the public domain"],
    ),
    (
        "CDLA-Permissive-2.0",
        &["community data license agreement permissive version 2 0"],
    ),
    ("ODbL-1.0", &["open database license odbl"]),
    (
        "BSD-3-Clause",
        &[
            "redistribution and use in source and binary forms",
            "neither the name",
        ],
    ),
    (
        "BSD-2-Clause",
        &[
            "redistribution and use in source and binary forms",
            "this software is provided",
        ],
    ),
    (
        "ISC",
        &[
            "permission to use copy modify and or distribute this software for any purpose",
            "appear in all copies",
        ],
    ),
    (
        "Zlib",
        &["the origin of this software must not be misrepresented"],
    ),
    (
        "MIT",
        &[
            "permission is hereby granted free of charge",
            "the above copyright notice and this permission notice shall be included",
        ],
    ),
    (
        "MIT-0",
        &[
            "permission is hereby granted free of charge",
            "without restriction",
            "the software is provided as is",
        ],
    ),
];

/// Bytes of a text that are looked at.
const TEXT_BYTES: usize = 128 << 10;

/// Recognises a text.
pub(crate) fn recognise(text: &str) -> LicenceText {
    let mut end = text.len().min(TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let words = words(text);
    let tagged = text
        .lines()
        .find_map(|line| line.split_once("SPDX-License-Identifier:"));
    let expression = tagged
        .and_then(|(_, id)| super::expression(id.trim()))
        .or_else(|| {
            LICENCES
                .iter()
                .find(|(_, phrases)| {
                    phrases
                        .iter()
                        .all(|phrase| words.contains(&format!(" {phrase} ")))
                })
                .filter(|_| !is_modified(&words))
                .map(|(id, _)| (*id).to_owned())
        });
    LicenceText {
        expression,
        copyright: text.lines().find_map(copyright),
    }
}

/// True if somebody says that he changed a known text.
fn is_modified(words: &str) -> bool {
    words.contains(" modified mit license ")
        || words.contains(" commons clause ")
        || words.contains(" with the following additional ")
}

/// Lowercase words with one space around each.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for word in text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        out.extend(word.chars().flat_map(char::to_lowercase));
        out.push(' ');
    }
    out
}

fn copyright(line: &str) -> Option<String> {
    let line = line
        .trim()
        .trim_start_matches(['#', '*', '/', '>', ' '])
        .trim();
    let lower = line.to_lowercase();
    let claims =
        lower.starts_with("copyright") || lower.starts_with("(c) ") || lower.starts_with('©');
    let year = line.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let marked = lower.contains("(c)") || lower.contains('©');
    let placeholder = line.contains(['[', '<', '{']) && !line.contains('@');
    // The text of the GPL itself is the Free Software Foundation's, not the program.
    let of_text = lower.contains("free software foundation");
    // `(c) You must retain ...` is the third of a list of conditions.
    let listed = lower.starts_with("(c) ") && !year;
    (claims && !listed && (year || marked) && !placeholder && !of_text && line.len() < 200)
        .then(|| line.to_owned())
}
