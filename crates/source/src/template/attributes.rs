//! Filters, and the attributes that their arguments name.

use super::ast::Arguments;
use super::calls::constant_texts;
use super::examiner::{Deferred, Examiner, Seen, extend_path};
use super::facts::{Access, FilterUse, Key, Relation, Via};
use super::fold::filters;
use super::steps::{SeenArguments, Walk};
use super::value::Value;

impl Examiner<'_> {
    /// Records that `base` is asked for the name that `key` amounts to.
    pub(super) fn reach(&mut self, offset: usize, via: Via, base: &Seen, key: &Seen) {
        let name = match &key.value {
            Some(Value::Text(name)) => Key::Constant(name.clone()),
            Some(_) => return,
            None if key.numeric => return,
            None => Key::Computed(key.path.clone()),
        };
        let access = Access {
            offset,
            via,
            root: base.root.clone(),
            base: base.path.clone(),
            key: name,
        };
        if !key.variables.is_empty() {
            self.defer(Deferred {
                access: access.clone(),
                variables: key.variables.clone(),
                direct: key.direct,
            });
        }
        self.access(access);
    }

    pub(super) fn filter(
        &mut self,
        walk: &mut Walk,
        offset: usize,
        name: &str,
        arguments: &Arguments,
    ) {
        let arguments = self.arguments(arguments);
        self.filter_use(offset, name, &arguments);
        self.attribute_arguments(walk, offset, name, &arguments);
        self.filter_comparisons(walk, offset, name, &arguments);
        match name {
            "center" | "indent" | "wordwrap" => self.width(offset, arguments.get("width", 0)),
            "format" => {
                if let Some(pattern) = walk.seen.text().map(str::to_owned) {
                    self.pattern_widths(offset, &pattern);
                }
            }
            _ => {}
        }
        let weight = walk.seen.value.as_ref().map_or(0, Value::weight);
        let work = weight.saturating_add(arguments.weight()).saturating_mul(4);
        let value = match (walk.seen.value.take(), arguments.constants()) {
            (Some(value), Some(constants)) if self.afford(work, offset) => {
                filters::apply(&value, name, &constants, self.ceiling())
            }
            _ => None,
        };
        walk.seen.value = self.afforded(value, offset);
        for argument in &arguments.positional {
            super::visit::merge_variables(&mut walk.seen.variables, &argument.variables);
        }
        extend_filter_path(walk, name, &arguments);
    }

    fn filter_use(&mut self, offset: usize, name: &str, arguments: &SeenArguments) {
        if self.room(self.facts.filters.len(), offset) {
            self.facts.filters.push(FilterUse {
                offset,
                name: name.to_owned(),
                constant_arguments: constant_texts(arguments),
            });
        }
    }

    fn attribute_arguments(
        &mut self,
        walk: &Walk,
        offset: usize,
        filter: &str,
        arguments: &SeenArguments,
    ) {
        let position = match filter {
            "attr" => {
                if let Some(key) = arguments.get("name", 0) {
                    self.reach(offset, Via::AttrFilter, &walk.seen, key);
                }
                return;
            }
            "map" => {
                self.mapped_filter(walk, offset, arguments);
                usize::MAX
            }
            "selectattr" | "rejectattr" | "groupby" | "sum" => 0,
            "min" | "max" | "unique" | "join" => 1,
            "sort" => 2,
            _ => return,
        };
        let Some(names) = arguments.get("attribute", position) else {
            return;
        };
        let via = Via::FilterArgument(filter.to_owned());
        let Some(text) = names.text() else {
            return self.reach(offset, via, &walk.seen, names);
        };
        for name in text
            .split(['.', ','])
            .filter(|name| name.parse::<u64>().is_err())
        {
            let mut key = Seen::new(names.root.clone(), "", Some(Value::Text(name.to_owned())));
            key.variables.clone_from(&names.variables);
            self.reach(offset, via.clone(), &walk.seen, &key);
        }
    }

    /// `x|map('attr', '__class__')`
    fn mapped_filter(&mut self, walk: &Walk, offset: usize, arguments: &SeenArguments) {
        let Some(inner) = arguments.positional.first().and_then(Seen::text) else {
            return;
        };
        let inner = inner.to_owned();
        self.filter_use(offset, &inner, arguments);
        if inner == "attr"
            && let Some(key) = arguments.positional.get(1)
        {
            self.reach(offset, Via::AttrFilter, &walk.seen, key);
        }
    }

    /// `x|selectattr('role', 'equalto', 'user')`
    fn filter_comparisons(
        &mut self,
        walk: &Walk,
        offset: usize,
        filter: &str,
        arguments: &SeenArguments,
    ) {
        let position = match filter {
            "select" | "reject" => 0,
            "selectattr" | "rejectattr" => 1,
            _ => return,
        };
        let Some(test) = arguments.positional.get(position).and_then(Seen::text) else {
            return;
        };
        let relation = Relation::Test(test.to_owned());
        self.count(|facts| &mut facts.tests, test, offset);
        let compared = arguments.positional.get(position.saturating_add(1));
        if let Some(constant) = compared.and_then(|seen| seen.value.as_ref()) {
            self.compare_with(offset, &relation, constant, &walk.seen.path);
        }
    }
}

fn extend_filter_path(walk: &mut Walk, name: &str, arguments: &SeenArguments) {
    let attribute = arguments.get("name", 0).and_then(Seen::text);
    match attribute.filter(|_| name == "attr") {
        Some(attribute) => extend_path(&mut walk.seen.path, &[".", attribute]),
        None => extend_path(&mut walk.seen.path, &["|", name]),
    }
}
