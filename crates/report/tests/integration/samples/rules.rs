use waybill_domain::{Confidence, RuleInfo, Severity};

pub(crate) const RULES: &[&RuleInfo] = &[
    &PICKLE_SHELL_COMMAND,
    &PICKLE_UNVETTED_IMPORT,
    &HOSTILE_NAME,
    &FORMAT_UNKNOWN,
    &LIMIT_REACHED,
    &METADATA_ODD,
];

pub(crate) const PICKLE_SHELL_COMMAND: RuleInfo = RuleInfo {
    id: "pickle-shell-command",
    summary: "pickle imports a function that runs a shell command",
    page: "# pickle-shell-command\n\nFinds pickles that import a function which runs a **shell command**,\n\
           such as `os.system`.\n\n## Why it matters\n\nLoading the pickle is enough to run it:\n\n\
           - nobody has to call the model\n- no warning is shown, not even by\n  recent versions\n\n## Flagged\n\n\
           ```pickle\nPROTO 4\nSTRING posix\nSTRING system\nSTACK_GLOBAL\nSTOP\n```\n\n## What to do\n\nDo not load it.\n",
    severity: Severity::Critical,
    confidence: Confidence::High,
    answers: &["M-R1", "AML.T0011.000", "CWE-502"],
    help: "Do not load it. Ask the supplier for `safetensors` weights and report the artifact.",
    incomplete: false,
};

pub(crate) const PICKLE_UNVETTED_IMPORT: RuleInfo = RuleInfo {
    id: "pickle-unvetted-import",
    summary: "pickle imports a name that is not on the list of vetted names",
    page: "# pickle-unvetted-import\n\nFinds imports that nobody has looked at yet.\n",
    severity: Severity::Medium,
    confidence: Confidence::High,
    answers: &["M-R1"],
    help: "Read what the name does; if it is harmless, allow it by exact name in `waybill.toml`.",
    incomplete: false,
};

pub(crate) const HOSTILE_NAME: RuleInfo = RuleInfo {
    id: "hostile-name",
    summary: "a name holds characters that act on a terminal or hide",
    page: "# hostile-name\n\nFinds names that lie to whoever reads them.\n",
    severity: Severity::High,
    confidence: Confidence::High,
    answers: &[],
    help: "",
    incomplete: false,
};

pub(crate) const FORMAT_UNKNOWN: RuleInfo = RuleInfo {
    id: "format-unknown",
    summary: "the format was not recognised, so that nothing was examined",
    page: "# format-unknown\n\nSays that the bytes are in no format that is known.\n",
    severity: Severity::Medium,
    confidence: Confidence::High,
    answers: &["M-R2"],
    help: "Find out what it is, or leave it out of the target.",
    incomplete: true,
};

pub(crate) const LIMIT_REACHED: RuleInfo = RuleInfo {
    id: "limit-reached",
    summary: "a limit was reached, so that the rest was not examined",
    page: "# limit-reached\n\nSays that there was more than the limits allow.\n",
    severity: Severity::Medium,
    confidence: Confidence::High,
    answers: &[],
    help: "Raise the limit that the message names and scan again.",
    incomplete: true,
};

pub(crate) const METADATA_ODD: RuleInfo = RuleInfo {
    id: "metadata-odd",
    summary: "metadata that no known program writes",
    page: "# metadata-odd\n\nPoints at metadata that no known program writes.\n",
    severity: Severity::Low,
    confidence: Confidence::Low,
    answers: &[],
    help: "Nothing has to be done.",
    incomplete: false,
};
