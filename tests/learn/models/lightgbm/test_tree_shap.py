"""SHAP values by quadrature: against LightGBM, shap's own compiled form, and the definition."""

import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from churnml.learn.models.lightgbm.model_text import read_trees
from churnml.learn.models.lightgbm.tree_shap import BLOCK, Forest

pytestmark = pytest.mark.slow

COLUMNS = 4
VALUES = [
    math.nan,
    0.0,
    -0.0,
    1e-36,
    -1e-36,
    -2.0,
    -1.0,
    -0.5,
    0.5,
    1.0,
    2.0,
    3.7,
    33.0,
    70.0,
    math.inf,
    -math.inf,
]
NONE, AS_ZERO, AS_NAN = 0, 4, 8  # decision_type's bits for what is missing


@dataclass
class Split:
    """A split as the tests draw it; a child is a split or a leaf's (value, rows)."""

    feature: int
    threshold: float
    categories: frozenset[int] | None
    missing: int
    is_default_left: bool
    left: "Split | tuple[float, int]"
    right: "Split | tuple[float, int]"

    def goes_left(self, x: float) -> bool:
        if self.categories is not None:
            return not math.isnan(x) and -1 < x < 1000 and int(x) in self.categories
        if (math.isnan(x) and self.missing != AS_NAN) or abs(x) <= 1e-35:  # LightGBM reads such values as 0
            x = 0.0
        if (self.missing == AS_NAN and math.isnan(x)) or (self.missing == AS_ZERO and abs(x) <= 1e-35):
            return self.is_default_left
        return x <= self.threshold


Tree = Split | tuple[float, int]


def rows_of(tree: Tree) -> int:
    return rows_of(tree.left) + rows_of(tree.right) if isinstance(tree, Split) else tree[1]


def text_of(trees: list[Tree], columns: int = COLUMNS) -> str:
    """The trees as LightGBM writes them."""
    names = " ".join(f"c{place}" for place in range(columns))
    head = ["tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0",
            f"max_feature_idx={columns - 1}", "objective=binary sigmoid:1", f"feature_names={names}",
            "feature_infos=" + " ".join(["[-100:100]"] * columns)]  # fmt: skip
    return "\n".join([*head, "", *(_tree_text(n, tree) for n, tree in enumerate(trees)), "end of trees", ""])


