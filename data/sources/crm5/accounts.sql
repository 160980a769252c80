SELECT id      AS account_id,
       channel AS segment,
       country AS region
FROM raw.account
