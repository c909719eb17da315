//! Imports and exports, of either kind of module.

use oxc_ast::ast::{
    Argument, Declaration, ExportDefaultDeclarationKind, Expression as Tree, ImportDeclaration,
    ImportDeclarationSpecifier, ImportExpression, ImportOrExportKind, ModuleDeclaration,
    ModuleExportName, TSImportEqualsDeclaration, TSModuleReference,
};

use super::super::Import;
use super::super::flow::{Expression, Place, Word};
use super::lower::Lowering;
use super::statements::named;

impl Lowering<'_> {
    pub(super) fn module<'a>(
        &mut self,
        module: &ModuleDeclaration<'a>,
        out: &mut Vec<Expression<'a>>,
    ) {
        match module {
            ModuleDeclaration::ImportDeclaration(import) => self.import(import, out),
            ModuleDeclaration::ExportAllDeclaration(export) => {
                let module = export.source.value.as_str();
                self.note_import(module, None, export.span.start);
                let name = match &export.exported {
                    Some(name) => module_name(name),
                    None => "*",
                };
                let all = whole(module);
                out.push(Expression::Export(Word::Borrowed(name), Box::new(all)));
            }
            ModuleDeclaration::ExportDefaultDeclaration(export) => {
                let value = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                        let lowered = self.function_expression(function);
                        declared(function.id.as_ref().map(|id| id.name.as_str()), lowered)
                    }
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                        let lowered = self.class(class);
                        declared(class.id.as_ref().map(|id| id.name.as_str()), lowered)
                    }
                    other => match other.as_expression() {
                        Some(tree) => self.expression(tree),
                        None => return,
                    },
                };
                let name = Word::Borrowed("default");
                out.push(match value {
                    value @ Expression::Let(..) => value,
                    value => Expression::Export(name, Box::new(value)),
                });
            }
            ModuleDeclaration::ExportDeclaration(export) => {
                self.declaration(&export.declaration, out);
                for name in declared_names(&export.declaration) {
                    let name = Word::Borrowed(name);
                    let value = Expression::Name(name.clone());
                    out.push(Expression::Export(name, Box::new(value)));
                }
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let local = Expression::Name(Word::Borrowed(module_name(&specifier.local)));
                    let name = Word::Borrowed(module_name(&specifier.exported));
                    out.push(Expression::Export(name, Box::new(local)));
                }
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                let module = export.source.value.as_str();
                for specifier in &export.specifiers {
                    let name = module_name(&specifier.local);
                    self.note_import(module, Some(name), export.span.start);
                    let value = taken(module, name, name);
                    let exported = Word::Borrowed(module_name(&specifier.exported));
                    out.push(Expression::Export(exported, Box::new(value)));
                }
            }
            ModuleDeclaration::TSExportAssignment(export) => {
                let value = self.boxed(&export.expression);
                out.push(Expression::Export(Word::Borrowed("default"), value));
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
    }

    fn note_import(&mut self, module: &str, name: Option<&str>, offset: u32) {
        let line = self.line(offset);
        self.imports.push(Import {
            module: module.to_owned(),
            name: name.map(str::to_owned),
            line,
        });
    }

    fn import<'a>(&mut self, import: &ImportDeclaration<'a>, out: &mut Vec<Expression<'a>>) {
        let module = import.source.value.as_str();
        let start = import.span.start;
        let specifiers = import.specifiers.as_ref();
        if specifiers.is_none_or(|specifiers| specifiers.is_empty()) {
            self.note_import(module, None, start);
        }
        for specifier in specifiers.into_iter().flatten() {
            let (local, value, name) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(specifier) => {
                    let name = module_name(&specifier.imported);
                    let local = specifier.local.name.as_str();
                    let is_default = name == "default";
                    let path_name = if is_default { local } else { name };
                    (local, taken(module, path_name, name), Some(path_name))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    let local = specifier.local.name.as_str();
                    (
                        local,
                        taken(module, local, default_name(module, local)),
                        Some(default_name(module, local)),
                    )
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    (specifier.local.name.as_str(), whole(module), None)
                }
            };
            // A type is not there when the code runs, but says what a parameter is.
            if import.import_kind == ImportOrExportKind::Value || name.is_some() {
                self.note_import(module, name, start);
            }
            out.push(named(local, value));
        }
    }

    pub(super) fn import_equals<'a>(
        &mut self,
        import: &TSImportEqualsDeclaration<'a>,
        out: &mut Vec<Expression<'a>>,
    ) {
        let local = import.id.name.as_str();
        match &import.module_reference {
            TSModuleReference::ExternalModuleReference(reference) => {
                let module = reference.expression.value.as_str();
                self.note_import(module, None, import.span.start);
                out.push(named(local, whole(module)));
            }
            TSModuleReference::IdentifierReference(name) => {
                let value = Expression::Name(Word::Borrowed(name.name.as_str()));
                out.push(named(local, value));
            }
            TSModuleReference::QualifiedName(_) => {}
        }
    }

    /// `require("module")`.
    pub(super) fn require<'a>(
        &mut self,
        callee: &Tree<'a>,
        arguments: &[Argument<'a>],
        place: Place,
    ) -> Option<Expression<'a>> {
        let Tree::Identifier(name) = callee else {
            return None;
        };
        let [Argument::StringLiteral(module)] = arguments else {
            return None;
        };
        if name.name != "require" {
            return None;
        }
        let module = module.value.as_str();
        self.note_import(module, None, place.start);
        Some(whole(module))
    }

    /// `import("module")`.
    pub(super) fn import_expression<'a>(
        &mut self,
        import: &ImportExpression<'a>,
    ) -> Expression<'a> {
        match &import.source {
            Tree::StringLiteral(module) => {
                let module = module.value.as_str();
                self.note_import(module, None, import.span.start);
                whole(module)
            }
            other => Expression::Effects(vec![self.expression(other)]),
        }
    }
}

