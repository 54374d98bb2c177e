"""What is wrong with how a command was typed, in the language of the command.

typer brings its own copy of click in some versions and the public one in others, so that its
errors are known by the names of their classes.
"""

import re
from typing import Any

from nngis.errors import ScenarioError
from nngis.text import Text, listing


def is_usage_error(error: BaseException) -> bool:
    """Say whether an error is the parser's: something was typed that no command takes."""
    return _is_a(error, "UsageError")


def usage_error(error: Any) -> ScenarioError:  # noqa: ANN401 - see above
    """Say what was typed wrongly."""
    said = _option(error) or _command(error) or _value(error)
    text = said or Text("命令的写法不对；请看 --help。", str(error.message))
    return ScenarioError(text.zh, text.en, where=_where(error))


def _option(error: Any) -> Text | None:  # noqa: ANN401 - see above
    if _is_a(error, "NoSuchOption"):
        name, near = error.option_name, ", ".join(error.possibilities or ())
        if near:
            return Text(
                f"没有选项 {name}；是不是 {near}？",
                f"There is no option {name}. Did you mean {near}?",
            )
        return Text(f"没有选项 {name}。", f"There is no option {name}.")
    if _is_a(error, "BadOptionUsage"):
        name = error.option_name
        return Text(f"{name} 后面要有取值。", f"{name} needs a value behind it.")
    if _is_a(error, "MissingParameter"):
        return Text(f"缺少参数 {_name(error)}。", f"{_name(error)} is missing.")
    return None


def _command(error: Any) -> Text | None:  # noqa: ANN401 - see above
    message = str(error.message)
    if "No such command" in message:
        word, *near = (quoted[1] for quoted in re.findall("(['\"])(.*?)\\1", message))
        near = _below(error, word) or near
        if near:
            return Text(
                f"没有命令 {word}；是不是 {listing(near).zh}？",
                f"There is no command {word}. Did you mean {listing(near).en}?",
            )
        return Text(
            f"没有命令 {word}；nngis --help 列出全部命令。",
            f"There is no command {word}; nngis --help lists them all.",
        )
    if "unexpected extra argument" in message:
        words = message.rpartition("(")[2].rstrip(")")
        return Text(f"多出了 {words}。", f"Nothing more was expected: {words}.")
    return None


def _below(error: Any, word: str) -> list[str]:  # noqa: ANN401 - see above
    """Name the commands of that name which stand under another one."""
    own = getattr(error.ctx, "command", None)
    groups = getattr(own, "commands", {}).items()
    return [f"{name} {word}" for name, one in groups if word in getattr(one, "commands", {})]


def _value(error: Any) -> Text | None:  # noqa: ANN401 - see above
    if not _is_a(error, "BadParameter"):
        return None
    message = str(error.message).removeprefix("Value error, ").rstrip(".")
    name, zh = _name(error), ""
    if " is not one of " in message:
        zh = f"；可用的有：{message.partition(' is not one of ')[2].replace(', ', '、')}"
    elif "valid float" in message or "valid integer" in message:
        zh = "；须为数字"
    elif "is not in the range" in message:
        zh = f"；范围是 {message.partition(' in the range ')[2]}"
    return Text(f"{name} 的取值无效{zh}。", f"Bad value for {name}: {message}.")


def _where(error: Any) -> str:  # noqa: ANN401 - see above
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "nngis"


def _name(error: Any) -> str:  # noqa: ANN401 - see above
    """Name the option or argument as it is typed."""
    hint = getattr(error, "param_hint", None)
    if hint:
        return str(hint).strip("'")
    param = getattr(error, "param", None)
    if param is None:
        return ""
    options = [one for one in getattr(param, "opts", ()) if one.startswith("-")]
    return " / ".join(options) or str(param.metavar or param.name).upper()


def _is_a(error: BaseException, name: str) -> bool:
    return any(one.__name__ == name for one in type(error).__mro__)
