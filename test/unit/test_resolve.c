#include "sv_trees.h"

#include <string.h>

/* Orders (o) of customers (c), who bought and who pay; line items (li) of orders;
 * payments (p), whose columns are not known. */
#define TABLES                                                                                  \
	"{\"tables\": ["                                                                            \
	" {\"name\": \"o\", \"source\": \"orders\", \"primary_key\": [\"id\"]},"                    \
	" {\"name\": \"c\", \"source\": \"customers\", \"primary_key\": [\"id\"]},"                 \
	" {\"name\": \"li\", \"source\": \"items\"},"                                               \
	" {\"name\": \"p\", \"source\": \"payments\"}],"                                            \
	"\"relationships\": ["                                                                      \
	" {\"name\": \"buyer\", \"from\": \"o\", \"from_columns\": [\"buyer_id\"], \"to\": \"c\"}," \
	" {\"name\": \"payer\", \"from\": \"o\", \"from_columns\": [\"payer_id\"], \"to\": \"c\"}," \
	" {\"name\": \"item_order\", \"from\": \"li\", \"from_columns\": [\"order_id\"],"           \
	"  \"to\": \"o\"}],"
#define FACTS                                                              \
	"{\"table\": \"o\", \"name\": \"net\", \"expr\": \"amount - tax\"},"   \
	"{\"table\": \"o\", \"name\": \"items\", \"expr\": \"count(li.id)\"}," \
	"{\"table\": \"c\", \"name\": \"credit\", \"expr\": \"limit_\", \"private\": true}"
#define DIMENSIONS                                                    \
	"{\"table\": \"o\", \"name\": \"status\", \"expr\": \"status\"}," \
	"{\"table\": \"o\", \"name\": \"name\", \"expr\": \"label\"},"    \
	"{\"table\": \"c\", \"name\": \"name\", \"expr\": \"c.name\"},"   \
	"{\"table\": \"c\", \"name\": \"region\", \"expr\": \"region\"}"
#define METRICS                                                            \
	"{\"table\": \"o\", \"name\": \"revenue\", \"expr\": \"sum(net)\"},"   \
	"{\"table\": \"o\", \"name\": \"number\", \"expr\": \"count(*)\"},"    \
	"{\"table\": \"c\", \"name\": \"number\", \"expr\": \"count(*)\"},"    \
	"{\"table\": \"c\", \"name\": \"customers\", \"expr\": \"count(*)\"}," \
	"{\"table\": \"p\", \"name\": \"paid\", \"expr\": \"sum(paid)\"},"     \
	"{\"table\": \"p\", \"name\": \"received\", \"expr\": \"sum(p.gross)\"}"

static const char *const known[] = {
    "o: id buyer_id payer_id amount tax rate status label day l j s revenue",
    "c: id name region limit_",
    "li: id order_id qty price",
};

/* Where the expression of a case stands; x is its name. */
typedef enum { FACT_O, DIM_O, DIM_P, METRIC_O, METRIC_P, DERIVED, FILTER, WHERE } spot;

static const char *const definitions[] = {
    [FACT_O] = TABLES "\"facts\": [" FACTS ", {\"table\": \"o\", \"name\": \"x\", \"expr\": ?}],"
                      "\"dimensions\": [" DIMENSIONS "], \"metrics\": [" METRICS "]}",
    [DIM_O] = TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS
                     ", {\"table\": \"o\", \"name\": \"x\", \"expr\": ?}],"
                     "\"metrics\": [" METRICS "]}",
    [DIM_P] = TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS
                     ", {\"table\": \"p\", \"name\": \"x\", \"expr\": ?}],"
                     "\"metrics\": [" METRICS "]}",
    [METRIC_O] =
        TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS "],"
               "\"metrics\": [" METRICS ", {\"table\": \"o\", \"name\": \"x\", \"expr\": ?}]}",
    [METRIC_P] =
        TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS "],"
               "\"metrics\": [" METRICS ", {\"table\": \"p\", \"name\": \"x\", \"expr\": ?}]}",
    [DERIVED] = TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS "],"
                       "\"metrics\": [" METRICS ", {\"name\": \"x\", \"expr\": ?}]}",
    [FILTER] = TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS "],"
                      "\"metrics\": [" METRICS "], \"filters\": [?]}",
    [WHERE] = TABLES "\"facts\": [" FACTS "], \"dimensions\": [" DIMENSIONS "],"
                     "\"metrics\": [" METRICS "]}",
};

/*
 * What was found:   text=meaning            a reference; ! after it: strict
 *                   text=meaning in sum     it stands in the call that starts so
 *                   {sum(x)} null           an aggregate call, and what it is over no rows
 *                   [rank() OVER ()]        a window call
 */
typedef struct {
	spot spot;
	const char *expr;
	const char *found;
} resolve_case;

