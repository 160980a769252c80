"""``make quick``: the tests a person runs while working, within so many CPU seconds.

Files whose tests failed last come first, then those beside what git says is being edited, then the cheapest, by what each cost when it last
ran: so no list has to be kept. A file that says ``pytestmark = pytest.mark.slow`` is not even imported. What does not fit is not run, and
that is said.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

BUDGET = float(
    os.environ.get("QUICK_SECONDS", "27")
)  # of 30: the end of the last file and of the process are to fit, too
COSTS, UNKNOWN = "churnml/cpu_by_file", 0.3
SLOW = "pytestmark = pytest.mark.slow"
spent: dict[str, float] = {}


def cpu() -> float:
    """CPU seconds of this process and of those it waited for."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))  # fmt: skip


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    is_slow = collection_path.suffix == ".py" and SLOW in collection_path.read_text(encoding="utf-8")
    return True if is_slow or collection_path.name == "spark" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    costs: dict[str, float] = config.cache.get(COSTS, {})
    failed = {name.split("::")[0] for name in config.cache.get("cache/lastfailed", {})}
    edited = beside(config.rootpath)
    files = dict.fromkeys(item.location[0] for item in items)
    order = sorted(files, key=lambda f: (f not in failed, f not in edited, costs.get(f, UNKNOWN)))
    left, chosen = BUDGET - cpu(), []
    for file in order:
        left -= costs.get(file, UNKNOWN)
        if left > 0 or file in failed | edited:
            chosen.append(file)
    place = {file: number for number, file in enumerate(chosen)}
    config.hook.pytest_deselected(items=[item for item in items if item.location[0] not in place])
    items[:] = sorted((i for i in items if i.location[0] in place), key=lambda item: place[item.location[0]])


def beside(root: Path) -> set[str]:
    """The test files that mirror what differs from the last commit, and those that do themselves."""
    told = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=root, capture_output=True, text=True, check=False)  # fmt: skip
    paths = [Path(line[3:].split(" -> ")[-1].strip('"')) for line in told.stdout.splitlines()]
    mirrored = [
        Path("tests", *path.parts[2:-1], f"test_{path.name}")
        for path in paths
        if path.parts[:2] == ("src", "churnml")
    ]
    return {str(path) for path in (*paths, *mirrored)}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    before = cpu()
    if before > BUDGET:
        item.session.shouldstop = f"{BUDGET:.0f} CPU s are used"
    found = yield
    spent[item.location[0]] = spent.get(item.location[0], 0.0) + cpu() - before
    return found


def pytest_sessionfinish(session: pytest.Session) -> None:
    cache = session.config.cache
    cache.set(COSTS, cache.get(COSTS, {}) | {file: round(cost, 2) for file, cost in spent.items()})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"{cpu():.1f} CPU s; what did not fit runs with make test")
