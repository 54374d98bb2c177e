"""Who does the work: this process, several processes, or the workers of a Dask cluster."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from nngis.errors import LayerError
from nngis.second_process import cores

MOST_WORKERS = 4  # unless somebody asks for more: each takes half a GB

# Does one thing with each item; what all of them share is sent once to each worker.
Each = Callable[[Callable[..., Any], Sequence[Any], Any], list[Any]]


def here(work: Callable[..., Any], items: Sequence[Any], shared: object) -> list[Any]:
    """Do the work in this process.

    Examples
    --------
    >>> here(lambda a, b: a * b, [1, 2], 3)
    [3, 6]
    """
    return [work(item, shared) for item in items]


def choose_workers(parts: int) -> int:
    """Choose how many processes do a work that comes in parts.

    Parameters
    ----------
    parts : int
        Number of the parts.

    Returns
    -------
    int
        One a core, no more than parts, and at most `MOST_WORKERS`.

    Examples
    --------
    >>> choose_workers(1)
    1
    """
    return max(1, min(cores(), parts, MOST_WORKERS))


@contextmanager
def workers_of(workers: int = 1, scheduler: str | None = None) -> Iterator[Each]:
    """Open what does the work, and close it at the end.

    Parameters
    ----------
    workers : int
        Processes on this machine; 1 works in this one.
    scheduler : str, optional
        Address of a Dask cluster whose workers see the same folders, for example
        ``"tcp://10.0.0.1:8786"``; it goes before `workers`.

    Yields
    ------
    Each
        Called as `here` is; the same comes out whoever does it.

    Raises
    ------
    LayerError
        If a cluster is named and ``distributed`` is not installed.
    """
    if scheduler:
        with _cluster(scheduler) as each:
            yield each
    elif workers == 1:
        yield here
    else:
        with ProcessPoolExecutor(workers) as pool:
            yield lambda work, items, shared: list(pool.map(partial(_turned, work, shared), items))


@contextmanager
def _cluster(scheduler: str) -> Iterator[Each]:
    try:
        from distributed import Client  # noqa: PLC0415 -- an extra
    except ImportError:
        raise LayerError(
            "未安装 distributed；请运行 pip install nngis[cluster]。",
            "distributed is not installed; run pip install nngis[cluster].",
            where=scheduler,
        ) from None
    with Client(scheduler) as client:  # type: ignore[no-untyped-call, unused-ignore]

        def each(work: Callable[..., Any], items: Sequence[Any], shared: object) -> list[Any]:
            sent = client.scatter(shared, broadcast=True)
            tasks = [client.submit(work, item, sent, pure=False) for item in items]
            return list(client.gather(tasks))

        yield each


def _turned(work: Callable[..., Any], shared: object, item: object) -> object:
    return work(item, shared)
