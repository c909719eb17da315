//! Items: functions, constants, types and their methods.

use std::rc::Rc;

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, FnArg, ImplItem, Item, ItemImpl, ItemStruct, Meta, Signature, Token, TraitItem, Type,
};

use super::super::Value;
use super::super::flow::{Class, Expression, Field, Function, Parameter, Pattern, Word};
use super::lower::Lowering;

impl Lowering {
    pub(super) fn items(&mut self, items: &[Item]) -> Vec<Expression<'static>> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            self.item(item, &mut out);
        }
        out
    }

    pub(super) fn item(&mut self, item: &Item, out: &mut Vec<Expression<'static>>) {
        let lowered = self.deeper(
            |deeper| {
                let mut lowered = Vec::new();
                deeper.item_inner(item, &mut lowered);
                lowered
            },
            Vec::new,
        );
        out.extend(lowered);
    }

    fn item_inner(&mut self, item: &Item, out: &mut Vec<Expression<'static>>) {
        match item {
            Item::Const(item) => {
                let value = self.expression(&item.expr);
                bound(&item.ident.to_string(), value, out);
            }
            Item::Static(item) => {
                let value = self.expression(&item.expr);
                bound(&item.ident.to_string(), value, out);
            }
            Item::Fn(item) => {
                let function = self.function(&item.sig, &item.block);
                let name = Word::Owned(item.sig.ident.to_string());
                out.push(declared(name, Expression::Function(function)));
            }
            Item::Mod(item) => {
                if let Some((_, inner)) = &item.content {
                    out.extend(self.items(inner));
                }
            }
            Item::Struct(item) => self.structure(item, out),
            Item::Impl(item) => self.methods(item, out),
            Item::Trait(item) => {
                for inner in &item.items {
                    if let TraitItem::Fn(method) = inner
                        && let Some(block) = &method.default
                    {
                        let function = self.function(&method.sig, block);
                        out.push(Expression::Function(function));
                    }
                }
            }
            // Those at the top are known already.
            Item::Use(item) if self.is_inside() => {
                self.names
                    .take(&item.tree, &mut Vec::new(), &mut self.imports);
            }
            Item::Macro(item) => {
                let value = self.macro_call(&item.mac);
                out.push(value);
            }
            _ => {}
        }
    }

    fn class_id(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.names.classes.len()).unwrap_or(u32::MAX);
        *self.names.classes.entry(name.to_owned()).or_insert(next)
    }

    fn structure(&mut self, item: &ItemStruct, out: &mut Vec<Expression<'static>>) {
        let name = item.ident.to_string();
        let id = self.class_id(&name);
        let mut fields = Vec::new();
        for (index, field) in item.fields.iter().enumerate() {
            let name = match &field.ident {
                Some(name) => name.to_string(),
                None => index.to_string(),
            };
            fields.push(Field {
                name: Word::Owned(name.clone()),
                annotation: self.annotation(&field.ty),
                value: self.default_of(&field.attrs, &name),
            });
        }
        let class = Class {
            id,
            parent: None,
            fields,
            constructor: None,
            methods: Vec::new(),
        };
        let class = Expression::Class(Rc::new(class));
        out.push(declared(Word::Owned(name), class));
    }

    /// `#[arg(default_value = "x", env = "Y")]` and the like.
    fn default_of(&mut self, attributes: &[Attribute], field: &str) -> Option<Expression<'static>> {
        let mut default = None;
        let mut variable = None;
        for attribute in attributes {
            let Meta::List(list) = &attribute.meta else {
                continue;
            };
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let Ok(metas) = parser.parse2(list.tokens.clone()) else {
                continue;
            };
            for meta in metas {
                match meta {
                    Meta::NameValue(pair) if pair.path.is_ident("env") => {
                        variable = Some(self.expression(&pair.value));
                    }
                    Meta::NameValue(pair)
                        if pair.path.is_ident("default_value")
                            || pair.path.is_ident("default_value_t") =>
                    {
                        default = Some(self.expression(&pair.value));
                    }
                    Meta::Path(path) if path.is_ident("env") => {
                        let name = field.to_uppercase();
                        variable = Some(Expression::Known(Value::Text(name), 0));
                    }
                    _ => {}
                }
            }
        }
        match (variable, default) {
            (Some(Expression::Known(Value::Text(name), _)), default) => {
                let mut choices = vec![Expression::Known(
                    Value::Environment {
                        name,
                        default: None,
                    },
                    0,
                )];
                choices.extend(default);
                Some(Expression::Otherwise(choices))
            }
            (_, default) => default,
        }
    }

    fn methods(&mut self, item: &ItemImpl, out: &mut Vec<Expression<'static>>) {
        let name = match &*item.self_ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let name = name.unwrap_or_default();
        let id = self.class_id(&name);
        self.own.push(name.clone());
        let mut class = Class {
            id,
            parent: None,
            fields: Vec::new(),
            constructor: None,
            methods: Vec::new(),
        };
        for inner in &item.items {
            match inner {
                ImplItem::Fn(method) => {
                    let function = self.function(&method.sig, &method.block);
                    let name = Word::Owned(method.sig.ident.to_string());
                    class.methods.push((name, function, false));
                }
                ImplItem::Const(constant) => {
                    let value = self.expression(&constant.expr);
                    class.fields.push(Field {
                        name: Word::Owned(constant.ident.to_string()),
                        annotation: None,
                        value: Some(value),
                    });
                }
                _ => {}
            }
        }
        self.own.pop();
        let class = Expression::Class(Rc::new(class));
        out.push(declared(Word::Owned(name), class));
    }

    fn function(&mut self, signature: &Signature, block: &syn::Block) -> Rc<Function<'static>> {
        let mut parameters = Vec::new();
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input {
                parameters.push(Parameter {
                    pattern: self.pattern(&typed.pat),
                    annotation: self.annotation(&typed.ty),
                    field: false,
                });
            }
        }
        let body = self.statements(block);
        Rc::new(Function {
            id: self.number(),
            parameters,
            body,
            yields_last: true,
        })
    }
}

fn declared(name: Word<'static>, value: Expression<'static>) -> Expression<'static> {
    Expression::Let(Box::new(Pattern::Name(name)), Some(Box::new(value)))
}

fn bound(name: &str, value: Expression<'static>, out: &mut Vec<Expression<'static>>) {
    let word = Word::Owned(name.to_owned());
    out.push(declared(word.clone(), value));
    let known = Expression::Name(word.clone());
    out.push(Expression::Export(word, Box::new(known)));
}
