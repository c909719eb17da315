//! Attributes of objects whose class stands in the same file: fields, properties, settings,
//! members of enumerations, what is inherited.

use std::rc::Rc;

use super::bind::{everywhere, last_name};
use super::evaluate::Evaluator;
use super::names::{BINDINGS, found_something, path, short};
use super::program::Bound;
use super::seen::{Seen, Shared};

/// Deepest inheritance that is followed.
const BASES: usize = 8;

impl Evaluator<'_, '_> {
    /// An attribute of an object of a class of this file, or of the class.
    pub(super) fn of_instance(&mut self, class: usize, call: Option<usize>, name: &str) -> Shared {
        self.inherited(class, call, name, 0)
    }

    fn inherited(&mut self, index: usize, call: Option<usize>, name: &str, level: usize) -> Shared {
        let program = self.program;
        let Some(class) = program.classes.get(index) else {
            return self.unknown();
        };
        if let Some(value) = self.constructed(index, call, name) {
            return value;
        }
        let mut found: Vec<Shared> = Vec::new();
        if let Some(scope) = program.scopes.get(class.scope)
            && let Some(indices) = scope.names.get(name)
        {
            found.push(self.bound(indices, everywhere(class.scope)));
        }
        let own = class.attributes.get(name).into_iter().flatten();
        for index in own.take(BINDINGS) {
            found.push(self.binding(*index));
        }
        if !found.is_empty() {
            found.retain(found_something);
            let value = Shared::either(found);
            return self.of_field(index, call, name, value);
        }
        for base in class.node.bases() {
            if level >= BASES {
                break;
            }
            let base = self.eval(base, class.outer);
            match base.seen() {
                Seen::Class(base) if *base != index => {
                    let level = level.saturating_add(1);
                    return self.inherited(*base, call, name, level);
                }
                Seen::Module(module, base) if found_base(base) => {
                    let path = short(&format!("{}.{name}", path(module, base))).into();
                    return Seen::Object {
                        call,
                        path,
                        whole: false,
                        named: None,
                    }
                    .into();
                }
                _ => {}
            }
        }
        Seen::Name(short(&format!("{}.{name}", class.name)).into()).into()
    }

    /// A field that the call of the constructor of a data class set.
    fn constructed(&mut self, index: usize, call: Option<usize>, name: &str) -> Option<Shared> {
        let class = self.program.classes.get(index)?;
        let scope = self.program.scopes.get(class.scope)?;
        let position = class.fields.iter().position(|field| *field == name)?;
        if scope.names.contains_key("__init__") {
            return None;
        }
        let all = self.given(call?);
        let by_name = |given: &&super::seen::Given| given.name.as_deref() == Some(name);
        let given = all.iter().find(by_name).or_else(|| {
            let given = all.get(position)?;
            given.name.is_none().then_some(given)
        })?;
        Some(given.value.clone())
    }

    /// Methods are bound to the object, properties are called, settings come from outside.
    fn of_field(&mut self, class: usize, call: Option<usize>, name: &str, value: Shared) -> Shared {
        let program = self.program;
        if let Seen::Function(function) = value.seen() {
            let property = program
                .functions
                .get(*function)
                .is_some_and(|function| function.property);
            if property {
                return self.returned(*function);
            }
            return Seen::Method(*function, call).into();
        }
        let field = program
            .classes
            .get(class)
            .is_some_and(|class| class.fields.contains(&name));
        if field && self.is_settings(class, 0) {
            return self.setting(class, name, value);
        }
        value
    }

    fn is_settings(&mut self, index: usize, level: usize) -> bool {
        let Some(class) = self.program.classes.get(index) else {
            return false;
        };
        class.node.bases().iter().any(|base| {
            if last_name(base) == Some("BaseSettings") {
                return true;
            }
            match self.eval(base, class.outer).seen() {
                Seen::Class(base) if level < BASES => {
                    self.is_settings(*base, level.saturating_add(1))
                }
                _ => false,
            }
        })
    }

    fn setting(&mut self, class: usize, name: &str, value: Shared) -> Shared {
        let named = self.setting_name(class, name);
        let prefix = self.setting_prefix(class);
        let variable = named.unwrap_or_else(|| format!("{prefix}{name}").to_uppercase());
        let default = match value.seen() {
            Seen::Unknown | Seen::Name(_) | Seen::Object { call: None, .. } => None,
            // Settings within settings have variables of their own.
            Seen::Environment(..) | Seen::Instance(..) | Seen::Class(_) => return value,
            _ => Some(value),
        };
        Seen::Environment(variable.into(), default).into()
    }

    /// The variable in `Field(validation_alias="X")`.
    fn setting_name(&mut self, class: usize, name: &str) -> Option<String> {
        let program = self.program;
        let scope = program.scopes.get(program.classes.get(class)?.scope)?;
        let binding = program.bindings.get(*scope.names.get(name)?.last()?)?;
        let Bound::Value(ruff_python_ast::Expr::Call(node), _) = &binding.bound else {
            return None;
        };
        self.given(program.call(node)?)
            .iter()
            .find(|given| {
                matches!(
                    given.name.as_deref(),
                    Some("env" | "validation_alias" | "alias")
                )
            })
            .and_then(|given| given.value.as_text())
            .map(|text| text.to_string())
    }

    fn setting_prefix(&mut self, class: usize) -> Rc<str> {
        let found = |this: &mut Self| -> Option<Rc<str>> {
            let program = this.program;
            let scope = program.classes.get(class)?.scope;
            let names = &program.scopes.get(scope)?.names;
            if let Some(indices) = names.get("model_config") {
                let config = this.bound(indices, everywhere(scope));
                if let Some(prefix) = config.get("env_prefix") {
                    return prefix.as_text().cloned();
                }
            }
            let config = this.bound(names.get("Config")?, everywhere(scope));
            let Seen::Class(config) = config.seen() else {
                return None;
            };
            let value = this.of_instance(*config, None, "env_prefix");
            value.as_text().cloned()
        };
        found(self).unwrap_or_else(|| "".into())
    }

    /// All values of an enumeration.
    pub(super) fn members(&mut self, class: usize) -> Shared {
        let program = self.program;
        let Some(scope) = program
            .classes
            .get(class)
            .and_then(|class| program.scopes.get(class.scope))
        else {
            return self.unknown();
        };
        let mut indices: Vec<usize> = scope
            .names
            .values()
            .filter_map(|indices| indices.last().copied())
            .collect();
        indices.sort_unstable();
        let values: Vec<Shared> = indices
            .into_iter()
            .take(BINDINGS)
            .map(|index| self.binding(index))
            .filter(|value| value.as_text().is_some())
            .collect();
        Shared::either(values)
    }
}

/// Classes that only mark something have no methods worth a path.
fn found_base(name: &str) -> bool {
    !matches!(
        name.rsplit('.').next(),
        Some(
            "ABC"
                | "Protocol"
                | "Generic"
                | "NamedTuple"
                | "TypedDict"
                | "Enum"
                | "StrEnum"
                | "object"
        )
    )
}
