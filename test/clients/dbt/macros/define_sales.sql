{% macro define_sales() %}
CALL semantic_ddl($$
  CREATE OR REPLACE SEMANTIC VIEW sales AS
  TABLES (
    o AS {{ ref('orders') }} PRIMARY KEY (id),
    c AS {{ ref('customers') }} PRIMARY KEY (id)
  )
  RELATIONSHIPS (order_customer AS o (customer_id) REFERENCES c)
  DIMENSIONS (
    c.region AS region,
    c.city AS city,
    o.status AS status,
    o.month AS CAST(date_trunc('month', placed) AS DATE)
  )
  METRICS (
    o.revenue AS sum(amount),
    o.items AS sum(items),
    o.orders AS count(*),
    c.customers AS count(*),
    mean AS round(revenue / orders, 4)
  )
$$)
{% endmacro %}
