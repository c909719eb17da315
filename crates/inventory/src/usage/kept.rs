//! What of a file's code can matter, so that the rest need not be held for a whole tree.

use std::collections::HashSet;

use waybill_knowledge::usage::calls;
use waybill_source::code::{Import, NamedText, Wants};

use super::{
    marks,
    resolve::{WRITES, WRITTEN_TO, after},
};
use crate::agents;

/// What surrounds a file: the paths of its tree, and the names that modules of the tree may begin
/// with. They decide what of its code is worth following.
#[derive(Debug, Default)]
pub struct Surroundings {
    paths: HashSet<String>,
    /// Names of files, without their endings, and of folders.
    names: HashSet<String>,
}

impl Surroundings {
    /// Of paths relative to the tree, with `/`.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p str>) -> Self {
        let mut around = Self::default();
        let mut add = |name: &str| {
            if !around.names.contains(name) {
                around.names.insert(name.to_owned());
            }
        };
        let mut last_folder = "";
        for path in paths {
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            add(file.split('.').next().unwrap_or_default());
            if folder != last_folder {
                folder.split('/').for_each(&mut add);
                last_folder = folder;
            }
            around.paths.insert(path.to_owned());
        }
        around
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Whether a module, as an import writes it, may be one of the tree; never false for one
    /// that is.
    pub(crate) fn may_hold(&self, module: &str) -> bool {
        let beside = |start: &&str| module.starts_with(*start);
        if [".", "@/", "~/", "#/", "$lib/"].iter().any(beside) {
            return true;
        }
        let first = module.split(['.', ':', '/']).next().unwrap_or_default();
        matches!(first, "crate" | "self" | "super") || self.names.contains(first)
    }
}

impl Wants for Surroundings {
    fn file(&self, text: &str) -> bool {
        marks::any(text)
    }

    /// Calls that the table knows, that hand tools to a model or write into a folder, and those
    /// behind which another file of the tree may stand.
    fn call(&self, imports: &[Import], path: &str, keywords: &[&str]) -> bool {
        let method = path.rsplit('.').next().unwrap_or_default();
        calls().find(path).is_some()
            || agents::BINDS.contains(&method)
            || WRITES.iter().any(|writes| method.ends_with(writes))
            || keywords.iter().any(|name| WRITTEN_TO.contains(name))
            || imports.iter().any(|import| {
                after(path, &import.module).is_some() && self.may_hold(&import.module)
            })
    }

    /// Texts that instruct a model.
    fn text(&self, text: &NamedText) -> bool {
        agents::may_instruct(text)
    }
}

/// The same for a file that [`reached`](super::reached) names: it is followed whatever its words.
#[derive(Debug)]
pub(crate) struct Reached<'s>(pub(crate) &'s Surroundings);

impl Wants for Reached<'_> {
    fn file(&self, _: &str) -> bool {
        true
    }

    fn call(&self, imports: &[Import], path: &str, keywords: &[&str]) -> bool {
        self.0.call(imports, path, keywords)
    }

    fn text(&self, text: &NamedText) -> bool {
        self.0.text(text)
    }
}

#[cfg(test)]
mod tests {
    use waybill_source::code;

    use super::*;

    #[test]
    fn what_names_nothing_known_is_not_wanted() {
        let around = Surroundings::of(["app/clients.py", "app/main.py"]);
        let facts = code::python_for(
            "import json, os\nfrom openai import OpenAI\nfrom .clients import other\n\n\
             rows = json.loads(open('x').read())\nprint(len(rows))\nclient = OpenAI()\n\
             sorted(rows)\nclient.chat.completions.create(model='gpt-4o')\n\
             other.responses.create(model='gpt-4o')\ntrain(output_dir='out')\n\
             SYSTEM_PROMPT = 'You are a clerk. Answer in one sentence, and only about letters.'\n\
             USAGE = 'A text of some length that tells people how to use this program at all.'\n",
            &around,
        );
        let kept: Vec<_> = facts
            .calls
            .iter()
            .map(|call| (call.path.as_str(), call.receiver))
            .collect();
        let expected = [
            ("openai.OpenAI", None),
            ("openai.OpenAI.chat.completions.create", Some(0)),
            (".clients.other.responses.create", None),
            ("train", None),
        ];
        assert_eq!(kept, expected);
        let client = facts.exports.iter().find(|(name, _)| name == "client");
        assert_eq!(
            client.map(|(_, value)| value),
            Some(&code::Value::Result(0))
        );
        let texts: Vec<_> = facts.texts.iter().map(|text| text.name.as_str()).collect();
        assert_eq!(texts, ["SYSTEM_PROMPT"]);
    }

    #[test]
    fn modules_of_the_tree_are_told_from_others_by_their_first_part() {
        let around = Surroundings::of(["src/app/clients.py", "web/lib/model.ts", "main.rs"]);
        for ours in [
            "app.clients",
            "clients",
            ".x",
            "..",
            "./model",
            "@/lib/model",
            "crate::a",
            "lib.model",
        ] {
            assert!(around.may_hold(ours), "{ours}");
        }
        for other in [
            "json",
            "os.path",
            "openai",
            "std::collections",
            "node:fs",
            "@app/web",
        ] {
            assert!(!around.may_hold(other), "{other}");
        }
    }
}
