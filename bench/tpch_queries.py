"""Requests to the TPC-H view, each beside the SQL that an expert would write over the same tables.

(name, semantic, by hand); {view} in the semantic query is the view's name.
"""


def view(dimensions="", metrics="", where=None, facts=""):
    """The call of semantic_view; names are separated by commas."""
    lists = {"dimensions": dimensions, "metrics": metrics, "facts": facts}
    arguments = ["'{view}'"] + [
        f"{kind} := [" + ", ".join("'" + name.strip() + "'" for name in names.split(",")) + "]"
        for kind, names in lists.items()
        if names
    ]
    if where:
        arguments.append("where_clause := '" + where.replace("'", "''") + "'")
    return f"semantic_view({', '.join(arguments)})"


REVENUE = "sum(l_extendedprice * (1 - l_discount))"

QUERIES = [
    (
        "Q1 scan of all lines",
        "FROM "
        + view(
            "return_flag, line_status",
            "total_quantity, gross, revenue, charge, mean_quantity, mean_price, mean_discount, line_count",
            "ship_date <= DATE '1998-09-02'",
        ),
        f"""SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), {REVENUE},
                   sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), avg(l_quantity), avg(l_extendedprice),
                   avg(l_discount), count(*)
            FROM lineitem WHERE l_shipdate <= DATE '1998-09-02' GROUP BY ALL""",
    ),
    (
        "Q3 late orders of a segment",
        "FROM "
        + view(
            "order_key, order_date, ship_priority",
            "revenue",
            "segment = 'BUILDING' AND order_date < DATE '1995-03-15' AND ship_date > DATE '1995-03-15'",
        )
        + " ORDER BY revenue DESC, order_date LIMIT 10",
        f"""SELECT o_orderkey, o_orderdate, o_shippriority, {REVENUE} AS revenue
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            WHERE c_mktsegment = 'BUILDING' AND o_orderdate < DATE '1995-03-15' AND l_shipdate > DATE '1995-03-15'
            GROUP BY ALL ORDER BY revenue DESC, o_orderdate LIMIT 10""",
    ),
    (
        "Q5 six tables, filters on two branches",
        "FROM "
        + view(
            "supplier_nation.nation",
            "revenue",
            "customer_nation.region = 'ASIA' AND customer_nation.nation = supplier_nation.nation "
            "AND order_date >= DATE '1994-01-01' AND order_date < DATE '1995-01-01'",
        ),
        f"""SELECT sn.n_name, {REVENUE}
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            JOIN supplier ON l_suppkey = s_suppkey JOIN nation cn ON c_nationkey = cn.n_nationkey
            JOIN nation sn ON s_nationkey = sn.n_nationkey JOIN region ON cn.n_regionkey = r_regionkey
            WHERE r_name = 'ASIA' AND cn.n_name = sn.n_name
              AND o_orderdate >= DATE '1994-01-01' AND o_orderdate < DATE '1995-01-01'
            GROUP BY ALL""",
    ),
    (
        "Q6 total with filters",
        "FROM "
        + view(
            metrics="discount_given",
            where="ship_date >= DATE '1994-01-01' AND ship_date < DATE '1995-01-01' "
            "AND discount BETWEEN 0.05 AND 0.07 AND quantity < 24",
        ),
        """SELECT sum(l_extendedprice * l_discount) FROM lineitem
           WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
             AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24""",
    ),
    (
        "Q7 trade between two nations",
        "FROM "
        + view(
            "supplier_nation.nation AS seller, customer_nation.nation AS buyer, ship_year",
            "revenue",
            "(supplier_nation.nation = 'FRANCE' AND customer_nation.nation = 'GERMANY' "
            "OR supplier_nation.nation = 'GERMANY' AND customer_nation.nation = 'FRANCE') "
            "AND ship_date BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'",
        ),
        f"""SELECT sn.n_name, cn.n_name, year(l_shipdate), {REVENUE}
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            JOIN supplier ON l_suppkey = s_suppkey JOIN nation cn ON c_nationkey = cn.n_nationkey
            JOIN nation sn ON s_nationkey = sn.n_nationkey
            WHERE (sn.n_name = 'FRANCE' AND cn.n_name = 'GERMANY' OR sn.n_name = 'GERMANY' AND cn.n_name = 'FRANCE')
              AND l_shipdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'
            GROUP BY ALL""",
    ),
    (
        "Q8 market share",
        "FROM "
        + view(
            "order_year",
            "brazil_share",
            "customer_nation.region = 'AMERICA' AND type = 'ECONOMY ANODIZED STEEL' "
            "AND order_date BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'",
        ),
        f"""SELECT year(o_orderdate), {REVENUE} FILTER (sn.n_name = 'BRAZIL') / {REVENUE}
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            JOIN supplier ON l_suppkey = s_suppkey JOIN nation cn ON c_nationkey = cn.n_nationkey
            JOIN nation sn ON s_nationkey = sn.n_nationkey JOIN region ON cn.n_regionkey = r_regionkey
            JOIN part ON l_partkey = p_partkey
            WHERE r_name = 'AMERICA' AND p_type = 'ECONOMY ANODIZED STEEL'
              AND o_orderdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'
            GROUP BY ALL""",
    ),
    (
        "Q9 profit, composite key",
        "FROM " + view("supplier_nation.nation, order_year", "profit", "part LIKE '%green%'"),
        """SELECT n_name, year(o_orderdate), sum(l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity)
           FROM lineitem JOIN partsupp ON l_partkey = ps_partkey AND l_suppkey = ps_suppkey
           JOIN orders ON l_orderkey = o_orderkey JOIN supplier ON l_suppkey = s_suppkey
           JOIN nation ON s_nationkey = n_nationkey JOIN part ON l_partkey = p_partkey
           WHERE p_name LIKE '%green%' GROUP BY ALL""",
    ),
    (
        "Q10 customers who return",
        "FROM "
        + view(
            "customer_key, customer, customer_nation.nation",
            "revenue",
            "returned AND order_date >= DATE '1993-10-01' AND order_date < DATE '1994-01-01'",
        )
        + " ORDER BY revenue DESC LIMIT 20",
        f"""SELECT c_custkey, c_name, n_name, {REVENUE} AS revenue
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            JOIN nation ON c_nationkey = n_nationkey
            WHERE l_returnflag = 'R' AND o_orderdate >= DATE '1993-10-01' AND o_orderdate < DATE '1994-01-01'
            GROUP BY ALL ORDER BY revenue DESC LIMIT 20""",
    ),
    (
        "Q11 stock of one nation",
        "FROM " + view("stocked_part", "stock_value", "nation = 'GERMANY'") + " ORDER BY stock_value DESC LIMIT 100",
        """SELECT ps_partkey, sum(ps_supplycost * ps_availqty) AS stock_value
           FROM partsupp JOIN supplier ON ps_suppkey = s_suppkey JOIN nation ON s_nationkey = n_nationkey
           WHERE n_name = 'GERMANY' GROUP BY ps_partkey ORDER BY stock_value DESC LIMIT 100""",
    ),
    (
        "Q12 late lines by ship mode",
        "FROM "
        + view(
            "ship_mode",
            "high_lines, low_lines",
            "ship_mode IN ('MAIL', 'SHIP') AND on_time_checks "
            "AND receipt_date >= DATE '1994-01-01' AND receipt_date < DATE '1995-01-01'",
        ),
        """SELECT l_shipmode, count(*) FILTER (o_orderpriority IN ('1-URGENT', '2-HIGH')),
                  count(*) FILTER (o_orderpriority NOT IN ('1-URGENT', '2-HIGH'))
           FROM lineitem JOIN orders ON l_orderkey = o_orderkey
           WHERE l_shipmode IN ('MAIL', 'SHIP') AND l_commitdate < l_receiptdate AND l_shipdate < l_commitdate
             AND l_receiptdate >= DATE '1994-01-01' AND l_receiptdate < DATE '1995-01-01'
           GROUP BY ALL""",
    ),
    (
        "Q13 customers by number of orders",
        "FROM " + view("orders_placed", "customers"),
        """SELECT coalesce(order_count, 0), count(*)
           FROM customer LEFT JOIN (SELECT o_custkey, count(o_orderkey) AS order_count FROM orders GROUP BY ALL)
             ON c_custkey = o_custkey
           GROUP BY ALL""",
    ),
    (
        "Q14 share of promotions",
        "FROM "
        + view(metrics="promo_share", where="ship_date >= DATE '1995-09-01' AND ship_date < DATE '1995-10-01'"),
        f"""SELECT 100.00 * {REVENUE} FILTER (p_type LIKE 'PROMO%') / {REVENUE}
            FROM lineitem JOIN part ON l_partkey = p_partkey
            WHERE l_shipdate >= DATE '1995-09-01' AND l_shipdate < DATE '1995-10-01'""",
    ),
    (
        "Q16 distinct suppliers by part",
        "FROM "
        + view(
            "brand, type, size",
            "suppliers",
            "brand <> 'Brand#45' AND type NOT LIKE 'MEDIUM POLISHED%' AND size IN (49, 14, 23, 45, 19, 3, 36, 9)",
        ),
        """SELECT p_brand, p_type, p_size, count(DISTINCT ps_suppkey)
           FROM partsupp JOIN part ON ps_partkey = p_partkey
           WHERE p_brand <> 'Brand#45' AND p_type NOT LIKE 'MEDIUM POLISHED%'
             AND p_size IN (49, 14, 23, 45, 19, 3, 36, 9)
           GROUP BY ALL""",
    ),
    (
        "Q18 large orders, a fact that aggregates",
        "FROM "
        + view("customer, order_key, order_date", "order_value", "item_quantity > 300")
        + " ORDER BY order_value DESC LIMIT 100",
        """SELECT c_name, o_orderkey, o_orderdate, sum(o_totalprice) AS order_value
           FROM orders JOIN customer ON o_custkey = c_custkey
           JOIN (SELECT l_orderkey, sum(l_quantity) AS quantity FROM lineitem GROUP BY ALL) ON l_orderkey = o_orderkey
           WHERE quantity > 300 GROUP BY ALL ORDER BY order_value DESC LIMIT 100""",
    ),
    (
        "Q19 filters over two tables in OR",
        "FROM "
        + view(
            metrics="revenue",
            where="ship_mode IN ('AIR', 'REG AIR') AND ship_instruct = 'DELIVER IN PERSON' AND ("
            "brand = 'Brand#12' AND quantity BETWEEN 1 AND 11 AND size BETWEEN 1 AND 5 "
            "OR brand = 'Brand#23' AND quantity BETWEEN 10 AND 20 AND size BETWEEN 1 AND 10)",
        ),
        f"""SELECT {REVENUE} FROM lineitem JOIN part ON l_partkey = p_partkey
            WHERE l_shipmode IN ('AIR', 'REG AIR') AND l_shipinstruct = 'DELIVER IN PERSON'
              AND (p_brand = 'Brand#12' AND l_quantity BETWEEN 1 AND 11 AND p_size BETWEEN 1 AND 5
                   OR p_brand = 'Brand#23' AND l_quantity BETWEEN 10 AND 20 AND p_size BETWEEN 1 AND 10)""",
    ),
    (
        "star: region of the customer",
        "FROM " + view("customer_nation.region, segment", "revenue, line_count"),
        f"""SELECT r_name, c_mktsegment, {REVENUE}, count(*)
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            JOIN nation ON c_nationkey = n_nationkey JOIN region ON n_regionkey = r_regionkey
            GROUP BY ALL""",
    ),
    (
        "star: brand, supplier, year",
        "FROM " + view("brand, supplier_nation.nation, order_year", "revenue"),
        f"""SELECT p_brand, n_name, year(o_orderdate), {REVENUE}
            FROM lineitem JOIN part ON l_partkey = p_partkey JOIN supplier ON l_suppkey = s_suppkey
            JOIN nation ON s_nationkey = n_nationkey JOIN orders ON l_orderkey = o_orderkey
            GROUP BY ALL""",
    ),
    (
        "two grains: orders and lines",
        "FROM " + view("order_year, priority", "order_value, revenue"),
        f"""SELECT order_year, priority, order_value, revenue
            FROM (SELECT year(o_orderdate) AS order_year, o_orderpriority AS priority, sum(o_totalprice) AS order_value
                  FROM orders GROUP BY ALL)
            FULL JOIN (SELECT year(o_orderdate) AS order_year, o_orderpriority AS priority, {REVENUE} AS revenue
                       FROM lineitem JOIN orders ON l_orderkey = o_orderkey GROUP BY ALL) USING (order_year, priority)""",
    ),
    (
        "three grains: customers, orders, lines",
        "FROM " + view("customer_nation.nation", "customers, order_value, revenue"),
        f"""SELECT n_name, customers, order_value, revenue
            FROM (SELECT n_name, count(*) AS customers FROM customer JOIN nation ON c_nationkey = n_nationkey GROUP BY ALL)
            FULL JOIN (SELECT n_name, sum(o_totalprice) AS order_value
                       FROM orders JOIN customer ON o_custkey = c_custkey JOIN nation ON c_nationkey = n_nationkey
                       GROUP BY ALL) USING (n_name)
            FULL JOIN (SELECT n_name, {REVENUE} AS revenue
                       FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
                       JOIN nation ON c_nationkey = n_nationkey GROUP BY ALL) USING (n_name)""",
    ),
    (
        "derived metric over two grains",
        "FROM " + view("segment", "revenue_per_order"),
        f"""SELECT c_mktsegment, revenue / orders_count
            FROM (SELECT c_mktsegment, count(*) AS orders_count
                  FROM orders JOIN customer ON o_custkey = c_custkey GROUP BY ALL)
            FULL JOIN (SELECT c_mktsegment, {REVENUE} AS revenue
                       FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
                       GROUP BY ALL) USING (c_mktsegment)""",
    ),
    (
        "dimensions only, one table",
        "FROM " + view("brand, type"),
        "SELECT DISTINCT p_brand, p_type FROM part",
    ),
    (
        "dimensions only, three tables",
        "FROM " + view("segment, customer_nation.nation, customer_nation.region"),
        """SELECT DISTINCT c_mktsegment, n_name, r_name
           FROM customer JOIN nation ON c_nationkey = n_nationkey JOIN region ON n_regionkey = r_regionkey""",
    ),
    (
        "distinct buyers by region",
        "FROM " + view("region", "buyers"),
        """SELECT r_name, count(DISTINCT o_custkey)
           FROM orders JOIN customer ON o_custkey = c_custkey JOIN nation ON c_nationkey = n_nationkey
           JOIN region ON n_regionkey = r_regionkey GROUP BY ALL""",
    ),
    (
        "distinct parts by supplier's nation",
        "FROM " + view("supplier_nation.nation", "parts_sold"),
        """SELECT n_name, count(DISTINCT l_partkey)
           FROM lineitem JOIN supplier ON l_suppkey = s_suppkey JOIN nation ON s_nationkey = n_nationkey
           GROUP BY ALL""",
    ),
    (
        "outer WHERE on a joined dimension",
        "FROM " + view("customer_nation.nation, order_year", "revenue") + " WHERE nation = 'FRANCE'",
        f"""SELECT n_name, year(o_orderdate), {REVENUE}
            FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
            JOIN nation ON c_nationkey = n_nationkey
            WHERE n_name = 'FRANCE' GROUP BY ALL""",
    ),
    (
        "outer LIMIT over facts",
        "SELECT count(*) FROM (FROM " + view("order_date, segment", facts="net_price") + " LIMIT 10)",
        """SELECT count(*) FROM (SELECT o_orderdate, c_mktsegment, l_extendedprice * (1 - l_discount)
           FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey LIMIT 10)""",
    ),
    (
        "one order of all",
        "FROM " + view("order_key, order_date", "revenue") + " WHERE order_key = 3000000",
        f"""SELECT o_orderkey, o_orderdate, {REVENUE} FROM lineitem JOIN orders ON l_orderkey = o_orderkey
            WHERE o_orderkey = 3000000 GROUP BY ALL""",
    ),
    (
        "a group for each order",
        "SELECT count(*), max(revenue), min(order_key) FROM " + view("order_key", "revenue"),
        f"""SELECT count(*), max(revenue), min(o_orderkey)
            FROM (SELECT o_orderkey, {REVENUE} AS revenue FROM lineitem JOIN orders ON l_orderkey = o_orderkey
                  GROUP BY ALL)""",
    ),
    (
        "a tiny table",
        "FROM " + view("region", "nations"),
        "SELECT r_name, count(*) FROM nation JOIN region ON n_regionkey = r_regionkey GROUP BY ALL",
    ),
    (
        "two of them joined",
        "SELECT nation, revenue, balance FROM "
        + view("customer_nation.nation", "revenue")
        + " JOIN "
        + view("nation", "balance")
        + " USING (nation)",
        f"""SELECT n_name, revenue, balance
            FROM (SELECT n_name, {REVENUE} AS revenue
                  FROM lineitem JOIN orders ON l_orderkey = o_orderkey JOIN customer ON o_custkey = c_custkey
                  JOIN nation ON c_nationkey = n_nationkey GROUP BY ALL)
            JOIN (SELECT n_name, sum(c_acctbal) AS balance FROM customer JOIN nation ON c_nationkey = n_nationkey
                  GROUP BY ALL) USING (n_name)""",
    ),
]
