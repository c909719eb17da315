//! Names of Python's library and of others, by what calling them does.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a call does, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Starts a program.
    Process,
    /// Runs a text or a code object as code.
    Execute,
    /// Runs another file or module as code.
    RunFile,
    /// Sends or receives.
    Network,
    /// Maps native code into the process.
    Native,
    /// Loads objects by calling what the data name.
    UnsafeLoad,
    /// Installs a package.
    Install,
    /// Opens a file; the mode tells for what.
    Open,
    /// Writes, moves or deletes files.
    Change,
    /// Undoes an encoding, compression or encryption.
    Decode,
    /// Gives back what it is given, in another form.
    Through,
    /// Gives a credential.
    Credential,
    /// Reads the environment.
    Environment,
    /// Makes another descriptor of one.
    Descriptor,
    /// Memory that holds code.
    CodeMemory,
    /// Changes how modules are found.
    ImportHook,
}

/// What the call of a dotted name does.
pub(super) fn known(path: &str) -> Option<Known> {
    if path.is_empty() {
        return None;
    }
    EXACT.get(path).copied().or_else(|| by_parts(path))
}

/// Dotted names, by what calling them does.
const NAMES: &[(Known, &[&str])] = &[
    (
        Known::Process,
        &[
            "os.system",
            "os.popen",
            "os.popen2",
            "os.popen3",
            "os.startfile",
            "posix.system",
            "nt.system",
            "pty.spawn",
            "pexpect.spawn",
            "pexpect.run",
            "platform.popen",
            "commands.getoutput",
            "commands.getstatusoutput",
            "asyncio.create_subprocess_exec",
            "asyncio.create_subprocess_shell",
            "asyncio.subprocess.create_subprocess_exec",
            "asyncio.subprocess.create_subprocess_shell",
            "_posixsubprocess.fork_exec",
            "_winapi.CreateProcess",
            "distutils.spawn.spawn",
            "os.posix_spawn",
            "os.posix_spawnp",
            "get_ipython().system",
            "IPython.get_ipython().system",
            "IPython.get_ipython().getoutput",
            "get_ipython().getoutput",
            "popen2.popen2",
            "invoke.run",
            "plumbum.local",
            "win32api.ShellExecute",
            "win32api.WinExec",
            "ctypes.windll.shell32.ShellExecuteA",
            "ctypes.windll.shell32.ShellExecuteW",
            "ctypes.windll.kernel32.WinExec",
            "code.interact",
        ],
    ),
    (
        Known::Execute,
        &[
            "exec",
            "eval",
            "execfile",
            "timeit.timeit",
            "cProfile.run",
            "profile.run",
            "code.InteractiveInterpreter().runcode",
            "code.InteractiveInterpreter().runsource",
            "code.InteractiveConsole().push",
            "bdb.Bdb().run",
            "types.FunctionType",
            "six.exec_",
            "get_ipython().run_cell",
            "pdb.run",
            "trace.Trace().run",
        ],
    ),
    (
        Known::RunFile,
        &[
            "runpy.run_path",
            "runpy.run_module",
            "imp.load_source",
            "imp.load_module",
            "importlib.machinery.SourceFileLoader().load_module",
            "importlib.util.spec_from_file_location().loader.exec_module",
        ],
    ),
    (
        Known::Install,
        &[
            "pip.main",
            "pip._internal.main",
            "pip._internal.cli.main.main",
            "pip._internal.main.main",
            "ensurepip.bootstrap",
            "piplite.install",
            "micropip.install",
            "setuptools.command.easy_install.main",
        ],
    ),
    (
        Known::Open,
        &[
            "open",
            "io.open",
            "codecs.open",
            "os.open",
            "gzip.open",
            "bz2.open",
            "lzma.open",
        ],
    ),
    (
        Known::Through,
        &[
            "compile",
            "str",
            "bytes",
            "bytearray",
            "repr",
            "dict",
            "list",
            "tuple",
            "json.dumps",
            "urllib.parse.urlencode",
            "urllib.parse.quote",
            "urllib.parse.quote_plus",
            "base64.b64encode",
            "base64.urlsafe_b64encode",
            "io.StringIO",
            "io.BytesIO",
            "json.loads",
            "textwrap.dedent",
            "ast.parse",
            "sorted",
            "zip",
            "enumerate",
            "next",
            "iter",
            "codecs.encode",
            "binascii.hexlify",
            "pickle.dumps",
            "urllib.request.Request",
            "copy.deepcopy",
            "copy.copy",
            "map",
            "reversed",
            "set",
            "format",
            "ssl.wrap_socket",
        ],
    ),
    (
        Known::Environment,
        &[
            "os.getenv",
            "os.environ.get",
            "os.environ.setdefault",
            "os.environb.get",
            "os.environ.pop",
        ],
    ),
    (Known::Descriptor, &["os.dup2", "os.dup"]),
    (
        Known::Credential,
        &[
            "keyring.get_password",
            "huggingface_hub.get_token",
            "huggingface_hub.HfFolder.get_token",
            "huggingface_hub.utils.get_token",
            "browser_cookie3.chrome",
            "browser_cookie3.firefox",
            "browser_cookie3.load",
            "win32crypt.CryptUnprotectData",
            "netrc.netrc",
        ],
    ),
    (
        Known::ImportHook,
        &[
            "sys.meta_path.insert",
            "sys.meta_path.append",
            "sys.path_hooks.insert",
            "sys.path_hooks.append",
        ],
    ),
    (
        Known::Native,
        &[
            "ctypes.CDLL",
            "ctypes.WinDLL",
            "ctypes.OleDLL",
            "ctypes.PyDLL",
            "ctypes.cdll.LoadLibrary",
            "ctypes.windll.LoadLibrary",
            "ctypes.pydll.LoadLibrary",
            "ctypes.oledll.LoadLibrary",
            "cffi.FFI().dlopen",
            "cffi.FFI().verify",
            "_ctypes.dlopen",
            "_ctypes.LoadLibrary",
            "torch.ops.load_library",
            "torch.classes.load_library",
            "tensorflow.load_op_library",
            "tensorflow.load_library",
            "tf.load_op_library",
            "tf.load_library",
            "numpy.ctypeslib.load_library",
            "np.ctypeslib.load_library",
            "imp.load_dynamic",
            "importlib.machinery.ExtensionFileLoader",
            "torch.utils.cpp_extension.load",
            "torch.utils.cpp_extension.load_inline",
        ],
    ),
    (
        Known::UnsafeLoad,
        &[
            "pickle.load",
            "pickle.loads",
            "_pickle.load",
            "_pickle.loads",
            "cPickle.load",
            "cPickle.loads",
            "pickle.Unpickler().load",
            "dill.load",
            "dill.loads",
            "cloudpickle.load",
            "cloudpickle.loads",
            "joblib.load",
            "torch.load",
            "pandas.read_pickle",
            "numpy.load",
            "marshal.load",
            "shelve.open",
            "yaml.unsafe_load",
            "yaml.full_load",
            "yaml.load",
            "jsonpickle.decode",
            "torch.jit.load",
            "sklearn.externals.joblib.load",
        ],
    ),
    (
        Known::Decode,
        &[
            "base64.b64decode",
            "base64.urlsafe_b64decode",
            "base64.standard_b64decode",
            "base64.b32decode",
            "base64.b16decode",
            "base64.b85decode",
            "base64.a85decode",
            "base64.decodebytes",
            "binascii.unhexlify",
            "binascii.a2b_hex",
            "binascii.a2b_base64",
            "bytes.fromhex",
            "bytearray.fromhex",
            "codecs.decode",
            "zlib.decompress",
            "gzip.decompress",
            "bz2.decompress",
            "lzma.decompress",
            "marshal.loads",
            "chr",
            "int.to_bytes",
            "cryptography.fernet.Fernet().decrypt",
            "zlib.decompressobj().decompress",
        ],
    ),
    (
        Known::Change,
        &[
            "shutil.rmtree",
            "shutil.copy",
            "shutil.copyfile",
            "shutil.copy2",
            "shutil.move",
            "shutil.copytree",
            "os.remove",
            "os.unlink",
            "os.rename",
            "os.replace",
            "os.rmdir",
            "os.chmod",
            "os.chown",
            "os.symlink",
            "os.link",
            "os.truncate",
            "os.removedirs",
        ],
    ),
    (
        Known::CodeMemory,
        &[
            "ctypes.windll.kernel32.VirtualAlloc",
            "ctypes.windll.kernel32.VirtualAllocEx",
            "ctypes.windll.kernel32.VirtualProtect",
            "ctypes.windll.kernel32.RtlMoveMemory",
            "ctypes.windll.kernel32.CreateThread",
            "ctypes.windll.kernel32.CreateRemoteThread",
            "ctypes.windll.kernel32.WriteProcessMemory",
        ],
    ),
];

