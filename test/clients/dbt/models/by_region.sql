{{ config(materialized='table', pre_hook='{{ define_sales() }}') }}
-- depends_on: {{ ref('orders') }} {{ ref('customers') }}
select *
from semantic_view('sales', dimensions := ['region'], metrics := ['revenue', 'items', 'orders', 'mean'])
