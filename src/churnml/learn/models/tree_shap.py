r"""Exact path-dependent SHAP values of LightGBM trees, for blocks of rows, by quadrature.

The game (Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67, 'tree_path_dependent'): with the features of a set S known,
a tree's value is the mean over its leaves in which a split on a feature of S is followed as the row follows it, and a split on any
other feature by the share of training rows ('cover') that went each way. It is a sum over leaves; leaf l, of value v, adds

    v * prod_{i in S} o_i * prod_{i not in S} z_i

where i runs over the distinct features on the leaf's path, z_i is the product of the cover shares along the path at the splits on
i, and o_i is 1 where the row follows all of these splits, else 0. Feature i's Shapley value averages its gain over the sizes and
members of S. The weight of a set of s features out of the d - 1 others is s! (d - 1 - s)! / d!, which is the Beta integral of
t^s (1 - t)^(d - 1 - s) over [0, 1]; so the sum over sets is the integral of a product:

    phi_i = v * (o_i - z_i) * integral_0^1  prod_{j != i} f_j(t)  dt,      f_j(t) = z_j (1 - t) + o_j t

The integrand is a polynomial of degree d - 1, so Gauss-Legendre with q = ceil(d / 2) nodes is exact (2 q - 1 >= d - 1), d being the
most distinct features on a path of the tree. No recurrence over set sizes is needed, and nothing but positive numbers is
multiplied: nodes lie inside (0, 1), so f_j > 0. Yu et al. 2022 ('Linear TreeSHAP', arXiv 2209.08192) write the same sum as a
polynomial that flows along the tree; here it flows by its values at the nodes.

Going down, an edge multiplies the running product by f_i; where the path met feature i before, with (o', z'), by f_i / f_i'. At a
leaf the product times the node's weight and v is the leaf's mass. Going up, masses add: with M the mass below an edge,

    phi_i  gains  sum over nodes of  M * (g_i - g_i'),      g = (o - z) / f,   g' = 0 where i was not met before

since below a later edge of the same feature the earlier term must not count. g is -1 / (1 - t) where o = 0, whatever z. So an
edge knows three cases of a row (it follows; it followed until here; it had left before), and for each of them two numbers a node:
these are made once a tree, and the rows see only products, sums and choices among the three. Nothing is summed across rows and
nothing is reordered, so a row's values depend neither on its neighbours nor on the processor's vector width.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from churnml.learn.logit import FloatArray

IntArray = NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., object])

BLOCK = int(__import__("os").environ.get("BLK","64"))  # rows a tree sees at once: a matter of the processor's cache; no value depends on it
BLOCKS = 16  # blocks for which a tree's numbers are made once
ZERO = float(np.float32(1e-35))  # what LightGBM takes for zero
CATEGORY, DEFAULT_LEFT, MISSING, AS_ZERO, AS_NAN = 1, 2, 12, 4, 8  # bits of decision_type
KNOWN = r"tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\n(?!(.*\n)*average_output)"


class Trees(NamedTuple):
    """Trees end to end. A tree of n splits has 2 n + 1 slots: its splits (0 is the root), then its leaves."""

    splits: IntArray  # where each tree's splits begin, and the end
    slots: IntArray  # where each tree's slots begin
    feature: IntArray
    threshold: FloatArray
    decision: IntArray
    left: IntArray  # the slot of the left child
    right: IntArray
    cover: FloatArray  # by slot: training rows
    value: FloatArray  # by slot: the leaf's value, 1 for a split
    begin: IntArray  # where a category split's set begins in ``bits``
    words: IntArray  # how long it is; 0 for other splits
    bits: IntArray  # 32 categories a word


class Paths(NamedTuple):
    """What the paths of the trees know before any row: by split, by slot, by tree."""

    earlier: IntArray  # by split: the slot of the last edge above on the same feature; 0 (the root) if none
    share: FloatArray  # by slot: z after the edge into it
    nodes: IntArray  # by tree: q


def _compiled(function: F) -> F:
    """The function as machine code, kept beside this file or, where nothing can be written, made anew."""
    try:
        return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no folder to write to
        return numba.njit(nogil=True)(function)  # type: ignore[no-any-return]


@_compiled
def _trace(trees: Trees, earlier: IntArray, share: FloatArray, nodes: IntArray) -> None:
    """Fills the Paths; LightGBM numbers a split before those below it."""
    for tree in range(len(nodes)):
        first, slot = trees.splits[tree], trees.slots[tree]
        count = trees.splits[tree + 1] - first
        above, distinct = np.zeros(2 * count + 1, np.int64), np.zeros(2 * count + 1, np.int64)
        share[slot] = 1.0
        for split in range(count):
            edge = split
            while edge and trees.feature[first + above[edge]] != trees.feature[first + split]:
                edge = above[edge]
            earlier[first + split] = edge
            for side in range(2):
                child = trees.left[first + split] if side == 0 else trees.right[first + split]
                above[child] = split
                distinct[child] = distinct[split] + (edge == 0)
                nodes[tree] = max(nodes[tree], (distinct[child] + 1) // 2)
                share[slot + child] = (
                    share[slot + edge] * trees.cover[slot + child] / trees.cover[slot + split]
                )


@_compiled
def _weigh(trees: Trees, paths: Paths, tree: int, at: FloatArray, table: FloatArray) -> None:
    """Fills ``table[split, node]``: f to the left and to the right for a row that goes left, goes right, had left
    the path before; then g likewise (0 for a row that had left).
    """
    first, slot = trees.splits[tree], trees.slots[tree]
    for split in range(trees.splits[tree + 1] - first):
        old = paths.share[slot + paths.earlier[first + split]]
        for side in range(2):
            child = trees.left[first + split] if side == 0 else trees.right[first + split]
            new, value = paths.share[slot + child], trees.value[slot + child]
            hit, miss, gone = 3 * side, 2 - side, 4 + side
            for node in range(paths.nodes[tree]):
                t, cell = at[paths.nodes[tree], node], table[split, node]
                before = old * (1 - t) + t
                counted = (1 - old) / before
                cell[hit] = (new * (1 - t) + t) / before * value
                cell[miss] = new * (1 - t) / before * value
                cell[gone] = new / old * value
                cell[6 + hit] = (1 - new) / (new * (1 - t) + t) - counted
                cell[6 + miss] = -1 / (1 - t) - counted


@_compiled
def _decide(trees: Trees, place: int, x: FloatArray, block: int, on: FloatArray, left: int) -> None:
    """Fills ``on[left]`` with 1 for the rows that go left at a split, else 0, by LightGBM's own rules."""
    feature, threshold, decision = trees.feature[place], trees.threshold[place], trees.decision[place]
    if decision & CATEGORY:
        begin, known = trees.begin[place], 32 * trees.words[place]
        for row in range(BLOCK):
            on[left, row] = 0.0
            if -1 < x[block, feature, row] < known:
                category = int(x[block, feature, row])
                on[left, row] = (trees.bits[begin + (category >> 5)] >> (category & 31)) & 1
        return
    missing, default = decision & MISSING, 1.0 if decision & DEFAULT_LEFT else 0.0
    unknown = default if missing else 1.0 if threshold >= 0 else 0.0
    zero = default if missing == AS_ZERO else 1.0 if threshold >= 0 else 0.0
    for row in range(BLOCK):
        value = x[block, feature, row]
        known_left = zero if value == 0 else 1.0 if value <= threshold else 0.0
        on[left, row] = known_left if value == value else unknown


