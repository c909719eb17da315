//! What is bound: functions, classes, imports, targets of assignments; and what names stand for.

use ruff_python_ast::{
    Decorator, Expr, Parameters, Stmt, StmtClassDef, StmtFunctionDef, StmtImport, StmtImportFrom,
};
use ruff_text_size::Ranged;

use super::state::{Body, Interpreter, Later};
use super::{ClassSeen, Doing, Made, Meaning, ScopeKind};

/// Most frames that a name is looked for in.
const FRAMES: usize = 64;

impl<'a> Interpreter<'a, '_> {
    pub(super) fn function(&mut self, node: &'a StmtFunctionDef) {
        let class = self.classes.get(&self.frame).copied();
        let line = self.lines.line(node.name.start().to_usize());
        let scope = self.open_scope(ScopeKind::Function, &node.name, class, line);
        if let Some(returns) = &node.returns {
            self.expression(returns);
        }
        let frame = self.enter_parameters(&node.parameters, scope, class);
        let only = match node.body.as_slice() {
            [Stmt::Return(only)] => only.value.as_deref(),
            _ => None,
        };
        if let Some(only) = only {
            self.simple.insert(scope, (only, frame));
        }
        self.postpone(Later {
            body: Body::Block(&node.body),
            scope,
            frame,
        });
        let value = self.keep(Meaning::Local(scope));
        if let Some(class) = class.and_then(|class| self.out.classes.get_mut(class)) {
            class.methods.push((node.name.to_string(), scope));
        }
        self.decorate(&node.decorator_list, value);
        self.bind(&node.name, value);
    }

    pub(super) fn lambda(&mut self, parameters: Option<&'a Parameters>, body: &'a Expr) -> usize {
        let line = self.lines.line(body.start().to_usize());
        let scope = self.open_scope(ScopeKind::Function, "", None, line);
        let frame = match parameters {
            Some(parameters) => self.enter_parameters(parameters, scope, None),
            None => self.open_frame(Some(self.frame), false),
        };
        self.simple.insert(scope, (body, frame));
        self.postpone(Later {
            body: Body::Value(body),
            scope,
            frame,
        });
        self.keep(Meaning::Local(scope))
    }

    /// Defaults and annotations are worked out where the function is defined.
    fn enter_parameters(
        &mut self,
        parameters: &'a Parameters,
        scope: usize,
        class: Option<usize>,
    ) -> usize {
        let mut bound = Vec::new();
        for parameter in parameters.iter() {
            if let Some(annotation) = parameter.annotation() {
                self.expression(annotation);
            }
            let default = parameter.default().map(|default| self.expression(default));
            bound.push((parameter.name().to_string(), default));
        }
        let frame = self.open_frame(Some(self.frame), false);
        for (index, (name, default)) in bound.into_iter().enumerate() {
            let value = match class {
                Some(class) if index == 0 => Meaning::Instance(class),
                _ => Meaning::Parameter(scope, name.clone()),
            };
            let value = self.keep(value);
            if let Some(default) = default.filter(|default| *default != 0) {
                self.out.given.push((scope, name.clone(), default));
            }
            if let Some(scope) = self.out.scopes.get_mut(scope) {
                scope.parameters.push(name.clone());
            }
            if let Some(frame) = self.frames.get_mut(frame) {
                frame.names.insert(name, vec![value]);
            }
        }
        frame
    }

    fn decorate(&mut self, decorators: &'a [Decorator], value: usize) {
        for decorator in decorators.iter().rev() {
            self.offset = decorator.start().to_usize();
            let callee = self.expression(&decorator.expression);
            self.apply(callee, vec![(None, value)]);
        }
    }

    pub(super) fn class(&mut self, node: &'a StmtClassDef) {
        let mut bases = Vec::new();
        let mut parents = Vec::new();
        let mut values = Vec::new();
        for argument in node.arguments.iter().flat_map(|arguments| &arguments.args) {
            let base = self.expression(argument);
            bases.push(self.path(base));
            if let Meaning::Class(parent) = self.at(base) {
                parents.push(*parent);
            }
        }
        for keyword in node
            .arguments
            .iter()
            .flat_map(|arguments| &arguments.keywords)
        {
            let value = self.expression(&keyword.value);
            if keyword
                .arg
                .as_ref()
                .is_some_and(|name| name.as_str() == "metaclass")
            {
                values.push(value);
            }
        }
        let class = self.out.classes.len();
        self.out.classes.push(ClassSeen {
            name: node.name.to_string(),
            bases,
            methods: Vec::new(),
            attributes: Vec::new(),
            parents: parents.clone(),
        });
        let outer = self.frame;
        self.frame = self.open_frame(Some(outer), true);
        self.classes.insert(self.frame, class);
        self.block(&node.body);
        self.special_names();
        self.frame = outer;
        let value = self.keep(Meaning::Class(class));
        self.runs_at_definition(class, &parents);
        // A metaclass is called with the class.
        for metaclass in values {
            self.apply(metaclass, vec![(None, 0)]);
        }
        self.decorate(&node.decorator_list, value);
        self.bind(&node.name, value);
    }

    /// `__class_getitem__ = exec`: what such a name is bound to is called by syntax alone.
    fn special_names(&mut self) {
        let Some(frame) = self.frames.get(self.frame) else {
            return;
        };
        let special: Vec<usize> = frame
            .names
            .iter()
            .filter(|(name, _)| name.starts_with("__") && name.ends_with("__"))
            .flat_map(|(_, values)| values.iter().copied())
            .collect();
        let mut special: Vec<usize> = special
            .into_iter()
            .filter(|value| matches!(self.at(*value), Meaning::Name(..)))
            .collect();
        special.sort_unstable();
        for value in special {
            let path = self.path(value);
            self.deed(Doing::Call, value, path, Vec::new());
        }
    }

    /// What Python calls while a class is made.
    fn runs_at_definition(&mut self, class: usize, parents: &[usize]) {
        let of = |it: &Self, class: usize, wanted: &[&str]| -> Vec<usize> {
            let methods = it.out.classes.get(class).map(|class| class.methods.clone());
            let methods = methods.unwrap_or_default();
            let wanted = methods
                .into_iter()
                .filter(|(name, _)| wanted.contains(&name.as_str()));
            wanted.map(|(_, scope)| scope).collect()
        };
        let mut scopes = of(self, class, &["__set_name__", "__prepare__"]);
        for parent in parents {
            scopes.extend(of(self, *parent, &["__init_subclass__"]));
        }
        for scope in scopes {
            self.runs(scope);
        }
    }

    pub(super) fn import(&mut self, node: &'a StmtImport) {
        let line = self.lines.line(node.start().to_usize());
        for alias in &node.names {
            let module = alias.name.as_str();
            self.out.imports.push((module.to_owned(), line));
            let (name, path) = match &alias.asname {
                Some(name) => (name.as_str(), module),
                None => {
                    let root = module.split('.').next().unwrap_or(module);
                    (root, root)
                }
            };
            let value = self.name_of(path, Made::Written);
            self.bind(name, value);
        }
    }

    pub(super) fn import_from(&mut self, node: &'a StmtImportFrom) {
        let line = self.lines.line(node.start().to_usize());
        let dots = ".".repeat(usize::try_from(node.level).unwrap_or(0).min(16));
        let module = format!("{dots}{}", node.module.as_deref().unwrap_or_default());
        if node.module.is_some() {
            self.out.imports.push((module.clone(), line));
        }
        for alias in &node.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.stars.push(module.clone());
                continue;
            }
            let joined = if module.ends_with('.') {
                format!("{module}{name}")
            } else {
                format!("{module}.{name}")
            };
            if node.module.is_none() {
                self.out.imports.push((joined.clone(), line));
            }
            let value = self.name_of(&joined, Made::Written);
            let bound = alias.asname.as_ref().map_or(name, |name| name.as_str());
            self.bind(bound, value);
        }
    }

    /// Something outside the file, by its dotted name.
    pub(super) fn name_of(&mut self, path: &str, made: Made) -> usize {
        let mut path = path;
        for prefix in ["builtins.", "__builtin__.", "__builtins__."] {
            path = path.strip_prefix(prefix).unwrap_or(path);
        }
        self.keep(Meaning::Name(super::member::short(path).to_owned(), made))
    }

    /// What stands left of `=`.
    pub(super) fn target(&mut self, target: &'a Expr, value: usize) {
        match target {
            Expr::Name(name) => self.bind(&name.id, value),
            Expr::Tuple(ruff_python_ast::ExprTuple { elts, .. })
            | Expr::List(ruff_python_ast::ExprList { elts, .. }) => {
                let parts = match self.at(value) {
                    Meaning::Sequence(parts) if parts.len() == elts.len() => Some(parts.clone()),
                    _ => None,
                };
                for (index, element) in elts.iter().enumerate() {
                    let part = parts.as_ref().and_then(|parts| parts.get(index)).copied();
                    let part = part.unwrap_or_else(|| self.element(value));
                    self.target(element, part);
                }
            }
            Expr::Starred(starred) => self.target(&starred.value, value),
            Expr::Attribute(attribute) => {
                let owner = self.expression(&attribute.value);
                self.set(owner, attribute.attr.as_str(), value);
            }
            Expr::Subscript(subscript) => {
                let owner = self.expression(&subscript.value);
                let key = self.expression(&subscript.slice);
                let path = self.path(owner);
                if matches!(self.at(owner), Meaning::Name(..)) {
                    let arguments = vec![(None, key), (None, value)];
                    self.deed(Doing::Set, owner, format!("{path}[]"), arguments);
                } else if let Expr::Name(name) = &*subscript.value {
                    // A dictionary or list of the file takes the value in.
                    let joined = self.keep(Meaning::Joined(vec![owner, value]));
                    self.bind(&name.id, joined);
                }
            }
            _ => {}
        }
    }

    /// `owner.name = value`.
    pub(super) fn set(&mut self, owner: usize, name: &str, value: usize) {
        match self.at(owner) {
            Meaning::Instance(class) => {
                let class = *class;
                if let Some(class) = self.out.classes.get_mut(class)
                    && class.attributes.len() < 2_000
                {
                    class.attributes.push((name.to_owned(), value));
                }
            }
            Meaning::Name(path, _) => {
                let path = format!("{path}.{name}");
                self.deed(Doing::Set, owner, path, vec![(None, value)]);
            }
            _ => {}
        }
    }

    /// What a name stands for.
    pub(super) fn lookup(&mut self, name: &str) -> usize {
        let mut next = Some(self.frame);
        let mut left = FRAMES;
        let mut own = true;
        while let Some(frame) = next.and_then(|index| self.frames.get(index)) {
            if (own || !frame.class)
                && let Some(values) = frame.names.get(name)
            {
                return match values.as_slice() {
                    [one] => *one,
                    several => {
                        let several = several.to_vec();
                        self.either(several)
                    }
                };
            }
            own = false;
            next = frame.parent;
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
        }
        match name {
            "__name__" => return 0,
            "__builtins__" | "__builtin__" => {
                return self.keep(Meaning::Name("builtins".to_owned(), Made::Written));
            }
            _ => {}
        }
        let path = match self.stars.last() {
            Some(star) if !is_built_in(name) => format!("{star}.{name}"),
            _ => name.to_owned(),
        };
        self.keep(Meaning::Name(path, Made::Written))
    }
}

fn is_built_in(name: &str) -> bool {
    const NAMES: &str = " print open len range str int float bool list dict set tuple type \
        isinstance issubclass super enumerate zip map filter sorted reversed min max sum abs any \
        all input getattr setattr hasattr delattr iter next repr format id vars round bytes \
        bytearray object property exec eval compile __import__ globals locals chr ord hex \
        Exception ValueError TypeError RuntimeError KeyError staticmethod classmethod True False \
        __file__ callable dir hash memoryview pow slice frozenset ";
    NAMES.split_ascii_whitespace().any(|known| known == name)
}
