SELECT ticket_id,
       account_id,
       submitted_at       AS opened_at,
       closed_at          AS resolved_at,
       priority,
       satisfaction_score AS csat,
       closed_at          AS csat_at
FROM raw.ravenstack_support_tickets