static const resolve_case cases[] = {
    /* Own table first, then what the qualifier says. */
    {FACT_O, "amount * 2", "amount=o.amount!"},
    {FACT_O, "net * 2", "net=member o.net!"},
    {FACT_O, "Net * 2", "Net=member o.net!"},
    {FACT_O, "o.net", "o.net=member o.net!"},
    {FACT_O, "O . \"net\"", "O . \"net\"=member o.net!"},
    {FACT_O, "o.x", NULL},
    {FACT_O, "region", NULL},
    {FACT_O, "c.region", "c.region=member c.region!"},
    {FACT_O, "c.limit_", "c.limit_=c.limit_!"},
    {FACT_O, "c.credit", "c.credit=member c.credit!"},
    {FACT_O, "payer.name || c.name", "payer.name=member c.name via payer!; c.name=member c.name!"},
    {FACT_O, "payer.id", "payer.id=c.id via payer!"},
    {DIM_O, "'\xc3\xa9' || status", "status=member o.status!"},
    {DIM_O, "extract(year FROM day)", "day=o.day!"},
    {DIM_O, "CAST(amount AS DECIMAL(10, 2))", "amount=o.amount!"},
    {DIM_O, "amount::INTEGER", "amount=o.amount!"},
    {DIM_O, "coalesce(amount, tax)", "amount=o.amount; tax=o.tax"},
    {DIM_O, "'amount' || \"label\"", "\"label\"=o.label!"},
    {DIM_O, "CASE amount WHEN 1 THEN 'a' WHEN 2 THEN label END", "amount=o.amount; label=o.label"},
    {DIM_O, "current_date - day", "day=o.day!"},
    {DIM_O, "amount BETWEEN tax AND 5", "amount=o.amount!; tax=o.tax"},
    {DIM_O, "items > 1", "items=member o.items!"},
    {DIM_O, "amount = ANY ([tax, rate])", "amount=o.amount; tax=o.tax; rate=o.rate"},
    {DIM_O, "upper(label)", "label=o.label"}, /* upper is a macro here */
    {DIM_O, "lower(label)", "label=o.label!"},
    {DIM_O, "amount + tax", "amount=o.amount; tax=o.tax"},
    {DIM_O, "amount + tax + 1", "amount=o.amount!; tax=o.tax!"},
    {DIM_O, "(amount + tax) * rate", "amount=o.amount!; tax=o.tax!; rate=o.rate!"},
    /* Fields of structs. */
    {DIM_O, "s.f", "s=o.s!"},
    {DIM_O, "o.s.f.g", "o.s=o.s!"},
    {DIM_O, "o.s['f']", "o.s=o.s"},
    {DIM_O, "(o.s).f", "o.s=o.s"},
    {DIM_O, "o.s.a.b.c.d.e.f.g.h", "o.s=o.s!"},
    /* Names that the expression itself binds. */
    {DIM_O, "list_transform(l, amount -> amount + tax)", "l=o.l; tax=o.tax"},
    {DIM_O, "list_transform(l, lambda amount: amount + tax)", "l=o.l; tax=o.tax"},
    {DIM_O, "list_transform(l, (amount, i) -> amount + i)", "l=o.l"},
    {DIM_O, "list_reduce(l, lambda a, b: a + b + tax)", "l=o.l; tax=o.tax"},
    {DIM_O, "[amount * tax FOR amount IN l IF amount > 1]", "tax=o.tax; l=o.l"},
    {DIM_O, "list_filter([v + 1 FOR v IN l], tax -> tax > rate)", "l=o.l; rate=o.rate"},
    {DIM_O, "j -> 'a'", "j=o.j"},
    {DIM_O, "coalesce(o.j -> label, j ->> 'b')", "o.j=o.j; label=o.label; j=o.j"},
    {DIM_O, "j->'a'->>'b'", "j=o.j"},
    {DIM_O, "list_transform(l, v -> v.lower() || tax)", "l=o.l; tax=o.tax"},
    {DIM_O, "rowid", "rowid=o.rowid!"},
    {DIM_O, "{'amount': tax}", "tax=o.tax"},
    {DIM_O, "struct_pack(amount := tax)", "tax=o.tax"},
    /* Tables whose columns are not known. */
    {DIM_P, "amount", "amount=p.amount!"},
    {DIM_P, "p.s.f", "p.s=p.s!"},
    {DIM_P, "current_timestamp", ""},
    /* Subqueries that look inside only. */
    {DIM_O, "(SELECT max(c.id) FROM cities c)", ""},
    {DIM_O, "label IN (SELECT t.x FROM t WHERE t.y = 1)", "label=o.label"},
    {DIM_O, "(WITH o AS (SELECT 1 AS id) SELECT o.id FROM o)", ""},
    {DIM_O, "EXISTS (SELECT 1 FROM a JOIN (SELECT 1 AS z) o ON a.z = o.z)", ""},
    /* Aggregates. */
    {FACT_O, "sum(li.qty) + 1", "li.qty=li.qty in 0; {sum(li.qty)} null"},
    {FACT_O, "count(DISTINCT li.id) FILTER (WHERE li.qty > 1) * 2",
     "li.id=li.id in 0; li.qty=li.qty in 0; "
     "{count(DISTINCT li.id) FILTER (WHERE li.qty > 1)} zero"},
    {METRIC_O, "sum(amount)", "amount=o.amount in 0; {sum(amount)} null"},
    {METRIC_O, "count(*)", "{count(*)} zero star"},
    {METRIC_O, "count( ) FILTER (WHERE status = 'a')",
     "status=member o.status in 0; {count( ) FILTER (WHERE status = 'a')} zero star"},
    {METRIC_O, "sum(net) / count(*) + sum(c.limit_)",
     "net=member o.net in 0; c.limit_=c.limit_ in 2; "
     "{sum(net)} null; {count(*)} zero star; {sum(c.limit_)} null"},
    {METRIC_O, "CASE sum(tax) WHEN 1 THEN 'a' WHEN 2 THEN 'b' END",
     "tax=o.tax in 0; {sum(tax)} null"},
    {METRIC_O, "main.sum(amount)", "amount=o.amount in 0; {main.sum(amount)} null"},
    {METRIC_O, "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount DESC)",
     "amount=o.amount in 0; {percentile_cont(0.5) WITHIN GROUP (ORDER BY amount DESC)} null"},
    {METRIC_O, "string_agg(label, ')' ORDER BY day)",
     "label=o.label in 0; day=o.day in 0; {string_agg(label, ')' ORDER BY day)} null"},
    {METRIC_O, "list(amount ORDER BY amount)",
     "amount=o.amount in 0; amount=o.amount in 0; {list(amount ORDER BY amount)} null"},
    {METRIC_O, "Array_Agg (rate ORDER BY rate DESC) FILTER (WHERE rate > 0)",
     "rate=o.rate in 0; rate=o.rate in 0; rate=o.rate in 0; "
     "{Array_Agg (rate ORDER BY rate DESC) FILTER (WHERE rate > 0)} null"},
    {METRIC_O, "mode() WITHIN GROUP (ORDER BY amount)",
     "amount=o.amount in 0; {mode() WITHIN GROUP (ORDER BY amount)} null"},
    {METRIC_O, "first(label).lower()", "label=o.label in 0; {first(label)} null"},
    {METRIC_O, "sum(amount).round(2)", "amount=o.amount in 0; {sum(amount)} null"},
    {METRIC_O, "growth(amount)", "amount=o.amount in 0; {growth(amount)} unknown"},
    {METRIC_O, "entropy(amount)", "amount=o.amount in 0; {entropy(amount)} unknown"},
    {METRIC_O, "sum(revenue)", "revenue=o.revenue in 0; {sum(revenue)} null"},
    {METRIC_O, "max(x) ", NULL},
    {METRIC_O, "sum(list_sum(list_transform(l, v -> v * rate)))",
     "l=o.l in 0; rate=o.rate in 0; {sum(list_sum(list_transform(l, v -> v * rate)))} null"},
    {METRIC_P, "sum(x)", "x=p.x in 0; {sum(x)} null"},
    {METRIC_P, "avg(paid)", "paid=p.paid in 0; {avg(paid)} null"},
    {METRIC_P, "avg(received)", NULL},
    /* Metrics over metrics. */
    {METRIC_O, "sum(amount) - c.customers",
     "amount=o.amount in 0; c.customers=metric c.customers!; {sum(amount)} null"},
    {METRIC_O, "revenue / number", "revenue=metric o.revenue!; number=metric o.number!"},
    {DERIVED, "revenue / o.number", "revenue=metric o.revenue!; o.number=metric o.number!"},
    {DERIVED, "revenue + c.number + 1", "revenue=metric o.revenue!; c.number=metric c.number!"},
    {DERIVED, "coalesce(paid, 0)", "paid=metric p.paid"},
    {DERIVED, "o.revenue.f", "o.revenue=metric o.revenue!"},
    /* Windows. */
    {DERIVED, "rank() OVER (ORDER BY revenue DESC)",
     "revenue=metric o.revenue at 0; [rank() OVER (ORDER BY revenue DESC)]"},
    {METRIC_O, "sum(revenue) OVER (PARTITION BY region, o.name ORDER BY status) / 2",
     "revenue=metric o.revenue at 0; region=member c.region at 0; o.name=member o.name at 0; "
     "status=member o.status at 0; "
     "[sum(revenue) OVER (PARTITION BY region, o.name ORDER BY status)] "
     "by 'PARTITION BY region, o.name'"},
    {METRIC_O, "sum(revenue) OVER (PARTITION BY payer.region)",
     "revenue=metric o.revenue at 0; payer.region=member c.region via payer at 0; "
     "[sum(revenue) OVER (PARTITION BY payer.region)] by 'PARTITION BY payer.region'"},
    {DERIVED, "sum(revenue) OVER (PARTITION BY EXCLUDING region, o.name ORDER BY status)",
     "revenue=metric o.revenue at 0; status=member o.status at 0; "
     "[sum(revenue) OVER (PARTITION BY EXCLUDING region, o.name ORDER BY status)] "
     "by 'PARTITION BY EXCLUDING region, o.name' without c.region o.name"},
    {DERIVED, "sum(revenue) over ( partition by excluding \"region\" ROWS UNBOUNDED PRECEDING)",
     "revenue=metric o.revenue at 0; "
     "[sum(revenue) over ( partition by excluding \"region\" ROWS UNBOUNDED PRECEDING)] "
     "by 'partition by excluding \"region\"' without c.region"},
    {METRIC_O, "sum(revenue) FILTER (WHERE region = 'a') OVER () + sum(tax)",
     "revenue=metric o.revenue at 0; region=member c.region at 0; tax=o.tax in 0; "
     "{sum(tax)} null; [sum(revenue) FILTER (WHERE region = 'a') OVER ()]"},
    {DERIVED, "lag(revenue IGNORE NULLS) OVER (PARTITION BY status RANGE UNBOUNDED PRECEDING)",
     "revenue=metric o.revenue at 0; status=member o.status at 0; "
     "[lag(revenue IGNORE NULLS) OVER (PARTITION BY status RANGE UNBOUNDED PRECEDING)] "
     "by 'PARTITION BY status'"},
    /* Filters and where_clause. */
    {FILTER, "region = 'a'", "region=member c.region!"},
    {FILTER, "o.amount > 1", "o.amount=o.amount!"},
    {FILTER, "payer.region = 'a'", "payer.region=member c.region via payer!"},
    {WHERE, "region = 'a' AND o.name LIKE 'b%'", "region=member c.region; o.name=member o.name"},
    {WHERE, "payer.Region IN ('a', 'b') -- why", "payer.Region=member c.region via payer!"},
    {WHERE, "net > 1 OR items = 0", "net=member o.net; items=member o.items"},
    {WHERE, "status.f = 1", "status=member o.status!"},
    {WHERE, "region = ANY ([status, 'a'])", "region=member c.region; status=member o.status"},
    {WHERE, "NOT net > ALL (items)", "net=member o.net; items=member o.items"},
};

