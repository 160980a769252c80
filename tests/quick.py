"""``make quick``: the tests a person runs while working, within so many CPU seconds.

Files whose tests failed last come first, then those beside what git says is being edited, then the cheapest, by what each cost when it last
ran: so no list has to be kept; where nothing ran yet, the shortest. A file that does not fit, or says ``pytestmark = pytest.mark.slow``, is
not even imported. No test begins once the budget is used, and one that runs far beyond it is cut short.
"""

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

BUDGET = float(
    os.environ.get("QUICK_SECONDS", "23")
)  # of 30: the last test begun and the end are to fit, too
GRACE = 4.0  # what the last test may take; the rest is the end's
START, UNKNOWN = 5.0, 0.5  # what importing pandas and the like costs, and a file that never ran
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
    size = {name: file.stat().st_size for name, file in files.items()}
    for file in sorted(files, key=lambda f: (f not in failed, f not in edited, costs.get(f, UNKNOWN), size[f])):  # fmt: skip
        cost = costs.get(file, UNKNOWN)
        fits = cost < left or (
            left > 0 and file in failed | edited
        )  # what is worked on begins, and is cut short
        if fits and (file in failed or SLOW not in files[file].read_text(encoding="utf-8")):
            wanted[file] = len(wanted)
            left -= cost
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


def arm() -> None:
    signal.setitimer(signal.ITIMER_PROF, max(BUDGET + GRACE - cpu(), 0.01))


def cut(*_: object) -> None:
    """The signal's answer; its clock counts by ticks and may be early."""
    if cpu() < BUDGET + GRACE:
        return arm()
    late.add(os.environ["PYTEST_CURRENT_TEST"].split("::")[0])
    pytest.skip(f"cut short: {BUDGET + GRACE:.0f} CPU s are used")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Iterator[None]:
    return (yield from within_budget())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call() -> Iterator[None]:
    return (yield from within_budget())


def within_budget() -> Iterator[None]:
    """Ends a phase of a test by a signal, once so much is used; what it left half done nobody sees, for nothing runs after it."""
    arm()
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Stop:
    """Leaves out what comes once the budget is used; a run that is cut short is no failure."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if cpu() < BUDGET:
            return None
        late.add(item.location[0])
        return True


def pytest_sessionstart(session: pytest.Session) -> None:
    signal.signal(signal.SIGPROF, cut)
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
