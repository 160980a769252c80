-- `status` says how a term ended once it was over, so it is not read.
SELECT contract_id, account_id, contract_start_date AS start_date, contract_end_date AS end_date, CAST(mrr AS DECIMAL(18, 2)) * 12 AS arr, seats
FROM raw.contracts
