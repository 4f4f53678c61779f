/*
 * What a name means depends on where it stands (docs: reference, section 5):
 * row_name() for facts, dimensions and what metrics aggregate, metric_name() for
 * metrics outside of aggregates, filter_name(), where_name(), and seed_name() for
 * the seed form.  `used` is how many parts of a name a reference covers; what is
 * left are fields of a struct.
 */
#include "base/ident.h"
#include "base/scan.h"
#include "expr/reading_int.h"
#include "model/names.h"

/* Names without brackets that DuckDB answers itself where there is no column. */
static const char *const session_words[] = {
    "current_catalog", "current_database", "current_date",      "current_role",
    "current_schema",  "current_time",     "current_timestamp", "current_user",
    "localtime",       "localtimestamp",   "session_user",      "user",
};

static bool is_session_word(const sv_written *w)
{
	for (size_t i = 0; i < sizeof(session_words) / sizeof(session_words[0]); i++)
		if (w->count == 1 &&
		    sv_str_ieq(w->parts[0], (sv_str){session_words[i], strlen(session_words[i])}))
			return true;
	return false;
}

static sv_diag *fail(sv_reading *r, const sv_written *w, size_t used, sv_code code,
                     const char *message, sv_str name)
{
	sv_buf text = SV_BUF_INIT(r->arena);
	sv_buf_puts(&text, message);
	sv_buf_putf(&text, " '%.*s'", SV_FMT(name));
	return sv_reading_fail(r, code, w->start, w->ends[used - 1], "%s", sv_buf_cstr(&text));
}

/* The first parts as they are named in messages: o.amount */
static sv_str written_name(sv_reading *r, const sv_written *w, size_t used)
{
	sv_str name = w->parts[0];
	for (size_t i = 1; i < used; i++)
		name = sv_names_written(r->arena, name, w->parts[i]);
	return name;
}

static const char *members_hint(sv_reading *r, unsigned kinds, sv_str written)
{
	return sv_reading_is_shown(r) ? sv_names_hint(r->arena, r->model, kinds, written) : NULL;
}

static void add(sv_reading *r, const sv_written *w, size_t used, const sv_position *at, sv_ref ref)
{
	sv_expr *e = r->expr;
	if (e->ref_count == r->ref_cap) {
		size_t cap = r->ref_cap ? r->ref_cap * 2 : 4;
		e->refs = sv_arena_grow(r->arena, e->refs, r->ref_cap * sizeof(ref), cap * sizeof(ref));
		r->ref_cap = cap;
	}
	ref.start = (uint32_t)w->start;
	ref.end = (uint32_t)w->ends[used - 1];
	ref.call = SV_NONE;
	ref.window = SV_NONE;
	ref.is_strict = at->is_strict;
	e->refs[e->ref_count++] = ref;
	r->ref_at[w->start] = (uint32_t)e->ref_count;
}

static void add_column(sv_reading *r, const sv_written *w, size_t used, const sv_position *at,
                       size_t table, size_t role)
{
	add(r, w, used, at,
	    (sv_ref){.kind = SV_REF_COLUMN,
	             .table = table,
	             .member = SV_NONE,
	             .role = role,
	             .column = w->parts[used - 1]});
}

static void add_member(sv_reading *r, const sv_written *w, size_t used, const sv_position *at,
                       size_t member, size_t role)
{
	const sv_member *it = &r->model->members[member];
	bool is_metric = it->kind == SV_METRIC;
	add(r, w, used, at,
	    (sv_ref){.kind = is_metric ? SV_REF_METRIC : SV_REF_MEMBER,
	             .table = is_metric ? SV_NONE : it->table.index,
	             .member = member,
	             .role = role});
}

static void add_bare(sv_reading *r, const sv_written *w, const sv_position *at)
{
	add(r, w, 1, at,
	    (sv_ref){.kind = SV_REF_BARE,
	             .table = SV_NONE,
	             .member = SV_NONE,
	             .role = SV_NONE,
	             .column = w->parts[0]});
}

