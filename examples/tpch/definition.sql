TABLES (
  l AS lineitem PRIMARY KEY (l_orderkey, l_linenumber),
  o AS orders PRIMARY KEY (o_orderkey),
  c AS customer PRIMARY KEY (c_custkey),
  p AS part PRIMARY KEY (p_partkey),
  s AS supplier PRIMARY KEY (s_suppkey),
  ps AS partsupp PRIMARY KEY (ps_partkey, ps_suppkey) COMMENT = 'where an order line looks its cost up',
  n AS nation PRIMARY KEY (n_nationkey),
  r AS region PRIMARY KEY (r_regionkey)
)
RELATIONSHIPS (
  line_order AS l (l_orderkey) REFERENCES o ASSUME REFERENTIAL INTEGRITY,
  line_part AS l (l_partkey) REFERENCES p ASSUME REFERENTIAL INTEGRITY,
  line_supplier AS l (l_suppkey) REFERENCES s ASSUME REFERENTIAL INTEGRITY,
  line_cost AS l (l_partkey, l_suppkey) REFERENCES ps ASSUME REFERENTIAL INTEGRITY,
  order_customer AS o (o_custkey) REFERENCES c ASSUME REFERENTIAL INTEGRITY,
  customer_nation AS c (c_nationkey) REFERENCES n ASSUME REFERENTIAL INTEGRITY,
  supplier_nation AS s (s_nationkey) REFERENCES n ASSUME REFERENTIAL INTEGRITY,
  nation_region AS n (n_regionkey) REFERENCES r ASSUME REFERENTIAL INTEGRITY
)
FACTS (
  l.net_price AS l_extendedprice * (1 - l_discount),
  PRIVATE l.cost AS ps.ps_supplycost * l_quantity,
  c.order_count AS count(o.o_orderkey) COMMENT = 'orders of each customer, 0 for none'
)
DIMENSIONS (
  l.ship_date AS l_shipdate,
  l.ship_mode AS l_shipmode,
  l.return_flag AS l_returnflag,
  l.line_status AS l_linestatus,
  o.order_date AS o_orderdate,
  o.order_year AS year(o_orderdate),
  o.priority AS o_orderpriority,
  c.segment AS c_mktsegment,
  c.orders_placed AS order_count,
  p.brand AS p_brand,
  n.nation AS n_name,
  r.region AS r_name
)
METRICS (
  l.revenue AS sum(net_price),
  l.total_quantity AS sum(l_quantity),
  l.mean_price AS round(avg(l_extendedprice), 2),
  l.lines AS count(*),
  l.profit AS sum(net_price - cost),
  l.promo_share AS round(100 * sum(net_price) FILTER (p.p_type LIKE 'PROMO%') / sum(net_price), 2),
  o.orders AS count(*),
  o.order_value AS sum(o_totalprice),
  c.customers AS count(*),
  revenue_per_order AS round(revenue / orders, 2),
  running_revenue AS sum(revenue) OVER (ORDER BY order_year)
)
COMMENT = 'TPC-H: orders, their lines, customers, parts and suppliers'
