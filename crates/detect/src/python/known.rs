//! Names of Python's library and of others, by what calling them does.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::parts::by_parts;
pub(super) use super::parts::passes_on;

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
    /// Fetches a file from a place of models.
    Hub,
    /// Sets a value of the registry of Windows.
    Registry,
    /// Watches keys, the screen or what is copied.
    Watch,
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
            "json.load",
            "yaml.safe_load",
            "tomllib.load",
            "tomllib.loads",
            "toml.load",
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
            "os.putenv",
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
        Known::Hub,
        &[
            "huggingface_hub.hf_hub_download",
            "huggingface_hub.snapshot_download",
            "huggingface_hub.cached_download",
            "huggingface_hub.file_download.hf_hub_download",
            "transformers.utils.cached_file",
            "transformers.utils.hub.cached_file",
            "modelscope.snapshot_download",
            "modelscope.hub.snapshot_download.snapshot_download",
        ],
    ),
    (
        Known::Registry,
        &[
            "winreg.SetValueEx",
            "winreg.SetValue",
            "_winreg.SetValueEx",
            "_winreg.SetValue",
            "win32api.RegSetValueEx",
        ],
    ),
    (
        Known::Watch,
        &[
            "pynput.keyboard.Listener",
            "pynput.mouse.Listener",
            "keyboard.on_press",
            "keyboard.on_release",
            "keyboard.hook",
            "keyboard.record",
            "PIL.ImageGrab.grab",
            "pyautogui.screenshot",
            "pyperclip.paste",
            "win32clipboard.GetClipboardData",
            "pyHook.HookManager",
        ],
    ),
    (
        Known::CodeMemory,
        &[
            "mmap.mmap",
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
