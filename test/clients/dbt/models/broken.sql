{{ config(enabled=var('broken', false)) }}
-- depends_on: {{ ref('by_region') }}
select * from semantic_view('sales', dimensions := ['status'], metrics := ['customers'])