static bool knows_columns(const sv_reading *r, size_t table)
{
	return r->catalog->knows_columns && r->catalog->knows_columns[table];
}

static bool has_column(const sv_reading *r, size_t table, sv_str name)
{
	const sv_strs *columns = &r->catalog->columns[table];
	if (!knows_columns(r, table))
		return false;
	if (sv_str_ieq(name, SV_LIT("rowid")))
		return true;
	for (size_t i = 0; i < columns->count; i++)
		if (sv_str_ieq(columns->items[i], name))
			return true;
	return false;
}

static bool is_kind(const sv_reading *r, size_t member, sv_member_kind kind)
{
	return member != SV_NONE && r->model->members[member].kind == kind;
}

/* A fact or dimension other than the one that is being read: its own name inside
 * its own expression is the column. */
static bool is_row_member(const sv_reading *r, size_t member)
{
	return member != r->member && member != SV_NONE && !is_kind(r, member, SV_METRIC);
}

/*
 * Whether a member's own expression reads a column of its name.  Where columns are
 * not known this tells that there is one: after o.amount AS sum(o.amount), the
 * amount in o.average AS avg(o.amount) is the column, not the metric.
 */
static bool tree_has_column(sv_reading *r, const sv_doc *node, sv_str table, sv_str name)
{
	if (sv_tree_is(node, "COLUMN_REF")) {
		sv_strs names = sv_tree_column_names(r->arena, node);
		return (names.count == 1 && sv_str_ieq(names.items[0], name)) ||
		       (names.count == 2 && sv_str_ieq(names.items[0], table) &&
		        sv_str_ieq(names.items[1], name));
	}
	if (sv_tree_is(node, "SUBQUERY") && !sv_tree_any_list(r->arena, node))
		return false;
	sv_tree_children children = sv_tree_children_of(r->arena, node);
	for (size_t i = 0; i < children.count; i++)
		if (tree_has_column(r, children.items[i].node, table, name))
			return true;
	return false;
}

static bool reads_own_column(sv_reading *r, size_t member)
{
	const sv_member *it = &r->model->members[member];
	if (it->table.index == SV_NONE)
		return false;
	if (r->items && r->items[member])
		return tree_has_column(r, r->items[member], r->model->tables[it->table.index].name,
		                       it->name);
	for (size_t i = 0; i < it->expr.ref_count; i++) {
		const sv_ref *ref = &it->expr.refs[i];
		if ((ref->kind == SV_REF_COLUMN || ref->kind == SV_REF_BARE) &&
		    sv_str_ieq(ref->column, it->name))
			return true;
	}
	return false;
}

/* A metric where only rows can be read. */
static void refuse_metric(sv_reading *r, const sv_written *w, size_t used, size_t metric)
{
	sv_str name = r->model->members[metric].name;
	if (r->kind == SV_READ_METRIC) {
		fail(r, w, used, SV_E_INVALID, "has an aggregate over metric", name)->hint =
		    "Declare a metric for the inner part and name it outside of aggregates";
		return;
	}
	fail(r, w, used, SV_E_INVALID, "cannot use metric", name)->hint =
	    r->kind == SV_READ_WHERE ? "Filter the result of the query outside instead"
	                             : "Metrics are computed last: only other metrics can use them";
}

/* Outside of aggregates a metric has no rows to read. */
static void refuse_row(sv_reading *r, const sv_written *w, size_t used, const char *what)
{
	sv_buf message = SV_BUF_INIT(r->arena);
	sv_str name = written_name(r, w, used);
	sv_buf_putf(&message, "names %s '%.*s' outside of an aggregate", what, SV_FMT(name));
	sv_reading_fail(r, SV_E_INVALID, w->start, w->ends[used - 1], "%s", sv_buf_cstr(&message))
	    ->hint = "Aggregate it, as in sum(x): a metric has one value for all the rows of a group";
}

