-- 11.2 M events rolled up by day, user and type; a day's total is known when the day is over. Contracts end with those that start on
-- 2024-01-01, so what was used after that day belongs to no decision we know of.
SELECT e.account_id,
       date_trunc('day', e.event_time)                  AS occurred_at,
       e.user_id,
       t.event_type_name                                AS feature,
       count(*)                                         AS quantity,
       date_trunc('day', e.event_time) + INTERVAL 1 DAY AS known_at
FROM raw.event e
JOIN raw.event_type t ON CAST(t.event_type_id AS SMALLINT) = e.event_type_id
WHERE e.event_time < TIMESTAMP '2024-01-02'
GROUP BY ALL
