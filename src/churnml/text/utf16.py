"""How long a text is to those who count in UTF-16, as Excel, Salesforce and JavaScript do."""


def units(text: str) -> int:
    """The length of a text as Excel counts it: an emoji is two.

    >>> units("Acme"), units("🙂")
    (4, 2)
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """The text within that many units, its end an ellipsis where something is lost; no character is halved.

    >>> cut("Northwind Analytics", 10), cut("🙂🙂🙂", 4)
    ('Northwind…', '🙂…')
    """
    if len(text) * 2 <= most or units(text) <= most:
        return text
    kept, taken = [], 1
    for char in text[:most]:
        taken += units(char)
        if taken > most:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"