static void refuse_ambiguous(sv_reading *r, const sv_written *w, const char *kind,
                             const size_t *members, size_t count)
{
	sv_reading_fail(r, SV_E_AMBIGUOUS, w->start, w->ends[0],
	                "names %s '%.*s', which is ambiguous: %s", kind, SV_FMT(w->parts[0]),
	                sv_names_members(r->arena, r->model, members, count))
	    ->hint = "Write the table in front";
}

/* Whether the table reads `name`, or a table of that name in some schema. */
static bool is_source(const sv_table *t, sv_str name)
{
	if (t->is_query || t->source.len < name.len)
		return false;
	sv_str tail = {t->source.ptr + t->source.len - name.len, name.len};
	bool is_whole = t->source.len == name.len || tail.ptr[-1] == '.';
	return is_whole && sv_str_ieq(tail, name);
}

static void unknown_qualifier(sv_reading *r, const sv_written *w)
{
	const sv_model *m = r->model;
	sv_str *names = SV_NEW_N(r->arena, sv_str, m->table_count + m->relationship_count);
	size_t count = 0;
	sv_diag *diag = fail(r, w, 1, SV_E_UNKNOWN_NAME, "names unknown table", w->parts[0]);
	if (!sv_reading_is_shown(r))
		return;
	for (size_t i = 0; i < m->table_count; i++)
		names[count++] = m->tables[i].name;
	for (size_t i = 0; !m->is_seed && i < m->relationship_count; i++)
		names[count++] = m->relationships[i].name;
	const char *what = count > m->table_count ? "Tables and relationships" : "Tables";
	sv_buf hint = SV_BUF_INIT(r->arena);
	for (size_t i = 0; i < m->table_count; i++)
		if (is_source(&m->tables[i], w->parts[0]))
			sv_buf_putf(&hint, "%.*s is called '%.*s' in the view. ", SV_FMT(m->tables[i].source),
			            SV_FMT(m->tables[i].name));
	sv_buf_puts(&hint, sv_names_hint_list(r->arena, what, names, count, w->parts[0]));
	if (r->home != SV_NONE && r->kind != SV_READ_FILTER && !knows_columns(r, r->home))
		sv_buf_putf(&hint, ". For a field of a column write %.*s.%.*s.%.*s",
		            SV_FMT(m->tables[r->home].name), SV_FMT(w->parts[0]), SV_FMT(w->parts[1]));
	diag->hint = sv_buf_cstr(&hint);
}

/* What table `table` has: its columns, facts and dimensions. */
static void unknown_column(sv_reading *r, const sv_written *w, size_t used, size_t table)
{
	const sv_model *m = r->model;
	const sv_strs *columns = &r->catalog->columns[table];
	size_t rows = m->fact_count + m->dimension_count;
	sv_buf what = SV_BUF_INIT(r->arena);
	sv_diag *diag = sv_reading_fail(r, SV_E_UNKNOWN_NAME, w->start, w->ends[used - 1],
	                                "names unknown column '%.*s' of table '%.*s'",
	                                SV_FMT(w->parts[used - 1]), SV_FMT(m->tables[table].name));
	if (!sv_reading_is_shown(r))
		return;
	sv_str *names = SV_NEW_N(r->arena, sv_str, columns->count + rows);
	size_t count = 0;
	for (size_t i = 0; i < columns->count; i++)
		names[count++] = columns->items[i];
	for (size_t i = 0; i < rows; i++)
		if (m->members[i].table.index == table && i != r->member &&
		    !has_column(r, table, m->members[i].name))
			names[count++] = m->members[i].name;
	sv_buf_putf(&what, "Table '%.*s' has", SV_FMT(m->tables[table].name));
	diag->hint = sv_names_hint_list(r->arena, sv_buf_cstr(&what), names, count, w->parts[used - 1]);
}

