"""How each column of a mapped table is read: SQL for its written value and its typed one, decided by all of its values.

One pass counts how the values are written. Where all have the plainest form a cast reads them; else a second one looks closer, they are
sorted by form, what is written as declared is read, and what is written in another known way refuses the book by name (a stray one goes to
the quarantine).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from churnml.data.book import BookSettings
from churnml.data.schema import DAY, FLAG, MOMENT, TEXT, Column
from churnml.ingest.values import date_styles, identifiers, numbers, times
from churnml.ingest.values.forms import is_stray, literal, name
from churnml.ingest.values.mapped_table import MappedTable
from churnml.ingest.values.null_words import ZERO_DAYS, is_null_word, null_words

Counts = Mapping[str, int]
TIMES = "churnml_times"  # how often a value stands in a column
LARGE, SAMPLE, MANY_TIMES = 200_000, 50_000, 20
"""Rows of a table from which a column's values are counted before they are looked at, where among its first rows each value comes so often."""


@dataclass(frozen=True)
class Reading:
    """A column's SQL: ``written`` over ``mapped.<table>`` (blank where a word for nothing stands), ``typed`` over ``<column>__raw``."""

    column: Column
    written: str
    typed: str
    written_type: str = "VARCHAR"


def read_columns(mapped: MappedTable, given: Mapping[str, str], columns: list[Column]) -> list[Reading]:
    """How each column is read, after adding what is wrong with the way they are written to the table's faults."""
    counted = _count(mapped, given, columns)
    return [_reading(mapped, column, given[column.name], counted[column.name]) for column in columns]


def as_day_macro(book: BookSettings) -> str:
    """SQL that gives mapping queries ``as_day(text)``: a day written in the book's own style, NULL where it is not one."""
    found = times.instant("nullif(trim(CAST(v AS VARCHAR)), '')", book.dates)
    day = times.day_in("m.at", book.timezone or "UTC")
    return f"CREATE MACRO as_day(v) AS list_transform([{found}], lambda m: CASE WHEN m.zoned THEN {day} ELSE CAST(m.at AS DATE) END)[1]"


def _text(column: Column, raw_type: str, *, is_trimmed: bool = False) -> str:
    text = name(column.name) if raw_type == "VARCHAR" else f"CAST({name(column.name)} AS VARCHAR)"
    text = f"nullif(trim({text}), '')" if is_trimmed else text
    # The end of a term is the one time that may never come.
    return (
        f"regexp_replace({text}, '^[+]?(?i:inf(inity)?)$', '9999-12-31')" if column.may_never_come else text
    )


def _is_text(column: Column, raw_type: str) -> bool:
    """Whether a column's values are read from text: it came as text, or as a number where a day belongs."""
    is_time = raw_type == "DATE" or raw_type.startswith("TIMESTAMP")
    return raw_type == "VARCHAR" or column.type == TEXT or (column.type in (DAY, MOMENT) and not is_time)


def _count(mapped: MappedTable, given: Mapping[str, str], columns: list[Column]) -> dict[str, dict[str, int]]:
    """How the values of each column are written; a column of few values is looked at once a value, and closer at once."""
    asked = {c.name: _measures(mapped, c, given[c.name]) for c in columns}
    closer = {c.name: _closer(mapped, c, given[c.name]) for c in columns}
    few = _few_values(mapped, list(asked))
    counted = _counts(mapped, {c: measures for c, measures in asked.items() if c not in few})
    for column in few:
        counted |= _counts(mapped, {column: closer[column]}, grouped=column)
    odd = {c: closer[c] for c, counts in counted.items() if c not in few and counts.get("plain") != counts["filled"]}  # fmt: skip
    counted |= _counts(mapped, odd)
    return {column: {"words": 0, "odd": 0, "edges": 0} | counts for column, counts in counted.items()}


def _few_values(mapped: MappedTable, columns: list[str]) -> list[str]:
    """The columns of a large table that hold each value many times, by its first rows."""
    table = f'mapped."{mapped.name}"'
    if mapped.con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] < LARGE:
        return []
    listed = ", ".join(f"approx_count_distinct({name(column)})" for column in columns)
    distinct = mapped.con.execute(f"SELECT {listed} FROM (FROM {table} LIMIT {SAMPLE})").fetchall()[0]
    return [c for c, values in zip(columns, distinct, strict=True) if values * MANY_TIMES < SAMPLE]


def _counts(
    mapped: MappedTable, asked: Mapping[str, Mapping[str, str]], grouped: str | None = None
) -> dict[str, dict[str, int]]:
    """By column and name: for how many rows SQL is true."""
    counted: dict[str, dict[str, int]] = {column: {} for column in asked}
    keys = [(column, key, sql) for column, measures in asked.items() for key, sql in measures.items()]
    if not keys:
        return counted
    count = f"sum({TIMES})" if grouped else "count(*)"
    sql = ", ".join(f"CAST(coalesce({count} FILTER ({predicate}), 0) AS BIGINT)" for _, _, predicate in keys)
    source = f'mapped."{mapped.name}"'
    if grouped:
        source = f"(SELECT {name(grouped)}, count(*) AS {TIMES} FROM {source} GROUP BY 1)"
    row = mapped.con.execute(f"SELECT {sql} FROM {source}").fetchall()[0]
    for (column, key, _), number in zip(keys, row, strict=True):
        counted[column][key] = number
    return counted


