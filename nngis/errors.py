"""What can go wrong, said in two languages: what, where, and how to mend it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from nngis.text import Lang

_UNSEEN = (
    *range(9),
    *range(11, 32),
    *range(127, 160),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_SHOWN = {code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" for code in _UNSEEN}  # noqa: PLR2004
MOST_SAID = 160  # characters of a library's own message


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    zh, en : str
        One or two plain sentences: what is wrong and how to mend it.
    where : str
        File, sheet, row, column, parameter: as near as is known; the same in both languages.
    ids : sequence of str
        The rows of a table or layer `where` that it is about, where it is about some.
    """

    zh: str
    en: str
    where: str = ""
    ids: Collection[object] = field(default=(), compare=False)

    def say(self, lang: Lang) -> str:
        """Return the sentence in one language, with its place before it.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the sentence.

        Returns
        -------
        str
            ``"where: sentence"``, or the sentence alone where no place is known.

        Examples
        --------
        >>> Problem("文件不存在。", "There is no such file.", where="a.xlsx").say("en")
        'a.xlsx: There is no such file.'
        """
        text = self.zh if lang == "zh" else self.en
        whole = f"{self.where}: {text}" if self.where else text
        # A ledger's own words may be in it: on a terminal they command nothing.
        return whole.translate(_SHOWN)


class NngisError(Exception):
    """Base of every error that nngis raises on purpose.

    Parameters
    ----------
    zh, en : str
        What is wrong and how to mend it.
    where : str
        Where it is wrong.

    Attributes
    ----------
    problems : tuple of Problem
        All that is wrong; one, unless built by `of`.
    exit_code : int
        What the command line exits with.
    """

    exit_code = 1

    def __init__(self, zh: str, en: str, *, where: str = "") -> None:
        self.problems: tuple[Problem, ...] = (Problem(zh, en, where),)
        super().__init__(self.problems[0].say("en"))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """Build one error that reports several problems at once.

        Parameters
        ----------
        problems : iterable of Problem
            At least one.

        Returns
        -------
        NngisError
            An error of this class.
        """
        found = tuple(dict.fromkeys(problems))  # what spoils several things is said once
        error = cls(found[0].zh, found[0].en, where=found[0].where)
        error.problems = found
        error.args = ("\n".join(problem.say("en") for problem in found),)
        return error

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[tuple[Problem, ...]]]:
        """Come back from another process as the same error."""
        return type(self).of, (self.problems,)

    def say(self, lang: Lang) -> str:
        """Return every problem in one language, a line each.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the sentences.

        Returns
        -------
        str
            The lines.
        """
        return "\n".join(problem.say(lang) for problem in self.problems)


class LayerError(NngisError):
    """A layer is missing, damaged, or not what its role asks for."""


class LedgerError(NngisError):
    """A file that somebody sent cannot be read as what it should be."""


class FetchError(NngisError):
    """Something could not be fetched: no network, a busy server, a cut or wrong answer."""


class InfeasibleError(NngisError):
    """The question has no answer: nothing to cover, more sites than candidates, no way through."""


class OutputError(NngisError):
    """The output folder cannot be written."""


class ParameterError(NngisError):
    """A parameter does not exist, has the wrong type, or lies outside its bounds."""

    exit_code = 2


class ScenarioError(NngisError):
    """A scenario file or an option does not say what it must."""

    exit_code = 2


def require(problems: Sequence[Problem], error: type[NngisError]) -> None:
    """Raise one error with all problems, if there are any.

    Parameters
    ----------
    problems : sequence of Problem
        What was found; may be empty.
    error : type of NngisError
        The class to raise.

    Raises
    ------
    NngisError
        If `problems` is not empty.
    """
    if problems:
        raise error.of(problems)


def unforeseen(cause: BaseException) -> NngisError:
    """Say in words that something went wrong that nobody thought of.

    Parameters
    ----------
    cause : BaseException
        What was raised.

    Returns
    -------
    NngisError
        An error of ours, with `cause` as its ``__cause__``.
    """
    brief = _brief(cause)
    error = NngisError(
        f"没有料到的错误（{brief}），结果没有写出。请核对所给的文件；若文件无误，这是 nngis 的"
        "缺陷，请加 --debug 再运行一次，把输出报告给维护者。",
        f"An error that was not foreseen ({brief}); no result was written. Check the files given; "
        "if they are right it is a fault of nngis: run again with --debug and report the output.",
    )
    error.__cause__ = cause
    return error


def _brief(cause: BaseException) -> str:
    said = " ".join(f"{cause}".split())[:MOST_SAID]
    return f"{type(cause).__name__}: {said}" if said else type(cause).__name__


@contextmanager
def boundary(where: str, zh: str, en: str, *, error: type[NngisError]) -> Iterator[None]:
    """Turn whatever a reader's library raises into one error of ours, which keeps the original.

    The only place where everything is caught; every reader has one such boundary, around the
    calls of its library. What the library raised is the error's ``__cause__``, which the command
    line prints with ``--debug``.

    Parameters
    ----------
    where : str
        The file.
    zh, en : str
        What is wrong and how to mend it; ``{}`` stands for what the library said.
    error : type of NngisError
        The class to raise.

    Yields
    ------
    None
        The block reads.

    Raises
    ------
    NngisError
        Of the class asked for; an error of ours passes as it is.
    """
    try:
        yield
    except (NngisError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as cause:  # a panic of a library in Rust is no Exception
        brief = " ".join(f"{cause}".split())[:MOST_SAID] or type(cause).__name__
        raise error(zh.format(brief), en.format(brief), where=where) from cause