/* What authors read: the start of the first message, without the view. */
static const struct {
	spot spot;
	const char *expr;
	const char *shown;
} errors[] = {
    {DIM_O, "amuont",
     "dimension 'x' of table 'o' names unknown column 'amuont' of table 'o'. Did "
     "you mean \"amount\"? Table 'o' has: "},
    {DIM_O, "c.regoin",
     "dimension 'x' of table 'o' names unknown column 'regoin' of table 'c'. "
     "Did you mean \"region\"?"},
    {DIM_O, "cc.region",
     "dimension 'x' of table 'o' names unknown table 'cc'. Did you mean \"c\"? "
     "Tables and relationships: o, c, li, p, buyer, payer, item_order"},
    {DIM_P, "cc.region", "dimension 'x' of table 'p' names unknown table 'cc'."},
    {DIM_O, "number", "dimension 'x' of table 'o' cannot use metric 'number'. Metrics are"},
    {DIM_O, "sum(amount)",
     "dimension 'x' of table 'o' has an aggregate, which dimensions cannot "
     "have: 'sum'. Declare a fact for it"},
    {DIM_O, "rank() OVER (ORDER BY amount)",
     "dimension 'x' of table 'o' has a window call, which only metrics can have"},
    {DIM_O, "1 +", "dimension 'x' of table 'o' does not parse: syntax error at "},
    {DIM_O, "a b", "dimension 'x' of table 'o' does not parse: syntax error at or near \"b\""},
    {DIM_O, "a), (b", "dimension 'x' of table 'o' is not one expression"},
    {DIM_O, "1) + (2", "dimension 'x' of table 'o' is not one expression"},
    {DIM_O, "amount, tax", "dimension 'x' of table 'o' is not one expression"},
    {DIM_O, "a) FROM t WHERE (b", "dimension 'x' of table 'o' is not one expression"},
    {DIM_O, "amount FROM t", "dimension 'x' of table 'o' does not parse: syntax error"},
    {DIM_O, "1); SELECT (2", "dimension 'x' of table 'o' is not one expression"},
    {DIM_O, "1) UNION SELECT (2", "dimension 'x' of table 'o' is not one expression"},
    {DIM_O, "amount AS y", "dimension 'x' of table 'o' does not parse: syntax error"},
    {DIM_O, "$1", "dimension 'x' of table 'o' has a parameter"},
    {DIM_O, "amount + ?", "dimension 'x' of table 'o' has a parameter"},
    {DIM_O, "#1", "dimension 'x' of table 'o' has a column by its position"},
    {DIM_O, "DEFAULT", "dimension 'x' of table 'o' has DEFAULT"},
    {DIM_O, "COLUMNS(*)", "dimension 'x' of table 'o' has a star"},
    {DIM_O, "grouping(amount)", "dimension 'x' of table 'o' has grouping()"},
    {DIM_O, "label.lower()",
     "dimension 'x' of table 'o' calls 'lower' on a name: "
     "'label.lower()'. Write lower(label)"},
    {DIM_O, "(SELECT max(t.z) FROM t WHERE t.y = label)",
     "dimension 'x' of table 'o' has a subquery that looks outside: 'label'"},
    {DIM_O, "(SELECT max(t.x) FROM t WHERE t.y = o.id)",
     "dimension 'x' of table 'o' has a subquery that looks outside: 'o.id'"},
    {DIM_O, "(SELECT payer.id FROM t)",
     "dimension 'x' of table 'o' has a subquery that looks outside: 'payer.id'"},
    {DIM_O, "(SELECT amount)",
     "dimension 'x' of table 'o' has a subquery that looks outside: 'amount'"},
    {DIM_O, "amount = ANY (SELECT unnest([tax]))",
     "dimension 'x' of table 'o' has a subquery that looks outside: 'tax'"},
    {FACT_O, "sum(max(li.qty))",
     "fact 'x' of table 'o' has an aggregate inside an aggregate: 'max'. Declare a fact"},
    {METRIC_O, "1", "metric 'x' of table 'o' has neither an aggregate nor a metric"},
    {METRIC_O, "amount", "metric 'x' of table 'o' names column 'amount' outside of an aggregate"},
    {METRIC_O, "o.net / 2", "metric 'x' of table 'o' names fact 'o.net' outside of an aggregate"},
    {METRIC_O, "x / 2", "metric 'x' of table 'o' names column 'x' outside of an aggregate"},
    {METRIC_O, "sum(amount) + status",
     "metric 'x' of table 'o' names dimension 'status' outside of an aggregate"},
    {METRIC_O, "sum(number)",
     "metric 'x' of table 'o' has an aggregate over metric 'number'. "
     "Declare a metric for the inner part"},
    {METRIC_P, "avg(received)", "metric 'x' of table 'p' has an aggregate over metric 'received'"},
    {METRIC_O, "sum(max(amount))",
     "metric 'x' of table 'o' has an aggregate inside an aggregate: 'max'"},
    {METRIC_O, "sum(sum(amount)) OVER ()",
     "metric 'x' of table 'o' has an aggregate inside a window call: 'sum'. Declare a metric"},
    {METRIC_O, "sum(rank() OVER (ORDER BY revenue))",
     "metric 'x' of table 'o' has a window call inside an aggregate"},
    {METRIC_O, "rank() OVER (ORDER BY status)",
     "metric 'x' of table 'o' has a window call that names no metric"},
    {METRIC_O, "rank() OVER (ORDER BY net)",
     "metric 'x' of table 'o' has a window call that names fact 'net'"},
    {METRIC_O, "sum(revenue) OVER w",
     "metric 'x' of table 'o' does not parse: window \"w\" does not exist"},
    {METRIC_O, "rank()", "metric 'x' of table 'o' calls window function 'rank' without OVER (...)"},
    {METRIC_O, "o.amount.sum()",
     "metric 'x' of table 'o' calls 'sum' on a name: 'o.amount.sum()'. Write sum(o.amount)"},
    {METRIC_O, "(amount).sum()",
     "metric 'x' of table 'o' does not write 'sum' as a call. Write f(x), as in sum(o.amount)"},
    {METRIC_O, "count(o.*)", "metric 'x' of table 'o' "},
    {METRIC_O, "sum(*)", "metric 'x' of table 'o' uses * in 'sum(*)'"},
    {METRIC_O, "sum(COLUMNS(*))", "metric 'x' of table 'o' has a star"},
    {METRIC_O, "sum(revenue) OVER (PARTITION BY EXCLUDING regoin)",
     "metric 'x' of table 'o' excludes unknown dimension 'regoin'. Did you mean \"region\"?"},
    {METRIC_O, "sum(revenue) OVER (PARTITION BY EXCLUDING lower(region))",
     "metric 'x' of table 'o' has PARTITION BY EXCLUDING with something that is no dimension"},
    {DERIVED, "sum(o.amount)", "metric 'x' belongs to no table and has an aggregate: 'sum'"},
    {DERIVED, "number",
     "metric 'x' names metric 'number', which is ambiguous: 'o.number', "
     "'c.number'. Write the table in front"},
    {DERIVED, "revneue", "metric 'x' names unknown metric 'revneue'. Did you mean \"revenue\"?"},
    {DERIVED, "x + revenue", "metric 'x' refers to itself: 'x'"},
    {DERIVED, "o.nubmer", "metric 'x' names unknown metric 'o.nubmer'. Did you mean \"o.number\"?"},
    {DERIVED, "payer.number", "metric 'x' names metric 'payer.number' outside of an aggregate"},
    {FILTER, "name = 'a'",
     "filter 1 names dimension 'name', which is ambiguous: 'o.name', "
     "'c.name'. Write the table in front"},
    {FILTER, "regoin = 'a'", "filter 1 names unknown dimension 'regoin'. Did you mean \"region\"?"},
    {FILTER, "revenue > 1", "filter 1 cannot use metric 'revenue'"},
    {FILTER, "count(*) > 1", "filter 1 has an aggregate, which filters cannot have: 'count'"},
    {WHERE, "revenue > 1", "where_clause cannot use metric 'revenue'. Filter the result"},
    {WHERE, "o.revenue > 1", "where_clause cannot use metric 'revenue'"},
    {WHERE, "c.credit > 1", "where_clause cannot use fact 'credit': fact 'credit' is private"},
    {WHERE, "credit > 1", "where_clause cannot use fact 'credit': fact 'credit' is private"},
    {WHERE, "amount > 1", "where_clause cannot use column 'amount'. Declare a dimension or fact"},
    {WHERE, "o.amount > 1", "where_clause cannot use column 'o.amount'. Declare a dimension"},
    {WHERE, "regoin = 'a'",
     "where_clause names unknown dimension 'regoin'. Did you mean \"region\"? Dimensions: status, "
     "o.name, c.name, region. Facts: net, items"},
    {WHERE, "name = 'a'", "where_clause names dimension 'name', which is ambiguous"},
    {WHERE, "cc.region = 'a'", "where_clause names unknown table 'cc'"},
    {WHERE, "region IN (SELECT 1)", "where_clause cannot use a subquery"},
    {WHERE, "region = ANY (SELECT 1)", "where_clause cannot use a subquery"},
    {WHERE, "region = ANY ([amount])", "where_clause cannot use column 'amount'"},
    {WHERE, "sum(net) > 1", "where_clause cannot aggregate: 'sum'"},
    {WHERE, "rank() OVER (ORDER BY region) = 1", "where_clause cannot use a window call"},
    {WHERE, "region = ", "where_clause does not parse: syntax error at "},
    {WHERE, "1=1) OR (1=1", "where_clause is not one expression"},
    {WHERE, "region = 'a'; DROP TABLE t", "where_clause "},
};

