-- The plan is written on the day it starts, so an unmet milestone is known before it is due.
SELECT
    "Account ID"     AS account_id,
    "Milestone"      AS milestone,
    "Target Date"    AS due_at,
    "Completed Date" AS achieved_at,
    "Planned On"     AS known_at
FROM raw.milestones
