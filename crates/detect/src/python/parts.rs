//! Names that are told by their parts: which module, which method.

use super::known::Known;

/// What the call of a name does whose module and method tell it.
pub(super) fn by_parts(path: &str) -> Option<Known> {
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
        "ctypes" | "_ctypes" => match last {
            "system" | "popen" | "execv" | "execve" | "execvp" | "execl" | "WinExec"
            | "ShellExecuteA" | "ShellExecuteW" | "CreateProcessA" | "CreateProcessW"
            | "posix_spawn" => Some(Known::Process),
            "mprotect" | "mmap" | "VirtualAlloc" | "VirtualAllocEx" | "VirtualProtect"
            | "RtlMoveMemory" | "CreateThread" | "CreateRemoteThread" | "WriteProcessMemory" => {
                Some(Known::CodeMemory)
            }
            _ => (matches!(
                path,
                "ctypes.CFUNCTYPE()" | "ctypes.WINFUNCTYPE()" | "ctypes.PYFUNCTYPE()"
            ))
            .then_some(Known::CodeMemory),
        },
        "gdown" => matches!(last, "download" | "cached_download").then_some(Known::Network),
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
