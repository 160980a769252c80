"""A card's Markdown where only text is shown, and not much of it."""


def note(markdown: str, most: int) -> str:
    r"""The Markdown without its pictures, cut at the last whole line that fits; for places that show text only.

    >>> note("# Card\n\n![alt](a.svg)\n\nText that is too long", 12)
    '# Card\n\n…\n'
    """
    lines = [line for line in markdown.splitlines() if not line.startswith("![")]
    kept: list[str] = []
    length = 2  # the mark that something follows, and its line's end
    for line in lines:
        length += len(line) + 1
        if length > most:
            return "\n".join([*kept, "…"]).replace("\n\n\n", "\n\n") + "\n"
        kept.append(line)
    return "\n".join(kept).replace("\n\n\n", "\n\n") + "\n"