/* The fact or dimension of a table, else its column. */
static void row_of_table(sv_reading *r, const sv_written *w, size_t used, const sv_position *at,
                         size_t table, size_t role)
{
	sv_str name = w->parts[used - 1];
	size_t member = sv_index_member(r->names, table, name);
	bool is_column = has_column(r, table, name);
	if (is_row_member(r, member))
		add_member(r, w, used, at, member, role);
	else if (!is_column && used == 1 && is_session_word(w))
		return;
	else if (!is_column && member != SV_NONE && member != r->member &&
	         (knows_columns(r, table) || !reads_own_column(r, member)))
		refuse_metric(r, w, used, member);
	else if (is_column || !knows_columns(r, table))
		add_column(r, w, used, at, table, role);
	else
		unknown_column(r, w, used, table);
}

/* c.x or r.x: the table that the first part names or leads to; SV_NONE: none. */
static size_t qualifier(const sv_reading *r, const sv_written *w, size_t *role)
{
	*role = SV_NONE;
	if (w->count < 2)
		return SV_NONE;
	size_t table = sv_index_table(r->names, w->parts[0]);
	if (table != SV_NONE || r->model->is_seed)
		return table;
	*role = sv_index_relationship(r->names, w->parts[0]);
	return *role == SV_NONE ? SV_NONE : r->model->relationships[*role].to.index;
}

/* The first part, alone, is no name of the home table: then o of o.x was meant to
 * be a table. */
static bool is_unknown_qualifier(const sv_reading *r, const sv_written *w, size_t table)
{
	return w->count > 1 && sv_index_member(r->names, table, w->parts[0]) == SV_NONE &&
	       !has_column(r, table, w->parts[0]);
}

static void row_name(sv_reading *r, const sv_written *w, const sv_position *at)
{
	size_t role;
	size_t table = qualifier(r, w, &role);
	if (table != SV_NONE)
		row_of_table(r, w, 2, at, table, role);
	else if (is_unknown_qualifier(r, w, r->home))
		unknown_qualifier(r, w);
	else
		row_of_table(r, w, 1, at, r->home, SV_NONE);
}

/* What metric_name() looks for: metrics, in windows dimensions too. */
static bool is_finished(const sv_reading *r, const sv_position *at, size_t member)
{
	return member != r->member &&
	       (is_kind(r, member, SV_METRIC) || (at->in_window && is_kind(r, member, SV_DIMENSION)));
}

static void unknown_metric(sv_reading *r, const sv_written *w, size_t used, const sv_position *at)
{
	sv_str name = written_name(r, w, used);
	unsigned kinds =
	    SV_NAMES_METRICS | SV_NAMES_PRIVATE | (at->in_window ? SV_NAMES_DIMENSIONS : 0u);
	fail(r, w, used, SV_E_UNKNOWN_NAME,
	     at->in_window ? "names unknown metric or dimension" : "names unknown metric", name)
	    ->hint = members_hint(r, kinds, name);
}

/* A name outside of aggregates that is neither metric nor, in windows, dimension. */
static void not_finished(sv_reading *r, const sv_written *w, size_t used, const sv_position *at,
                         size_t table)
{
	size_t member =
	    table == SV_NONE ? SV_NONE : sv_index_member(r->names, table, w->parts[used - 1]);
	bool is_own = member != SV_NONE && member == r->member;
	if (at->in_window && is_kind(r, member, SV_FACT))
		fail(r, w, used, SV_E_INVALID, "has a window call that names fact",
		     written_name(r, w, used))
		    ->hint = "Windows see metrics and dimensions: declare one of them";
	else if (member != SV_NONE && !is_own)
		refuse_row(r, w, used, sv_member_kind_name(r->model->members[member].kind));
	else if (is_own || (table != SV_NONE && has_column(r, table, w->parts[used - 1])))
		refuse_row(r, w, used, "column");
	else
		unknown_metric(r, w, used, at);
}

