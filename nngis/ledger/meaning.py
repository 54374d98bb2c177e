"""What a cell states: its words read with the negation, plan, former, partial and time about them.

A cell is clauses of tokens. Every word of the vocabulary is a mention. What stands before it in its
clause turns it, so does what follows it where no other word comes (拆除未完成), and a clause of its
own without any word (煤改气（未实施）). A mention that nothing turns is stated: 未通水 and 待验收
state nothing, 停用待拆除 states 停用 alone, 煤改气 states gas, 拟煤改气 coal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nngis.ledger.tokens import FIRST_OPEN_YEAR, Token, carries_on

STATED = "stated"
_TURNS = ("not", "intended", "awaited", "former", "partial", "progress", "done", "unsure")
_HINDERS = ("not", "intended", "awaited", "progress", "unsure", "aside")  # no change is made
_ACTS = (*_TURNS, "class", "other", "change", "replaces", "present")


@dataclass
class Mention:
    """One word of the vocabulary, and what turns it."""

    name: str
    turns: list[str] = field(default_factory=list)

    def mode(self) -> str:
        """Say how the word is meant: stated, negated, or the name of what turns it."""
        nots = self.turns.count("not")
        planned = next((t for t in ("intended", "awaited") if t in self.turns), None)
        if {"unsure", "aside"} & set(self.turns) or nots > 1 or (nots and planned):
            return "unsure"
        if nots:
            return "negated"
        if planned:
            return planned
        for turn in ("former", "partial", "progress"):
            if turn in self.turns:
                return turn
        return "open" if "open" in self.turns and "done" not in self.turns else STATED


@dataclass
class _Clause:
    """A clause while it is being read."""

    mentions: list[Mention] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    own: bool = False  # whether it has turning words, besides those carried over
    begun: bool = False  # whether a turning word stands behind the last mention
    strange: bool = False  # whether unknown words follow it
    present: int | None = None  # how many mentions stand before 现
    change: int | None = None  # how many mentions stand before the word of change
    change_kind: str = ""
    change_turns: list[str] = field(default_factory=list)


def mentions_in(tokens: Sequence[Token], *, far: bool = True) -> list[Mention]:
    """Find what a cell says of the words of a vocabulary."""
    clauses: list[_Clause] = []
    carried: list[str] = []
    for words, link in _clauses(tokens):
        clause = _read(words, carried, far=far)
        strange = any(token.kind == "other" for token in words)
        carried = []
        if clause.mentions or clause.change is not None:
            clauses.append(clause)
            carried = list(clause.pending) if link else []
        elif clauses:
            _turn_all(clauses[-1], clause.pending, strange=strange)
        elif not strange:
            carried = list(clause.pending)
    for clause in clauses:
        _apply_change(clause)
    _end_before_present(clauses)
    return [mention for clause in clauses for mention in clause.mentions]


def _clauses(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], bool]]:
    """Part tokens at the breaks; say whether a break joins equals."""
    words: list[Token] = []
    for token in tokens:
        if token.kind != "break":
            words.append(token)
        elif words:
            yield words, carries_on(token)
            words = []
    if words:
        yield words, False


def _read(words: Sequence[Token], carried: Sequence[str], *, far: bool) -> _Clause:
    clause = _Clause(pending=list(carried))
    for at, token in enumerate(words):
        kind = _kind(words, at)
        if kind == "class":
            clause.mentions.append(Mention(token.word, list(clause.pending)))
            clause.begun = clause.strange = False
        elif kind in ("change", "replaces"):
            _begin_change(clause, kind)
        elif kind == "present":
            clause.pending, clause.own, clause.present = [], True, len(clause.mentions)
        elif kind == "after":
            _end_before(clause, words[at + 1 :])
        elif kind == "other":
            clause.strange = clause.begun
            clause.pending = clause.pending if far else []
        elif kind:
            _turn_next(clause, kind)
    if clause.begun:
        _turn_last(clause)
    return clause


def _turn_next(clause: _Clause, kind: str) -> None:
    """Let a word turn what follows; the first one of a clause, or behind a mention, starts anew."""
    if kind == "upto":
        for mention in clause.mentions[-1:]:
            mention.turns.append("open")
        return
    if not clause.own or (clause.mentions and not clause.begun):
        clause.pending = []
    clause.own, clause.begun = True, bool(clause.mentions)
    clause.pending.append(kind)


def _begin_change(clause: _Clause, kind: str) -> None:
    clause.change, clause.change_kind = len(clause.mentions), kind
    clause.change_turns = [t for t in clause.pending if t in _HINDERS]
    clause.pending = [t for t in clause.pending if t not in _HINDERS]


def _kind(words: Sequence[Token], at: int) -> str:
    """Say what a token does here; empty for what does nothing."""
    token = words[at]
    before = words[at - 1] if at else None
    following = words[at + 1] if at + 1 < len(words) else None
    by_word = _is_class(before)
    by_date = any(t is not None and t.kind == "date" for t in (before, following))
    kind = token.kind
    if kind == "date":
        return _of_date(token, before, following)
    if kind == "class" and token.also:
        # 规划 is a state of its own, and turns a word that follows it (规划拆除) or, at the end of
        # a clause, the one before it (拆除计划).
        return token.also if by_word or any(t.kind == "class" for t in words[at + 1 :]) else kind
    acts = {
        "until": not by_date and len(token.word) > 1,  # without a date 以前 is once; 前 is a place
        "upto": following is not None and following.kind == "date",
        "after": by_word,
        "progress": by_word or token.word != "中",
        "change": token.word != "to" or (by_word and _is_class(following)),
    }
    if not acts.get(kind, kind in _ACTS):
        return ""
    return "former" if kind == "until" else kind


def _is_class(token: Token | None) -> bool:
    return token is not None and token.kind == "class"


def _of_date(token: Token, before: Token | None, following: Token | None) -> str:
    """Say of a date whether it is a term to come, may be, or is past."""
    for beside in (before, following):
        if beside and beside.kind == "until":
            return "awaited"
    if before and before.kind == "upto":
        return ""
    return "open" if token.year >= FIRST_OPEN_YEAR else ""


def _end_before(clause: _Clause, rest: Sequence[Token]) -> None:
    """End what stands before 后, if a word follows that nothing turns."""
    turned = any(t.kind in _HINDERS for t in rest)
    if not turned and any(t.kind == "class" for t in rest):
        for mention in clause.mentions:
            mention.turns.append("former")


def _end_before_present(clauses: Sequence[_Clause]) -> None:
    """End what stands before 现, if something is stated behind it."""
    for at, clause in enumerate(clauses):
        if clause.present is None:
            continue
        behind = [
            *clause.mentions[clause.present :],
            *(m for c in clauses[at + 1 :] for m in c.mentions),
        ]
        if any(mention.mode() == STATED for mention in behind):
            over = [
                *(m for c in clauses[:at] for m in c.mentions),
                *clause.mentions[: clause.present],
            ]
            for mention in over:
                mention.turns.append("former")


def _turn_last(clause: _Clause) -> None:
    """Let what stands behind the last mention turn it, or the change that led to it."""
    turns = _of_aside(clause.pending, strange=clause.strange)
    if clause.change is not None:
        clause.change_turns += [t for t in turns if t in _HINDERS]
        turns = [t for t in turns if t not in _HINDERS]
    if clause.mentions:
        clause.mentions[-1].turns += turns
    clause.pending = []


def _turn_all(clause: _Clause, turns: Sequence[str], *, strange: bool) -> None:
    """Let a clause without any mention turn the one before it."""
    turns = _of_aside(turns, strange=strange)
    if clause.change is not None:
        clause.change_turns += [t for t in turns if t in _HINDERS]
        return
    for mention in clause.mentions:
        mention.turns += turns


def _of_aside(turns: Sequence[str], *, strange: bool) -> list[str]:
    """Take what an aside turns: a bare date nothing; with unknown words nobody knows what."""
    found = [turn for turn in turns if turn != "open"]
    if strange and any(turn != "done" for turn in found):
        return ["aside"]
    return found


def _apply_change(clause: _Clause) -> None:
    """Of 甲改乙 the second is so, if the change is made, else the first; of 乙代甲 likewise."""
    if clause.change is None:
        return
    first, second = clause.mentions[: clause.change], clause.mentions[clause.change :]
    if clause.change_kind == "replaces":
        first, second = second, first
    made = not clause.change_turns
    gone, left = (first, second) if made else (second, first)
    for mention in gone:
        mention.turns.append("former")
    for mention in left:
        if not made:
            mention.turns = [t for t in mention.turns if t not in (*_HINDERS, "open")]
