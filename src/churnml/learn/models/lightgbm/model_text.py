"""The trees of LightGBM's model texts as arrays, laid end to end.

The text names, for each tree, what its splits ask and where they lead: children below zero are leaves (~child is
the leaf's number), bits of ``decision_type`` say what a split does with missing values, and a category split sends
left what its set holds, 32 categories a word.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from churnml.learn.arrays import FloatArray

IntArray = NDArray[np.int64]

CATEGORY, DEFAULT_LEFT = 1, 2  # bits of decision_type
MISSING, AS_ZERO = 12, 4  # the bits that say what is missing: nothing, zero and NaN, or NaN
KNOWN = {"version=v4", "num_class=1", "num_tree_per_iteration=1"}  # lines of a model's head


class Trees(NamedTuple):
    """Trees end to end. A tree of n splits has 2 n + 1 slots: its splits (0 is the root), then its leaves."""

    columns: int  # how many a matrix has
    splits: IntArray  # where each tree's splits begin, and the end
    slots: IntArray  # where each tree's slots begin, and the end
    feature: IntArray
    threshold: FloatArray
    decision: IntArray
    left: IntArray  # the slot of the left child
    right: IntArray
    begin: IntArray  # where a category split's set begins in ``bits``
    words: IntArray  # how long it is; 0 for other splits
    bits: IntArray  # 32 categories a word
    cover: FloatArray  # by slot: training rows
    value: FloatArray  # by slot: the leaf's value, 1 for a split


def read_trees(texts: Sequence[str]) -> Trees | None:
    r"""The trees of all the texts; None where a text has a form whose values are not known here.

    Known is version v4 with log-odds of a row that are the sum of the trees, constant leaves, and training rows below
    every branch.

    >>> read_trees(["tree\nversion=v3"]) is None
    True
    """
    parts = [text.partition("\nend of trees")[0] + "\n" for text in texts]
    heads = [set(part.partition("\nTree=")[0].splitlines()) for part in parts]
    whole = "".join(parts)
    if not all(head >= KNOWN and "average_output" not in head for head in heads):
        return None
    try:
        [last_column] = {int(last) for part in parts for last in _numbers(part, "max_feature_idx")}
        trees, is_linear = _trees(whole, last_column + 1), _numbers(whole, "is_linear").any()
    except (ValueError, IndexError, OverflowError):  # no numbers, or lines that do not fit each other
        return None
    return trees if not is_linear and _is_sound(trees) else None


def _numbers(text: str, name: str) -> FloatArray:
    lines = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
    return np.array(" ".join(lines).split(), dtype=np.float64)


def _starts(sizes: IntArray) -> IntArray:
    return np.concatenate([[0], np.cumsum(sizes)])


def _trees(text: str, columns: int) -> Trees:
    """The trees of the texts end to end; ValueError or IndexError where lines do not fit each other."""

    def whole(name: str) -> IntArray:
        return _numbers(text, name).astype(np.int64)

    leaves, threshold, decision = whole("num_leaves"), _numbers(text, "threshold"), whole("decision_type")
    count, tree = leaves - 1, np.repeat(np.arange(len(leaves)), leaves - 1)
    kids = [whole(f"{side}_child") for side in ("left", "right")]
    left, right = (np.where(kid < 0, count[tree] + ~kid, kid) for kid in kids)
    is_leaf = np.repeat(np.arange(2 * len(count)) % 2 == 1, np.column_stack([count, leaves]).ravel())
    cover, value = np.ones(len(is_leaf)), np.ones(len(is_leaf))
    cover[~is_leaf], cover[is_leaf] = _numbers(text, "internal_count"), _numbers(text, "leaf_count")
    value[is_leaf] = _numbers(text, "leaf_value")
    begin, words, is_set = np.zeros_like(decision), np.zeros_like(decision), decision & CATEGORY > 0
    # A tree's boundaries begin with 0 and have one more than it has sets; the threshold says which set.
    sets, size = whole("num_cat"), np.maximum(np.diff(whole("cat_boundaries"), append=0), 0)
    chosen = _starts(sets + (sets > 0))[tree[is_set]] + threshold[is_set].astype(np.int64)
    begin[is_set], words[is_set] = _starts(size)[chosen], size[chosen]
    cover[_starts(count + leaves)[:-1][count == 0]] = 1.0  # all rows, whether or not LightGBM counted them
    return Trees(
        columns, _starts(count), _starts(count + leaves), whole("split_feature"), threshold, decision,
        left, right, begin, words, whole("cat_threshold"), cover, value,
    )  # fmt: skip


def _is_sound(trees: Trees) -> bool:
    """Whether each split lies above its children, every slot but the root has one parent and is covered, and what
    splits point at exists.
    """
    count = np.diff(trees.splits)
    tree = np.repeat(np.arange(len(count)), count)
    own, start = np.arange(len(tree)) - trees.splits[tree], trees.slots[tree]
    used = np.concatenate([trees.slots[:-1], trees.left + start, trees.right + start])
    return bool(
        len(trees.feature) == len(trees.threshold) == len(trees.decision) == len(tree)
        and np.array_equal(np.sort(used), np.arange(trees.slots[-1]))
        and np.all(np.minimum(trees.left, trees.right) > own)
        and np.all(np.maximum(trees.left, trees.right) <= 2 * count[tree])
        and np.all((trees.feature >= 0) & (trees.feature < trees.columns))
        and np.all((trees.words > 0) == (trees.decision & CATEGORY > 0))
        and np.all(trees.begin + trees.words <= len(trees.bits))
        and np.all(trees.cover > 0)
    )


def expected(trees: Trees) -> float:
    """The expected log-odds: the sum over trees of the mean of their leaves' values, weighed by cover."""
    sizes = np.diff(trees.slots)
    own = np.arange(trees.slots[-1]) - np.repeat(trees.slots[:-1], sizes)
    roots = np.repeat(trees.cover[trees.slots[:-1]], sizes)
    is_leaf = own >= np.repeat(np.diff(trees.splits), sizes)
    return float(np.sum(trees.value * trees.cover / roots, where=is_leaf))
