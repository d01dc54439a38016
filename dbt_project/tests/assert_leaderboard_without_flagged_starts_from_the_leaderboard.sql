-- Why: both compute the same scores from the same counts; if they part, one of them is wrong.
-- A row is a run whose scores over all clips differ, or that one of them lacks.
with

leaderboard as (
    select * from {{ ref('leaderboard') }}
    where extraction in ({{ judged_extractions() }})
),

without_flagged as (
    select * from {{ ref('leaderboard_without_flagged') }}
    where language is null
)

select
    leaderboard.run_id as in_leaderboard,
    without_flagged.run_id as in_without_flagged,
    without_flagged.n
from leaderboard
full join without_flagged
    on
        leaderboard.run_id = without_flagged.run_id
        and leaderboard.extraction = without_flagged.extraction
        and leaderboard.synthetic = without_flagged.synthetic
where
    leaderboard.n is distinct from without_flagged.n
    or not coalesce(abs(leaderboard.macro_f1 - without_flagged.macro_f1) < 1e-9, false)
    or not coalesce(abs(leaderboard.accuracy - without_flagged.accuracy) < 1e-9, false)
