-- TPC-H as one view. Nation and region have two roles: the customer's and the supplier's.
-- partsupp stands twice: ps is what a line looks its cost up in, st is the stock with its own metrics.
TABLES (
  l AS lineitem PRIMARY KEY (l_orderkey, l_linenumber),
  o AS orders PRIMARY KEY (o_orderkey),
  c AS customer PRIMARY KEY (c_custkey),
  p AS part PRIMARY KEY (p_partkey),
  s AS supplier PRIMARY KEY (s_suppkey),
  ps AS partsupp PRIMARY KEY (ps_partkey, ps_suppkey),
  st AS partsupp PRIMARY KEY (ps_partkey, ps_suppkey),
  n AS nation PRIMARY KEY (n_nationkey),
  r AS region PRIMARY KEY (r_regionkey)
)
RELATIONSHIPS (
  line_order AS l (l_orderkey) REFERENCES o ASSUME REFERENTIAL INTEGRITY,
  line_part AS l (l_partkey) REFERENCES p ASSUME REFERENTIAL INTEGRITY,
  line_supplier AS l (l_suppkey) REFERENCES s ASSUME REFERENTIAL INTEGRITY,
  line_cost AS l (l_partkey, l_suppkey) REFERENCES ps ASSUME REFERENTIAL INTEGRITY,
  order_customer AS o (o_custkey) REFERENCES c ASSUME REFERENTIAL INTEGRITY,
  stock_part AS st (ps_partkey) REFERENCES p ASSUME REFERENTIAL INTEGRITY,
  stock_supplier AS st (ps_suppkey) REFERENCES s ASSUME REFERENTIAL INTEGRITY,
  customer_nation AS c (c_nationkey) REFERENCES n ASSUME REFERENTIAL INTEGRITY,
  supplier_nation AS s (s_nationkey) REFERENCES n ASSUME REFERENTIAL INTEGRITY,
  nation_region AS n (n_regionkey) REFERENCES r ASSUME REFERENTIAL INTEGRITY
)
FACTS (
  l.net_price AS l_extendedprice * (1 - l_discount),
  l.price AS l_extendedprice,
  l.discount AS l_discount,
  l.quantity AS l_quantity,
  l.returned AS l_returnflag = 'R' LABELS = (FILTER),
  l.on_time_checks AS l_commitdate < l_receiptdate AND l_shipdate < l_commitdate LABELS = (FILTER),
  o.item_quantity AS sum(l.l_quantity),
  c.order_count AS count(o.o_orderkey)
)
DIMENSIONS (
  l.ship_date AS l_shipdate,
  l.receipt_date AS l_receiptdate,
  l.ship_year AS year(l_shipdate),
  l.ship_mode AS l_shipmode,
  l.ship_instruct AS l_shipinstruct,
  l.return_flag AS l_returnflag,
  l.line_status AS l_linestatus,
  o.order_key AS o_orderkey,
  o.order_date AS o_orderdate,
  o.order_year AS year(o_orderdate),
  o.priority AS o_orderpriority,
  o.ship_priority AS o_shippriority,
  c.customer_key AS c_custkey,
  c.customer AS c_name,
  c.segment AS c_mktsegment,
  c.orders_placed AS order_count,
  p.part_key AS p_partkey,
  p.part AS p_name,
  p.brand AS p_brand,
  p.type AS p_type,
  p.size AS p_size,
  p.container AS p_container,
  s.supplier AS s_name,
  st.stocked_part AS ps_partkey,
  n.nation AS n_name,
  r.region AS r_name
)
METRICS (
  l.revenue AS sum(net_price),
  l.gross AS sum(l_extendedprice),
  l.charge AS sum(net_price * (1 + l_tax)),
  l.discount_given AS sum(l_extendedprice * l_discount),
  l.total_quantity AS sum(l_quantity),
  l.mean_quantity AS avg(l_quantity),
  l.mean_price AS avg(l_extendedprice),
  l.mean_discount AS avg(l_discount),
  l.line_count AS count(*),
  l.high_lines AS count(*) FILTER (o.o_orderpriority IN ('1-URGENT', '2-HIGH')),
  l.low_lines AS count(*) FILTER (o.o_orderpriority NOT IN ('1-URGENT', '2-HIGH')),
  l.promo_share AS 100.00 * sum(net_price) FILTER (p.p_type LIKE 'PROMO%') / sum(net_price),
  l.brazil_share AS sum(net_price) FILTER (supplier_nation.n_name = 'BRAZIL') / sum(net_price),
  l.profit AS sum(net_price - ps.ps_supplycost * l_quantity),
  l.parts_sold AS count(DISTINCT l_partkey),
  o.orders_count AS count(*),
  o.order_value AS sum(o_totalprice),
  o.buyers AS count(DISTINCT o_custkey),
  c.customers AS count(*),
  c.balance AS sum(c_acctbal),
  st.stock_value AS sum(ps_supplycost * ps_availqty),
  st.suppliers AS count(DISTINCT ps_suppkey),
  n.nations AS count(*),
  revenue_per_order AS revenue / orders_count
)
