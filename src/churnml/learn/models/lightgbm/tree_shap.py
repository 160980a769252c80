r"""Exact path-dependent SHAP values of LightGBM trees, for blocks of rows, by quadrature.

The game (Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67, 'tree_path_dependent'): with the
features of a set S known, a tree's value is the mean over its leaves in which a split on a feature of S is
followed as the row follows it, and a split on any other feature by the share of training rows ('cover') that
went each way. It is a sum over leaves; leaf l, of value v, adds

    v * prod_{i in S} o_i * prod_{i not in S} z_i

where i runs over the distinct features on the leaf's path, z_i is the product of the cover shares along the
path at the splits on i, and o_i is 1 where the row follows all of these splits, else 0. Feature i's Shapley
value averages its gain over the sizes and members of S. The weight of a set of s features out of the d - 1
others is s! (d - 1 - s)! / d!, which is the Beta integral of t^s (1 - t)^(d - 1 - s) over [0, 1]; so the sum
over sets is the integral of a product:

    phi_i = v * (o_i - z_i) * integral_0^1  prod_{j != i} f_j(t)  dt,      f_j(t) = z_j (1 - t) + o_j t

The integrand is a polynomial of degree d - 1, so Gauss-Legendre with q = ceil(d / 2) nodes is exact (2 q - 1
>= d - 1), d being the most distinct features on a path of the tree. No recurrence over set sizes is needed,
and nothing but positive numbers is multiplied: nodes lie inside (0, 1), so f_j > 0. Yu et al. 2022 ('Linear
TreeSHAP', arXiv 2209.08192) write the same sum as a polynomial that flows along the tree; here it flows by
its values at the nodes.

Going down, an edge multiplies the running product by f_i; where the path met feature i before, with (o', z'),
by f_i / f_i'. At a leaf the product times the node's weight and v is the leaf's mass. Going up, masses add:
with M the mass below an edge,

    phi_i  gains  sum over nodes of  M * (g_i - g_i'),      g = (o - z) / f,   g' = 0 where i was not met before

since below a later edge of the same feature the earlier term must not count. g is -1 / (1 - t) where o = 0,
whatever z. So an edge knows three cases of a row (it follows; it followed until here; it had left before),
and for each of them two numbers a node: these are made once a tree, and the rows see only products, sums and
choices among the three. Nothing is summed across rows and nothing is reordered, so a row's values depend
neither on its neighbours nor on the processor's vector width.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple, Self

import numpy as np

from churnml.jit import compiled, compiled_within
from churnml.learn.arrays import FloatArray
from churnml.learn.models.lightgbm.model_text import (
    AS_ZERO,
    CATEGORY,
    DEFAULT_LEFT,
    MISSING,
    IntArray,
    Trees,
    expected,
    read_trees,
)

BLOCK = 64  # rows a tree sees at once
BLOCKS = 8  # and how often; both fit the processor's caches, and no value depends on them
ZERO = float(np.float32(1e-35))  # what LightGBM takes for zero


class Paths(NamedTuple):
    """What the paths of the trees say before any row is seen."""

    earlier: IntArray  # by split: the slot below the last edge above on the same feature; 0 if none
    share: FloatArray  # by slot: z after the edge into it
    nodes: IntArray  # by tree: q


def _trace(trees: Trees) -> Paths:
    """The paths of the trees; a split's number is above those of the splits over it. Plain Python is faster than its compilation."""
    splits, slots, cover, feature = (
        array.tolist() for array in (trees.splits, trees.slots, trees.cover, trees.feature)
    )
    children = list(zip(trees.left.tolist(), trees.right.tolist(), strict=True))
    earlier, share, nodes = [0] * len(feature), [1.0] * len(cover), [0] * (len(splits) - 1)
    for tree in range(len(nodes)):
        first, slot = splits[tree], slots[tree]
        count = splits[tree + 1] - first
        above, distinct = [0] * (2 * count + 1), [0] * (2 * count + 1)
        for split in range(count):
            edge = split
            while edge and feature[first + above[edge]] != feature[first + split]:
                edge = above[edge]
            earlier[first + split] = edge
            for child in children[first + split]:
                above[child] = split
                share[slot + child] = share[slot + edge] * (cover[slot + child] / cover[slot + split])
                distinct[child] = distinct[split] + (edge == 0)
                nodes[tree] = max(nodes[tree], (distinct[child] + 1) // 2)
    return Paths(np.array(earlier, np.int64), np.array(share, np.float64), np.array(nodes, np.int64))


@compiled_within
def _weigh(trees: Trees, paths: Paths, tree: int, at: FloatArray, table: FloatArray) -> None:
    """Fills ``table[split, node]`` with what an edge multiplies by, to the left and to the right, for a row that goes
    left, that goes right, that had left the path above; then with g - g' likewise, which is 0 for the third.
    """
    first, slot, nodes = trees.splits[tree], trees.slots[tree], paths.nodes[tree]
    for split in range(trees.splits[tree + 1] - first):
        old = paths.share[slot + paths.earlier[first + split]]
        for side in range(2):
            child = trees.left[first + split] if side == 0 else trees.right[first + split]
            new, value = paths.share[slot + child], trees.value[slot + child]
            hit, miss, gone = 3 * side, 2 - side, 4 + side
            for node in range(nodes):
                t, cell = at[nodes, node], table[split, node]
                before, after, off = old * (1 - t) + t, new * (1 - t) + t, new * (1 - t)
                cell[hit], cell[miss], cell[gone] = (
                    after / before * value,
                    off / before * value,
                    new / old * value,
                )
                cell[6 + hit] = (1 - new) / after - (1 - old) / before
                cell[6 + miss] = -1 / (1 - t) - (1 - old) / before


@compiled_within
def _decide(trees: Trees, place: int, x: FloatArray, block: int, on: FloatArray, left: int) -> None:
    """Fills ``on[left]`` with 1 for the rows that go left at a split, else 0, by LightGBM's own rules."""
    feature, threshold, decision = trees.feature[place], trees.threshold[place], trees.decision[place]
    if decision & CATEGORY:
        begin, end = trees.begin[place], 32 * trees.words[place]
        for row in range(BLOCK):
            is_known = -1 < x[block, feature, row] < end
            category = int(x[block, feature, row]) if is_known else 0
            is_in = (trees.bits[begin + (category >> 5)] >> (category & 31)) & 1
            on[left, row] = is_in if is_known else 0.0
        return
    missing, default = decision & MISSING, 1.0 if decision & DEFAULT_LEFT else 0.0
    zero = default if missing == AS_ZERO else 1.0 if threshold >= 0 else 0.0
    unknown = default if missing else zero
    for row in range(BLOCK):
        value = x[block, feature, row]
        is_left = zero if value == 0 else 1.0 if value <= threshold else 0.0
        on[left, row] = unknown if np.isnan(value) else is_left


@compiled_within
def _down(
    table: FloatArray, split: int, nodes: int, on: FloatArray, mass: FloatArray, left: int, right: int
) -> None:
    """Fills the products (at a leaf, the masses) of a split's children from its own."""
    for node in range(nodes):
        a, b, c = table[split, node, 0], table[split, node, 1], table[split, node, 2]
        d, e, f = table[split, node, 3], table[split, node, 4], table[split, node, 5]
        for row in range(BLOCK):
            is_left, is_right = on[left, row] != 0, on[right, row] != 0
            product = mass[split, node, row]
            mass[left, node, row] = product * (a if is_left else c if is_right else e)
            mass[right, node, row] = product * (b if is_left else d if is_right else f)


@compiled_within
def _up(
    table: FloatArray, split: int, nodes: int, on: FloatArray, mass: FloatArray, left: int, right: int,
    phi: FloatArray, block: int, feature: int,
) -> None:  # fmt: skip
    """Fills the mass of a split from its children's, and gives its feature what the two edges earn."""
    for node in range(nodes):
        a, b, c, d = (
            table[split, node, 6],
            table[split, node, 7],
            table[split, node, 8],
            table[split, node, 9],
        )
        for row in range(BLOCK):
            is_left, is_right = on[left, row] != 0, on[right, row] != 0
            to_left, to_right = mass[left, node, row], mass[right, node, row]
            mass[split, node, row] = to_left + to_right
            phi[block, feature, row] += to_left * (a if is_left else c if is_right else 0.0)
            phi[block, feature, row] += to_right * (b if is_left else d if is_right else 0.0)


@compiled
def _explain(
    trees: Trees, paths: Paths, at: FloatArray, weights: FloatArray, begin: int, end: int, x: FloatArray, phi: FloatArray,
    table: FloatArray, mass: FloatArray, on: FloatArray,
) -> None:  # fmt: skip
    """Adds these trees' values of ``x[block, feature, row]`` to ``phi``; ``on[slot]`` is o after the edge into the slot."""
    on[0] = 1.0
    for tree in range(begin, end):
        first, nodes = trees.splits[tree], paths.nodes[tree]
        count = trees.splits[tree + 1] - first
        _weigh(trees, paths, tree, at, table)
        for block in range(len(x)):
            for node in range(nodes):
                mass[0, node] = weights[nodes, node]
            for split in range(count):
                left, right = trees.left[first + split], trees.right[first + split]
                earlier = paths.earlier[first + split]
                _decide(trees, first + split, x, block, on, left)
                for row in range(BLOCK):
                    on[right, row] = on[earlier, row] * (1.0 - on[left, row])
                    on[left, row] *= on[earlier, row]
                _down(table, split, nodes, on, mass, left, right)
            for split in range(count - 1, -1, -1):
                left, right = trees.left[first + split], trees.right[first + split]
                _up(table, split, nodes, on, mass, left, right, phi, block, trees.feature[first + split])


@compiled
def _predict(trees: Trees, begin: int, end: int, x: FloatArray, sums: FloatArray, on: FloatArray) -> None:
    """Adds to ``sums[block, row]`` what LightGBM adds, in its order: the value of the leaf that each row reaches in each tree."""
    on[0] = 1.0
    for tree in range(begin, end):
        start, slot = trees.splits[tree], trees.slots[tree]
        count = trees.splits[tree + 1] - start
        for block in range(len(x)):
            for split in range(count):
                left, right = trees.left[start + split], trees.right[start + split]
                _decide(trees, start + split, x, block, on, left)
                for row in range(BLOCK):
                    on[right, row] = on[split, row] * (1.0 - on[left, row])
                    on[left, row] *= on[split, row]
            for leaf in range(count, 2 * count + 1):
                for row in range(BLOCK):
                    sums[block, row] += on[leaf, row] * trees.value[slot + leaf]


@dataclass(frozen=True)
class Forest:
    """The trees of several boosters, ready to predict and to be explained.

    >>> import lightgbm
    >>> x = np.array([[0.0], [1.0]] * 30)
    >>> booster = lightgbm.train({"verbosity": -1}, lightgbm.Dataset(x, x[:, 0]), num_boost_round=1)
    >>> forest = Forest.read([booster.model_to_string()])
    >>> forest.contributions(x[:2]).round(3).tolist()  # of the column, and the base
    [[-0.05, 0.5], [0.05, 0.5]]
    """

    edges: tuple[int, ...]  # where each booster's trees begin, and the end
    base: float  # the mean over boosters of their expected log-odds
    trees: Trees
    paths: Paths
    at: FloatArray  # in row q: the q nodes on (0, 1)
    weights: FloatArray

    @classmethod
    def read(cls, texts: Sequence[str]) -> Self | None:
        """The forest of LightGBM's model texts; None where ``read_trees`` does not know a text's form."""
        trees = read_trees(texts)
        if trees is None:
            return None
        paths = _trace(trees)
        nodes = _quadrature(int(paths.nodes.max(initial=0)))
        edges = (0, *accumulate(text.count("\nTree=") for text in texts))
        return cls(edges, expected(trees) / len(texts), trees, paths, *nodes)

    def log_odds(self, matrix: FloatArray) -> FloatArray:
        """What each booster predicts of each row, to the last bit what LightGBM does; ``[booster, row]``."""
        result = np.empty((len(self.edges) - 1, len(matrix)))
        on = np.empty((2 * int(np.diff(self.trees.splits).max(initial=0)) + 1, BLOCK))
        for begin, size, x in self._blocks(matrix):
            for booster, trees in enumerate(pairwise(self.edges)):
                sums = np.zeros((len(x), BLOCK))
                _predict(self.trees, *trees, x, sums, on)
                result[booster, begin : begin + size] = sums.ravel()[:size]
        return result

    def _blocks(self, matrix: FloatArray) -> Iterator[tuple[int, int, FloatArray]]:
        """Where each stretch of rows begins, how many they are, and their values by block, feature and row."""
        for begin in range(0, len(matrix), BLOCK * BLOCKS):
            rows = matrix[begin : begin + BLOCK * BLOCKS]
            padded = np.zeros((-(-len(rows) // BLOCK) * BLOCK, self.trees.columns))
            padded[: len(rows)] = np.where(np.abs(rows) <= ZERO, 0.0, rows)
            x = np.ascontiguousarray(padded.reshape(-1, BLOCK, self.trees.columns).transpose(0, 2, 1))
            yield begin, len(rows), x

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """Mean SHAP values over the boosters, a column a feature and the base last, as ``pred_contrib`` returns them."""
        values = self._explained(matrix, 0, self.edges[-1]) / (len(self.edges) - 1)
        return np.column_stack([values, np.full(len(matrix), self.base)])

    def each(self, matrix: FloatArray) -> Iterator[FloatArray]:
        """Each booster's own SHAP values, one booster after the other."""
        for trees in pairwise(self.edges):
            yield self._explained(matrix, *trees)

    def _explained(self, matrix: FloatArray, first: int, end: int) -> FloatArray:
        most = self.at.shape[1]
        widest = int(np.diff(self.trees.splits).max(initial=0))
        table, mass = np.empty((widest, most, 10)), np.empty((2 * widest + 1, most, BLOCK))
        on = np.empty((2 * widest + 1, BLOCK))
        result = np.empty((len(matrix), self.trees.columns))
        for begin, size, x in self._blocks(matrix):
            phi = np.zeros_like(x)
            _explain(self.trees, self.paths, self.at, self.weights, first, end, x, phi, table, mass, on)
            result[begin : begin + size] = phi.transpose(0, 2, 1).reshape(-1, self.trees.columns)[:size]
        return result


def _quadrature(most: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on (0, 1), for q nodes in row q."""
    at, weights = np.zeros((most + 1, most)), np.zeros((most + 1, most))
    for count in range(1, most + 1):
        found, weight = np.polynomial.legendre.leggauss(count)
        at[count, :count], weights[count, :count] = (found + 1) / 2, weight / 2
    return at, weights
