-- What unweighted accuracy (UA, the mean recall of the classes), weighted accuracy (WA, hits per
-- clip) and macro F1 of one row must have to do with each other, given the test clips of EmoBox's
-- published folds.
with

numbers as (
    select * from {{ ref('int_published_numbers') }}
    where
        place like 'Table %'
        and train_dataset is null
        and dataset is not null
),

folds as (
    select * from {{ ref('published_folds') }}
    where part = 'test'
),

table_rows as (
    select
        document,
        place,
        dataset,
        model,
        max(value) filter (where metric = 'uar') as ua,
        max(half_unit) filter (where metric = 'uar') as ua_half_unit,
        any_value(printed) filter (where metric = 'uar') as ua_printed,
        max(value) filter (where metric = 'accuracy') as wa,
        max(half_unit) filter (where metric = 'accuracy') as wa_half_unit,
        any_value(printed) filter (where metric = 'accuracy') as wa_printed,
        max(value) filter (where metric = 'macro_f1') as f1,
        max(half_unit) filter (where metric = 'macro_f1') as f1_half_unit,
        any_value(printed) filter (where metric = 'macro_f1') as f1_printed
    from numbers
    where model is not null
    group by
        document,
        place,
        dataset,
        model
),

-- F1 <= 2r / (1 + r) for the recall r of a class, which is concave: means of classes, and of
-- folds, keep it.
f1_checks as (
    select
        document,
        place,
        'macro F1 at most 2·UA / (1 + UA)' as kind,
        model || ' on ' || dataset as subject,
        f1 as claimed,
        'bounded' as relation,
        0 as found_low,
        2 * (ua + ua_half_unit) / (1 + ua + ua_half_unit) as found_high,
        f1_half_unit as tolerance,
        f1_printed || ' printed, UA ' || ua_printed || ' allows '
        || {{ shown('200 * (ua + ua_half_unit) / (1 + ua + ua_half_unit)', 2) }} as arithmetic,
        null::varchar as comment
    from table_rows
    where
        ua is not null
        and f1 is not null
),

fold_sizes as (
    select
        document,
        dataset,
        fold,
        sum(clips) as clips
    from folds
    -- Clips without a label cannot be scored.
    where emotion is not null
    group by
        document,
        dataset,
        fold
),

test_sets as (
    select
        document,
        dataset,
        count(*) as n_folds,
        sum(clips) as clips,
        min(clips) = max(clips) as are_equal
    from fold_sizes
    group by
        document,
        dataset
),

-- Corpora whose test folds all have the same clips of each class: what holds in a fold then holds
-- for the mean over folds.
class_clips as (
    select
        folds.document,
        folds.dataset,
        folds.emotion,
        min(folds.clips) as clips,
        min(folds.clips) = max(folds.clips) and count(*) = any_value(test_sets.n_folds) as is_constant
    from folds
    inner join test_sets
        on
            folds.document = test_sets.document
            and folds.dataset = test_sets.dataset
    where folds.emotion is not null
    group by
        folds.document,
        folds.dataset,
        folds.emotion
),

class_weights as (
    select
        *,
        clips / sum(clips) over corpus as weight,
        count(*) over corpus as classes,
        row_number() over (partition by document, dataset order by clips desc, emotion asc) as from_largest,
        row_number() over (partition by document, dataset order by clips, emotion) as from_smallest
    from class_clips
    window corpus as (partition by document, dataset)
    qualify bool_and(is_constant) over corpus
),

