"""L6: a name that shares the outcome's own word, or that names what a model or a clerk wrote after the fact."""

import re
from collections.abc import Iterator

from churnml.params.leakage import Leakage
from churnml.results.alarms import Alarm, Level


def words(name: str) -> list[str]:
    """The words of a column's name, in small letters.

    >>> words("ChurnScore_v2"), words("CLTV (USD)")
    (['churn', 'score', 'v'], ['cltv', 'usd'])
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W\d_]+", parted.lower())


def named(name: str, outcome: str, auc: float, limits: Leakage) -> Iterator[Alarm]:
    """An alarm where the name tells; ``auc`` is how well the column orders the outcome (``single.strength``).

    The outcome's own word, and a model's output, stop whatever they order. A weaker word (a score, a reason) is no alarm where
    the column orders nothing, and stops only where it orders the outcome suspiciously well.
    """
    own, said = _own_words(outcome, limits), words(name)
    shared = [word for word in said if any(_akin(word, stem) for stem in own)]
    output = [phrase for phrase in limits.words.outputs if _says(said, phrase)]
    weak = [phrase for phrase in limits.words.weak if _says(said, phrase)]
    strongly = f"(it orders the outcome with ROC-AUC {auc:.2f})"
    if shared:
        yield Alarm("L6", name, "stop", auc, f"its name shares the outcome's word '{shared[0]}' {strongly}")
    elif output:
        yield Alarm("L6", name, "stop", auc, f"its name says '{output[0]}', a model's output {strongly}")
    elif weak and auc >= limits.warn_weak_word_roc_auc:
        level: Level = "stop" if auc >= limits.warn_roc_auc else "look"
        yield Alarm("L6", name, level, auc, f"its name says '{weak[0]}' {strongly}")


def _own_words(outcome: str, limits: Leakage) -> list[str]:
    """The words that mean the outcome: those of leaving, and the outcome's name where it is a single telling word.

    Of several (``contract_ended``) none may be taken by itself: a column 'contract' is honest.
    """
    telling = [word for word in words(outcome) if word not in limits.words.generic and len(word) > 2]
    return [*limits.words.leaving, *(telling if len(telling) == 1 else [])]


def _akin(word: str, stem: str) -> bool:
    """Whether one begins with the other, and neither is a mere syllable of it: churn, churned; exit, exited."""
    short, long = sorted((word, stem), key=len)
    return long.startswith(short) and len(short) >= min(4, len(stem))


def _says(said: list[str], phrase: str) -> bool:
    """Whether the words of a phrase stand side by side in a name, each perhaps with an ending."""
    stems = phrase.split()
    return any(
        all(word.startswith(stem) for word, stem in zip(said[place:], stems, strict=False))
        for place in range(len(said) - len(stems) + 1)
    )