static EXACT: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(|| {
    let rows = NAMES.iter();
    rows.flat_map(|(known, names)| names.iter().map(|name| (*name, *known)))
        .collect()
});

fn by_parts(path: &str) -> Option<Known> {
    let (module, rest) = path.split_once('.')?;
    let last = path.rsplit('.').next().unwrap_or(path);
    let found = match module {
        "subprocess" => matches!(
            rest,
            "run"
                | "call"
                | "check_call"
                | "check_output"
                | "Popen"
                | "getoutput"
                | "getstatusoutput"
        )
        .then_some(Known::Process),
        "os" => (rest.starts_with("exec") && !rest.contains('.') || rest.starts_with("spawn"))
            .then_some(Known::Process),
        "requests" | "httpx" => network(last, rest),
        "urllib" | "urllib2" | "urllib3" | "http" | "aiohttp" | "ftplib" | "smtplib"
        | "telnetlib" | "websocket" | "websockets" | "paramiko" | "wget" | "pycurl" => {
            network(last, rest)
        }
        "socket" => match rest {
            "create_connection" | "gethostbyname" | "getaddrinfo" | "gethostbyname_ex" => {
                Some(Known::Network)
            }
            _ => {
                let of_socket =
                    rest.starts_with("socket().") || rest.starts_with("create_connection().");
                let talks = matches!(
                    last,
                    "connect"
                        | "connect_ex"
                        | "send"
                        | "sendall"
                        | "sendto"
                        | "recv"
                        | "recvfrom"
                        | "accept"
                );
                (of_socket && talks).then_some(Known::Network)
            }
        },
        "torch"
            if matches!(
                rest,
                "hub.download_url_to_file" | "hub.load_state_dict_from_url"
            ) =>
        {
            Some(Known::Network)
        }
        "marshal" | "pickle" | "torch" => None,
        "pathlib" => matches!(
            last,
            "write_text" | "write_bytes" | "unlink" | "rename" | "chmod" | "symlink_to"
        )
        .then_some(Known::Change),
        _ => None,
    };
    found.or_else(|| {
        (path.starts_with("importlib.util.") && last == "exec_module").then_some(Known::RunFile)
    })
}