static void bare_metric(sv_reading *r, const sv_written *w, const sv_position *at)
{
	sv_str name = w->parts[0];
	size_t own = sv_index_member(r->names, r->home, name);
	if (own != SV_NONE && is_finished(r, at, own)) {
		add_member(r, w, 1, at, own, SV_NONE);
		return;
	}
	size_t count = 0;
	for (size_t k = SV_NONE; (k = sv_index_next_named(r->names, name, k)) != SV_NONE;)
		count += is_finished(r, at, k);
	size_t *found = SV_NEW_N(r->arena, size_t, count);
	count = 0;
	for (size_t k = SV_NONE; (k = sv_index_next_named(r->names, name, k)) != SV_NONE;)
		if (is_finished(r, at, k))
			found[count++] = k;
	if (count == 1)
		add_member(r, w, 1, at, found[0], SV_NONE);
	else if (count > 1)
		refuse_ambiguous(r, w, at->in_window ? "metric or dimension" : "metric", found, count);
	else if (r->home == SV_NONE && own != SV_NONE)
		fail(r, w, 1, SV_E_CYCLE, "refers to itself:", name);
	else if (own == SV_NONE && is_session_word(w) &&
	         (r->home == SV_NONE || !has_column(r, r->home, name)))
		return;
	else if (w->count > 1 && (r->home == SV_NONE || is_unknown_qualifier(r, w, r->home)))
		unknown_qualifier(r, w);
	else
		not_finished(r, w, 1, at, r->home);
}

static void metric_name(sv_reading *r, const sv_written *w, const sv_position *at)
{
	size_t role;
	size_t table = qualifier(r, w, &role);
	if (table == SV_NONE) {
		bare_metric(r, w, at);
		return;
	}
	size_t member = sv_index_member(r->names, table, w->parts[1]);
	if (member != SV_NONE && is_finished(r, at, member) &&
	    (role == SV_NONE || is_kind(r, member, SV_DIMENSION)))
		add_member(r, w, 2, at, member, role);
	else
		not_finished(r, w, 2, at, table);
}

/* Facts and dimensions named `name` in any table; public: only those that requests
 * may name. */
static size_t rows_named(sv_reading *r, sv_str name, bool is_public, size_t **found)
{
	size_t count = 0;
	for (size_t k = SV_NONE; (k = sv_index_next_named(r->names, name, k)) != SV_NONE;)
		count++;
	*found = SV_NEW_N(r->arena, size_t, count);
	count = 0;
	for (size_t k = SV_NONE; (k = sv_index_next_named(r->names, name, k)) != SV_NONE;)
		if (is_row_member(r, k) && !(is_public && r->model->members[k].is_private))
			(*found)[count++] = k;
	return count;
}

/* A bare name that is no fact or dimension, in FILTERS or a where_clause. */
static void unknown_row_member(sv_reading *r, const sv_written *w, size_t used)
{
	sv_str name = written_name(r, w, used);
	unsigned kinds = SV_NAMES_FACTS | SV_NAMES_DIMENSIONS;
	if (r->kind == SV_READ_FILTER)
		kinds |= SV_NAMES_PRIVATE;
	fail(r, w, used, SV_E_UNKNOWN_NAME, "names unknown dimension", name)->hint =
	    members_hint(r, kinds, name);
}

static void filter_name(sv_reading *r, const sv_written *w, const sv_position *at)
{
	size_t role;
	size_t *found;
	size_t table = qualifier(r, w, &role);
	if (table != SV_NONE || r->model->table_count == 1) {
		row_name(r, w, at);
		return;
	}
	size_t count = rows_named(r, w->parts[0], false, &found);
	size_t metric = sv_index_next_named(r->names, w->parts[0], SV_NONE);
	if (count == 1)
		add_member(r, w, 1, at, found[0], SV_NONE);
	else if (count > 1)
		refuse_ambiguous(r, w, "dimension", found, count);
	else if (metric != SV_NONE)
		refuse_metric(r, w, 1, metric);
	else if (is_session_word(w))
		return;
	else if (w->count > 1)
		unknown_qualifier(r, w);
	else
		unknown_row_member(r, w, 1);
}

