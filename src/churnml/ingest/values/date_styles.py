"""A column of written days or moments: which style it is written in, and in which zone its days are cut.

``31-01-2024`` gives NULL in a book of ISO dates rather than a swap. Where values are written in another style than the book declares,
or in two, the column is refused by name instead of being guessed.
"""

import re
from collections.abc import Callable

from churnml.data.schema import DAY, Column
from churnml.ingest.values import times
from churnml.ingest.values.forms import Form, Found, is_stray, literal
from churnml.ingest.values.mapped_table import MappedTable

NOON = 12
ENDS = ("end_date", "paused_until")
"""Days that no longer belong to what they end."""


def read(mapped: MappedTable, column: Column, written: str, raw: str, *, is_plain: bool) -> str:
    """SQL (over ``raw``) for the typed values of a column of written times, after adding what is wrong with them to the faults."""
    book, zone = mapped.book, mapped.book.timezone or "UTC"
    if is_plain and (book.dates == "iso" or _all_fit(mapped, written)):
        moment = end_of(column, times.simple_instant(raw, book.dates, zoned=False))
        _report_last_minutes(mapped, column, written)
        return f"CAST({moment} AS DATE)" if column.type == DAY else times.to_utc(moment, zone)
    zoned = _check(mapped, column, written)
    _report_last_minutes(mapped, column, written)
    if zoned == "all":
        moment = end_of(column, times.simple_instant(raw, book.dates, zoned=True))
        source = end_of(column, times.simple_instant(written, book.dates, zoned=True))
        return cut_day(mapped, column, source)(f"({moment})") if column.type == DAY else moment
    found = times.instant(raw, book.dates)
    if column.type != DAY:
        return f"list_transform([{found}], lambda m: CASE WHEN m.zoned THEN m.at ELSE {times.to_utc('m.at', zone)} END)[1]"
    at = end_of(column, "m.at")
    day = times.day_in(f"({at})", zone)
    if zoned:
        source = times.instant(written, book.dates)
        day = cut_day(
            mapped, column, f"list_transform([{source}], lambda m: CASE WHEN m.zoned THEN {at} END)[1]"
        )(f"({at})")
    return f"list_transform([{found}], lambda m: CASE WHEN m.zoned THEN {day} ELSE CAST({at} AS DATE) END)[1]"


def end_of(column: Column, moment: str) -> str:
    """SQL for the moment at which a stretch ends: of one written as the last minute of a day the next midnight; of other columns as it is."""
    if column.name not in ENDS:
        return moment
    return f"CASE WHEN minute({moment}) = 59 THEN date_trunc('minute', {moment}) + INTERVAL 1 MINUTE ELSE {moment} END"


def _report_last_minutes(mapped: MappedTable, column: Column, written: str) -> None:
    """Tells of ends that are written as the last minute of the last day, and are read as the day after it."""
    if column.name not in ENDS:
        return
    last = "regexp_matches(v, '[T ](23|11):59(:59)?([.,]9+)?( *[Pp]\\.?[Mm]\\.?)?( *[-+Zz].*)?$')"
    count, example = mapped.con.execute(
        f'SELECT count(*), min(v) FROM (SELECT {written} AS v FROM mapped."{mapped.name}") WHERE {last}'
    ).fetchall()[0]
    if count:
        mapped.notices.append(
            f"{mapped.name}.{column.name}: {count:,} values like {example} stand at the end of a day; read as the next one, the first that "
            "no longer belongs"
        )


def _all_fit(mapped: MappedTable, written: str) -> bool:
    """Whether every value of the declared style is a date in it, so that none proves the other style."""
    query = f'SELECT count({written}), count({times.simple_instant(written, mapped.book.dates, zoned=False)}) FROM mapped."{mapped.name}"'
    filled, fitting = mapped.con.execute(query).fetchall()[0]
    return bool(filled == fitting)


def cut_day(mapped: MappedTable, column: Column, moment: str) -> Callable[[str], str]:
    """How a day column's instants become days: SQL of a moment in UTC to SQL of its day, by the times at which they all stand.

    Days written as midnights in UTC are those days in any zone. Days written as another zone's midnights need that zone declared.
    """
    zone, book = mapped.book.timezone or "UTC", mapped.book
    local = f"(m AT TIME ZONE 'UTC' AT TIME ZONE '{zone}')"
    counts = mapped.con.execute(f"""SELECT count(*), count(*) FILTER (m = date_trunc('day', m)),
            count(*) FILTER ({local} = date_trunc('day', {local})), count(DISTINCT CAST(m AS TIME)),
            count(*) FILTER (hour(m) < {NOON - 1} OR minute(m) % 15 <> 0 OR second(m) <> 0), count(*) FILTER (CAST(m AS TIME) = TIME '12:00:00'),
            min(m), min(r) FROM (SELECT {moment} AS m, rowid + 1 AS r FROM mapped."{mapped.name}") WHERE m IS NOT NULL""").fetchall()[
        0
    ]
    total, utc, here, clocks, sure, noon, example, row = counts
    where = f"{mapped.name}.{column.name}"
    if total and utc == total and zone != "UTC":
        mapped.notices.append(
            f"{where}: {total:,} instants stand at midnight in UTC: read as those days, not cut in {zone}"
        )
        return lambda m: f"CAST({m} AS DATE)"
    if total and clocks <= 2 and not (here or utc or sure) and noon < total:
        declared = (
            f"'timezone: {zone}' does not fit"
            if book.timezone
            else "the zone of their midnight is not declared"
        )
        mapped.faults.append(
            f"{where}: {total:,} days are written as instants like {example:%Y-%m-%dT%H:%M:%SZ}{mapped.place(column.name, row)}, the midnights of "
            f"another zone than UTC; {declared}: say 'timezone:' in book.yaml, in which they are midnights"
        )
    return lambda m: times.day_in(m, zone)


