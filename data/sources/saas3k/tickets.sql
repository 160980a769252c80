-- The export has no ticket id: an account's tickets are numbered by day.
SELECT account_id || '/' || row_number() OVER (PARTITION BY account_id ORDER BY created_date, resolution_hours, priority, csat) AS ticket_id,
       account_id,
       created_date AS opened_at,
       CAST(created_date AS TIMESTAMP) + to_milliseconds(CAST(CAST(resolution_hours AS DOUBLE) * 3600000 AS BIGINT)) AS resolved_at,
       priority,
       csat,
       resolved_at AS csat_at
FROM raw.support_tickets