/* The name of a member of a request: public, a fact or a dimension. */
static void public_row(sv_reading *r, const sv_written *w, size_t used, const sv_position *at,
                       size_t member, size_t role)
{
	const sv_member *it = &r->model->members[member];
	if (it->kind == SV_METRIC)
		refuse_metric(r, w, used, member);
	else if (it->is_private)
		sv_reading_fail(r, SV_E_INVALID, w->start, w->ends[used - 1],
		                "cannot use %s '%.*s': %s '%.*s' is private", sv_member_kind_name(it->kind),
		                SV_FMT(it->name), sv_member_kind_name(it->kind), SV_FMT(it->name));
	else
		add_member(r, w, used, at, member, role);
}

/* A column is no member of a request. */
static void no_member(sv_reading *r, const sv_written *w, size_t used, size_t table)
{
	if (table != SV_NONE && has_column(r, table, w->parts[used - 1]))
		fail(r, w, used, SV_E_INVALID, "cannot use column", written_name(r, w, used))->hint =
		    "Declare a dimension or fact for it";
	else
		unknown_row_member(r, w, used);
}

static size_t table_with_column(const sv_reading *r, sv_str name)
{
	for (size_t i = 0; i < r->model->table_count; i++)
		if (has_column(r, i, name))
			return i;
	return SV_NONE;
}

/* Whether steps to the one side lead from one table to another; relationships form
 * no cycle, one-to-one ones are walked both ways. */
static void mark_reached(const sv_model *m, size_t table, bool *reached)
{
	reached[table] = true;
	for (size_t i = 0; i < m->relationship_count; i++) {
		const sv_relationship *rel = &m->relationships[i];
		if (rel->from.index == table && !reached[rel->to.index])
			mark_reached(m, rel->to.index, reached);
		if (rel->is_one_to_one && rel->to.index == table && !reached[rel->from.index])
			mark_reached(m, rel->from.index, reached);
	}
}

/* Tables beyond a role are reached through it: *member becomes the only fact or
 * dimension that r.x names there, if there is one.  False after reporting several. */
static bool member_beyond(sv_reading *r, const sv_written *w, size_t table, size_t *member)
{
	bool *reached = SV_NEW_N(r->arena, bool, r->model->table_count);
	size_t *found;
	size_t rows = rows_named(r, w->parts[1], false, &found);
	size_t count = 0;
	mark_reached(r->model, table, reached);
	for (size_t i = 0; i < rows; i++)
		if (reached[r->model->members[found[i]].table.index])
			found[count++] = found[i];
	if (count)
		*member = found[0];
	if (count < 2)
		return true;
	sv_str name = written_name(r, w, 2);
	sv_reading_fail(r, SV_E_AMBIGUOUS, w->start, w->ends[1],
	                "names dimension '%.*s', which is ambiguous: %s", SV_FMT(name),
	                sv_names_members(r->arena, r->model, found, count))
	    ->hint = "Name the relationship that leads to its table";
	return false;
}

