SELECT account_id,
       account_name AS name,
       signup_date  AS created_at,
       industry,
       country      AS region
FROM raw.ravenstack_accounts
