"""The two drawings of the docs, ``python -m pipelines.contract.drawing``: the floors, from the layers that lint-imports holds, and the pipeline.

``dvc dag`` draws every edge as text wider than a terminal; here an edge that others already imply is left out.
"""

import ast
import tomllib
from collections.abc import Mapping
from html import escape
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WIDTH, LINE, GAP = 960, 24, 8
BOX, STEP, ROW = 112, 136, 62
STYLE = """<style>
    .floor { fill: #f4f7fa; stroke: #c4cad3 } .edge { fill: none; stroke: #98a2b3 }
    .name { font-size: 14px; font-weight: bold; fill: #0b4f8a } .line { font-size: 12px; fill: #1f2933 }
  </style>"""
Edges = Mapping[str, set[str]]


def floors() -> str:
    """The floors as SVG: the top one first, each unit with the first line of its docstring."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    parts, y = [], 14
    for floor in layers:
        units = floor.split(" | ")
        height = LINE * len(units) + GAP
        parts.append(f'<rect class="floor" x="20" y="{y}" width="{WIDTH - 40}" height="{height}"/>')
        for unit in units:
            y += LINE
            parts.append(
                f'<text class="name" x="44" y="{y - 3}">{unit}</text><text class="line" x="190" y="{y - 3}">{escape(_what(unit))}</text>'
            )
        y += GAP + 4
    return _svg(WIDTH, y + 10, "The floors of churnml; imports go only down", parts)


def pipeline() -> str:
    """The stages as SVG, each below all that it reads from."""
    edges = _direct(_edges())
    depth: dict[str, int] = {}
    for stage in edges:  # dvc.yaml names a stage after those it reads from
        depth[stage] = 1 + max((depth[reads] for reads in edges[stage]), default=-1)
    rows = [[stage for stage in edges if depth[stage] == level] for level in range(max(depth.values()) + 1)]
    width = STEP * max(map(len, rows)) + 40
    at = {
        stage: (width / 2 + STEP * (place - (len(row) - 1) / 2), 14 + ROW * level)
        for level, row in enumerate(rows)
        for place, stage in enumerate(row)
    }
    lines = [_edge(at[reads], at[stage]) for stage in edges for reads in sorted(edges[stage])]
    boxes = [
        f'<rect class="floor" x="{x - BOX / 2:g}" y="{y:g}" width="{BOX}" height="30"/>'
        f'<text class="name" x="{x:g}" y="{y + 20:g}" text-anchor="middle">{stage}</text>'
        for stage, (x, y) in at.items()
    ]
    return _svg(
        width,
        14 + ROW * len(rows),
        "The stages of the pipeline; each reads from those above it",
        lines + boxes,
    )


def _edge(above: tuple[float, float], below: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = (above[0], above[1] + 30), below
    if y2 - y1 > ROW:  # an edge over several rows goes beside the boxes between
        x = max(x1, x2) + BOX
        return f'<path class="edge" d="M{x1:g} {y1:g} C{x:g} {y1 + ROW:g} {x:g} {y2 - ROW:g} {x2 + BOX / 2:g} {y2 + 15:g}"/>'
    return f'<path class="edge" d="M{x1:g} {y1:g} C{x1:g} {y1 + 24:g} {x2:g} {y2 - 24:g} {x2:g} {y2:g}"/>'


def _edges() -> dict[str, set[str]]:
    """For each stage those whose outs it reads."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    outs = {
        name: [next(iter(o)) if isinstance(o, dict) else o for o in stage["outs"]]
        for name, stage in stages.items()
    }
    outs["sample"] = [*outs["sample"], "${book.raw}"]  # the sample book's raw folder
    return {
        name: {other for other in stages if other != name and set(stage["deps"]) & set(outs[other])}
        for name, stage in stages.items()
    }


def _direct(edges: Edges) -> dict[str, set[str]]:
    """The edges that no longer way implies."""

    def above(stage: str) -> set[str]:
        return edges[stage].union(*(above(reads) for reads in edges[stage]))

    return {
        stage: {one for one in reads if not any(one in above(other) for other in reads)}
        for stage, reads in edges.items()
    }


def _what(unit: str) -> str:
    folder = ROOT / "src" / "churnml" / unit
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    first = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").splitlines()[0]
    return first.rstrip(".").replace("``", "")


def _svg(width: float, height: float, label: str, parts: list[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif"'
        f' role="img" aria-label="{label}">'
    )
    return (
        "\n  ".join([head, STYLE, f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>', *parts])
        + "\n</svg>\n"
    )


DRAWINGS = {"docs/floors.svg": floors, "docs/pipeline.svg": pipeline}

if __name__ == "__main__":
    for name, draw in DRAWINGS.items():
        (ROOT / name).write_text(draw(), encoding="utf-8")