/// A whole module; a data file is read as a configuration.
fn whole(module: &str) -> Expression<'_> {
    if is_data(module) {
        return Expression::Configuration(Word::Borrowed(module));
    }
    let module = Word::Borrowed(module);
    Expression::Imported(module.clone(), module, Word::Borrowed(""))
}

/// A name out of a module: under one name in the paths of calls, under another in the module.
fn taken<'a>(module: &'a str, path_name: &'a str, name: &'a str) -> Expression<'a> {
    if is_data(module) {
        let file = Expression::Configuration(Word::Borrowed(module));
        return match name {
            "default" => file,
            name => Expression::Member(Box::new(file), Word::Borrowed(name)),
        };
    }
    Expression::Imported(
        Word::Owned(format!("{module}.{path_name}")),
        Word::Borrowed(module),
        Word::Borrowed(name),
    )
}

/// The name of a default import in its module: `default` in a file of the tree, as it is called here
/// in a package.
fn default_name<'a>(module: &str, local: &'a str) -> &'a str {
    let is_near = module.starts_with('.')
        || module.starts_with('/')
        || module.starts_with("@/")
        || module.starts_with("~/")
        || is_data(module);
    if is_near { "default" } else { local }
}

fn is_data(module: &str) -> bool {
    let extension = module.rsplit('.').next().unwrap_or_default();
    module.contains('.') && matches!(extension, "json" | "json5" | "yaml" | "yml" | "toml")
}

fn declared<'a>(name: Option<&'a str>, value: Expression<'a>) -> Expression<'a> {
    match name {
        Some(name) => named(name, value),
        None => value,
    }
}

fn module_name<'a>(name: &ModuleExportName<'a>) -> &'a str {
    match name {
        ModuleExportName::IdentifierName(name) => name.name.as_str(),
        ModuleExportName::IdentifierReference(name) => name.name.as_str(),
        ModuleExportName::StringLiteral(name) => name.value.as_str(),
    }
}

fn declared_names<'a>(declaration: &Declaration<'a>) -> Vec<&'a str> {
    match declaration {
        Declaration::VariableDeclaration(declaration) => declaration
            .declarations
            .iter()
            .flat_map(|declarator| declarator.id.get_binding_identifiers())
            .map(|name| name.name.as_str())
            .collect(),
        Declaration::FunctionDeclaration(function) => {
            function.id.iter().map(|id| id.name.as_str()).collect()
        }
        Declaration::ClassDeclaration(class) => {
            class.id.iter().map(|id| id.name.as_str()).collect()
        }
        Declaration::TSEnumDeclaration(declaration) => vec![declaration.id.name.as_str()],
        _ => Vec::new(),
    }
}