/* The seed form: orders and customers, whose columns are known, and regions. */
static const char seed[] = "{\"base_table\": \"orders\", \"dimensions\": ["
                           " {\"name\": \"region\", \"expr\": \"customers.region\"},"
                           " {\"name\": \"day\", \"expr\": \"day\"},"
                           " {\"name\": \"size\", \"expr\": \"area\"}],"
                           "\"metrics\": [{\"name\": \"total\", \"expr\": \"sum(amount)\"},"
                           " {\"name\": \"m\", \"expr\": ?}],"
                           "\"joins\": [{\"table\": \"customers\","
                           "  \"on\": \"customer_id = customers.id\"},"
                           " {\"table\": \"main.regions\", \"on\": \"region = code\"}]}";

static const char later[] = "{\"base_table\": \"orders\", \"dimensions\": [], \"metrics\": [],"
                            "\"joins\": [{\"table\": \"customers\", \"on\": ?}, {\"table\": "
                            "\"regions\", \"on\": \"true\"}]}";

static const char *const seed_known[] = {"orders: id amount customer_id day",
                                         "customers: id region amount2"};

static const struct {
	const char *expr;
	const char *found;
} seed_cases[] = {
    {"sum(orders.amount)", "orders.amount=orders.amount in 0; {sum(orders.amount)} null"},
    {"sum(amount) + sum(customers.amount2)",
     "amount=orders.amount in 0; customers.amount2=customers.amount2 in 1; "
     "{sum(amount)} null; {sum(customers.amount2)} null"},
    {"max(region)", "region=customers.region in 0; {max(region)} null"},
    {"max(size)", "size=member orders.size in 0; {max(size)} null"},
    {"max(height)", "height=bare height in 0; {max(height)} null"},
    {"max(main.regions.height)",
     "main.regions.height=regions.height in 0; {max(main.regions.height)} null"},
    {"total / 2", "total=metric orders.total!"},
};

