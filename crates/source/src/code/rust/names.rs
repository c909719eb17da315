//! Paths, types and patterns.

use std::collections::BTreeMap;

use syn::{GenericArgument, Item, Pat, Path, PathArguments, Type, UseTree};

use super::super::Import;
use super::super::flow::{Expression, Pattern, Word};
use super::lower::Lowering;

/// Types that stand for what they hold.
const HOLDING: [&str; 14] = [
    "Arc",
    "Box",
    "Rc",
    "Option",
    "Mutex",
    "RwLock",
    "Result",
    "State",
    "Data",
    "Json",
    "Extension",
    "OnceLock",
    "OnceCell",
    "LazyLock",
];

/// What names of a file stand for: `use` declarations, modules and types of its own.
#[derive(Default)]
pub(super) struct Names {
    pub(super) used: BTreeMap<String, Vec<String>>,
    pub(super) modules: BTreeMap<String, ()>,
    pub(super) classes: BTreeMap<String, u32>,
}

impl Names {
    /// Takes note of a `use` declaration.
    pub(super) fn take(
        &mut self,
        tree: &UseTree,
        path: &mut Vec<String>,
        imports: &mut Vec<Import>,
    ) {
        if path.len() > 32 {
            return;
        }
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.take(&inner.tree, path, imports);
                path.pop();
            }
            UseTree::Name(name) => {
                let word = name.ident.to_string();
                self.bind(&word, &word, path, super::line(name.ident.span()), imports);
            }
            UseTree::Rename(rename) => {
                let word = rename.ident.to_string();
                let local = rename.rename.to_string();
                self.bind(
                    &word,
                    &local,
                    path,
                    super::line(rename.ident.span()),
                    imports,
                );
            }
            UseTree::Glob(glob) => {
                let span = glob.star_token.spans.first().copied();
                imports.push(Import {
                    module: path.join("::"),
                    name: Some("*".to_owned()),
                    line: span.map_or(1, super::line),
                });
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.take(tree, path, imports);
                }
            }
        }
    }

    fn bind(
        &mut self,
        word: &str,
        local: &str,
        path: &[String],
        line: u32,
        imports: &mut Vec<Import>,
    ) {
        let mut full = path.to_vec();
        let name = (word != "self" && !path.is_empty()).then(|| word.to_owned());
        if word != "self" {
            full.push(word.to_owned());
        }
        let module = if name.is_some() {
            path.join("::")
        } else {
            full.join("::")
        };
        imports.push(Import { module, name, line });
        let local = match local {
            "self" => full.last().cloned().unwrap_or_default(),
            local => local.to_owned(),
        };
        if full.first().is_some_and(|first| *first == local) && full.len() == 1 {
            return;
        }
        self.used.insert(local, full);
    }

    /// Takes note of what the items of a file declare.
    pub(super) fn declare(&mut self, items: &[Item], imports: &mut Vec<Import>) {
        for item in items {
            let class = match item {
                Item::Use(item) => {
                    self.take(&item.tree, &mut Vec::new(), imports);
                    continue;
                }
                Item::Mod(item) => {
                    // What stands in a file of its own is not of this one.
                    if let Some((_, inner)) = &item.content {
                        self.modules.insert(item.ident.to_string(), ());
                        self.declare(inner, imports);
                    }
                    continue;
                }
                Item::Struct(item) => item.ident.to_string(),
                Item::Enum(item) => item.ident.to_string(),
                _ => continue,
            };
            let next = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
            self.classes.entry(class).or_insert(next);
        }
    }

    /// The full path that segments stand for.
    fn resolve(&self, mut segments: Vec<String>) -> Expression<'static> {
        let starts_here = |word: &String| {
            matches!(word.as_str(), "crate" | "self" | "super") || self.modules.contains_key(word)
        };
        let near = segments.iter().take_while(|word| starts_here(word)).count();
        let is_declared = segments
            .get(near)
            .is_some_and(|word| self.classes.contains_key(word));
        let is_inside = near
            .checked_sub(1)
            .and_then(|last| segments.get(last))
            .is_some_and(|word| self.modules.contains_key(word));
        if near < segments.len() && near > 0 && (is_declared || is_inside) {
            segments.drain(..near);
        }
        let first = segments.first().cloned().unwrap_or_default();
        if let Some(full) = self.used.get(&first) {
            let mut path = full.clone();
            path.extend(segments.into_iter().skip(1));
            return outside(&path);
        }
        let is_lower = first.chars().next().is_some_and(char::is_lowercase);
        if segments.len() > 1 && is_lower && !self.classes.contains_key(&first) {
            return outside(&segments);
        }
        let mut parts = segments.into_iter();
        let start = Expression::Name(Word::Owned(parts.next().unwrap_or_default()));
        parts.take(64).fold(start, |object, name| {
            Expression::Member(Box::new(object), Word::Owned(name))
        })
    }
}