def _measures(
    mapped: MappedTable, column: Column, raw_type: str, *, is_trimmed: bool = False
) -> dict[str, str]:
    """SQL for the first look: the values there are, and those of the plainest form, of which nothing more need be asked."""
    value = _text(column, raw_type, is_trimmed=is_trimmed)
    if not _is_text(column, raw_type):
        return {"filled": f"{name(column.name)} IS NOT NULL"}
    if column.type in (DAY, MOMENT):
        form = times.simple(mapped.book.dates, zoned=False)
    elif column.type in (TEXT, FLAG):
        form = identifiers.SIMPLE
    else:
        is_sure = is_trimmed or numbers.is_declared(mapped.dialect) or not numbers.may_hold_thousands(column)
        form = numbers.pattern(mapped.dialect) if is_sure else numbers.SIMPLE
    # A day for 'never' has the form of a day, and a word that the book declares any.
    words = mapped.dialect.null_words if "null_words" in mapped.dialect.model_fields_set else ()
    never = is_null_word(value, (*words, *(ZERO_DAYS if column.type in (DAY, MOMENT) else ())))
    return {
        "filled": f"{value} IS NOT NULL",
        "plain": f"regexp_full_match({value}, {literal(form)}) AND NOT {never}",
    }


def _closer(mapped: MappedTable, column: Column, raw_type: str) -> dict[str, str]:
    """SQL for the second look, without what stands at the edges: words for nothing, signs that cannot be seen, and what a form hides."""
    if not _is_text(column, raw_type):
        is_nan = f"isnan({name(column.name)})" if raw_type in ("DOUBLE", "FLOAT") else "false"
        return _measures(mapped, column, raw_type) | {"words": is_nan}
    value = _text(column, raw_type, is_trimmed=True)
    asked = _measures(mapped, column, raw_type, is_trimmed=True) | {
        "edges": f"{value} IS DISTINCT FROM {_text(column, raw_type)}",
        "words": is_null_word(value, null_words(column, mapped.dialect)),
        "odd": identifiers.has_odd_signs(value),
    }
    if identifiers.is_id(column):
        asked |= {"rounded": identifiers.is_rounded(value), "floats": identifiers.is_float(value),
                  "long": identifiers.is_long(value), "zeroed": identifiers.is_zeroed(value)}  # fmt: skip
    if numbers.may_hold_thousands(column) and not numbers.is_declared(mapped.dialect):
        asked |= numbers.measures(value)
    return asked


def _reading(mapped: MappedTable, column: Column, raw_type: str, counts: Counts) -> Reading:
    raw = name(f"{column.name}__raw")
    _report_words(mapped, column, raw_type, counts)
    if not _is_text(column, raw_type):
        written = name(column.name)
        if counts["words"]:
            written = f"CASE WHEN NOT isnan({written}) THEN {written} END"
        return Reading(column, written, _typed(mapped, column, raw, raw_type), raw_type)
    written = _written(mapped, column, raw_type, counts)
    is_plain = counts.get("plain") == counts["filled"] - counts["words"] and not counts["odd"]
    if column.type in (DAY, MOMENT):
        return Reading(column, written, date_styles.read(mapped, column, written, raw, is_plain=is_plain))
    if column.type in (TEXT, FLAG):
        return Reading(column, written, raw if column.type == TEXT else f"TRY_CAST({raw} AS {FLAG})")
    if not is_plain:
        _check_numbers(mapped, column, written)
    if "groups" in counts and numbers.may_be_thousands(counts):
        _refuse_groups(mapped, column, written)
    return Reading(column, written, numbers.cast(column, raw, mapped.dialect, is_checked=is_plain))


def _typed(mapped: MappedTable, column: Column, raw: str, raw_type: str) -> str:
    """SQL for the typed value of a column that came typed."""
    is_zoned = raw_type.startswith(
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
    )  # the latter to the nanosecond, as pandas writes it
    if is_zoned and column.type in (DAY, MOMENT):
        moment, source = (
            date_styles.end_of(column, f"(CAST({value} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')")
            for value in (raw, name(column.name))
        )
        return moment if column.type == MOMENT else date_styles.cut_day(mapped, column, source)(f"({moment})")
    if column.type == DAY:
        return f"CAST({date_styles.end_of(column, f'CAST({raw} AS TIMESTAMP)')} AS DATE)"
    if column.type == MOMENT:
        return times.to_utc(f"CAST({raw} AS TIMESTAMP)", mapped.book.timezone or "UTC")
    return numbers.cast_typed(column, raw, raw_type)


