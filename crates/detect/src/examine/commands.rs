//! Commands of shells: scripts, and the recipes of images, builds and workflows.

use waybill_formats::Bytes;
use waybill_source::commands::{CommandFacts, dockerfile, makefile, shell, unit, workflow};

use super::packages::is_maintainer_script;
use super::{Facts, Format, Place, Walk};
use crate::python::judged::JudgedPython;
use crate::python::moment::Role;
use crate::rule::quoted;
use crate::script::judged::{JudgedCommands, Moment};

impl Walk<'_> {
    pub(super) fn recipe(&mut self, bytes: &Bytes, format: Format, place: &Place<'_>) {
        let text = self.whole_text(bytes, format, place);
        let (facts, moment) = match format {
            Format::DOCKERFILE => (dockerfile(&text), Moment::Build),
            Format::MAKEFILE => (makefile(&text), Moment::Build),
            _ if is_maintainer_script(place) => (shell(&text), Moment::Install),
            _ => (shell(&text), Moment::Program),
        };
        self.commands(&facts, moment, format, place);
        if let Some(endless) = JudgedCommands::endless(&text, moment) {
            self.judge(place, format, bytes.len(), Facts::Commands(&endless));
        }
        self.judge(place, format, bytes.len(), Facts::Text(&text));
        self.search(bytes, place, 0);
    }

    /// Judges commands, and the Python that they are given as text.
    pub(super) fn commands(
        &mut self,
        facts: &CommandFacts,
        moment: Moment,
        format: Format,
        place: &Place<'_>,
    ) {
        let mut judged = JudgedCommands::new(facts, moment);
        if is_maintainer_script(place) {
            let last = place.name.rsplit('/').next().unwrap_or(place.name);
            judged.installs(&format!("runs {} of the package", quoted(last)));
        }
        self.judge(place, format, 0, Facts::Commands(&judged));
        for script in facts.scripts.iter().take(200) {
            let mut python = JudgedPython::new(&script.text, Role::Program);
            // What a shell has filled in is not in the text.
            if script.text.contains("${") || script.text.contains("$(...)") {
                python.unread.clear();
            }
            python.move_down(script.line.saturating_sub(1));
            self.judged_python(&python, format, place, script.text.len() as u64);
        }
    }

    /// What a `package.json` has run when the package is installed.
    pub(super) fn package_json(&mut self, raw: &[u8], format: Format, place: &Place<'_>) {
        let last = place.name.rsplit(['/', '\\']).next().unwrap_or(place.name);
        if last != "package.json" {
            return;
        }
        let judged = JudgedCommands::of_package(&String::from_utf8_lossy(raw));
        self.judge(place, format, raw.len() as u64, Facts::Commands(&judged));
    }

    /// Commands in files that are settings first: workflows of CI, units of systemd.
    pub(super) fn commands_of_settings(&mut self, text: &str, format: Format, place: &Place<'_>) {
        let name = place.name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or(&name);
        let flow = format == Format::YAML
            && (name.contains(".github/workflows/")
                || name.contains(".circleci/")
                || name.contains(".gitlab-ci")
                || matches!(
                    last,
                    "action.yml"
                        | "action.yaml"
                        | "azure-pipelines.yml"
                        | "bitbucket-pipelines.yml"
                        | "cloudbuild.yaml"
                        | "buildspec.yml"
                        | ".travis.yml"
                ));
        let service =
            text.contains("ExecStart") && (last.ends_with(".service") || last.ends_with(".timer"));
        if flow {
            self.commands(&workflow(text), Moment::Build, format, place);
        } else if service {
            self.commands(&unit(text), Moment::Program, format, place);
        }
    }
}
