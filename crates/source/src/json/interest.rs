//! The keys whose values name code or commands.

/// Names of shards; only those count that leave the directory.
pub(super) const SHARDS: &str = "weight_map";

/// Everything below these counts: whole sections about code or commands.
const SECTIONS: [&str; 11] = [
    "auto_map",
    "auto_mapping",
    "custom_pipelines",
    "customizations",
    "hooks",
    "mcpServers",
    "mcp_servers",
    "model_classes",
    "scripts",
    "tool_handlers",
    SHARDS,
];

/// The values of these count, and the items of a list of values.
const KEYS: [&str; 27] = [
    "_class_name",
    "_target_",
    "args",
    "class_name",
    "code",
    "code_paths",
    "command",
    "custom_pipeline",
    "entry_point",
    "handler",
    "initializeCommand",
    "loader_module",
    "model_code_path",
    "module",
    "onCreateCommand",
    "postAttachCommand",
    "postCreateCommand",
    "postStartCommand",
    "postinstall",
    "preinstall",
    "py_module",
    "python_model",
    "registered_name",
    "runOn",
    "target",
    "trust_remote_code",
    "updateContentCommand",
];

/// The section that `key` opens.
pub(super) fn section(key: &str) -> Option<&'static str> {
    SECTIONS.iter().find(|this| **this == key).copied()
}

/// The key of interest that `key` is.
pub(super) fn single(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|this| **this == key).copied()
}

/// `package.module.Class`
pub(super) fn is_dotted(text: &str) -> bool {
    let identifier = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let letter = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    letter && text.contains('.') && text.split('.').all(identifier)
}

/// A path out of the directory, as an index of shards should not have.
pub(super) fn leaves_directory(path: &str) -> bool {
    let parts = |part: &str| part == "..";
    path.starts_with(['/', '\\', '~']) || path.split(['/', '\\']).any(parts) || path.contains(':')
}

/// The string calls into Python.
pub(super) fn is_expression(text: &str) -> bool {
    const CALLS: [&str; 8] = [
        "__import__(",
        "eval(",
        "exec(",
        "compile(",
        "os.system(",
        "os.popen(",
        "subprocess.",
        "getattr(",
    ];
    let called = text.contains('(') && text.contains(')');
    called && CALLS.iter().any(|call| text.contains(call))
}
