"""``make quick``: the tests a person runs while working, within so many CPU seconds.

Files whose tests failed last come first, then those beside what git says is being edited, then the cheapest, by what each cost when it last
ran: so no list has to be kept. A file that does not fit, or says ``pytestmark = pytest.mark.slow``, is not even imported.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

BUDGET = float(
    os.environ.get("QUICK_SECONDS", "23")
)  # of 30: the last test begun and the end are to fit, too
START, UNKNOWN = 5.0, 0.3  # what importing pandas and the like costs, and a file that never ran
COSTS = "churnml/cpu_by_file"
SLOW = "pytestmark = pytest.mark.slow"
wanted: dict[str, int] = {}
spent: dict[str, float] = {}
late: set[str] = set()


def cpu() -> float:
    """CPU seconds of this process and of those it waited for."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Chooses the files, the first to run first."""
    root = config.rootpath
    files = {
        str(f.relative_to(root)): f
        for f in sorted((root / "tests").rglob("test_*.py"))
        if f.parent.name != "spark"
    }
    costs: dict[str, float] = config.cache.get(COSTS, {})
    failed = {name.split("::")[0] for name in config.cache.get("cache/lastfailed", {})} & files.keys()
    edited = beside(root) & files.keys()
    left = BUDGET - START
    for file in sorted(files, key=lambda f: (f not in failed, f not in edited, costs.get(f, UNKNOWN))):
        left -= costs.get(file, UNKNOWN)
        is_slow = file not in failed and SLOW in files[file].read_text(encoding="utf-8")
        if left > 0 and not is_slow:
            wanted[file] = len(wanted)
    late.update(files.keys() - wanted.keys())


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


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    name = str(collection_path.relative_to(config.rootpath))
    return True if collection_path.is_file() and name not in wanted else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: wanted[item.location[0]])


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    before = cpu()
    found = yield
    if isinstance(collector, pytest.Module):
        add(str(collector.path.relative_to(collector.config.rootpath)), cpu() - before)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    before = cpu()
    found = yield
    add(item.location[0], cpu() - before)
    return found


class Stop:
    """Leaves out what comes once the budget is used; a run that is cut short is no failure."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if cpu() < BUDGET:
            return None
        late.add(item.location[0])
        return True


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.pluginmanager.register(Stop())


def add(file: str, cost: float) -> None:
    spent[file] = spent.get(file, 0.0) + cost


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remembers what each file cost; one that was cut short costs at least what it took."""
    cache = session.config.cache
    known: dict[str, float] = cache.get(COSTS, {})
    now = {
        file: round(max(cost, known.get(file, 0.0)) if file in late else cost, 2)
        for file, cost in spent.items()
    }
    cache.set(COSTS, known | now)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(
        f"{cpu():.1f} CPU s; {len(late)} files did not fit or are slow: make test runs them"
    )