@_compiled
def _down(
    table: FloatArray, split: int, nodes: int, on: FloatArray, mass: FloatArray, left: int, right: int
) -> None:
    """Fills the products (at a leaf, the masses) of both children of a split."""
    for node in range(nodes):
        a, b, c, d = table[split, node, 0], table[split, node, 1], table[split, node, 2], table[split, node, 3]
        e, f = table[split, node, 4], table[split, node, 5]
        for row in range(BLOCK):
            is_left, is_right = on[left, row] != 0, on[right, row] != 0
            product = mass[split, node, row]
            mass[left, node, row] = product * (a if is_left else c if is_right else e)
            mass[right, node, row] = product * (b if is_left else d if is_right else f)


@_compiled
def _up(
    table: FloatArray, split: int, nodes: int, on: FloatArray, mass: FloatArray, left: int, right: int,
    phi: FloatArray, block: int, feature: int,
) -> None:  # fmt: skip
    """Fills the mass of a split from its children's and gives its feature what its edges earned."""
    for node in range(nodes):
        a, b, c, d = table[split, node, 6], table[split, node, 7], table[split, node, 8], table[split, node, 9]
        for row in range(BLOCK):
            is_left, is_right = on[left, row] != 0, on[right, row] != 0
            to_left, to_right = mass[left, node, row], mass[right, node, row]
            mass[split, node, row] = to_left + to_right
            phi[block, feature, row] += to_left * (a if is_left else c if is_right else 0.0)
            phi[block, feature, row] += to_right * (b if is_left else d if is_right else 0.0)