-- The recalls of K classes sum to K·UA. WA is highest if the largest classes have theirs first,
-- each at most 1, and lowest if the smallest have.
allowed as (
    select
        table_rows.document,
        table_rows.place,
        table_rows.dataset,
        table_rows.model,
        any_value(table_rows.wa) as wa,
        any_value(table_rows.wa_half_unit) as wa_half_unit,
        any_value(table_rows.wa_printed) as wa_printed,
        any_value(table_rows.ua_printed) as ua_printed,
        min(class_weights.clips) as smallest,
        max(class_weights.clips) as largest,
        any_value(class_weights.classes) as classes,
        sum(class_weights.weight * least(greatest(
            class_weights.classes * (table_rows.ua + table_rows.ua_half_unit)
            - class_weights.from_largest
            + 1,
            0
        ), 1)) as wa_high,
        sum(class_weights.weight * least(greatest(
            class_weights.classes * (table_rows.ua - table_rows.ua_half_unit)
            - class_weights.from_smallest
            + 1,
            0
        ), 1)) as wa_low
    from table_rows
    inner join class_weights
        on
            table_rows.document = class_weights.document
            and table_rows.dataset = class_weights.dataset
    where
        table_rows.ua is not null
        and table_rows.wa is not null
    group by
        table_rows.document,
        table_rows.place,
        table_rows.dataset,
        table_rows.model
),

accuracy_checks as (
    select
        document,
        place,
        case
            when smallest = largest then 'UA equals WA where classes are balanced' else
                'WA within what UA allows'
        end
            as kind,
        model || ' on ' || dataset as subject,
        wa as claimed,
        'bounded' as relation,
        wa_low as found_low,
        wa_high as found_high,
        wa_half_unit as tolerance,
        'WA ' || wa_printed || ' and UA ' || ua_printed || ' printed; ' || classes || ' classes of '
        || case when smallest = largest then smallest::varchar else smallest || ' to ' || largest end
        || ' test clips allow a WA of '
        || {{ shown('100 * wa_low', 2) }}
        || ' to '
        || {{ shown('100 * wa_high', 2) }}
            as arithmetic,
        'if the test clips are those of the published folds' as comment
    from allowed
),

-- A WA over n test clips is a whole number of hits / n. Informative only where few enough digits
-- fit by chance: 2·half a unit·n of them.
whole_hits as (
    select
        table_rows.document,
        table_rows.place,
        table_rows.dataset,
        any_value(test_sets.clips) as clips,
        any_value(test_sets.n_folds) as n_folds,
        count(*) as n,
        count(*) filter (
            where
            abs(round(table_rows.wa * test_sets.clips) / test_sets.clips - table_rows.wa)
            <= table_rows.wa_half_unit + 1e-9
        ) as n_fit,
        max(2 * table_rows.wa_half_unit * test_sets.clips) as by_chance,
        arg_max(
            table_rows.wa_printed || ' (' || table_rows.model || ') is '
            || {{ shown('table_rows.wa * test_sets.clips', 2) }} || ' hits',
            abs(round(table_rows.wa * test_sets.clips) / test_sets.clips - table_rows.wa)
        ) as worst
    from table_rows
    inner join test_sets
        on
            table_rows.document = test_sets.document
            and table_rows.dataset = test_sets.dataset
    where
        table_rows.wa is not null
        and test_sets.are_equal
    group by
        table_rows.document,
        table_rows.place,
        table_rows.dataset
),

hit_checks as (
    select
        document,
        place,
        'accuracies are whole numbers of hits' as kind,
        dataset as subject,
        n as claimed,
        'equals' as relation,
        n_fit as found_low,
        n_fit as found_high,
        0 as tolerance,
        n_fit || ' of ' || n || ' WAs are a whole number of hits in ' || clips || ' test clips of ' || n_folds
        || case when n_folds = 1 then ' fold' else ' equal folds' end || ', '
        || {{ shown('by_chance * n', 1) }} || ' would be by chance; e.g. ' || worst as arithmetic,
        'else not from one evaluation of the published folds: another test set, or a mean of several'
            as comment
    from whole_hits
    where by_chance < 0.5
),

checks as (
    select * from f1_checks
    union all by name
    select * from accuracy_checks
    union all by name
    select * from hit_checks
)

{{ audited('checks') }}
