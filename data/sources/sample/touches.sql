-- The export says who began the conversation in words, and leaves "Attended" empty where nobody was invited.
SELECT
    "Account ID"            AS account_id,
    "Activity Date"         AS occurred_at,
    "Type"                  AS channel,
    "Direction" = 'Inbound' AS is_customer_initiated,
    CASE "Attended" WHEN 'Yes' THEN TRUE WHEN 'No' THEN FALSE END AS attended,
    "Tone"                  AS tone,
    "Synced At"             AS known_at
FROM raw.touches
