"""The search for what is best, beside the page: one a plan, and the latest question counts."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from nngis.desk.under_way import UnderWay
from nngis.errors import NngisError

AFTER_S = 0.03  # the picture that is there already goes to the page first
Tell = Callable[[dict[str, Any]], None]
Seek = Callable[[Callable[[float, float], None]], None]


class Ended(Exception):  # noqa: N818 - nothing is wrong
    """Somebody asked another question meanwhile, or stopped this one."""


@dataclass(frozen=True, eq=False)
class _Search:
    """One search under way."""

    key: str
    ended: threading.Event = field(default_factory=threading.Event)


class Seeking:
    """Searches, each in a thread of its own, which tell the pages how near they are.

    Parameters
    ----------
    tell : callable
        Told ``closing`` (what is covered, and what no choice goes beyond, as shares) and ``ready``.
    under_way : UnderWay, optional
        Runs the searches.
    """

    def __init__(self, tell: Tell, under_way: UnderWay | None = None) -> None:
        self._tell, self._at_work = tell, under_way or UnderWay()
        self._lock = threading.Lock()
        self._under_way: dict[str, _Search] = {}
        self._closed = False

    def start(self, plan: str, key: str, seek: Seek, failed: Callable[[], None]) -> None:
        """Search for the answer to a question, and leave off searching for the one before."""
        with self._lock:
            now = self._under_way.get(plan)
            if self._closed or (now is not None and now.key == key):
                return
            if now is not None:
                now.ended.set()
            search = self._under_way[plan] = _Search(key)
        self._at_work.start(self._seek, plan, search, seek, failed)

    def stop(self) -> list[tuple[str, str]]:
        """Leave off all searches; say which they were, by plan and key."""
        with self._lock:
            found = [(plan, one.key) for plan, one in self._under_way.items()]
            for one in self._under_way.values():
                one.ended.set()
            self._under_way.clear()
        return found

    def close(self) -> None:
        """Leave off all searches, and begin no other."""
        self._closed = True
        self.stop()

    def is_at(self, plan: str) -> bool:
        """Whether a search for a plan is under way."""
        with self._lock:
            return plan in self._under_way

    def leave(self, plan: str, key: str) -> None:
        """Leave off a plan's search, where it is for another question."""
        with self._lock:
            now = self._under_way.get(plan)
            if now is not None and now.key != key:
                now.ended.set()
                del self._under_way[plan]

    def _seek(self, plan: str, search: _Search, seek: Seek, failed: Callable[[], None]) -> None:
        began, last = perf_counter(), (-1.0, -1.0)

        def told(covered: float, bound: float) -> None:
            nonlocal last
            if search.ended.is_set():
                raise Ended
            if last == (covered, bound):  # told again, so that the search can be ended
                return
            last = covered, bound
            self._tell({"kind": "closing", "plan": plan, "key": search.key, "covered": covered,
                        "bound": bound, "seconds": perf_counter() - began})  # fmt: skip

        try:
            if not search.ended.wait(AFTER_S):
                seek(told)
        except Ended:
            return
        except NngisError:  # the worker meets the same, and its answer says so
            failed()
            return
        finally:
            with self._lock:
                if self._under_way.get(plan) is search:
                    del self._under_way[plan]
        if not search.ended.is_set():
            self._tell({"kind": "ready", "plan": plan})