static const struct {
	const char *expr;
	const char *shown;
} seed_errors[] = {
    {"max(id)", "metric 'm' names column 'id', which is ambiguous: 'orders.id', 'customers.id'"},
    {"max(orders.amuont)", "metric 'm' names unknown column 'amuont' of table 'orders'. Did you"},
    {"max(total)", "metric 'm' has an aggregate over metric 'total'"},
    {"amount", "metric 'm' names column 'amount' outside of an aggregate"},
};

static void put_name(sv_buf *b, const sv_model *m, size_t table, sv_str name)
{
	if (table != SV_NONE)
		sv_buf_putf(b, "%.*s.", SV_FMT(m->tables[table].name));
	sv_buf_put(b, name);
}

static void put_ref(sv_buf *b, const sv_model *m, const sv_expr *e, const sv_ref *ref)
{
	static const char *const kinds[] = {"", "member ", "metric ", "bare "};
	sv_buf_putf(b, "%s%.*s=%s", b->len ? "; " : "", (int)(ref->end - ref->start),
	            e->text.ptr + ref->start, kinds[ref->kind]);
	if (ref->member != SV_NONE)
		put_name(b, m, m->members[ref->member].table.index, m->members[ref->member].name);
	else
		put_name(b, m, ref->table, ref->column);
	if (ref->role != SV_NONE)
		sv_buf_putf(b, " via %.*s", SV_FMT(m->relationships[ref->role].name));
	if (ref->call != SV_NONE)
		sv_buf_putf(b, " in %zu", ref->call);
	if (ref->window != SV_NONE)
		sv_buf_putf(b, " at %zu", ref->window);
	if (ref->is_strict)
		sv_buf_putc(b, '!');
}

