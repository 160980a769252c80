SELECT
    "Account ID" AS account_id,
    "Date"       AS acted_at,
    "Action"     AS action,
    "CSM Owner"  AS csm,
    "Result"     AS result,
    "Note"       AS note,
    CASE "Held Out" WHEN 'Yes' THEN TRUE WHEN 'No' THEN FALSE END AS is_held_out
FROM raw.actions
