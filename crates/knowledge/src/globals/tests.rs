use std::time::Instant;

use super::*;

/// Every name that some published attack, or the class it belongs to, has used.
const PUBLISHED: &str = "
    posix:system nt:system os:system os:popen os:execvp subprocess:Popen subprocess:check_output builtins:eval builtins:exec
    builtins:compile builtins:open __builtin__:eval __builtin__:execfile __builtin__:apply socket:create_connection
    _aix_support:_read_cmd_output _osx_support:_read_output _osx_support:_find_build_tool _ctypes:dlopen ctypes:CDLL _pickle:loads pickle:loads
    cPickle:loads _pyrepl.pager:pipe_pager _thread:start_new_thread asyncio.unix_events:_UnixSubprocessTransport._start bdb:Bdb.run
    pdb:run cProfile:run profile:Profile.runctx code:InteractiveInterpreter.runcode distutils.file_util:write_file doctest:debug_script
    ensurepip:_run_pip http.client:HTTPSConnection idlelib.calltip:Calltip.fetch_tip idlelib.debugobj:ObjectTreeItem.SetText
    idlelib.autocomplete:AutoComplete.get_entity idlelib.pyshell:ModifiedInterpreter.runcommand idlelib.run:Executive.runcode
    imaplib:IMAP4_stream importlib:import_module importlib.util:spec_from_file_location importlib.machinery:SourceFileLoader
    lib2to3.pgen2.grammar:Grammar.loads lib2to3.pgen2.pgen:ParserGenerator.make_label linecache:getline logging:FileHandler
    logging.config:dictConfig multiprocessing.util:spawnv_passfds pkgutil:resolve_name pydoc:locate pydoc:pipepager pty:spawn
    runpy:_run_code runpy:run_path site:main smtplib:SMTP ssl:get_server_certificate test.support.script_helper:assert_python_ok
    timeit:main timeit:timeit trace:Trace.run trace:Trace.runctx types:FunctionType types:CodeType urllib.request:urlopen
    uuid:_get_command_stdout venv:create webbrowser:open zipimport:zipimporter shutil:rmtree _io:FileIO io:open sys:settrace
    _interpreters:run_string _xxsubinterpreters:run_string atexit:register antigravity:geohash codeop:compile_command
    compileall:compile_file ctypes.util:find_library dbm:open http.server:test nntplib:NNTP nturl2path:url2pathname pipes:Template
    poplib:POP3 py_compile:compile shelve:open signal:signal sqlite3:connect tkinter:Tcl unittest.loader:TestLoader.loadTestsFromName
    wsgiref.simple_server:make_server xmlrpc.client:ServerProxy zipapp:create_archive marshal:loads commands:getoutput
    numpy.f2py.crackfortran:_eval_length numpy.f2py.crackfortran:myeval numpy.f2py.crackfortran:getlincoef
    numpy.testing._private.utils:runstring numpy:load numpy:memmap numpy.core.multiarray:__builtins__
    numpy.ctypeslib:load_library numpy.distutils.exec_command:exec_command pandas.core.computation.eval:eval
    pandas.io.pickle:read_pickle pandas:read_pickle pip:main pip._internal:main pip._internal.cli.main:main
    torch.jit.unsupported_tensor_ops:execWrapper torch.serialization:load torch.storage:_load_from_bytes
    torch.utils._config_module:ConfigModule.load_config torch.utils.bottleneck.__main__:run_autograd_prof
    torch.utils.bottleneck.__main__:run_cprofile torch.utils.collect_env:run torch.utils.collect_env:run_and_read_all
    torch.utils.data.datapipes.utils.decoder:basichandlers torch._dynamo.guards:GuardBuilder.get
    torch._inductor.codecache:compile_file torch.fx.experimental.symbolic_shapes:ShapeEnv.evaluate_guards_expression
    torch.fx.graph_module:reduce_graph_module torch.hub:load torch.distributed.rpc:rpc_sync torch.utils.cpp_extension:load_inline
    cloudpickle.cloudpickle:_make_function cloudpickle.cloudpickle:_builtin_type cloudpickle.cloudpickle:subimport cloudpickle:loads
    dill._dill:_create_function dill._dill:_create_code dill._dill:_load_type dill._dill:_eval_repr dill:loads
    transformers.dynamic_module_utils:get_class_from_dynamic_module xgboost:Booster.load_model joblib:load joblib:Parallel
    yaml:unsafe_load sympy:sympify sympy.parsing.sympy_parser:parse_expr IPython:get_ipython celery.bin.base:derived
    django.core.management:call_command gradio:Interface.load jax.experimental.host_callback:call
    keras.src.utils.file_utils:get_file nltk.app.wordnet_app:wnb nose.tools:run paramiko:SSHClient pkg_resources:run_script
    pytest:main PIL.ImageShow:XVViewer.show_file accelerate.commands.launch:simple_launcher tensorflow.io:gfile.GFile
    hydra._internal.utils:_locate pathlib:Path.write_text pathlib:PosixPath.unlink fickling:always_check_safety
    glob:os.system inspect:os.system logging:os.system pickle:sys.modules.get platform:os.system tempfile:_os.system
    torch:os.system numpy:core._internal.sys.modules numpy:f2py.crackfortran.myeval random:_os.system
