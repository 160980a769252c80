"""How a figure reads: dollars and chances, the same wherever a person meets them."""


def money(value: float) -> str:
    """Dollars as a person says them in a table: '$182,400', '$61.3M'.

    >>> money(182_400), money(61_300_000)
    ('$182,400', '$61.3M')
    """
    sign = "-" if value < 0 else ""
    return f"{sign}${abs(value) / 1e6:,.1f}M" if abs(value) >= 1e7 else f"{sign}${abs(value):,.0f}"


def share(value: float) -> str:
    """A probability in whole percent, never rounded to certainty.

    >>> share(0.614), share(0.999), share(0.001)
    ('61%', '>99%', '<1%')
    """
    if value > 0.99:
        return ">99%"
    return "<1%" if value < 0.01 else f"{value:.0%}"
