-- Why: a method that only the seed names is never read, one that only macros/extractions.sql names
-- reads nothing. A row is a method that is missing in one of them (NULL there).
with

in_seed as (
    select distinct method from {{ ref('extractions') }}
),

in_macro as (
    select unnest({{ extraction_methods() + prediction_methods() }}) as method
)

select
    in_seed.method as in_seed,
    in_macro.method as in_macro
from in_seed
full join in_macro
    on in_seed.method = in_macro.method
where
    in_seed.method is null
    or in_macro.method is null
