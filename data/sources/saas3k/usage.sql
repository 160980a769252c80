-- One row an account and week; its counts are known when the week is over. Active users come as a count, without ids.
SELECT account_id,
       event_date AS occurred_at,
       unnest(['logins', 'feature_events', 'active_users'])                    AS feature,
       unnest([logins, feature_events, active_users])                          AS quantity,
       CAST(event_date AS DATE) + 7                                            AS known_at
FROM raw.usage_events
