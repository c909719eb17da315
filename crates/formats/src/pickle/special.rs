//! Callables whose result the machine follows instead of treating it as an opaque object.

/// What calling a global name means to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// Nothing that the machine follows.
    None,
    /// `getattr(object, name)`.
    GetAttribute,
    /// `__import__(name)` and its like.
    ImportModule,
    /// `pkgutil.resolve_name("module:name")`, `pydoc.locate("module.name")`.
    ResolveName,
    /// `operator.attrgetter(*names)`.
    AttributeGetter,
    /// `operator.itemgetter(key)`.
    ItemGetter,
    /// `operator.methodcaller(name, *arguments)`.
    MethodCaller,
    /// `functools.partial(function, *arguments)`.
    Partial,
    /// `map(function, iterable)`, `filter`, `itertools.starmap`, `functools.reduce`.
    Carrier,
    /// `apply(function, arguments)`, `operator.call(function, *arguments)`.
    Apply,
    /// `operator.getitem(object, key)`.
    GetItem,
    /// `sys.modules.get(name)`.
    ModuleTable,
    /// `copyreg._reconstructor(class, base, state)`.
    Reconstructor,
    /// `copyreg.__newobj__(class, *arguments)`.
    NewObject,
    /// `copyreg.__newobj_ex__(class, arguments, keywords)`.
    NewObjectEx,
    /// `copyreg.add_extension(module, name, code)`.
    AddExtension,
    /// `joblib`'s array wrapper: raw array bytes follow its `BUILD`.
    ArrayWrapper,
    /// `torch._tensor._rebuild_from_type_v2(function, type, arguments, state)`.
    RebuildFromType,
    /// `numpy.core._ufunc_reconstruct(module, name)`.
    NamedFunction,
    /// `bytearray(size)`, `numpy.core.multiarray._reconstruct(type, shape, dtype)`: allocates by number.
    Sized,
    /// Its arguments are kept because a later value needs them.
    Keep,
}

impl Special {
    /// True for callables that call or look up what they are given.
    pub(super) const fn carries(self) -> bool {
        matches!(
            self,
            Self::GetAttribute
                | Self::ImportModule
                | Self::ResolveName
                | Self::AttributeGetter
                | Self::ItemGetter
                | Self::MethodCaller
                | Self::Partial
                | Self::Carrier
                | Self::Apply
                | Self::GetItem
                | Self::ModuleTable
                | Self::AddExtension
                | Self::RebuildFromType
        )
    }

    pub(super) fn of(module: &str, name: &str) -> Self {
        let last = name.rsplit('.').next().unwrap_or(name);
        match (module, name) {
            ("sys", "modules.get" | "modules.__getitem__") => return Self::ModuleTable,
            (
                "importlib" | "importlib._bootstrap",
                "import_module" | "__import__" | "_gcd_import",
            ) => return Self::ImportModule,
            ("pkgutil", "resolve_name") | ("pydoc", "locate" | "safeimport") => {
                return Self::ResolveName;
            }
            ("functools" | "_functools", "partial") => return Self::Partial,
            ("functools" | "_functools", "reduce")
            | (
                "itertools",
                "starmap" | "takewhile" | "dropwhile" | "filterfalse" | "imap" | "ifilter",
            ) => {
                return Self::Carrier;
            }
            ("copyreg" | "copy_reg", "_reconstructor") => return Self::Reconstructor,
            ("copyreg" | "copy_reg", "__newobj__") => return Self::NewObject,
            ("copyreg" | "copy_reg", "__newobj_ex__") => return Self::NewObjectEx,
            ("copyreg" | "copy_reg", "add_extension") => return Self::AddExtension,
            ("numpy", "dtype") => return Self::Keep,
            ("builtins" | "__builtin__", "bytearray" | "bytes") => return Self::Sized,
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
                return Self::Sized;
            }
            ("torch._tensor", "_rebuild_from_type" | "_rebuild_from_type_v2") => {
                return Self::RebuildFromType;
            }
            ("numpy.core" | "numpy._core", "_ufunc_reconstruct") => return Self::NamedFunction,
            (
                "joblib.numpy_pickle" | "sklearn.externals.joblib.numpy_pickle",
                "NumpyArrayWrapper",
            ) => return Self::ArrayWrapper,
            _ => {}
        }
        if name.ends_with("sys.modules.get") || name.ends_with("sys.modules.__getitem__") {
            return Self::ModuleTable;
        }
        let builtin = matches!(module, "builtins" | "__builtin__")
            || name.contains("__builtins__.")
            || name.contains("builtins.");
        let operator = matches!(module, "operator" | "_operator") || name.contains("operator.");
        match last {
            "getattr" if builtin => Self::GetAttribute,
            "__getattribute__" => Self::GetAttribute,
            "getattr_static" if module == "inspect" => Self::GetAttribute,
            "__import__" => Self::ImportModule,
            "import_module" => Self::ImportModule,
            "map" | "filter" | "reduce" if builtin => Self::Carrier,
            "apply" if builtin => Self::Apply,
            "attrgetter" if operator => Self::AttributeGetter,
            "itemgetter" if operator => Self::ItemGetter,
            "methodcaller" if operator => Self::MethodCaller,
            "getitem" | "__getitem__" if operator => Self::GetItem,
            "call" | "__call__" if operator => Self::Apply,
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Special;

    #[test]
    fn harmless_modules_do_not_hide_a_special_name() {
        assert_eq!(Special::of("builtins", "getattr"), Special::GetAttribute);
        assert_eq!(
            Special::of("numpy", "__builtins__.getattr"),
            Special::GetAttribute
        );
        assert_eq!(
            Special::of("pickle", "sys.modules.get"),
            Special::ModuleTable
        );
        assert_eq!(Special::of("acme", "getattr"), Special::None);
        assert_eq!(
            Special::of("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
            Special::ArrayWrapper
        );
    }
}
