"""Terms as they stood on the day: the views that the contract features read."""

from churnml.data.schema import BILLING_DAYS, SERVICE_ENDS
from churnml.features.spec import View

# A term's service ends at its end, or at a cancellation that has already happened (the door hides any other). On the day a rolling term
# ends, and while its next charge is due, its successor is not known yet: where nothing else is live, the term that ended last still is. So it is in a gap before a term that is signed.
# An add-on began later than another term with the same end. Seats are summed within a group of lines (ingest says which), and an account
# has those of its largest: the same people sit in a product and in what was sold beside it.
# Whole months count as so many days whatever the calendar: a year with a leap day, told by its 366 days, would name its date to a model.
_LENGTH = """CASE WHEN round(agreed_days / 30.4375) >= 1 AND abs(agreed_days - round(agreed_days / 30.4375) * 30.4375) <= 3
           THEN CAST(round(round(agreed_days / 30.4375) * 30.4375) AS BIGINT) ELSE agreed_days END"""

_TERMS = f"""
    SELECT *, sum(CASE WHEN is_live THEN seats END) OVER seated AS group_seats, sum(CASE WHEN was_live THEN seats END) OVER seated AS group_seats_year_ago
    FROM (SELECT *, arr AS weight, arr > 0 AS is_paid, start_date <= as_of AND (as_of < stop_at OR ((as_of <= stop_at + INTERVAL {BILLING_DAYS} DAY AND cancelled_at IS NULL
                   OR coalesce(min(CASE WHEN arr > 0 AND start_date > as_of THEN start_date END) OVER (PARTITION BY snapshot) <= stop_at + INTERVAL 30 DAY, false))
               AND stop_at = max(CASE WHEN start_date <= as_of THEN stop_at END) OVER (PARTITION BY snapshot))) AS is_live,
           start_date <= as_of - INTERVAL 365 DAY AND as_of - INTERVAL 365 DAY < stop_at AS was_live,
           start_date > min(start_date) OVER (PARTITION BY snapshot, end_date) AS is_add_on,
           {_LENGTH} AS length_days, discount_ends_on IS NULL OR discount_ends_on >= as_of AS is_discounted
        FROM (SELECT *, CAST({SERVICE_ENDS} AS TIMESTAMP) AS stop_at, date_diff('day', start_date, agreed_end_date) AS agreed_days FROM ({{door}})))
    WINDOW seated AS (PARTITION BY snapshot, seat_group)"""

TERMS = View("terms", "contracts", _TERMS)

PRODUCTS = View("products", "contracts", f"""
    SELECT snapshot, as_of, product, sum(arr) AS product_arr FROM ({_TERMS})
    WHERE is_live AND arr <> 0 AND product IS NOT NULL GROUP BY snapshot, as_of, product""", needs=("product", "arr"))  # fmt: skip

# The last renewal: the newest live term that followed an older one of the same product within a month. Beside each of the account's terms
# stands its day and whether the term is one that began then, or one that it replaced; a seat's price is that of the lines whose seats count.
RENEWED = View("renewed", "contracts", f"""
    WITH terms AS (SELECT *, coalesce(product, '') AS line FROM ({_TERMS})),
    renewals AS (
        SELECT n.snapshot, max(n.start_date) AS renewed_on FROM terms n
        JOIN terms o ON o.snapshot = n.snapshot AND o.line = n.line AND o.start_date < n.start_date
            AND o.stop_at <= n.start_date AND o.stop_at >= n.start_date - INTERVAL 30 DAY
        WHERE n.is_live AND n.is_paid AND o.is_paid GROUP BY n.snapshot),
    dated AS (SELECT t.*, t.start_date = r.renewed_on AS is_new,
        t.start_date < r.renewed_on AND t.stop_at <= r.renewed_on AND t.stop_at >= r.renewed_on - INTERVAL 30 DAY AS is_replaced
        FROM terms t JOIN renewals r ON r.snapshot = t.snapshot WHERE t.arr <> 0),
    summed AS (SELECT *, sum(CASE WHEN is_new THEN seats END) OVER g AS new_seats, sum(CASE WHEN is_new THEN arr END) OVER g AS new_arr
        FROM dated WINDOW g AS (PARTITION BY snapshot, seat_group))
    SELECT *, seats <> 0 AND seat_group = first_value(seat_group) OVER (PARTITION BY snapshot
        ORDER BY CASE WHEN seats IS NOT NULL AND (is_new OR is_replaced) THEN 0 ELSE 1 END, new_seats DESC NULLS LAST, new_arr DESC NULLS LAST, seat_group NULLS LAST) AS is_seat_line FROM summed""")  # fmt: skip

# The account's ARR ledger as a list of moves: its level from a day on and the level before. Days without ARR are no level, so that a
# customer who signs a little late has neither shrunk to nothing nor grown from it.
MOVES = View("moves", "contracts", f"""
    WITH terms AS (SELECT * FROM ({_TERMS}) WHERE arr <> 0),
    steps AS (
        SELECT snapshot, as_of, moved_at, sum(step) AS step FROM (
            SELECT snapshot, as_of, CAST(start_date AS TIMESTAMP) AS moved_at, arr AS step FROM terms
            UNION ALL SELECT snapshot, as_of, stop_at, -arr FROM terms)
        WHERE moved_at < as_of GROUP BY snapshot, as_of, moved_at),
    levels AS (SELECT snapshot, as_of, moved_at, sum(step) OVER (PARTITION BY snapshot ORDER BY moved_at) AS level FROM steps)
    SELECT snapshot, as_of, moved_at, level, lag(level) OVER (PARTITION BY snapshot ORDER BY moved_at) AS level_before
    FROM levels WHERE level > 0""", needs=("arr",))  # fmt: skip
