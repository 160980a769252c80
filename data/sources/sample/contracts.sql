-- One row a product line and term; a mid-term change of seats is a row of its own that ends with the others. A row comes again
-- when the CRM has changed it: the newest by "Synced At" stands.
SELECT
    "Contract Number"   AS contract_id,
    "Account ID"        AS account_id,
    "Start Date"        AS start_date,
    "End Date"          AS end_date,
    "ARR (USD)"         AS arr,
    "Seats"             AS seats,
    "Plan"              AS plan,
    "Product"           AS product,
    "Currency"          AS currency,
    "Auto Renew"        AS is_auto_renew,
    "Signed Date"       AS signed_at,
    "Notice Date"       AS notice_at,
    "Cancellation Date" AS cancelled_at,
    "Discount"          AS discount_share,
    "Discount Until"    AS discount_ends_on,
    "Synced At"         AS known_at
FROM raw.contracts