static void where_name(sv_reading *r, const sv_written *w, const sv_position *at)
{
	size_t role;
	size_t *found;
	size_t table = qualifier(r, w, &role);
	if (table != SV_NONE) {
		size_t member = sv_index_member(r->names, table, w->parts[1]);
		bool is_row = member != SV_NONE && !is_kind(r, member, SV_METRIC);
		if (!is_row && role != SV_NONE && !member_beyond(r, w, table, &member))
			return;
		if (member == SV_NONE)
			no_member(r, w, 2, table);
		else
			public_row(r, w, 2, at, member, role);
		return;
	}
	size_t count = rows_named(r, w->parts[0], true, &found);
	size_t other = sv_index_next_named(r->names, w->parts[0], SV_NONE);
	if (count > 1)
		refuse_ambiguous(r, w, "dimension", found, count);
	else if (count == 1 || other != SV_NONE)
		public_row(r, w, 1, at, count ? found[0] : other, SV_NONE);
	else if (is_session_word(w))
		return;
	else if (w->count > 1 && table_with_column(r, w->parts[0]) == SV_NONE)
		unknown_qualifier(r, w);
	else
		no_member(r, w, 1, table_with_column(r, w->parts[0]));
}

/* How many parts of a name say a table of the seed form: its name, or its source
 * as written (main.orders). */
static size_t seed_qualifier(sv_reading *r, const sv_written *w, size_t *table)
{
	*table = w->count > 1 ? sv_index_table(r->names, w->parts[0]) : SV_NONE;
	if (*table != SV_NONE)
		return 1;
	for (size_t i = 0; i < r->model->table_count; i++) {
		sv_ident source;
		if (!sv_ident_parse(r->arena, r->model->tables[i].source, &source) ||
		    source.count >= w->count)
			continue;
		size_t same = 0;
		while (same < source.count && sv_str_ieq(source.parts[same], w->parts[same]))
			same++;
		if (same == source.count) {
			*table = i;
			return same;
		}
	}
	return 0;
}

static void ambiguous_column(sv_reading *r, const sv_written *w, size_t tables)
{
	sv_buf names = SV_BUF_INIT(r->arena);
	for (size_t i = 0; i < tables; i++) {
		if (!has_column(r, i, w->parts[0]))
			continue;
		sv_buf_puts(&names, names.len ? ", '" : "'");
		sv_buf_put(&names, sv_names_written(r->arena, r->model->tables[i].name, w->parts[0]));
		sv_buf_putc(&names, '\'');
	}
	sv_reading_fail(r, SV_E_AMBIGUOUS, w->start, w->ends[0],
	                "names column '%.*s', which is ambiguous: %s", SV_FMT(w->parts[0]),
	                sv_buf_cstr(&names))
	    ->hint = "Write the table in front";
}

/* A bare name of the seed form that is a column of no known table. */
static void seed_member(sv_reading *r, const sv_written *w, const sv_position *at, size_t tables)
{
	size_t *found;
	size_t member = sv_index_next_named(r->names, w->parts[0], SV_NONE);
	bool knows_all = true;
	for (size_t i = 0; i < tables; i++)
		knows_all = knows_all && knows_columns(r, i);
	if (r->kind != SV_READ_JOIN && rows_named(r, w->parts[0], false, &found))
		add_member(r, w, 1, at, found[0], SV_NONE);
	else if (is_session_word(w))
		return;
	else if (r->kind != SV_READ_JOIN && member != SV_NONE && member != r->member &&
	         (knows_all || !reads_own_column(r, member)))
		refuse_metric(r, w, 1, member);
	else if (!knows_all)
		add_bare(r, w, at);
	else if (w->count > 1)
		unknown_qualifier(r, w);
	else
		unknown_column(r, w, 1, r->kind == SV_READ_JOIN ? r->last_table : 0);
}

static void seed_name(sv_reading *r, const sv_written *w, const sv_position *at)
{
	size_t table;
	size_t used = seed_qualifier(r, w, &table);
	size_t tables = r->kind == SV_READ_JOIN ? r->last_table + 1 : r->model->table_count;
	if (used && table >= tables) {
		fail(r, w, used + 1, SV_E_INVALID,
		     "reads a table that is joined later:", r->model->tables[table].name);
		return;
	}
	if (used) {
		if (knows_columns(r, table) && !has_column(r, table, w->parts[used]))
			unknown_column(r, w, used + 1, table);
		else
			add_column(r, w, used + 1, at, table, SV_NONE);
		return;
	}
	size_t count = 0;
	for (size_t i = 0; i < tables; i++) {
		if (has_column(r, i, w->parts[0])) {
			table = i;
			count++;
		}
	}
	if (count == 1)
		add_column(r, w, 1, at, table, SV_NONE);
	else if (count > 1)
		ambiguous_column(r, w, tables);
	else
		seed_member(r, w, at, tables);
}