static void put_window(sv_buf *b, const sv_model *m, const sv_expr *e, const sv_window *w)
{
	sv_buf_putf(b, "%s[%.*s]", b->len ? "; " : "", (int)(w->end - w->start),
	            e->text.ptr + w->start);
	if (w->partition_end > w->partition_start)
		sv_buf_putf(b, " by '%.*s'", (int)(w->partition_end - w->partition_start),
		            e->text.ptr + w->partition_start);
	for (size_t i = 0; i < w->excluded_count; i++) {
		sv_buf_puts(b, i ? " " : " without ");
		put_name(b, m, m->members[w->excluded[i]].table.index, m->members[w->excluded[i]].name);
	}
}

static const char *show(sv_arena *a, const sv_model *m, const sv_expr *e)
{
	static const char *const over_no_rows[] = {"null", "zero", "unknown"};
	sv_buf b = SV_BUF_INIT(a);
	for (size_t i = 0; i < e->ref_count; i++)
		put_ref(&b, m, e, &e->refs[i]);
	for (size_t i = 0; i < e->call_count; i++)
		sv_buf_putf(&b, "%s{%.*s} %s%s", b.len ? "; " : "",
		            (int)(e->calls[i].end - e->calls[i].start), e->text.ptr + e->calls[i].start,
		            over_no_rows[e->calls[i].empty], e->calls[i].is_star ? " star" : "");
	for (size_t i = 0; i < e->window_count; i++)
		put_window(&b, m, e, &e->windows[i]);
	return sv_buf_cstr(&b);
}

static const sv_expr *expr_named(const sv_model *m, const char *name)
{
	for (size_t i = 0; i < sv_model_member_count(m); i++)
		if (sv_str_eq(m->members[i].name, (sv_str){name, strlen(name)}))
			return &m->members[i].expr;
	return &m->filters[0];
}

/* Resolves the definition of a case, and its where_clause; NULL: problems were added. */
static const sv_expr *resolve(view *v, spot at, const char *expr, size_t version)
{
	sv_arena *a = &v->arena;
	sv_strs statements = sv_expr_statements(a, v->model);
	if (!sv_expr_resolve_model(a, v->model, v->names, &v->catalog,
	                           find_trees(a, version, statements), &v->diags))
		return NULL;
	if (at != WHERE)
		return expr_named(v->model, "x");
	sv_str where = {expr, strlen(expr)};
	sv_expr *out = SV_NEW(a, sv_expr);
	sv_diags_init(&v->diags, a, NULL, where);
	statements = sv_expr_where_statements(a, where);
	return sv_expr_resolve_where(a, v->model, v->names, &v->catalog, where,
	                             find_trees(a, version, statements), out, &v->diags)
	           ? out
	           : NULL;
}

