-- The metric over all is the sum over the groups.
select revenue from semantic_view('sales', metrics := ['revenue'])
except
select sum(revenue) from {{ ref('by_region') }}
