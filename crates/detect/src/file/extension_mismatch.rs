//! See `extension_mismatch.md`, which is both the reference page and the test.

use waybill_domain::{Confidence, RuleInfo, Severity};

use crate::examine::{Class, Facts, Format, Subject};
use crate::{Found, Rule};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "extension-mismatch",
        summary: "the name claims another format than the bytes are",
        page: include_str!("extension_mismatch.md"),
        severity: Severity::Low,
        confidence: Confidence::High,
        answers: &["M-R1", "CWE-434"],
        help: "rename it, or find out why it is named otherwise: programs choose loaders by name",
        incomplete: false,
    },
    check,
};

fn check(info: &RuleInfo, subject: &Subject<'_>, found: &mut Found) {
    let Facts::Identity(formats) = &subject.facts else {
        return;
    };
    let Some(first) = formats
        .first()
        .filter(|format| !matches!(format.class, Class::Unknown))
    else {
        return;
    };
    let Some(extension) = extension(subject.name) else {
        return;
    };
    let Some(claims) = CLAIMS
        .iter()
        .find(|claim| claim.extensions.contains(&extension.as_str()))
    else {
        return;
    };
    if first.codec.is_some()
        || *first == Format::EMPTY
        || *first == Format::LFS_POINTER
        || claims.formats.contains(&first.name)
    {
        return;
    }
    let severity = if first.is_program() {
        Severity::Medium
    } else {
        info.severity
    };
    found.add_with(
        info,
        subject,
        None,
        format!("is named .{extension} but is {}", first.name),
        severity,
    );
}

/// What an extension says that the bytes are.
struct Claim {
    extensions: &'static [&'static str],
    /// Names of the formats that go with it.
    formats: &'static [&'static str],
}

/// Extensions that promise one thing. Those that promise nothing (`.bin`, `.model`, `.ckpt`) are
/// not here.
const CLAIMS: &[Claim] = &[
    Claim {
        extensions: &["safetensors"],
        formats: &["safetensors"],
    },
    Claim {
        extensions: &["gguf"],
        formats: &["gguf"],
    },
    Claim {
        extensions: &["npy"],
        formats: &["npy"],
    },
    Claim {
        extensions: &["npz"],
        formats: &["npz", "zip"],
    },
    Claim {
        extensions: &["json", "ipynb"],
        formats: &["json", "notebook", "text"],
    },
    Claim {
        extensions: &["txt", "md", "csv", "tsv"],
        formats: &[
            "text", "json", "yaml", "jinja", "toml", "ini", "xml", "html", "python", "shell",
            "lightgbm",
        ],
    },
    Claim {
        extensions: &["pt", "pth"],
        formats: &[
            "torch-zip",
            "torchscript",
            "torch-legacy",
            "pickle",
            "zip",
            "tar",
            // Python has files of that name too: lists of folders, and of what is imported first.
            "text",
            "python",
        ],
    },
    Claim {
        extensions: &["pkl", "pickle"],
        formats: &["pickle", "joblib", "torch-zip", "torch-legacy", "zip"],
    },
    Claim {
        extensions: &["joblib"],
        formats: &["joblib", "pickle"],
    },
    Claim {
        extensions: &["onnx"],
        formats: &["onnx"],
    },
    Claim {
        extensions: &["h5", "hdf5"],
        formats: &["hdf5"],
    },
    Claim {
        extensions: &["keras"],
        formats: &["keras", "zip", "hdf5"],
    },
    Claim {
        extensions: &["tflite"],
        formats: &["tflite"],
    },
    Claim {
        extensions: &[
            "png", "jpg", "jpeg", "gif", "webp", "bmp", "wav", "mp3", "pdf",
        ],
        formats: &["png", "jpeg", "gif", "webp", "bmp", "wav", "mp3", "pdf"],
    },
    Claim {
        extensions: &["parquet"],
        formats: &["parquet"],
    },
    Claim {
        extensions: &["zip", "mar", "skops"],
        formats: &["zip", "torch-zip", "torchscript", "npz", "keras", "skops"],
    },
    Claim {
        extensions: &["tar", "nemo"],
        formats: &["tar"],
    },
];

fn extension(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    last.rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map(|(_, extension)| extension.to_ascii_lowercase())
}
