-- Why: a pair that falls out of the joins would be neither flagged nor seen to be missing.
-- A row is a system, corpus and extraction with answers to real speech and without a verdict.
select distinct
    confusion.system,
    confusion.dataset,
    confusion.extraction
from {{ ref('confusion') }} as confusion
left join {{ ref('contamination') }} as contamination
    on
        confusion.system = contamination.system
        and confusion.dataset = contamination.dataset
        and confusion.extraction = contamination.extraction
        and contamination.source = 'warehouse'
where
    not confusion.synthetic
    and confusion.extraction in ({{ judged_extractions() }})
    and contamination.verdict is null
