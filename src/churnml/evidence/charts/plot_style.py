"""One look for all pictures: size, ink, grid, titles, and files whose bytes hang on the picture alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT = "#1F2933", "#C4CAD3"
DPI = 144
STYLE = {
    "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK,
    "axes.edgecolor": FAINT, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": "#EAECF0",
}  # fmt: skip


def new_figure() -> tuple["Figure", "Axes"]:
    """A figure with one pair of axes, drawn without a screen."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        figure, axes = plt.subplots(figsize=(7.2, 4.8), layout="constrained")
    return figure, axes


def title(axes: "Axes", text: str) -> None:
    """The title, on the left above the axes."""
    axes.set_title(text, loc="left", pad=12, weight="bold")


def percent(axes: "Axes", *, x: bool = False, y: bool = False) -> None:
    """Writes the ticks as whole percentages."""
    from matplotlib.ticker import PercentFormatter

    for axis in [axes.xaxis] * x + [axes.yaxis] * y:
        axis.set_major_formatter(PercentFormatter(1, decimals=0))


def arrange(figure: "Figure") -> None:
    """Lays the finished figure out once: saving would first draw all of it for that, unseen."""
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)
    figure.set_layout_engine(None)


def save(figure: "Figure", path: Path) -> None:
    """Writes the picture without the date and version that would change its bytes."""
    import matplotlib.pyplot as plt

    no_trace: dict[str, Any] = {"Software": None}
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.set_dpi(DPI)
    arrange(figure)
    figure.savefig(path, dpi=DPI, metadata=no_trace)
    plt.close(figure)
