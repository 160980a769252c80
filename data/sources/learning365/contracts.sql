-- A purchase has no end: it pays for the months of its plan. The next one is written when it is bought, be it early.
SELECT purchase_id    AS contract_id,
       student_id     AS account_id,
       date_purchased AS start_date,
       CAST(as_day(date_purchased) + to_months(CASE purchase_type WHEN 'Monthly' THEN 1 WHEN 'Quarterly' THEN 3 WHEN 'Annual' THEN 12 END) AS DATE) AS end_date,
       purchase_type  AS plan
FROM raw."365_student_purchases"
