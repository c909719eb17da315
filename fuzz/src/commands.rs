//! What runs commands: shell text, Dockerfiles, manifests, workflows, Terraform.

use waybill_source::commands;

/// Reads the text in every way.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for read in [
        commands::shell,
        commands::dockerfile,
        commands::compose,
        commands::kubernetes,
        commands::helm,
        commands::helm_template,
        commands::workflow,
        commands::terraform,
        commands::environment,
    ] {
        assert_eq!(read(&text), read(&text));
    }
}
