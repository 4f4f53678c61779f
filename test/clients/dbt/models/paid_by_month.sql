{{ config(materialized='view') }}
-- depends_on: {{ ref('by_region') }}
select *
from semantic_view('sales', dimensions := ['region', 'month'], metrics := ['revenue'],
  where_clause := 'status = ''{{ var("status", "paid") }}''')
