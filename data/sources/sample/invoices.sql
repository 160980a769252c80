SELECT
    "Account ID"   AS account_id,
    "Issue Date"   AS issued_at,
    "Due Date"     AS due_at,
    "Paid Date"    AS paid_at,
    "Amount (USD)" AS amount,
    "Synced At"    AS known_at
FROM raw.invoices