@_compiled
def _explain(
    trees: Trees, paths: Paths, at: FloatArray, weights: FloatArray, x: FloatArray, phi: FloatArray,
    table: FloatArray, mass: FloatArray, on: FloatArray,
) -> None:  # fmt: skip
    """Adds all trees' values of ``x[block, feature, row]`` to ``phi``, shaped alike: products down, masses up."""
    on[0] = 1.0
    for tree in range(len(paths.nodes)):
        first, nodes = trees.splits[tree], paths.nodes[tree]
        count = trees.splits[tree + 1] - first
        _weigh(trees, paths, tree, at, table)
        for block in range(len(x)):
            for node in range(nodes):
                mass[0, node] = weights[nodes, node]
            for split in range(count):
                left, right, earlier = trees.left[first + split], trees.right[first + split], paths.earlier[first + split]
                _decide(trees, first + split, x, block, on, left)
                for row in range(BLOCK):
                    on[right, row] = on[earlier, row] * (1.0 - on[left, row])
                    on[left, row] *= on[earlier, row]
                _down(table, split, nodes, on, mass, left, right)
            for split in range(count - 1, -1, -1):
                left, right = trees.left[first + split], trees.right[first + split]
                _up(table, split, nodes, on, mass, left, right, phi, block, trees.feature[first + split])


