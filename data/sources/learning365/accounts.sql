-- Every registered student is an account; one who never buys has no contract and comes on no list.
SELECT student_id      AS account_id,
       date_registered AS created_at,
       student_country AS region
FROM raw."365_student_info"