def _written(mapped: MappedTable, column: Column, raw_type: str, counts: Counts) -> str:
    """SQL for a column's written value: without what cannot be seen, blank where a word for nothing stands."""
    value = _text(column, raw_type, is_trimmed=counts["edges"] > 0)
    where = f"{mapped.name}.{column.name}"
    is_id = identifiers.is_id(column)
    if counts["odd"]:
        clean = identifiers.cleaned(value) if is_id else identifiers.trimmed(value)
        _report(
            mapped,
            column,
            value,
            f"{clean} IS DISTINCT FROM {value}",
            "hold signs that cannot be seen; read without them",
            identifiers.visible,
        )
        value = clean
    if counts["words"] or counts["odd"]:
        value = f"CASE WHEN NOT {is_null_word(value, null_words(column, mapped.dialect))} THEN {value} END"
    is_zeroed = counts.get("zeroed", 0) >= identifiers.ZEROED and counts["zeroed"] == counts["long"]
    if counts.get("rounded") or is_zeroed:
        is_eaten = identifiers.is_rounded if counts["rounded"] else identifiers.is_zeroed
        row, example = _first(mapped, value, is_eaten("v"))
        mapped.faults.append(
            f"{where}: {counts['rounded'] or counts['zeroed']:,} ids like {example}{mapped.place(column.name, row)} are rounded numbers: a spreadsheet "
            "has made one id of several; export again with ids as text"
        )
    if counts.get("floats") and counts["floats"] == counts["filled"] - counts["words"]:
        mapped.notices.append(
            f"{where}: all {counts['floats']:,} ids are whole numbers with '.0' behind; read without it"
        )
        value = f"regexp_replace({value}, '\\.0$', '')"
    return value


def _report_words(mapped: MappedTable, column: Column, raw_type: str, counts: Counts) -> None:
    if not counts["words"] or "null_words" in mapped.dialect.model_fields_set:
        return
    listed = "NaN"
    if _is_text(column, raw_type):
        value = _text(column, raw_type, is_trimmed=True)
        words = is_null_word(value, null_words(column, mapped.dialect))
        found = f'SELECT {value}, count(*) FROM mapped."{mapped.name}" WHERE {words} GROUP BY 1 ORDER BY 2 DESC, 1'
        listed = ", ".join(str(word) for word, _ in mapped.con.execute(found).fetchall())
    mapped.notices.append(
        f"{mapped.name}.{column.name}: {counts['words']:,} values {listed} read as blank; say 'null_words:' {numbers.DECLARE} to decide it"
    )


def _report(
    mapped: MappedTable, column: Column, value: str, predicate: str, what: str, shown: Callable[[str], str]
) -> None:
    """A notice of the values for which SQL is true, with the least of them as the example; nothing where there is none."""
    query = f'SELECT count(*), min({value}) FROM mapped."{mapped.name}" WHERE {predicate}'
    count, example = mapped.con.execute(query).fetchall()[0]
    if count:
        mapped.notices.append(f"{mapped.name}.{column.name}: {count:,} values like '{shown(example)}' {what}")


def _first(mapped: MappedTable, value: str, predicate: str) -> tuple[int, str]:
    """The first row of the table with a value for which SQL is true, and the value."""
    query = f'SELECT r, v FROM (SELECT rowid + 1 AS r, {value} AS v FROM mapped."{mapped.name}") WHERE {predicate} ORDER BY r LIMIT 1'
    row, example = mapped.con.execute(query).fetchall()[0]
    return row, example


def _check_numbers(mapped: MappedTable, column: Column, written: str) -> None:
    """Adds a fault for each known form of numbers that is not the declared one and no slip."""
    read = f"regexp_full_match(v, {literal(numbers.pattern(mapped.dialect))})"
    count, forms = mapped.found(written, read, numbers.FORMS)
    filled = count + sum(form.count for form in forms)
    for form in forms:
        if not is_stray(form.count, filled, mapped.max_stray_share):
            remedy = form.form.remedy.format(column=column.name, value=form.value, first=form.value[0])
            mapped.refuse(column.name, form, remedy)


def _refuse_groups(mapped: MappedTable, column: Column, written: str) -> None:
    pattern = f"regexp_full_match(v, {literal(numbers.GROUP)})"
    row, example = _first(mapped, written, pattern)
    count = mapped.con.execute(
        f'SELECT count(*) FROM (SELECT {written} AS v FROM mapped."{mapped.name}") WHERE {pattern}'
    ).fetchall()[0][0]
    mapped.faults.append(
        f"{mapped.name}.{column.name}: {count:,} values like {example}{mapped.place(column.name, row)} may be thousands; "
        f"say 'thousands: \".\"' or 'decimal: \".\"' {numbers.DECLARE}"
    )
