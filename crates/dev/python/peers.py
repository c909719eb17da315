"""Asks one other scanner about files, one verdict a line: `bad`, `ok` or `error`, a tab, the path.

peers.py TOOL SECONDS < paths. Each file has SECONDS; what takes longer is an error. Nothing is loaded: only
the scanners' own functions are called, the ones that their command lines call.
"""

import contextlib
import io
import logging
import signal
import sys


def picklescan(path):
    from picklescan.scanner import scan_file_path

    result = scan_file_path(path)
    return "bad" if result.issues_count else "error" if result.scan_err else "ok"


def modelscan(path):
    from modelscan.modelscan import ModelScan

    scan = ModelScan()
    result = scan.scan(path)
    if result["issues"]:
        return "bad"
    return "error" if result.get("errors") else "ok"


def fickling(path):
    from fickling.cli import main

    code = main(["fickling", "--check-safety", path])
    return {0: "ok", 1: "bad"}.get(code, "error")


def modelaudit(path):
    from modelaudit.core import determine_exit_code, scan_model_directory_or_file

    code = determine_exit_code(scan_model_directory_or_file(path))
    return {0: "ok", 1: "bad"}.get(code, "error")


class TooLong(BaseException):
    pass


def too_long(*_):
    raise TooLong


def main():
    ask = globals()[sys.argv[1]]
    seconds = int(sys.argv[2])
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, too_long)
    for path in sys.stdin.read().splitlines():
        silent = io.StringIO()
        signal.alarm(seconds)
        try:
            with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
                said = ask(path)
        except (Exception, SystemExit, TooLong):
            said = "error"
        finally:
            signal.alarm(0)
        print(said, path, sep="\t", flush=True)


main()