def _check(mapped: MappedTable, column: Column, written: str) -> str:
    """Which values carry a zone (``all``, in a simple form; ``some``; none), after adding the faults of style, form and zone."""
    book = mapped.book
    iso, other = (f"regexp_full_match(v, {literal(times.whole(style))})" for style in ("iso", "day-first"))
    simple = f"regexp_full_match(v, {literal(times.simple(book.dates, zoned=True))})"
    clock, zoned = "regexp_matches(v, '\\d:\\d{2}')", times.has_zone("v")
    part = "TRY_CAST(regexp_extract(v, '^(\\d{1,2})[-/.](\\d{1,2})', %d) AS INTEGER) > 12"
    row = mapped.con.execute(f"""SELECT count(*) FILTER ({iso}), count(*) FILTER ({other}), arg_min(v, r) FILTER ({other}), count(*) FILTER (({iso} OR {other}) AND {clock}), count(*) FILTER (({iso} OR {other}) AND {zoned}),
            count(*) FILTER ({simple}), count(*) FILTER ({other} AND {part % 1}), count(*) FILTER ({other} AND {part % 2})
        FROM (SELECT {written} AS v, rowid + 1 AS r FROM mapped."{mapped.name}") WHERE v IS NOT NULL""").fetchall()[
        0
    ]
    of_iso, of_other, example, clocks, of_zone, simple_zone, day_first, month_first = row
    where = f"{mapped.name}.{column.name}"
    if fault := _style_fault(mapped, of_iso, of_other, example, day_first, month_first):
        mapped.faults.append(f"{where}: {fault}")
    if of_zone and clocks > of_zone and book.timezone is None:
        mapped.faults.append(
            f"{where}: {of_zone} timestamps carry a zone and {clocks - of_zone} do not; declare the zone of those with 'timezone:' in book.yaml"
        )
    read, forms = mapped.found(written, f"{iso} OR {other}", times.FORMS)
    filled = read + sum(form.count for form in forms)
    for form in forms:
        if not (form.form.is_slip and is_stray(form.count, filled, mapped.max_stray_share)):
            mapped.refuse(column.name, form, remedy(mapped, column, written, form))
    return "all" if simple_zone == of_iso + of_other and not forms else "some" if of_zone else ""


def _style_fault(
    mapped: MappedTable, iso: int, other: int, example: str, day_first: int, month_first: int
) -> str:
    """What is wrong with the style of a column's dates; nothing where it can be read as declared."""
    dates = mapped.book.dates
    # A stray misspelt date is one dirty row; more than a stray share of the column is a second style.
    rare = mapped.max_stray_share * (iso + other)
    if min(iso, other) > rare:
        return f"dates in two styles ({iso} rows like 2024-01-31, {other} rows like '{example}'); write one style"
    if dates == "iso" and other > rare:
        return f"{other} dates are written like '{example}', {_guess(day_first, month_first)}"
    if dates != "iso" and iso > rare:
        return f"{iso} dates are written like 2024-01-31; set 'dates: iso' in book.yaml"
    if (dates == "day-first" and month_first > rare) or (dates == "month-first" and day_first > rare):
        return f"'dates: {dates}' does not fit, for example '{example}'; {_guess(day_first, month_first)}"
    return ""


def _guess(day_first: int, month_first: int) -> str:
    if day_first and month_first:
        return f"{day_first} can only be day-first and {month_first} only month-first: write one style"
    if day_first or month_first:
        style = "day-first" if day_first else "month-first"
        return (
            f"which is {style} ({day_first or month_first} rows prove it); set 'dates: {style}' in book.yaml"
        )
    return "which may be day-first or month-first (no row proves either); set 'dates:' in book.yaml"


def remedy(mapped: MappedTable, column: Column, written: str, found: Found) -> str:
    """What to do about values of one form: with ``strptime`` and the formats that all of them have, where it is that."""
    zone = re.search(r"[^\d:.,+-]*$", found.value)
    return found.form.remedy.format(
        column=column.name,
        value=found.value,
        zone=zone[0] if zone else "",
        parsed=_parsed(mapped, column, written, found.form, found.value),
    )


def _parsed(mapped: MappedTable, column: Column, written: str, form: Form, example: str) -> str:
    fitting: list[str] = []
    for format_ in times.formats(example):
        misfits = mapped.con.execute(f"""SELECT count(*) FROM (SELECT {written} AS v FROM mapped."{mapped.name}")
            WHERE regexp_full_match(v, {literal(form.pattern)}) AND try_strptime(v, {literal(format_)}) IS NULL""").fetchall()[
            0
        ][0]
        is_last_resort = format_.startswith(("%y/%m/", "%y.%m.")) and fitting
        if not misfits and not is_last_resort:
            at = " AT TIME ZONE 'UTC'" if format_.endswith(("GMT", "UTC", "Z")) else ""
            fitting.append(f"strptime({column.name}, {literal(format_)}){at}")
    if not fitting:
        return f"the days as YYYY-MM-DD, or strptime({column.name}, ...) AS {column.name}"
    return f"{' or '.join(fitting)} AS {column.name}" + (", whichever is meant," if len(fitting) > 1 else "")