def _tree_text(number: int, tree: Tree) -> str:
    splits: list[Split] = []
    leaves: list[tuple[float, int]] = []

    def visit(node: Tree) -> int:
        if not isinstance(node, Split):
            leaves.append(node)
            return -len(leaves)
        splits.append(node)
        own = len(splits) - 1
        children[own] = (visit(node.left), visit(node.right))
        return own

    children: dict[int, tuple[int, int]] = {}
    visit(tree)
    sets = [split.categories for split in splits if split.categories is not None]
    words = [
        [sum(1 << (c - 32 * w) for c in found if c // 32 == w) for w in range(max(found) // 32 + 1)]
        for found in sets
    ]
    place = iter(range(len(sets)))
    lines = {
        "num_leaves": [len(leaves)],
        "num_cat": [len(sets)],
        "split_feature": [s.feature for s in splits],
        "split_gain": [1] * len(splits),
        "threshold": [s.threshold if s.categories is None else next(place) for s in splits],
        "decision_type": [(s.categories is not None) + 2 * s.is_default_left + s.missing for s in splits],
        "left_child": [children[n][0] for n in range(len(splits))],
        "right_child": [children[n][1] for n in range(len(splits))],
        "leaf_value": [value for value, _ in leaves],
        "leaf_weight": [1] * len(leaves),
        "leaf_count": [rows for _, rows in leaves],
        "internal_value": [0] * len(splits),
        "internal_weight": [1] * len(splits),
        "internal_count": [rows_of(s) for s in splits],
    }
    if sets:
        lines["cat_boundaries"] = [0, *np.cumsum([len(w) for w in words]).tolist()]
        lines["cat_threshold"] = [word for found in words for word in found]
    body = [f"{name}={' '.join(repr(v) for v in values)}" for name, values in lines.items()]
    return "\n".join([f"Tree={number}", *body, "is_linear=0", "shrinkage=1", "", ""])


def by_definition(tree: Tree, row: list[float]) -> list[float]:
    """Shapley values by enumeration of every set of features, and the expected value last."""

    def value(node: Tree, known: frozenset[int]) -> float:
        if not isinstance(node, Split):
            return node[0]
        if node.feature in known:
            return value(node.left if node.goes_left(row[node.feature]) else node.right, known)
        parts = [(rows_of(child), value(child, known)) for child in (node.left, node.right)]
        return sum(rows * part for rows, part in parts) / sum(rows for rows, _ in parts)

    count = len(row)
    result = []
    for feature in range(count):
        others = [other for other in range(count) if other != feature]
        result.append(sum(
            math.factorial(size) * math.factorial(count - 1 - size) / math.factorial(count)
            * (value(tree, frozenset(chosen) | {feature}) - value(tree, frozenset(chosen)))
            for size in range(count) for chosen in combinations(others, size)
        ))  # fmt: skip
    return [*result, value(tree, frozenset())]


leaves = st.tuples(st.floats(-3, 3).map(lambda v: round(v, 3)), st.integers(1, 1000))


def splits(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.builds(
        Split,
        feature=st.integers(0, COLUMNS - 1),
        threshold=st.sampled_from([-1.0, -1e-3, 0.0, 0.5, 1.0, 1.0000000180025095e-35]),
        categories=st.none() | st.frozensets(st.sampled_from([0, 1, 2, 3, 31, 32, 33, 70]), min_size=1),
        missing=st.sampled_from([NONE, AS_ZERO, AS_NAN]),
        is_default_left=st.booleans(),
        left=children, right=children,
    )  # fmt: skip


trees = st.recursive(leaves, splits, max_leaves=14)
tables = st.lists(
    st.lists(st.sampled_from(VALUES), min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=4
)


def chain(length: int, columns: int) -> Tree:
    """Splits under one another, the features in turn."""
    tree: Tree = (1.0, 3)
    for place in range(length):
        leaf = (math.sin(place), 1 + place % 5)
        one, other = (tree, leaf) if place % 3 else (leaf, tree)
        tree = Split(place % columns, math.cos(place), None, AS_NAN, place % 2 == 0, one, other)
    return tree


def read(text: str | list[str]) -> Forest:
    forest = Forest.read([text] if isinstance(text, str) else text)
    assert forest is not None
    return forest


def lightgbm_says(text: str, matrix: np.ndarray) -> np.ndarray:
    return lgb.Booster(model_str=text).predict(matrix, pred_contrib=True, num_threads=1)


@given(st.lists(trees, min_size=1, max_size=3), tables)
@example([(0.25, 10)], [[0.0] * COLUMNS])
@example([Split(3, 0.0, None, NONE, False, (0.0, 1), (1.0, 1))], [[math.nan, math.nan, math.nan, 1e-36]])
@example([chain(12, 2)], [[0.5, -1.0, 0.0, 0.0], [math.nan, 0.0, 1.0, 0.0]])
def test_made_trees_are_explained_as_lightgbm_and_the_definition_do(made, table):
    matrix = np.array(table)
    values = read(text_of(made)).contributions(matrix)
    defined = [np.sum([by_definition(tree, row) for tree in made], axis=0) for row in table]
    assert np.abs(values - defined).max() < 1e-9
    assert np.abs(values - lightgbm_says(text_of(made), matrix)).max() < 1e-9


@pytest.mark.parametrize(("length", "columns"), [(40, 40), (60, 7), (30, 1)])
def test_deep_chains(length, columns):
    matrix = np.random.default_rng(1).choice([math.nan, -1.0, -0.3, 0.3, 1.0], (200, columns))
    text = text_of([chain(length, columns)], columns)
    assert np.abs(read(text).contributions(matrix) - lightgbm_says(text, matrix)).max() < 1e-9


def table_with(rng: np.random.Generator, rows: int, missing: float | None) -> np.ndarray:
    """Numbers, counts and two categories, part of them missing (NaN, or a value that stands for it)."""
    matrix = rng.normal(size=(rows, 8))
    matrix[:, 2:4] = rng.poisson(1.0, (rows, 2))
    matrix[:, 6] = rng.integers(0, 5, rows)
    matrix[:, 7] = rng.integers(0, 80, rows)
    if missing is not None:
        matrix[rng.random(matrix.shape) < 0.15] = missing
    return matrix


KINDS = {
    "nothing missing": (None, {}),
    "missing is NaN": (math.nan, {}),
    "missing is zero": (0.0, {"zero_as_missing": True}),
    "missing is not handled": (math.nan, {"use_missing": False}),
    "dart": (math.nan, {"boosting": "dart"}),
    "one leaf a tree": (None, {"min_data_in_leaf": 5000}),
}


def boosters(kind: str) -> tuple[list[lgb.Booster], np.ndarray]:
    missing, chosen = KINDS[kind]
    rng = np.random.default_rng(5)
    matrix = table_with(rng, 600, missing)
    known = np.nan_to_num(matrix)
    is_outcome = known[:, 0] + (known[:, 7] % 3 == 1) + known[:, 2] * known[:, 1] + rng.normal(size=600) > 0.8
    fixed = {
        "objective": "binary",
        "num_leaves": 24,
        "min_data_in_leaf": 5,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lgb.Dataset(matrix, is_outcome.astype(float), categorical_feature=[6, 7], params=fixed | chosen)
    made = [
        lgb.train(fixed | chosen | {"seed": seed, "bagging_freq": 1, "bagging_fraction": 0.7}, data, 12)
        for seed in (1, 2)
    ]
    fresh = np.vstack([matrix, table_with(rng, 100, math.nan), np.full((1, 8), math.nan)])
    fresh[-20:-1, 6:] += rng.choice([-7.0, 0.5, 200.0], (19, 2))  # categories never seen
    return made, fresh


@pytest.mark.parametrize("kind", KINDS)
def test_fitted_boosters_are_explained_as_lightgbm_does(kind):
    made, matrix = boosters(kind)
    values = read([booster.model_to_string() for booster in made]).contributions(matrix)
    says = np.mean([booster.predict(matrix, pred_contrib=True, num_threads=1) for booster in made], axis=0)
    log_odds = np.mean([booster.predict(matrix, raw_score=True, num_threads=1) for booster in made], axis=0)
    assert np.abs(values - says).max() < 1e-9
    assert np.abs(values.sum(axis=1) - log_odds).max() < 1e-9
    assert kind == "one leaf a tree" or np.ptp(values[:, :-1]) > 0.1


def test_shap_agrees_by_its_own_compiled_code():
    with warnings.catch_warnings():  # shap's own imports use what matplotlib is about to retire
        warnings.simplefilter("ignore")
        import shap
    rng = np.random.default_rng(2)
    matrix = table_with(rng, 500, math.nan)[:, :6]
    target = np.nan_to_num(matrix[:, 0] * matrix[:, 1]) + rng.normal(size=500)
    fixed = {"num_leaves": 31, "min_data_in_leaf": 5, "num_threads": 1, "verbosity": -1}
    booster = lgb.train(fixed, lgb.Dataset(matrix, target), 10)
    values = read(booster.model_to_string()).contributions(matrix)
    explainer = shap.TreeExplainer(booster)
    assert np.abs(values[:, :-1] - explainer.shap_values(matrix)).max() < 1e-9
    explainer.model.model_type = "internal"  # else shap hands the question back to LightGBM
    assert np.abs(values[:, :-1] - explainer.shap_values(matrix)).max() < 1e-9


@pytest.mark.parametrize("rows", [1, BLOCK - 1, BLOCK, BLOCK + 1, 600])
def test_a_row_is_explained_alike_alone_and_among_others(rows):
    made, matrix = boosters("missing is NaN")
    forest = read([booster.model_to_string() for booster in made])
    assert forest.contributions(matrix[:rows]).tobytes() == forest.contributions(matrix)[:rows].tobytes()
    assert forest.contributions(matrix[:0]).shape == (0, 9)


def test_what_is_not_known_is_left_to_lightgbm():
    text = text_of([chain(3, 2), (0.5, 7)])
    assert read_trees([text]) is not None
    unknown: list[Callable[[str], str]] = [
        lambda t: t.replace("version=v4", "version=v5"),
        lambda t: t.replace("num_tree_per_iteration=1", "num_tree_per_iteration=3"),
        lambda t: t.replace("label_index", "average_output\nlabel_index"),
        lambda t: t.replace("max_feature_idx=", "max_feature_idx=x"),
        lambda t: re.sub("max_feature_idx=.*", "max_feature_idx=inf", t),
        lambda t: t.replace("is_linear=0", "is_linear=1", 1),
        lambda t: t.replace("is_linear=0", "is_linear=no", 1),
        lambda t: t.replace("leaf_count=", "leaf_count=0 ", 1),
        lambda t: t.replace("left_child=", "left_child=0 ", 1),
        lambda t: t.replace("split_feature=", "split_feature=99 ", 1),
        lambda t: t[: t.index("leaf_value")],
    ]
    assert all(read_trees([change(text)]) is None for change in unknown)
    assert read_trees([text, text_of([(0.5, 7)], columns=9)]) is None
    assert read_trees([]) is None
    uncovered = text_of([Split(0, 0.0, None, NONE, is_default_left=True, left=(1.0, 0), right=(2.0, 5))])
    assert read_trees([uncovered]) is None
