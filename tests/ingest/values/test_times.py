"""Written times against an oracle in plain Python: every readable form gives its moment, anything else gives nothing."""

from datetime import datetime, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.ingest.values.times import Style, instant, simple, simple_instant

DIGITS = "0123456789"
ORDER: dict[Style, str] = {"iso": "ymd", "day-first": "dmy", "month-first": "mdy"}


def number(text: str, least: int, most: int) -> int | None:
    """A number of so many digits; None where the text is anything else."""
    fits = least <= len(text) <= most and all(c in DIGITS for c in text)
    return int(text) if fits else None


def oracle(text: str, style: Style) -> tuple[datetime, bool] | None:
    """The moment that a text is, and whether it carried a zone, read sign by sign."""
    place = next((n for n, c in enumerate(text) if c in "Tt "), len(text))
    day = _day(text[:place], style)
    if day is None:
        return None
    if place == len(text):
        return day, False
    rest = text[place + 1 :] if text[place] in "Tt" else text[place:].lstrip(" ")
    clock, offset = _offset(rest)
    half = None
    for ending in ("am", "pm", "a.m.", "p.m.", "am.", "pm.", "a.m", "p.m"):
        if clock.lower().endswith(ending):
            half, clock = ending[0], clock[: -len(ending)].rstrip(" ")
            break
    time = _clock(clock, half)
    if time is None or offset is False:
        return None
    return day + time - (offset or timedelta(0)), offset is not None


def _day(text: str, style: Style) -> datetime | None:
    fields = text.replace("/", "-").replace(".", "-").split("-")
    if len(fields) != 3:
        return None
    by_name = dict(zip(ORDER[style], fields, strict=True))
    year, month, day = number(by_name["y"], 4, 4), number(by_name["m"], 1, 2), number(by_name["d"], 1, 2)
    try:
        return datetime(year or 0, month or 0, day or 0)  # noqa: DTZ001
    except ValueError:
        return None


def _offset(text: str) -> tuple[str, "timedelta | bool | None"]:
    """A text without its zone, and the zone's offset: None where there is none, False where it cannot be."""
    for word in ("UTC", "GMT", "Z", "z"):
        if text.endswith(word):
            return text[: -len(word)].rstrip(" "), timedelta(0)
    place = max(text.rfind("+"), text.rfind("-"))
    if place < 0:
        return text, None
    fields = (
        text[place + 1 :].split(":")
        if ":" in text[place:]
        else [text[place + 1 :][:2], text[place + 1 :][2:]]
    )
    hours, minutes = number(fields[0], 2, 2), number(fields[1] or "00", 2, 2) if len(fields) == 2 else None
    if ":" in text[place:] and len(fields) == 2 and not fields[1]:
        return text, False
    if hours is None or minutes is None or hours > 14 or minutes > 59:
        return text, False
    sign = 1 if text[place] == "+" else -1
    return text[:place].rstrip(" "), sign * timedelta(hours=hours, minutes=minutes)


def _clock(text: str, half: str | None) -> timedelta | None:
    whole, fraction = text, ""
    for sign in ".,":
        if sign in text:
            whole, _, fraction = text.partition(sign)
            if number(fraction, 1, 9) is None or whole.count(":") != 2:
                return None
            break
    fields = whole.split(":")
    if len(fields) not in (2, 3):
        return None
    hour, minute = number(fields[0], 1, 2), number(fields[1], 2, 2)
    second = number(fields[2], 2, 2) if len(fields) == 3 else 0
    if hour is None or minute is None or second is None or hour > 23 or minute > 59 or second > 59:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=int((fraction + "000000")[:6]))


pieces = st.tuples(
    st.integers(1971, 2040), st.integers(0, 13), st.integers(0, 32), st.sampled_from(["-", "/", "."]), st.booleans(),
    st.sampled_from(["", "", "T", " ", "  ", "t"]), st.integers(0, 24), st.integers(0, 60), st.sampled_from([None, 0, 7, 59, 60]),
    st.sampled_from(["", "", ".5", ".123456", ",25", ".123456789"]), st.sampled_from(["", "", "", "AM", " PM", "pm", " a.m."]),
    st.sampled_from(["", "", "Z", " UTC", "GMT", "+02:00", " -0530", "+14", "-15:00", " EST", "+2:00"]),
)  # fmt: skip


def write(piece: tuple, style: Style) -> str:  # type: ignore[type-arg]
    """A time written from its pieces, right or wrong."""
    year, month, day, sign, padded, gap, hour, minute, second, fraction, half, zone = piece
    field = (lambda n: f"{n:02d}") if padded else str
    date = sign.join({"y": str(year), "m": field(month), "d": field(day)}[part] for part in ORDER[style])
    if not gap:
        return date
    clock = f"{field(hour)}:{minute:02d}" + (f":{second:02d}{fraction}" if second is not None else "")
    return f"{date}{gap}{clock}{half}{zone}"


@settings(max_examples=25, deadline=None)
@given(
    written=st.lists(pieces, min_size=40, max_size=80),
    style=st.sampled_from(sorted(ORDER)),
    slip=st.tuples(st.integers(0, 30), st.sampled_from(list("0:- TZ+aPx.,/"))),
)
def test_a_time_is_read_as_the_oracle_reads_it_or_not_at_all(
    written: list[tuple],
    style: Style,
    slip: tuple[int, str],  # type: ignore[type-arg]
) -> None:
    right = [write(piece, style) for piece in written]
    place, sign = slip
    texts = right + [text[:place] + sign + text[place:] for text in right]
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE TABLE t AS SELECT unnest(?) AS v, generate_subscripts(?, 1) AS n", [texts, texts])
    is_simple = f"CASE WHEN regexp_full_match(v, '{simple(style, zoned=False)}') THEN {simple_instant('v', style, zoned=False)} END"
    is_zoned = f"CASE WHEN regexp_full_match(v, '{simple(style, zoned=True)}') THEN {simple_instant('v', style, zoned=True)} END"
    rows = con.execute(
        f"SELECT v, {instant('v', style)}, {is_simple}, {is_zoned} FROM t ORDER BY n"
    ).fetchall()
    for text, read, plain, zoned in rows:
        known = oracle(text, style)
        found = (read["at"], read["zoned"]) if read and read["at"] else None
        assert found == known, text
        # A cast is used only where it says the same.
        if plain is not None or zoned is not None:
            assert known == ((plain, False) if plain is not None else (zoned, True)), text