static const char *first_problem(view *v)
{
	sv_buf b = SV_BUF_INIT(&v->arena);
	const sv_diag *diag = v->diags.first;
	sv_buf_puts(&b, diag->message);
	if (diag->hint)
		sv_buf_putf(&b, ". %s", diag->hint);
	return sv_buf_cstr(&b);
}

/* is_start: found goes on after what is expected. */
static bool same(size_t version, const char *expr, const char *found, const char *expected,
                 bool is_start)
{
	if (is_start ? strstr(found, expected) == found : strcmp(found, expected) == 0)
		return true;
	print_error("%s: %s\n  expected: %s\n  found:    %s\n", tree_versions[version], expr, expected,
	            found);
	return false;
}

static void finds_what_names_mean(void **state)
{
	(void)state;
	bool ok = true;
	for (size_t version = 0; version < TREE_VERSIONS; version++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			const resolve_case *c = &cases[i];
			view v;
			open_view(&v, definitions[c->spot], c->expr, known, 3);
			const sv_expr *e = resolve(&v, c->spot, c->expr, version);
			const char *found = e ? show(&v.arena, v.model, e) : first_problem(&v);
			if (c->found)
				ok = same(version, c->expr, found, c->found, false) && ok;
			sv_arena_free(&v.arena);
		}
	}
	assert_true(ok);
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	bool ok = true;
	for (size_t version = 0; version < TREE_VERSIONS; version++) {
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
			view v;
			open_view(&v, definitions[errors[i].spot], errors[i].expr, known, 3);
			const sv_expr *e = resolve(&v, errors[i].spot, errors[i].expr, version);
			const char *found = e ? show(&v.arena, v.model, e) : first_problem(&v);
			ok = same(version, errors[i].expr, found, errors[i].shown, true) && !e && ok;
			sv_arena_free(&v.arena);
		}
	}
	assert_true(ok);
}

static void reads_the_seed_form(void **state)
{
	(void)state;
	bool ok = true;
	for (size_t version = 0; version < TREE_VERSIONS; version++) {
		for (size_t i = 0; i < sizeof(seed_cases) / sizeof(seed_cases[0]); i++) {
			view v;
			open_view(&v, seed, seed_cases[i].expr, seed_known, 2);
			bool done = resolve(&v, METRIC_O, seed_cases[i].expr, version) != NULL;
			const char *found =
			    done ? show(&v.arena, v.model, expr_named(v.model, "m")) : first_problem(&v);
			ok = same(version, seed_cases[i].expr, found, seed_cases[i].found, false) && ok;
			sv_arena_free(&v.arena);
		}
		for (size_t i = 0; i < sizeof(seed_errors) / sizeof(seed_errors[0]); i++) {
			view v;
			open_view(&v, seed, seed_errors[i].expr, seed_known, 2);
			bool done = resolve(&v, METRIC_O, seed_errors[i].expr, version) != NULL;
			ok = !done && ok &&
			     same(version, seed_errors[i].expr, first_problem(&v), seed_errors[i].shown, true);
			sv_arena_free(&v.arena);
		}
	}
	assert_true(ok);
}

static void reads_the_conditions_of_joins(void **state)
{
	(void)state;
	for (size_t version = 0; version < TREE_VERSIONS; version++) {
		view v;
		open_view(&v, seed, "max(size)", seed_known, 2);
		assert_non_null(resolve(&v, METRIC_O, "max(size)", version));
		assert_string_equal(show(&v.arena, v.model, &v.model->relationships[0].on),
		                    "customer_id=orders.customer_id!; customers.id=customers.id!");
		assert_string_equal(show(&v.arena, v.model, &v.model->relationships[1].on),
		                    "region=customers.region!; code=bare code!");
		sv_arena_free(&v.arena);
		open_view(&v, later, "regions.code = orders.id", seed_known, 2);
		assert_null(resolve(&v, METRIC_O, NULL, version));
		assert_string_equal(
		    first_problem(&v),
		    "the condition of join 'customers' reads a table that is joined later: 'regions'");
		sv_arena_free(&v.arena);
	}
}

/* Members that name each other, in a view of one table. */
static const char places[] =
    "{\"tables\": [{\"name\": \"t\"}], \"metrics\":\n"
    " [{\"name\": \"m\", \"expr\": \"sum(\\\"a\\\" /* why */ ) + reve * 2\"}]}";

static const struct {
	const char *definition;
	const char *expr;
	const char *shown;
} circles[] = {
    {"{\"tables\": [{\"name\": \"t\"}], \"facts\": ["
     "{\"name\": \"a\", \"expr\": \"b + 1\"}, {\"name\": \"b\", \"expr\": \"t.c * 2\"},"
     "{\"name\": \"c\", \"expr\": ?}, {\"name\": \"d\", \"expr\": \"a\"}]}",
     "a - 1", "facts 'a', 'b', 'c' refer to each other"},
    {"{\"tables\": [{\"name\": \"t\"}], \"facts\": [{\"name\": \"a\", \"expr\": \"b + 1\"}],"
     "\"dimensions\": [{\"name\": \"b\", \"expr\": ?}]}",
     "a - 1", "facts and dimensions 'a', 'b' refer to each other"},
    {"{\"tables\": [{\"name\": \"t\"}], \"metrics\": [{\"name\": \"a\", \"expr\": \"b + 1\"},"
     "{\"name\": \"b\", \"expr\": ?}]}",
     "a - 1", "metrics 'a', 'b' refer to each other"},
};

