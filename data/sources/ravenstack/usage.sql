-- Daily counts: a day is known only when it is over, hence a usage row counts from the next midnight on (known_at is left out: the
-- file has no load time, and the window's half-open end already keeps the as-of day itself out).
-- 21 ids stand for two rows of different subscriptions each: those rows have none.
SELECT CASE WHEN count(*) OVER (PARTITION BY u.usage_id) = 1 THEN u.usage_id END AS event_id,
       u.subscription_id AS contract_id,
       s.account_id,
       u.usage_date      AS occurred_at,
       u.feature_name    AS feature,
       u.usage_count     AS quantity
FROM raw.ravenstack_feature_usage u
LEFT JOIN raw.ravenstack_subscriptions s USING (subscription_id)
