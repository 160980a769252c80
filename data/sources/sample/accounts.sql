-- One row an account and attribute change; "Valid From" is the day the row became true.
SELECT
    "Account ID"     AS account_id,
    "Account Name"   AS name,
    "Customer Since" AS created_at,
    "Segment"        AS segment,
    "Industry"       AS industry,
    "Region"         AS region,
    "CSM Owner"      AS csm,
    "CRM ID"         AS crm_id,
    "Valid From"     AS valid_from
FROM raw.accounts
