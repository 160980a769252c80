-- A subscription row says only when it began and, once it is over, when it ended: that end was unknown before, so it is a cancellation.
-- The term itself is the billing period, renewed until then. Trials pay nothing: their ARR is 0.
WITH subscriptions AS (
    SELECT *, as_day(start_date) AS start_day, as_day(end_date) AS end_day,
           CASE billing_frequency WHEN 'annual' THEN 12 ELSE 1 END AS months
    FROM raw.ravenstack_subscriptions
), terms AS (
    SELECT *, unnest(range(0, date_diff('month', start_day, coalesce(end_day, DATE '2025-01-01')) // months + 1)) AS nth
    FROM subscriptions
)
SELECT subscription_id || CASE WHEN nth > 0 THEN '/' || (nth + 1) ELSE '' END AS contract_id,
       account_id,
       CAST(start_day + to_months(CAST(nth * months AS INTEGER)) AS DATE)       AS start_date,
       CAST(start_day + to_months(CAST((nth + 1) * months AS INTEGER)) AS DATE) AS end_date,
       CASE WHEN end_day < start_day + to_months(CAST((nth + 1) * months AS INTEGER)) THEN end_day END AS cancelled_at,
       arr_amount      AS arr,
       seats,
       plan_tier       AS plan,
       auto_renew_flag AS is_auto_renew
FROM terms
WHERE start_day + to_months(CAST(nth * months AS INTEGER)) < coalesce(end_day, DATE '2025-01-01')
   OR start_day IS NULL
