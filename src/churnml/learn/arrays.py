"""Array types: what a signature means by so many numbers or flags, one an element."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def rounded(value: float | FloatArray) -> float | None:
    """A figure as JSON holds it: five digits, None where nothing can be said."""
    return round(float(value), 5) if np.isfinite(value) else None
