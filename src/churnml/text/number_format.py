"""How a figure reads: dollars, shares, differences and intervals, the same wherever a person meets them."""

from collections.abc import Callable

from churnml.results.interval import Interval, Point

UNKNOWN = "–"
"""Stands where nothing can be said."""
WHOLE_PERCENT = "{:.0%}".format


def money(value: float) -> str:
    """Dollars as a person says them in a table: '$182,400', '$61.3M'; nothing where they are unknown.

    >>> money(182_400), money(61_300_000), money(-0.2), money(float("nan"))
    ('$182,400', '$61.3M', '$0', '')
    """
    if value != value:  # noqa: PLR0124 - NaN
        return ""
    sign = "-" if value < -0.5 else ""
    return f"{sign}${abs(value) / 1e6:,.1f}M" if abs(value) >= 1e7 else f"{sign}${abs(value):,.0f}"


def signed_money(value: float) -> str:
    """A difference of dollars, with its sign.

    >>> signed_money(1200.4), signed_money(-3), signed_money(0)
    ('+$1,200', '-$3', '$0')
    """
    return f"+{money(value)}" if value > 0.5 else money(value)


def points(share: float | None) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(0.1204), points(-0.02)
    ('+12.0', '-2.0')
    """
    return written(share and 100 * share, "{:+.1f}".format)


def share(value: float) -> str:
    """A probability in whole percent, never rounded to certainty.

    >>> share(0.614), share(0.999), share(0.001)
    ('61%', '>99%', '<1%')
    """
    if value > 0.99:
        return ">99%"
    return "<1%" if value < 0.01 else f"{value:.0%}"


def percent(value: float | None) -> str:
    """A share with one decimal; a dash where it is unknown."""
    return written(value, "{:.1%}".format)


def written(value: float | None, write: Callable[[float], str]) -> str:
    """The value as ``write`` has it; a dash where it is unknown."""
    return UNKNOWN if value is None or value != value else write(value)  # noqa: PLR0124 - NaN


def span(low: float | None, high: float | None, write: Callable[[float], str]) -> str:
    """The two ends of an interval; nothing where one of them is unknown.

    >>> span(0.77, 0.82, "{:.2f}".format)
    '0.77 to 0.82'
    """
    ends = written(low, write), written(high, write)
    return "" if UNKNOWN in ends else " to ".join(ends)


def interval(figure: Interval | Point | None, write: Callable[[float], str]) -> str:
    """A figure's value with its interval, as far as they are known.

    >>> interval(Interval(0.79, 0.77, 0.82), "{:.2f}".format), interval(Point(0.79), "{:.2f}".format)
    ('0.79 (0.77 to 0.82)', '0.79')
    """
    if figure is None:
        return UNKNOWN
    ends = span(figure.low, figure.high, write)
    return f"{written(figure.value, write)} ({ends})" if ends else written(figure.value, write)


def counted(number: float, noun: str) -> str:
    """A number of things in words.

    >>> counted(1, "day"), counted(1204, "day")
    ('1 day', '1,204 days')
    """
    return f"{number:,.0f} {noun}{'' if number == 1 else 's'}"
