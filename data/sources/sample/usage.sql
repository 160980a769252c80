-- Daily roll-ups by user and feature; a day is known once its roll-up is loaded, the next night at the earliest.
-- 'export' was renamed in July 2023: under two names one feature would be told as two, and as one that came and one that went.
SELECT
    account_id,
    day                                                     AS occurred_at,
    user_id,
    if(feature = 'export', 'data_export', feature)          AS feature,
    events                                                  AS quantity,
    loaded_at                                               AS known_at
FROM raw.usage
UNION ALL BY NAME
-- Accounts that run the product themselves send a sum by month, some of them with a count of users.
SELECT
    account_id,
    month                                                   AS occurred_at,
    month                                                   AS period_start,
    month + INTERVAL 1 MONTH                                AS period_end,
    active_users,
    events                                                  AS quantity,
    loaded_at                                               AS known_at
FROM raw.usage_monthly
