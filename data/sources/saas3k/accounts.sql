SELECT account_id, signup_date AS created_at, segment, industry
FROM raw.accounts