static void reports_circles(void **state)
{
	(void)state;
	for (size_t version = 0; version < TREE_VERSIONS; version++) {
		for (size_t i = 0; i < sizeof(circles) / sizeof(circles[0]); i++) {
			view v;
			open_view(&v, circles[i].definition, circles[i].expr, NULL, 0);
			assert_null(resolve(&v, METRIC_O, circles[i].expr, version));
			assert_string_equal(first_problem(&v), circles[i].shown);
			assert_int_equal(v.diags.count, 1);
			sv_arena_free(&v.arena);
		}
	}
}

/* Comments are dropped from what is kept, and JSON has backslashes. */
static void shows_the_place_in_the_definition(void **state)
{
	(void)state;
	view v;
	open_view(&v, places, NULL, NULL, 0);
	assert_null(resolve(&v, METRIC_O, NULL, 0));
	sv_buf out = SV_BUF_INIT(&v.arena);
	sv_diags_render(&v.diags, &out);
	assert_string_equal(
	    sv_buf_cstr(&out),
	    "metric 'm' names unknown metric 'reve'. Metrics: m\n"
	    "\n"
	    "LINE 2:  [{\"name\": \"m\", \"expr\": \"sum(\\\"a\\\" /* why */ ) + reve * 2\"}]}\n"
	    "                                                         ^~~~");
	sv_arena_free(&v.arena);
}

/* What is resolved already needs no tree. */
static void leaves_alone_what_is_resolved(void **state)
{
	(void)state;
	view v;
	open_view(&v, definitions[METRIC_O], "sum(amount)", known, 3);
	const sv_expr *e = resolve(&v, METRIC_O, "sum(amount)", 0);
	assert_non_null(e);
	const sv_ref *refs = e->refs;
	assert_true(e->is_resolved);
	assert_int_equal(sv_expr_statements(&v.arena, v.model).count, 0);
	assert_true(sv_expr_resolve_model(&v.arena, v.model, v.names, &v.catalog, NULL, &v.diags));
	assert_ptr_equal(e->refs, refs);
	sv_arena_free(&v.arena);
}

typedef struct {
	view *view;
	const char *definition;
	const char *expr;
} resolve_args;

static void resolve_all(void *arg)
{
	const resolve_args *args = arg;
	view *v = args->view;
	sv_arena *a = &v->arena;
	sv_str text = fill_in(a, args->definition, args->expr);
	sv_diags_init(&v->diags, a, NULL, text);
	v->model = sv_model_read(a, text, &v->diags);
	v->names = sv_model_validate(a, v->model, &v->diags);
	v->catalog = catalog_of(a, v->model, NULL, 0);
	sv_strs statements = sv_expr_statements(a, v->model);
	sv_expr_resolve_model(a, v->model, v->names, &v->catalog, find_trees(a, 2, statements),
	                      &v->diags);
}

static void survives_each_failed_allocation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(circles) / sizeof(circles[0]); i++) {
		bool done = false;
		for (size_t n = 1; !done; n++) {
			view v = {.arena.fail_at = n};
			resolve_args args = {&v, circles[i].definition, circles[i].expr};
			done = sv_arena_try(&v.arena, resolve_all, &args);
			sv_arena_free(&v.arena);
		}
	}
}

static void list_one(const char *definition, spot at, const char *expr, bool is_seed)
{
	view v;
	open_view(&v, definition, expr, is_seed ? seed_known : known, is_seed ? 2 : 3);
	print_statements(&v.arena, sv_expr_statements(&v.arena, v.model));
	if (at == WHERE)
		print_statements(&v.arena,
		                 sv_expr_where_statements(&v.arena, (sv_str){expr, strlen(expr)}));
	sv_arena_free(&v.arena);
}

static int list_statements(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		list_one(definitions[cases[i].spot], cases[i].spot, cases[i].expr, false);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		list_one(definitions[errors[i].spot], errors[i].spot, errors[i].expr, false);
	for (size_t i = 0; i < sizeof(seed_cases) / sizeof(seed_cases[0]); i++)
		list_one(seed, METRIC_O, seed_cases[i].expr, true);
	for (size_t i = 0; i < sizeof(seed_errors) / sizeof(seed_errors[0]); i++)
		list_one(seed, METRIC_O, seed_errors[i].expr, true);
	for (size_t i = 0; i < sizeof(circles) / sizeof(circles[0]); i++)
		list_one(circles[i].definition, METRIC_O, circles[i].expr, false);
	list_one(later, METRIC_O, "regions.code = orders.id", true);
	list_one(places, METRIC_O, NULL, false);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_names_mean),
	    cmocka_unit_test(says_what_is_wrong),
	    cmocka_unit_test(reads_the_seed_form),
	    cmocka_unit_test(reads_the_conditions_of_joins),
	    cmocka_unit_test(reports_circles),
	    cmocka_unit_test(shows_the_place_in_the_definition),
	    cmocka_unit_test(leaves_alone_what_is_resolved),
	    cmocka_unit_test(survives_each_failed_allocation),
	};
	if (argc > 1 && strcmp(argv[1], "--statements") == 0)
		return list_statements();
	return cmocka_run_group_tests(tests, open_trees, close_trees);
}