fn outside(path: &[String]) -> Expression<'static> {
    let (name, module) = match path.split_last() {
        Some((name, module)) => (name.clone(), module.join("::")),
        None => (String::new(), String::new()),
    };
    Expression::Imported(
        Word::Owned(path.join(".")),
        Word::Owned(module),
        Word::Owned(name),
    )
}

impl Lowering {
    pub(super) fn path(&self, path: &Path) -> Expression<'static> {
        let mut segments: Vec<String> = path
            .segments
            .iter()
            .take(64)
            .map(|segment| segment.ident.to_string())
            .collect();
        if let Some(first) = segments.first_mut() {
            if first == "self" && path.segments.len() == 1 {
                return Expression::This;
            }
            if first == "Self"
                && let Some(own) = self.own.last()
            {
                first.clone_from(own);
            }
        }
        self.names.resolve(segments)
    }

    /// The type that a value has or holds, if it has a name.
    pub(super) fn annotation(&self, annotation: &Type) -> Option<Expression<'static>> {
        let mut rest = annotation;
        for _ in 0..16 {
            match rest {
                Type::Reference(reference) => rest = &reference.elem,
                Type::Paren(inner) => rest = &inner.elem,
                Type::Path(path) => {
                    let last = path.path.segments.last()?;
                    let is_holding = HOLDING.iter().any(|holding| last.ident == holding);
                    match &last.arguments {
                        PathArguments::AngleBracketed(arguments) if is_holding => {
                            let inner = arguments.args.iter().find_map(|argument| match argument {
                                GenericArgument::Type(inner) => Some(inner),
                                _ => None,
                            });
                            rest = inner?;
                        }
                        _ => return Some(self.path(&path.path)),
                    }
                }
                _ => return None,
            }
        }
        None
    }

    pub(super) fn pattern(&mut self, pattern: &Pat) -> Pattern<'static> {
        self.deeper(|deeper| deeper.pattern_inner(pattern), || Pattern::Nothing)
    }

    fn pattern_inner(&mut self, pattern: &Pat) -> Pattern<'static> {
        match pattern {
            Pat::Ident(name) => Pattern::Name(Word::Owned(name.ident.to_string())),
            Pat::Reference(inner) => self.pattern(&inner.pat),
            Pat::Paren(inner) => self.pattern(&inner.pat),
            Pat::Type(typed) => {
                let inner = self.pattern(&typed.pat);
                match self.annotation(&typed.ty) {
                    Some(annotation) => Pattern::Typed(Box::new(inner), annotation),
                    None => inner,
                }
            }
            Pat::TupleStruct(tuple) if tuple.elems.len() == 1 => match tuple.elems.first() {
                Some(inner) => self.pattern(inner),
                None => Pattern::Nothing,
            },
            Pat::Tuple(tuple) => Pattern::List(
                tuple
                    .elems
                    .iter()
                    .map(|inner| self.pattern(inner))
                    .collect(),
            ),
            Pat::Slice(slice) => Pattern::List(
                slice
                    .elems
                    .iter()
                    .map(|inner| self.pattern(inner))
                    .collect(),
            ),
            Pat::Struct(inner) => Pattern::Map(
                inner
                    .fields
                    .iter()
                    .filter_map(|field| match &field.member {
                        syn::Member::Named(name) => {
                            Some((Word::Owned(name.to_string()), self.pattern(&field.pat)))
                        }
                        syn::Member::Unnamed(_) => None,
                    })
                    .collect(),
            ),
            Pat::Or(or) => match or.cases.first() {
                Some(first) => self.pattern(first),
                None => Pattern::Nothing,
            },
            _ => Pattern::Nothing,
        }
    }
}
