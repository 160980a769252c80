"""What every test stands on: one thread, no telemetry, a repeatable Hypothesis."""

import atexit
import os

# Registered first, so run last: what DuckDB's binding reports at exit, when Hypothesis still holds frames, would follow pytest's
# closing line. Nothing of Python's runs after it.
atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))

# Before any numeric library is imported: on a loaded machine two threads are slower than one.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MPLBACKEND"] = "Agg"

from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from churnml.params.load import read_yaml

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with long tests come first, so that of two workers none is left alone with one of them at the end."""
    long = {item.location[0] for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.location[0] not in long)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared(root: Path) -> Path:
    """The folder of third-party sets beside the repository; the test is skipped where it is absent."""
    found = root.parent / "shared" / "data"
    if not found.is_dir():
        pytest.skip(f"third-party sets are not in {found.relative_to(root.parent)}")
    return found


@pytest.fixture(scope="session")
def scored(root: Path) -> Path:
    """The project with the sample book scored; the test is skipped where `make run` has not made it."""
    listed = root / "data" / "lists" / "sample"
    if read_yaml(root / "params.yaml")["book"]["name"] != "sample" or not any(
        listed.glob("*/risk_list.parquet")
    ):
        pytest.skip("the sample book is not scored here: make run")
    return root


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An MLflow store whose tables exist: creating them takes seconds, copying them none."""
    from churnml import tracking

    file = tmp_path_factory.mktemp("store") / "mlflow.db"
    tracking.open_store(file)
    return file.read_bytes()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of one run share, for what is made once for all of them, behind a lock."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def mini_book(root: Path, run_folder: Path, store_template: bytes) -> tuple[Path, dict[str, dict[str, int]]]:
    """A scored book of few accounts: its project's folder, and the work each stage did. Made once, also for several processes."""
    from tests import mini_book as of

    with FileLock(run_folder / "mini_book.lock"):
        return of.made(root, run_folder / "mini_book", store_template)