";

/// Words that a good name must not hold as a part of its name.
const DENIED: [&str; 22] = [
    "getattr",
    "setattr",
    "eval",
    "exec",
    "compile",
    "open",
    "load",
    "loads",
    "system",
    "popen",
    "__import__",
    "import_module",
    "map",
    "filter",
    "reduce",
    "partial",
    "apply",
    "attrgetter",
    "itemgetter",
    "methodcaller",
    "memmap",
    "fromfile",
];

fn names(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split_ascii_whitespace()
        .map(|name| name.split_once(':').unwrap())
}

fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    GOOD.iter()
        .flat_map(|(file, text)| sorted::lines(text).map(|line| (*file, line)))
}

#[test]
fn every_good_line_is_read_and_found() {
    let mut count = 0;
    for (file, line) in entries() {
        let (key, uses) = line.split_once('\t').unwrap();
        let (module, name) = key.split_once(':').unwrap();
        assert!(!module.is_empty() && !name.is_empty(), "{file}: {line}");
        assert!(Shape::parse(uses).is_some(), "{file}: {line}");
        assert_eq!(good(key), Shape::parse(uses), "{file}: {line}");
        count += 1;
    }
    assert!(count > 10_000, "only {count} good names");
}

#[test]
fn every_file_is_sorted_and_says_what_it_is() {
    for (file, text) in GOOD {
        assert_eq!(
            sorted::header(text, "schema"),
            Some("waybill.globals/1"),
            "{file}"
        );
        assert_eq!(sorted::header(text, "package"), Some(*file));
        assert!(sorted::header(text, "versions").is_some(), "{file}");
    }
    for (file, text) in GOOD.iter().chain(&[("carriers", CARRIERS)]) {
        let keys: Vec<&str> = sorted::lines(text)
            .map(|line| line.split('\t').next().unwrap())
            .collect();
        assert!(keys.is_sorted_by(|left, right| left < right), "{file}");
    }
}

#[test]
fn every_data_file_is_embedded() {
    #[expect(clippy::disallowed_methods, reason = "a test looks at its own sources")]
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/data/globals")).unwrap();
    let mut on_disk: Vec<String> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".globals").map(str::to_owned))
        .collect();
    on_disk.sort();
    let mut embedded: Vec<&str> = GOOD.iter().map(|(file, _)| *file).collect();
    embedded.sort_unstable();
    assert_eq!(on_disk, embedded);
}

#[test]
fn a_name_is_listed_once() {
    let mut seen = std::collections::HashSet::new();
    for (file, line) in entries() {
        let key = line.split('\t').next().unwrap();
        assert!(seen.insert(key), "{key} again in {file}");
    }
    let globals = Globals::embedded();
    for name in globals.harmful.exact() {
        assert!(!seen.contains(name), "{name} is both good and harmful");
    }
    for name in sorted::lines(CARRIERS) {
        assert!(!seen.contains(name), "{name} is both good and a carrier");
    }
}

#[test]
fn no_good_name_is_one_that_runs_or_loads() {
    for (file, line) in entries() {
        let name = line.split('\t').next().unwrap().split_once(':').unwrap().1;
        for part in name.split('.') {
            assert!(!DENIED.contains(&part), "{file}: {line}");
        }
    }
}

#[test]
fn every_harmful_line_is_understood() {
    let mut section = None;
    for line in sorted::lines(HARMFUL) {
        if line.starts_with('[') {
            let harm = harmful::section(line).unwrap_or_else(|| panic!("{line}"));
            assert!(!harm.does.ends_with('.'), "{line}");
            section = Some(harm);
        } else {
            assert!(section.is_some(), "{line} is in no section");
            let (module, name) = line.split_once(':').unwrap();
            assert!(!module.is_empty() && !name.is_empty(), "{line}");
            assert!(!line.contains(char::is_whitespace), "{line}");
            assert!(name == "*" || !name.contains('*'), "{line}");
            let depth = |text: &str| text.matches('.').count();
            assert!(depth(module) < 7 && depth(name) < 7, "{line} is too deep");
        }
    }
    assert!(Globals::embedded().harmful.count() > 2_000);
}

#[test]
fn published_attacks_are_harmful() {
    let globals = Globals::embedded();
    for (module, name) in names(PUBLISHED) {
        let standing = globals.standing(module, name);
        assert!(
            matches!(standing, Standing::Harmful(_)),
            "{module}:{name} is {standing:?}"
        );
    }
}