void sv_meaning_find(sv_reading *r, const sv_written *w, const sv_position *at)
{
	if (r->kind == SV_READ_WHERE)
		where_name(r, w, at);
	else if (r->kind == SV_READ_METRIC && !at->in_call)
		metric_name(r, w, at);
	else if (r->model->is_seed)
		seed_name(r, w, at);
	else if (r->kind == SV_READ_FILTER)
		filter_name(r, w, at);
	else
		row_name(r, w, at);
}

/* d or o.d; reports what is no dimension. */
static size_t excluded_dimension(sv_reading *r, const sv_written *w)
{
	size_t member = SV_NONE;
	size_t table = w->count > 1 ? sv_index_table(r->names, w->parts[0]) : r->home;
	if (w->count > 1 && table == SV_NONE) {
		unknown_qualifier(r, w);
		return SV_NONE;
	}
	if (w->count < 3)
		member = sv_index_member(r->names, table, w->parts[w->count - 1]);
	if (w->count == 1 && !is_kind(r, member, SV_DIMENSION)) {
		size_t *found;
		size_t count = 0;
		size_t rows = rows_named(r, w->parts[0], false, &found);
		for (size_t i = 0; i < rows; i++)
			if (is_kind(r, found[i], SV_DIMENSION))
				found[count++] = found[i];
		if (count > 1) {
			refuse_ambiguous(r, w, "dimension", found, count);
			return SV_NONE;
		}
		if (count)
			member = found[0];
	}
	if (is_kind(r, member, SV_DIMENSION))
		return member;
	sv_str name = written_name(r, w, w->count);
	fail(r, w, w->count, SV_E_UNKNOWN_NAME, "excludes unknown dimension", name)->hint =
	    members_hint(r, SV_NAMES_DIMENSIONS, name);
	return SV_NONE;
}

/* Reads one name and moves *pos behind it and the comma after it. */
static bool excluded_name(sv_reading *r, size_t *pos, size_t end, sv_written *w)
{
	sv_str text = {r->expr->text.ptr, end};
	sv_ident name;
	sv_ident_skip_blanks(text, pos);
	size_t start = *pos;
	if (!sv_ident_read(r->arena, text, pos, &name) ||
	    !sv_reading_name(r, start, (sv_strs){name.parts, name.count}, w))
		return false;
	size_t next = *pos;
	sv_ident_skip_blanks(text, &next);
	*pos = next + (next < end && text.ptr[next] == ',');
	return next == end || text.ptr[next] == ',';
}

void sv_meaning_find_excluded(sv_reading *r, size_t start, size_t end, sv_window *window)
{
	size_t cap = 1;
	for (size_t i = start; i < end; i++)
		cap += r->expr->text.ptr[i] == ',';
	window->excluded = SV_NEW_N(r->arena, size_t, cap);
	for (size_t pos = start; pos < end;) {
		sv_written w;
		if (!excluded_name(r, &pos, end, &w)) {
			sv_reading_fail(r, SV_E_SYNTAX, start, end,
			                "has PARTITION BY EXCLUDING with something that is no dimension")
			    ->hint = "Write the dimensions to leave out: PARTITION BY EXCLUDING region, month";
			return;
		}
		size_t member = excluded_dimension(r, &w);
		if (member != SV_NONE && window->excluded_count < cap)
			window->excluded[window->excluded_count++] = member;
	}
}
