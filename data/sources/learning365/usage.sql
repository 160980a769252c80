-- Daily figures: a day is known when it is over. Use of the free plan before the first purchase counts as use.
WITH days AS (
    SELECT student_id, date_engaged AS day, unnest(['lessons', 'quizzes', 'exams']) AS feature,
           unnest([engagement_lessons, engagement_quizzes, engagement_exams]) AS quantity
    FROM raw."365_student_engagement"
    UNION ALL BY NAME SELECT student_id, date_watched AS day, 'minutes' AS feature, minutes_watched AS quantity FROM raw."365_student_learning"
    UNION ALL BY NAME SELECT student_id, date_exam_completed AS day, 'exam attempts' AS feature, '1' AS quantity FROM raw."365_student_exams"
    UNION ALL BY NAME SELECT student_id, date_question_asked AS day, 'questions' AS feature, '1' AS quantity FROM raw."365_student_hub_questions"
    UNION ALL BY NAME SELECT student_id, date_rated AS day, 'ratings' AS feature, '1' AS quantity FROM raw."365_course_ratings"
)
SELECT student_id          AS account_id,
       day                 AS occurred_at,
       feature,
       quantity,
       as_day(day) + 1     AS known_at
FROM days
WHERE quantity <> '0'