#[test]
fn exact_good_names_win_over_harmful_patterns() {
    let globals = Globals::embedded();
    let good = "torch.storage:UntypedStorage torch.jit._pickle:build_intlist uuid:UUID types:SimpleNamespace
        inspect:Signature logging:Logger pathlib:PurePosixPath pathlib:PosixPath _io:BytesIO numpy:ndarray
        numpy:dtype numpy.core.multiarray:_reconstruct numpy._core.multiarray:_reconstruct copy_reg:_reconstructor
        __builtin__:set collections:OrderedDict _codecs:encode sklearn.linear_model._logistic:LogisticRegression
        sklearn.linear_model.logistic:LogisticRegression pandas.core.frame:DataFrame torch._utils:_rebuild_tensor_v2
        torch.nn.modules.linear:Linear torchvision.models.resnet:ResNet joblib.numpy_pickle:NumpyArrayWrapper
        transformers.training_args:TrainingArguments transformers.models.bert.modeling_bert:BertModel
        ultralytics.nn.tasks:DetectionModel xgboost.core:Booster dill._dill:_create_array argparse:Namespace";
    for (module, name) in names(good) {
        let standing = globals.standing(module, name);
        assert!(
            matches!(standing, Standing::Good(_)),
            "{module}:{name} is {standing:?}"
        );
    }
}

#[test]
fn what_nobody_vetted_is_unknown() {
    let globals = Globals::embedded();
    let unknown = "acme.model:Net __main__:Net builtins:getattr functools:partial numpy:ndarray.tobytes
        models.yolo:Model os_tools:Thing numpy:Ndarray Numpy:ndarray numpy:ndarray\u{200b} torch.nn.modules.linear:linear
        collections:namedtuple __main__:code __torch__:Net scipy:signal pkg:io";
    for (module, name) in names(unknown) {
        assert_eq!(
            globals.standing(module, name),
            Standing::Unknown,
            "{module}:{name}"
        );
    }
    for (module, name) in [("", ""), ("os", ""), ("", "system"), ("a", "."), (":", ":")] {
        assert!(!matches!(globals.standing(module, name), Standing::Good(_)));
    }
}

#[test]
fn shapes_hold_back_what_a_class_could_be_made_to_do() {
    let globals = Globals::embedded();
    let Standing::Good(distribution) =
        globals.standing("scipy.stats._continuous_distns", "norm_gen")
    else {
        panic!("norm_gen is not listed");
    };
    assert!(distribution.allows_new(0) && distribution.states.is_empty());
    let Standing::Good(rebuild) = globals.standing("torch._utils", "_rebuild_tensor_v2") else {
        panic!("_rebuild_tensor_v2 is not listed");
    };
    assert!(rebuild.allows_call(6) && rebuild.allows_call(7) && !rebuild.allows_call(2));
    let Standing::Good(kind) = globals.standing("builtins", "type") else {
        panic!("type is not listed");
    };
    assert!(kind.allows_call(1) && !kind.allows_call(3));
}

#[test]
fn carriers_are_known_in_every_spelling() {
    let globals = Globals::embedded();
    for (module, name) in names(
        "builtins:getattr __builtin__:getattr functools:partial _functools:partial operator:itemgetter
        _operator:itemgetter itertools:starmap functools:reduce
        __builtin__:map builtins:filter numpy.core:_ufunc_reconstruct builtins:dict.get",
    ) {
        assert!(globals.is_carrier(module, name), "{module}:{name}");
    }
    assert!(!globals.is_carrier("builtins", "list"));
}

#[test]
fn packages_say_what_they_were_drawn_from() {
    let globals = Globals::embedded();
    let numpy = globals
        .packages()
        .find(|package| package.name == "numpy")
        .unwrap();
    assert!(numpy.count > 300 && numpy.versions.contains(&"1.26.4"));
    let total: usize = globals.packages().map(|package| package.count).sum();
    assert_eq!(total, entries().count());
}

#[test]
fn the_digest_is_stable_and_well_formed() {
    let first = digest();
    assert_eq!(first, digest());
    let hex = first.strip_prefix("sha256:").unwrap();
    assert!(hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn a_long_chain_costs_its_length_and_hides_nothing() {
    let globals = Globals::embedded();
    let chain = "np.testing.".repeat(20_000);
    let hidden = globals.standing("acme", &format!("{chain}os.system"));
    assert!(matches!(hidden, Standing::Harmful(_)));
    assert_eq!(globals.standing("acme", &chain), Standing::Unknown);
    assert_eq!(globals.standing(&chain, "Net"), Standing::Unknown);
    let below = globals.standing(&format!("torch._inductor.{chain}x"), "Net");
    assert!(matches!(below, Standing::Harmful(_)));
}

/// A generous bound, so that a busy machine passes: the point is to notice when
/// the whole list is parsed again.
#[test]
fn a_question_costs_little() {
    let globals = Globals::embedded();
    let start = Instant::now();
    for _ in 0..100 {
        let _ = globals.standing("transformers.models.bert.modeling_bert", "BertModel");
        let _ = globals.standing("acme.model", "Net");
    }
    assert!(start.elapsed().as_millis() < 500);
}
