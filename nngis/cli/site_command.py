"""``nngis site``: options to a question or a matrix, the answer, and a folder."""

import json
from pathlib import Path

import typer

from nngis.catalog.load import shipped_layers
from nngis.cli.reach_command import print_answer
from nngis.errors import ScenarioError
from nngis.files import check_output
from nngis.inputs.features import read_features, weights_of
from nngis.inputs.store import open_store
from nngis.outputs.write_run import write_run
from nngis.run.site import SiteQuestion, Task, answer_site, read_matrix, solve, summary
from nngis.solvers.site.answer import SiteAnswer
from nngis.text import Lang, Text

Files = tuple[str | None, str | None, str | None, str | None]


def site(
    task: Task,
    files: Files,
    matrix: tuple[Path | None, Path | None],
    *,
    limit_km: float | None,
    weight: str | None,
    datum: str | None,
    layers: Path | None,
    out: Path | None,
    lang: Lang,
    as_json: bool,
    force: bool,
) -> None:
    """Solve on layers, or on a ready matrix; print, and leave a folder where one is named."""
    links, weights = matrix
    if links is not None:
        reach, weight_of = read_matrix(links, weights)
        _print(solve(task, reach, weight_of, []), lang, as_json=as_json)
        return
    demand, candidates, existing, roads = files
    if demand is None or candidates is None or limit_km is None:
        raise ScenarioError(
            "请给出 --demand、--candidates 和 --limit-km，或用 --links 给出距离表。",
            "Give --demand, --candidates and --limit-km, or a table of distances with --links.",
            where="nngis site",
        )
    if out is not None:
        check_output(out, force=force)
    store = open_store(layers or shipped_layers())
    asking = read_features(demand, "demand", store, datum=datum)
    question = SiteQuestion(
        task,
        asking,
        read_features(candidates, "candidates", store, datum=datum),
        read_features(existing, "existing", store, datum=datum) if existing else None,
        read_features(roads, "roads", store) if roads else None,
        weights_of(asking, weight),
        limit_km * 1000.0,
    )
    answer, result = answer_site(question)
    if as_json:
        _print(answer, lang, as_json=True)
    else:
        print_answer(result, lang, as_json=False)
        _print(answer, lang, as_json=False)
    if out is not None:
        asked = {"problem": task.problem, "p": task.p, "demand": demand, "candidates": candidates}
        write_run(out, [result], store, title=result.title, asked=asked, lang=lang)


def _print(answer: SiteAnswer, lang: Lang, *, as_json: bool) -> None:
    found = summary(answer)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name in ("objective", "bound", "gap", "status", "seconds"):
        typer.echo(f"  {name}: {found[name]}")
    typer.echo(f"  {Text('入选', 'selected').say(lang)}: {' '.join(map(str, answer.selected))}")
