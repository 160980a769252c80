SELECT
    "Ticket ID"      AS ticket_id,
    "Account ID"     AS account_id,
    "Created At"     AS opened_at,
    "First Reply At" AS first_response_at,
    "Solved At"      AS resolved_at,
    "Priority"       AS priority,
    "Topic"          AS topic,
    "Escalated At"   AS escalated_at,
    "Reopened At"    AS reopened_at,
    "CSAT Score"     AS csat,
    "CSAT At"        AS csat_at,
    "Synced At"      AS known_at
FROM raw.tickets
