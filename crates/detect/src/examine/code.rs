//! Source code: read as syntax, and judged by what it would do and when.

use waybill_formats::Bytes;

use super::{Facts, Format, Place, Walk};
use crate::python::judged::JudgedPython;
use crate::python::moment::Role;
use crate::repository::sketch::{Holds, PythonSketch};

impl Walk<'_> {
    pub(super) fn python(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let text = self.whole_text(bytes, format, place);
        if place.name.to_ascii_lowercase().ends_with(".pth") {
            return self.path_file(&text, format, place);
        }
        let mut judged = JudgedPython::new(&text, Role::of_name(place.name));
        if !is_named_python(place.name, &text) && !judged.unread.is_empty() {
            // No interpreter runs what is not Python: a template, an example, another language.
            return self.judge(place, Format::TEXT, bytes.len(), Facts::Text(&text));
        }
        if let Some(encoding) = odd_encoding(&text) {
            let why = format!("it is written in the encoding `{encoding}`");
            judged.unread.push((Some(1), why));
        }
        judged.turned(&text);
        self.judged_python(&judged, format, place, bytes.len());
    }

    pub(super) fn judged_python(
        &mut self,
        judged: &JudgedPython,
        format: Format,
        place: &Place<'_>,
        length: u64,
    ) {
        self.judge(place, format, length, Facts::Python(judged));
        let sketch = PythonSketch {
            acts: judged.acts.clone(),
            latent: judged.latent.clone(),
            beside: judged.beside.clone(),
        };
        self.sketch(place, Holds::Python(sketch));
        for (payload, line) in &judged.payloads {
            self.constant(payload.clone(), u64::from(*line), place);
        }
    }

    /// Files ending in `.pth`: lines that begin with `import` are run whenever Python starts.
    pub(super) fn path_file(&mut self, text: &str, format: Format, place: &Place<'_>) {
        let code: String = text
            .lines()
            .map(
                |line| match line.starts_with("import ") || line.starts_with("import\t") {
                    true => format!("{line}\n"),
                    false => "\n".to_owned(),
                },
            )
            .collect();
        if code.trim().is_empty() || is_known_path_file(code.trim()) {
            return;
        }
        let judged = JudgedPython::new(&code, Role::Start);
        self.judged_python(&judged, format, place, text.len() as u64);
    }
}

/// True if the name or the first line says that it is Python.
fn is_named_python(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".py", ".pyw", ".pyi"]
        .into_iter()
        .any(|extension| name.ends_with(extension))
        || name.is_empty()
        || text.starts_with("#!")
}

/// The line that `setuptools` writes.
fn is_known_path_file(code: &str) -> bool {
    code.trim_end_matches([';', ' '])
        == "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim()"
}

/// The encoding that the first lines declare (PEP 263), if code can hide in it.
fn odd_encoding(text: &str) -> Option<String> {
    let declared = text.lines().take(2).find_map(|line| {
        let comment = line.trim_start().strip_prefix('#')?;
        let (_, rest) = comment.split_once("coding")?;
        let rest = rest.strip_prefix([':', '='])?.trim_start();
        let end = rest
            .find(|letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter)))
            .unwrap_or(rest.len());
        rest.get(..end).map(str::to_ascii_lowercase)
    })?;
    let plain = declared.replace('_', "-");
    let usual = [
        "utf-8",
        "utf8",
        "ascii",
        "us-ascii",
        "latin",
        "iso-8859",
        "iso8859",
        "cp125",
        "windows-125",
        "cp437",
        "cp850",
        "gbk",
        "gb2312",
        "gb18030",
        "big5",
        "euc-",
        "shift-jis",
        "sjis",
        "koi8",
        "utf-16",
        "utf-32",
        "mbcs",
    ];
    let usual = usual.into_iter().any(|known| plain.starts_with(known));
    (!usual && !plain.is_empty()).then_some(declared)
}