fn network(last: &str, rest: &str) -> Option<Known> {
    let verb = matches!(
        last,
        "get"
            | "post"
            | "put"
            | "patch"
            | "delete"
            | "head"
            | "request"
            | "urlopen"
            | "urlretrieve"
            | "send"
            | "sendmail"
            | "send_message"
            | "login"
            | "stream"
            | "download"
            | "connect"
            | "create_connection"
            | "storbinary"
            | "retrbinary"
            | "FTP"
            | "SMTP"
            | "Telnet"
            | "open"
            | "putrequest"
            | "perform"
            | "ws_connect"
    );
    // `requests.get().headers.get` asks nobody.
    let plain =
        rest.matches("()").count() <= 1 && !rest.contains("headers") && !rest.contains("cookies");
    let answered = rest.contains("get()") || rest.contains("post()") || rest.contains("urlopen()");
    (verb && plain && !answered).then_some(Known::Network)
}

/// True if the path ends in a method that gives back what its object holds, in another form.
pub(super) fn passes_on(method: &str) -> bool {
    matches!(
        method,
        "read"
            | "readlines"
            | "readline"
            | "decode"
            | "encode"
            | "json"
            | "text"
            | "content"
            | "getvalue"
            | "format"
            | "join"
            | "replace"
            | "strip"
            | "split"
            | "copy"
            | "items"
            | "values"
            | "read_text"
            | "read_bytes"
            | "recv"
            | "makefile"
            | "iter_content"
            | "raw"
            | "getbuffer"
            | "tobytes"
            | "hex"
            | "lower"
            | "upper"
            | "rstrip"
            | "lstrip"
            | "splitlines"
            | "translate"
            | "as_dict"
            | "get"
            | "pop"
            | "update"
            | "decrypt"
            | "decompress"
    )
}
