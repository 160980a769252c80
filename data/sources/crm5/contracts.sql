-- mrr is after discount; the next term's row is written when it starts.
SELECT account_id || '/' || product || '/' || start_date AS contract_id,
       account_id,
       start_date,
       end_date,
       CAST(mrr AS DECIMAL(18, 2)) * 12                  AS arr,
       CASE WHEN units = 'users' THEN quantity END       AS seats,
       CASE WHEN units = 'users' THEN split_part(product, '_', 1) END AS plan,
       product
FROM raw.subscription
