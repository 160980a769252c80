-- Daily roll-ups by user and feature; a day is known once its roll-up is loaded, the next night at the earliest.
SELECT
    account_id,
    day       AS occurred_at,
    user_id,
    feature,
    events    AS quantity,
    loaded_at AS known_at
FROM raw.usage
