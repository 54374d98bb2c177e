"""What in a source Windows does not have, or does otherwise; found in the syntax tree."""

import ast
import re
from collections.abc import Iterator

MODULES = {
    "fcntl", "pwd", "grp", "resource", "termios", "pty", "tty", "syslog", "readline", "crypt",
    "spwd", "posix",
}  # fmt: skip
LINKS = {"symlink", "link", "symlink_to", "hardlink_to"}  # there, but kept for administrators
NOT_THERE = LINKS | {
    "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "chown", "lchown", "fchown",
    "fchmod", "mkfifo", "mknod", "setsid", "killpg", "sysconf", "uname", "statvfs", "getloadavg",
    "sched_getaffinity", "sched_setaffinity", "wait3", "wait4", "waitid", "nice", "pipe2",
    "openpty", "getpgid", "getpgrp", "setpgid", "register_at_fork", "posix_spawn", "posix_spawnp",
    "posix_fallocate", "posix_fadvise", "pathconf", "getxattr", "setxattr", "fdatasync", "fchdir",
    "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_SYNC", "O_DSYNC", "O_TMPFILE",
    "WNOHANG", "SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGPIPE",
    "SIGQUIT", "SIGSTOP", "SIGCONT", "SIGWINCH", "alarm", "setitimer", "pthread_kill",
    "pthread_sigmask", "sigwait", "add_signal_handler", "AF_UNIX", "epoll", "kqueue",
}  # fmt: skip
OF_MODULES = {  # names that others have too, and what Windows does otherwise
    "os": {"kill", "sync", "pread", "pwrite", "sendfile", "rename", "renames"},
    "signal": {"pause"},
    "select": {"poll"},
}
ENVIRONMENT = {"'HOME'", "'USER'", "'SHELL'", "'TMPDIR'", "'LANG'"}
PLACES = re.compile(r"/(tmp|dev|proc|usr|etc|var|home|opt|root|bin|mnt)(/|$)")
DATES = re.compile(r"%-[dmHIMSjy]")
TEXT_MODE = re.compile(r"[rwxa][t+]*")
TEXT_FILES = {"TextIOWrapper", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"}
WINDOWS = {"sys.platform == 'win32'", "os.name == 'nt'"}
OTHERS = {
    "sys.platform != 'win32'", "os.name != 'nt'", "os.name == 'posix'", "sys.platform == 'linux'",
    "sys.platform.startswith('linux')", "sys.platform == 'darwin'",
}  # fmt: skip


def breaches(source: str) -> list[str]:
    """Name what in a source would not run, or would read otherwise, on Windows."""
    return list(_of(ast.parse(source), frozenset()))


def _of(node: ast.AST, excused: frozenset[str]) -> Iterator[str]:
    """Go through what Windows comes to; `excused` are the errors that have a way out here."""
    yield from (one for one, error in _of_node(node) if not error & excused)
    inner = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.If | ast.IfExp) and ast.unparse(node.test) in WINDOWS | OTHERS:
        taken = node.body if ast.unparse(node.test) in WINDOWS else node.orelse
        inner = taken if isinstance(taken, list) else [taken]
    elif isinstance(node, ast.Try):
        caught = {name for one in node.handlers for name in _names(one.type)}
        for one in node.body:
            yield from _of(one, excused | caught)
        inner = [*node.handlers, *node.orelse, *node.finalbody]
    elif isinstance(node, ast.With):
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("suppress"):
                excused |= {name for one in call.args for name in _names(one)}
    for one in inner:
        yield from _of(one, excused)


def _names(node: ast.AST | None) -> set[str]:
    """Name the errors that a handler takes."""
    if node is None:
        return {"OSError", "AttributeError", "ImportError"}
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return found | ({"OSError", "AttributeError", "ImportError"} if "Exception" in found else set())


def _of_node(node: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """Name the breaches of one node, each with the errors by which Windows tells of it."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        module = node.module if isinstance(node, ast.ImportFrom) else None
        for one in node.names:
            if (module or one.name) in MODULES:
                yield module or one.name, {"ImportError", "ModuleNotFoundError"}
            yield from _of_name(one.name, module or "", {"ImportError"}) if module else ()
    elif isinstance(node, ast.Attribute):
        yield from _of_name(node.attr, ast.unparse(node.value), {"AttributeError"})
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if PLACES.match(node.value) or DATES.search(node.value):
            yield f"text {node.value}", set()
    elif isinstance(node, ast.Subscript):
        if ast.unparse(node.value).endswith("environ") and ast.unparse(node.slice) in ENVIRONMENT:
            yield f"variable {ast.unparse(node.slice)}", {"KeyError"}
    elif isinstance(node, ast.Call):
        yield from ((one, set()) for one in _of_call(node))


def _of_name(name: str, owner: str, errors: set[str]) -> Iterator[tuple[str, set[str]]]:
    if name in LINKS:
        yield name, {"OSError"}
    elif name in NOT_THERE or name in OF_MODULES.get(owner, ()):
        yield name, errors


def _of_call(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    keywords: dict[str | None, ast.expr] = {one.arg: one.value for one in node.keywords}
    given = [one.value for one in node.args if isinstance(one, ast.Constant)]
    if name == "getattr" and len(node.args) == 2 and set(given) & NOT_THERE:
        yield f"getattr {given}"
    if name == "NamedTemporaryFile" and not {"delete", "delete_on_close"} & set(keywords):
        yield "NamedTemporaryFile cannot be opened again"
    if name in {"get_context", "set_start_method"} and {"fork", "forkserver"} & set(given):
        yield f"{name} {given}"
    if "shell" in keywords or (owner == "os" and name in {"system", "popen"}):
        yield f"{name} asks a shell"
    asked = [keywords.get(one) for one in ("text", "universal_newlines")]
    if "encoding" not in keywords and any(
        isinstance(one, ast.Constant) and one.value is True for one in asked
    ):
        yield f"{name} of text without encoding"
    if _lacks_encoding(node, name, owner, set(keywords)):
        yield f"{name} without encoding"


def _lacks_encoding(node: ast.Call, name: str, owner: str, keywords: set[str | None]) -> bool:
    """Tell whether a call reads or writes text in the code page of the machine."""
    if {"encoding", None} & keywords:
        return False
    if name in {"read_text", "write_text"}:
        return len(node.args) < {"read_text": 1, "write_text": 2}[name]
    modes = [one.value for one in node.keywords if one.arg == "mode"]
    of_file = name == "open" and owner in {"", "io"}
    place = 1 if of_file or name == "fdopen" or owner in {"gzip", "bz2", "lzma"} else 0
    modes += node.args[place : place + 1]
    mode = modes[0].value if modes and isinstance(modes[0], ast.Constant) else None
    text = isinstance(mode, str) and TEXT_MODE.fullmatch(mode) is not None
    if name == "open" and owner in {"gzip", "bz2", "lzma"}:  # bytes unless told
        return text and "t" in str(mode)
    if of_file or name == "fdopen":
        return text or not modes
    if name == "open":  # of a path; stores and archives have an `open` too
        return text or not (node.args or keywords)
    return name == "TextIOWrapper" or (name in TEXT_FILES and text)
