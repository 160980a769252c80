SELECT
    "Account ID"    AS account_id,
    lower("Survey") AS kind,
    "Sent At"       AS sent_at,
    "Answered At"   AS answered_at,
    "Score"         AS score,
    "Respondent"    AS respondent_id,
    "Synced At"     AS known_at
FROM raw.surveys