@dataclass(frozen=True)
class Forest:
    """The trees of several boosters, ready to be explained."""

    columns: int
    boosters: int
    base: float  # the mean over boosters of their expected margin
    trees: Trees
    paths: Paths
    at: FloatArray  # row q: the q nodes on (0, 1)
    weights: FloatArray

    @classmethod
    def read(cls, texts: Sequence[str]) -> Self | None:
        """The forest of LightGBM model texts; None where a text has a form whose values this file does not know.

        Known: version v4, one margin that is the sum of the trees, constant leaves, every leaf covered by training rows.
        """
        if not texts or not all(re.match(KNOWN, text) for text in texts):
            return None
        widths = {int(_ints(text, "max_feature_idx")[0]) + 1 for text in texts}
        trees = _trees("".join(text.partition("\nend of trees")[0] + "\n" for text in texts))
        if len(widths) > 1 or not _is_known(trees, min(widths)):
            return None
        counts = np.diff(trees.splits)
        paths = Paths(np.zeros_like(trees.feature), np.ones_like(trees.cover), np.zeros_like(counts))
        _trace(trees, *paths)
        at, weights = _quadrature(int(paths.nodes.max(initial=0)))
        return cls(widths.pop(), len(texts), _expected(trees) / len(texts), trees, paths, at, weights)

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """Mean SHAP values over the boosters, a column a feature and the base last: what ``pred_contrib`` returns."""
        rows, step = len(matrix), BLOCK * BLOCKS
        most, widest = self.at.shape[1], int(np.diff(self.trees.splits).max())
        table, mass = np.empty((widest, most, 10)), np.empty((2 * widest + 1, most, BLOCK))
        on = np.empty((2 * widest + 1, BLOCK))
        result = np.empty((rows, self.columns + 1))
        result[:, -1] = self.base
        for begin in range(0, rows, step):
            part = np.where(np.abs(matrix[begin : begin + step]) <= ZERO, 0.0, matrix[begin : begin + step])
            blocks = -(-len(part) // BLOCK)
            x = np.zeros((blocks * BLOCK, self.columns))
            x[: len(part)] = part
            x = np.ascontiguousarray(x.reshape(blocks, BLOCK, self.columns).transpose(0, 2, 1))
            phi = np.zeros_like(x)
            _explain(self.trees, self.paths, self.at, self.weights, x, phi, table, mass, on)
            values = phi.transpose(0, 2, 1).reshape(-1, self.columns)[: len(part)]
            result[begin : begin + step, :-1] = values / self.boosters
        return result


def _quadrature(most: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on (0, 1) for every count up to ``most``, one count a row."""
    at, weights = np.zeros((most + 1, most)), np.zeros((most + 1, most))
    for count in range(1, most + 1):
        found, weight = np.polynomial.legendre.leggauss(count)
        at[count, :count], weights[count, :count] = (found + 1) / 2, weight / 2
    return at, weights


def _floats(text: str, name: str) -> FloatArray:
    """The numbers of all lines ``name=...``, end to end."""
    lines = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
    return np.array(" ".join(lines).split(), dtype=np.float64)


def _ints(text: str, name: str) -> IntArray:
    return _floats(text, name).astype(np.int64)


def _starts(counts: IntArray) -> IntArray:
    """Where each of several parts laid end to end begins, and the end."""
    return np.concatenate([[0], np.cumsum(counts)])


def _trees(text: str) -> Trees:
    """The trees of the texts end to end; ValueError where the lines do not fit each other."""
    leaves, categories = _ints(text, "num_leaves"), _ints(text, "num_cat")
    count = leaves - 1
    splits, slots = _starts(count), _starts(count + leaves)
    kids = [_ints(text, name) for name in ("left_child", "right_child")]
    left, right = (np.where(child < 0, np.repeat(count, count) + ~child, child) for child in kids)
    is_leaf = np.repeat(np.tile([False, True], len(count)), np.column_stack([count, leaves]).ravel())
    cover, value = np.ones(len(is_leaf)), np.ones(len(is_leaf))
    cover[~is_leaf], cover[is_leaf] = _floats(text, "internal_count"), _floats(text, "leaf_count")
    value[is_leaf] = _floats(text, "leaf_value")
    decision, threshold = _ints(text, "decision_type"), _floats(text, "threshold")
    begin, words = np.zeros_like(decision), np.zeros_like(decision)
    # LightGBM numbers a tree's sets in the order of its category splits' own numbers in ``threshold``.
    ends = _ints(text, "cat_boundaries")
    is_set = decision & CATEGORY > 0
    first = _starts(categories + (categories > 0))[:-1]
    lengths = np.diff(ends, append=0)
    size = np.maximum(lengths, 0)  # the last of a tree's boundaries begins no set
    chosen = (np.repeat(first, count) + threshold.astype(np.int64))[is_set]
    begin[is_set], words[is_set] = _starts(size)[chosen], size[chosen]
    return Trees(
        splits, slots, _ints(text, "split_feature"), threshold, decision, left, right, cover, value, begin, words,
        _ints(text, "cat_threshold"),
    )  # fmt: skip


def _is_known(trees: Trees, columns: int) -> bool:
    """Whether splits are numbered from the root down, every slot is used once and covered, every column exists."""
    count = np.diff(trees.splits)
    tree = np.repeat(np.arange(len(count)), count)
    own = np.arange(len(tree)) - trees.splits[tree]
    below = np.concatenate([trees.left + trees.slots[tree], trees.right + trees.slots[tree], trees.slots[:-1]])
    return bool(
        np.array_equal(np.sort(below), np.arange(trees.slots[-1]))
        and np.all((trees.left > own) & (trees.right > own))
        and np.all(trees.cover > 0)
        and np.all((trees.feature >= 0) & (trees.feature < columns))
    )


def _expected(trees: Trees) -> float:
    """The sum over trees of their leaves' values, weighed by cover."""
    sizes = np.diff(trees.slots)
    roots = np.repeat(trees.cover[trees.slots[:-1]], sizes)
    own = np.arange(trees.slots[-1]) - np.repeat(trees.slots[:-1], sizes)
    is_leaf = own >= np.repeat(np.diff(trees.splits), sizes)
    return float(np.sum(trees.value * trees.cover / roots, where=is_leaf))
