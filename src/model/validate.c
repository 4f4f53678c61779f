/*
 * From the outside in: tables, where members belong, relationships, then what
 * members say about each other.  A check that needs a name which is unknown is
 * left out, so that one mistake is reported once.
 */
#include "model/validate.h"

#include <stdlib.h>

#include "model/map_int.h"
#include "model/names.h"

typedef struct {
	sv_arena *arena;
	sv_model *model;
	sv_diags *diags;
	const sv_index *names;
} checker;

static size_t find_column(sv_strs columns, sv_str name)
{
	for (size_t i = 0; i < columns.count; i++)
		if (sv_str_ieq(columns.items[i], name))
			return i;
	return SV_NONE;
}

static bool contains(sv_strs columns, sv_strs others)
{
	for (size_t i = 0; i < others.count; i++)
		if (find_column(columns, others.items[i]) == SV_NONE)
			return false;
	return true;
}

/* Each column of a list once, none empty. */
static void check_columns(checker *c, sv_strs columns, sv_span place, const char *what)
{
	for (size_t i = 0; i < columns.count; i++) {
		sv_strs before = {columns.items, i};
		if (columns.items[i].len == 0)
			sv_diags_add(c->diags, SV_E_INVALID, place, "%s has a column without a name", what);
		else if (find_column(before, columns.items[i]) != SV_NONE)
			sv_diags_add(c->diags, SV_E_DUPLICATE, place, "%s has column '%.*s' twice", what,
			             SV_FMT(columns.items[i]));
	}
}

static void check_table(checker *c, const sv_table *t, sv_map *seen)
{
	sv_buf what = SV_BUF_INIT(c->arena);
	if (t->name.len == 0) {
		sv_diags_add(c->diags, SV_E_INVALID, t->place, "a table has no name");
		return;
	}
	size_t *first = sv_map_at(seen, 0, t->name);
	if (*first != SV_NONE)
		sv_diags_add(c->diags, SV_E_DUPLICATE, t->place, "table '%.*s' is declared twice",
		             SV_FMT(t->name))
		    ->hint = "Give one of them another alias";
	*first = 0;
	sv_buf_putf(&what, "primary key of table '%.*s'", SV_FMT(t->name));
	check_columns(c, t->primary_key, t->place, sv_buf_cstr(&what));
	what = SV_BUF_INIT(c->arena);
	sv_buf_putf(&what, "unique key of table '%.*s'", SV_FMT(t->name));
	for (size_t i = 0; i < t->unique_key_count; i++) {
		check_columns(c, t->unique_keys[i], t->place, sv_buf_cstr(&what));
		if (t->unique_keys[i].count == 0)
			sv_diags_add(c->diags, SV_E_INVALID, t->place, "%s has no columns", sv_buf_cstr(&what));
	}
}

static void check_tables(checker *c)
{
	const sv_model *m = c->model;
	sv_map seen = sv_map_make(c->arena, m->table_count);
	if (m->table_count == 0)
		sv_diags_add(c->diags, SV_E_INVALID, SV_NOWHERE, "a semantic view needs a table");
	for (size_t i = 0; i < m->table_count; i++)
		check_table(c, &m->tables[i], &seen);
}

static void check_limits(checker *c)
{
	size_t count = sv_model_member_count(c->model);
	if (count > SV_MAX_MEMBERS)
		sv_diags_add(c->diags, SV_E_LIMIT, SV_NOWHERE,
		             "a semantic view has at most %d facts, dimensions and metrics, not %zu",
		             SV_MAX_MEMBERS, count);
	if (count == 0 && !c->model->is_seed)
		sv_diags_add(c->diags, SV_E_INVALID, SV_NOWHERE,
		             "a semantic view needs a fact, a dimension or a metric");
}

/* A hint is worked out only for problems that are shown. */
static bool is_shown(const checker *c)
{
	return c->diags->count <= SV_MAX_DIAGS;
}

static const char *tables_hint(checker *c, sv_str written)
{
	return is_shown(c) ? sv_names_hint_tables(c->arena, c->model, written) : NULL;
}

static bool find_table(checker *c, sv_named *it)
{
	it->index = sv_index_table(c->names, it->name);
	if (it->index != SV_NONE)
		return true;
	sv_diags_add(c->diags, SV_E_UNKNOWN_NAME, it->place, "unknown table '%.*s'", SV_FMT(it->name))
	    ->hint = tables_hint(c, it->name);
	return false;
}

/* Where a member belongs. */
static void place_member(checker *c, sv_member *it)
{
	const char *kind = sv_member_kind_name(it->kind);
	it->table.index = SV_NONE;
	if (it->table.name.ptr) {
		find_table(c, &it->table);
	} else if (c->model->table_count == 1 || c->model->is_seed) {
		it->table.index = 0;
	} else if (it->kind != SV_METRIC) {
		sv_buf hint = SV_BUF_INIT(c->arena);
		sv_buf_putf(&hint, "Write %.*s.%.*s, or the table that it belongs to",
		            SV_FMT(c->model->tables[0].name), SV_FMT(it->name));
		sv_diags_add(c->diags, SV_E_INVALID, it->place, "%s '%.*s' needs its table", kind,
		             SV_FMT(it->name))
		    ->hint = sv_buf_cstr(&hint);
	}
}

static void place_members(checker *c)
{
	for (size_t i = 0; i < sv_model_member_count(c->model); i++)
		place_member(c, &c->model->members[i]);
}

/* ' of table 'o'' or nothing, for messages. */
static const char *of_table(checker *c, size_t table)
{
	sv_buf b = SV_BUF_INIT(c->arena);
	if (table != SV_NONE)
		sv_buf_putf(&b, " of table '%.*s'", SV_FMT(c->model->tables[table].name));
	return sv_buf_cstr(&b);
}

static void check_member_name(checker *c, size_t i)
{
	const sv_member *it = &c->model->members[i];
	size_t first = sv_index_member(c->names, it->table.index, it->name);
	const char *kind = sv_member_kind_name(it->kind);
	const char *table = of_table(c, it->table.index);
	if (it->name.len == 0) {
		sv_diags_add(c->diags, SV_E_INVALID, it->place, "a %s has no name", kind);
	} else if (it->table.index == SV_NONE && (it->table.name.ptr || it->kind != SV_METRIC)) {
		return; /* its table is unknown, which was reported */
	} else if (first != i && first != SV_NONE && c->model->members[first].kind == it->kind) {
		sv_diags_add(c->diags, SV_E_DUPLICATE, it->place, "%s '%.*s'%s is defined twice", kind,
		             SV_FMT(it->name), table);
	} else if (first != i && first != SV_NONE) {
		sv_diags_add(c->diags, SV_E_DUPLICATE, it->place, "%s '%.*s'%s is already a %s", kind,
		             SV_FMT(it->name), table, sv_member_kind_name(c->model->members[first].kind))
		    ->hint = "Facts, dimensions and metrics of a table share one namespace";
	}
}

/* A derived metric must not hide the metric of a table. */
static void check_derived_name(checker *c, size_t i)
{
	const sv_member *it = &c->model->members[i];
	for (size_t k = SV_NONE; (k = sv_index_next_named(c->names, it->name, k)) != SV_NONE;) {
		const sv_member *other = &c->model->members[k];
		if (other->kind != SV_METRIC || other->table.index == SV_NONE)
			continue;
		sv_diags_add(c->diags, SV_E_DUPLICATE, it->place,
		             "derived metric '%.*s' has the name of a metric of table '%.*s'",
		             SV_FMT(it->name), SV_FMT(c->model->tables[other->table.index].name))
		    ->hint = "Give it another name, or a table";
		return;
	}
}

/* The name of an unnamed relationship: <from>_<to>, with _2, _3 when taken. */
static sv_str made_name(checker *c, const sv_relationship *r, sv_map *taken, sv_map *last)
{
	sv_buf b = SV_BUF_INIT(c->arena);
	sv_buf_putf(&b, "%.*s_%.*s", SV_FMT(r->from.name), SV_FMT(r->to.name));
	sv_str base = {sv_str_dup(c->arena, (sv_str){b.ptr, b.len}), b.len};
	size_t *number = sv_map_at(last, 0, base);
	*number = *number == SV_NONE ? 1 : *number + 1;
	sv_str name = base;
	for (;; ++*number) {
		if (*number > 1) {
			b = SV_BUF_INIT(c->arena);
			sv_buf_putf(&b, "%.*s_%zu", SV_FMT(base), *number);
			name = (sv_str){b.ptr, b.len};
		}
		size_t *owner = sv_map_at(taken, 0, name);
		if (*owner == SV_NONE) {
			*owner = 0;
			return name;
		}
	}
}

static void check_relationship_name(checker *c, const sv_relationship *r, sv_map *taken)
{
	if (r->name.len == 0) {
		sv_diags_add(c->diags, SV_E_INVALID, r->place, "a relationship has no name");
		return;
	}
	size_t *first = sv_map_at(taken, 0, r->name);
	if (sv_index_table(c->names, r->name) != SV_NONE)
		sv_diags_add(c->diags, SV_E_DUPLICATE, r->place,
		             "relationship '%.*s' has the name of a table", SV_FMT(r->name))
		    ->hint = "Give it another name";
	else if (*first != SV_NONE)
		sv_diags_add(c->diags, SV_E_DUPLICATE, r->place, "relationship '%.*s' is defined twice",
		             SV_FMT(r->name));
	*first = 0;
}

/* Written names first: they are not given to relationships without one. */
static void name_relationships(checker *c)
{
	sv_model *m = c->model;
	sv_map taken = sv_map_make(c->arena, m->table_count + m->relationship_count * 2);
	sv_map last = sv_map_make(c->arena, m->relationship_count);
	for (size_t i = 0; i < m->relationship_count; i++)
		if (m->relationships[i].name.ptr)
			check_relationship_name(c, &m->relationships[i], &taken);
	for (size_t i = 0; i < m->table_count; i++)
		*sv_map_at(&taken, 0, m->tables[i].name) = 0;
	for (size_t i = 0; i < m->relationship_count; i++) {
		sv_relationship *r = &m->relationships[i];
		if (!r->name.ptr)
			r->name = made_name(c, r, &taken, &last);
	}
}

static bool is_key(const sv_table *t, sv_strs columns)
{
	if (t->primary_key.count == columns.count && contains(columns, t->primary_key))
		return true;
	for (size_t i = 0; i < t->unique_key_count; i++)
		if (t->unique_keys[i].count == columns.count && contains(columns, t->unique_keys[i]))
			return true;
	return false;
}

/* Whether at most one row of the table has the same values in these columns. */
static bool contains_key(const sv_table *t, sv_strs columns)
{
	if (t->primary_key.count && contains(columns, t->primary_key))
		return true;
	for (size_t i = 0; i < t->unique_key_count; i++)
		if (t->unique_keys[i].count && contains(columns, t->unique_keys[i]))
			return true;
	return false;
}

static void put_columns(sv_buf *b, sv_strs columns)
{
	sv_buf_putc(b, '(');
	for (size_t i = 0; i < columns.count; i++) {
		sv_buf_puts(b, i ? ", " : "");
		sv_buf_put(b, columns.items[i]);
	}
	sv_buf_putc(b, ')');
}

static const char *keys_hint(checker *c, const sv_table *t, sv_strs columns)
{
	sv_buf b = SV_BUF_INIT(c->arena);
	if (t->primary_key.count == 0 && t->unique_key_count == 0) {
		sv_buf_putf(&b, "Declare it: %.*s ... PRIMARY KEY ", SV_FMT(t->name));
		put_columns(&b, columns);
		return sv_buf_cstr(&b);
	}
	sv_buf_putf(&b, "Keys of '%.*s': ", SV_FMT(t->name));
	if (t->primary_key.count)
		put_columns(&b, t->primary_key);
	for (size_t i = 0; i < t->unique_key_count; i++) {
		sv_buf_puts(&b, i || t->primary_key.count ? ", " : "");
		put_columns(&b, t->unique_keys[i]);
	}
	return sv_buf_cstr(&b);
}

/* The columns that a relationship leads to are a key. */
static void check_target(checker *c, sv_relationship *r)
{
	const sv_table *to = &c->model->tables[r->to.index];
	if (!r->has_to_columns && to->primary_key.count == 0) {
		sv_diags_add(c->diags, SV_E_INVALID, r->to.place,
		             "relationship '%.*s' leads to table '%.*s', which has no primary key",
		             SV_FMT(r->name), SV_FMT(to->name))
		    ->hint = "Declare its PRIMARY KEY, or write the columns after REFERENCES";
		return;
	}
	if (!r->has_to_columns)
		r->to_columns = to->primary_key;
	if (r->to_columns.count != r->from_columns.count) {
		sv_diags_add(c->diags, SV_E_INVALID, r->place,
		             "relationship '%.*s' goes from %zu column%s to %zu", SV_FMT(r->name),
		             r->from_columns.count, r->from_columns.count == 1 ? "" : "s",
		             r->to_columns.count)
		    ->hint = keys_hint(c, to, r->to_columns);
	} else if (!is_key(to, r->to_columns)) {
		sv_buf columns = SV_BUF_INIT(c->arena);
		put_columns(&columns, r->to_columns);
		sv_diags_add(c->diags, SV_E_INVALID, r->place,
		             "relationship '%.*s' leads to %s, which is no key of table '%.*s'",
		             SV_FMT(r->name), sv_buf_cstr(&columns), SV_FMT(to->name))
		    ->hint = keys_hint(c, to, r->to_columns);
	}
}

static void check_relationship(checker *c, sv_relationship *r)
{
	sv_buf what = SV_BUF_INIT(c->arena);
	if (r->from.index == SV_NONE || r->to.index == SV_NONE)
		return;
	if (r->from.index == r->to.index) {
		sv_diags_add(c->diags, SV_E_CYCLE, r->place,
		             "relationship '%.*s' leads from table '%.*s' to itself", SV_FMT(r->name),
		             SV_FMT(r->to.name))
		    ->hint = "Declare the table under two aliases";
		return;
	}
	if (c->model->is_seed)
		return;
	sv_buf_putf(&what, "relationship '%.*s'", SV_FMT(r->name));
	if (r->from_columns.count == 0) {
		sv_diags_add(c->diags, SV_E_INVALID, r->place, "%s has no columns", sv_buf_cstr(&what));
		return;
	}
	check_columns(c, r->from_columns, r->place, sv_buf_cstr(&what));
	if (r->has_to_columns)
		check_columns(c, r->to_columns, r->place, sv_buf_cstr(&what));
	check_target(c, r);
	r->is_one_to_one = contains_key(&c->model->tables[r->from.index], r->from_columns);
}

/* Relationships, ordered by the tables that they connect, then as written. */
typedef struct {
	size_t from;
	size_t to;
	size_t index;
} step;

static int by_tables(const void *a, const void *b)
{
	const step *x = a;
	const step *y = b;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static size_t sorted_steps(checker *c, step **out)
{
	const sv_model *m = c->model;
	size_t count = 0;
	*out = SV_NEW_N(c->arena, step, m->relationship_count);
	for (size_t i = 0; i < m->relationship_count; i++) {
		const sv_relationship *r = &m->relationships[i];
		if (r->from.index != SV_NONE && r->to.index != SV_NONE && r->from.index != r->to.index)
			(*out)[count++] = (step){r->from.index, r->to.index, i};
	}
	if (count)
		qsort(*out, count, sizeof(step), by_tables);
	return count;
}

static void check_defaults(checker *c, const step *steps, size_t count)
{
	size_t chosen = SV_NONE;
	for (size_t i = 0; i < count; i++) {
		const sv_relationship *r = &c->model->relationships[steps[i].index];
		if (i == 0 || steps[i].from != steps[i - 1].from || steps[i].to != steps[i - 1].to)
			chosen = SV_NONE;
		if (!r->is_default)
			continue;
		if (chosen != SV_NONE)
			sv_diags_add(c->diags, SV_E_DUPLICATE, r->place,
			             "relationships '%.*s', '%.*s' are both DEFAULT from table '%.*s' to "
			             "table '%.*s'",
			             SV_FMT(c->model->relationships[chosen].name), SV_FMT(r->name),
			             SV_FMT(r->from.name), SV_FMT(r->to.name))
			    ->hint = "Keep one of them";
		chosen = steps[i].index;
	}
}

/* Reports one cycle among the tables that are left: whoever is left is reached
 * from another one that is left, so walking back must come around. */
static void report_cycle(checker *c, const step *steps, size_t count, const size_t *left)
{
	const sv_model *m = c->model;
	size_t *back = SV_NEW_N(c->arena, size_t, m->table_count); /* a step into the table */
	bool *seen = SV_NEW_N(c->arena, bool, m->table_count);
	size_t at = SV_NONE;
	for (size_t i = 0; i < count; i++) {
		if (left[steps[i].from] && left[steps[i].to]) {
			back[steps[i].to] = i;
			at = steps[i].to;
		}
	}
	if (at == SV_NONE)
		return;
	while (!seen[at]) {
		seen[at] = true;
		at = steps[back[at]].from;
	}
	/* The cycle was walked backwards; collect its steps and turn them around. */
	size_t *cycle = SV_NEW_N(c->arena, size_t, m->table_count);
	size_t length = 0;
	size_t end = at;
	do {
		cycle[length++] = steps[back[at]].index;
		at = steps[back[at]].from;
	} while (at != end);
	sv_buf names = SV_BUF_INIT(c->arena);
	for (size_t i = length; i-- > 0;)
		sv_buf_putf(&names, "%s'%.*s'", i + 1 == length ? "" : ", ",
		            SV_FMT(m->relationships[cycle[i]].name));
	sv_diags_add(c->diags, SV_E_CYCLE, m->relationships[cycle[0]].place,
	             "relationships %s form a cycle", sv_buf_cstr(&names))
	    ->hint = "Declare one of the tables a second time, under another alias";
}

/* Kahn's algorithm: take away tables that no step leads to until none is left. */
static void check_cycles(checker *c, const step *steps, size_t count)
{
	size_t tables = c->model->table_count;
	size_t *left = SV_NEW_N(c->arena, size_t, tables);      /* steps into the table, or 0 */
	size_t *first = SV_NEW_N(c->arena, size_t, tables + 1); /* its steps, in `steps` */
	size_t *queue = SV_NEW_N(c->arena, size_t, tables);
	size_t queued = 0;
	for (size_t i = 0; i < count; i++) {
		left[steps[i].to]++;
		first[steps[i].from + 1]++;
	}
	for (size_t i = 0; i < tables; i++) {
		first[i + 1] += first[i];
		if (left[i] == 0)
			queue[queued++] = i;
	}
	for (size_t i = 0; i < queued; i++)
		for (size_t k = first[queue[i]]; k < first[queue[i] + 1]; k++)
			if (--left[steps[k].to] == 0)
				queue[queued++] = steps[k].to;
	if (queued < tables)
		report_cycle(c, steps, count, left);
}

static void check_relationships(checker *c)
{
	step *steps = NULL;
	for (size_t i = 0; i < c->model->relationship_count; i++)
		check_relationship(c, &c->model->relationships[i]);
	size_t count = sorted_steps(c, &steps);
	check_defaults(c, steps, count);
	check_cycles(c, steps, count);
}

static bool is_dimension(const checker *c, size_t member)
{
	return member != SV_NONE && c->model->members[member].kind == SV_DIMENSION;
}

static bool report_no_dimension(checker *c, const sv_named *it, size_t member)
{
	sv_str written = sv_names_written(c->arena, it->qualifier, it->name);
	sv_diag *diag;
	if (member == SV_NONE)
		diag = sv_diags_add(c->diags, SV_E_UNKNOWN_NAME, it->place, "unknown dimension '%.*s'",
		                    SV_FMT(written));
	else
		diag = sv_diags_add(c->diags, SV_E_INVALID, it->place, "'%.*s' is a %s, not a dimension",
		                    SV_FMT(written), sv_member_kind_name(c->model->members[member].kind));
	if (is_shown(c))
		diag->hint = sv_names_hint(c->arena, c->model, SV_NAMES_DIMENSIONS, written);
	return false;
}

/* o.day: the dimension of that table. */
static bool find_qualified_dimension(checker *c, sv_named *it)
{
	size_t table = sv_index_table(c->names, it->qualifier);
	if (table == SV_NONE && sv_index_relationship(c->names, it->qualifier) != SV_NONE) {
		sv_diags_add(c->diags, SV_E_INVALID, it->place,
		             "a relationship cannot choose here: '%.*s.%.*s'", SV_FMT(it->qualifier),
		             SV_FMT(it->name))
		    ->hint = "Choose it for the whole metric: USING (relationship)";
		return false;
	}
	if (table == SV_NONE) {
		sv_diags_add(c->diags, SV_E_UNKNOWN_NAME, it->place, "unknown table '%.*s'",
		             SV_FMT(it->qualifier))
		    ->hint = tables_hint(c, it->qualifier);
		return false;
	}
	it->index = sv_index_member(c->names, table, it->name);
	return is_dimension(c, it->index) || report_no_dimension(c, it, it->index);
}

/* day: that of the metric's own table, else the only one in the view. */
static bool find_dimension(checker *c, size_t home, sv_named *it)
{
	it->index = SV_NONE;
	if (it->qualifier.ptr)
		return find_qualified_dimension(c, it);
	size_t own = sv_index_member(c->names, home, it->name);
	if (is_dimension(c, own)) {
		it->index = own;
		return true;
	}
	size_t *found = SV_NEW_N(c->arena, size_t, c->model->dimension_count);
	size_t count = 0;
	size_t other = SV_NONE;
	for (size_t k = SV_NONE; (k = sv_index_next_named(c->names, it->name, k)) != SV_NONE;) {
		other = k;
		if (is_dimension(c, k))
			found[count++] = k;
	}
	if (count == 0)
		return report_no_dimension(c, it, other);
	if (count > 1) {
		sv_diags_add(c->diags, SV_E_AMBIGUOUS, it->place, "dimension '%.*s' is ambiguous: %s",
		             SV_FMT(it->name), sv_names_members(c->arena, c->model, found, count))
		    ->hint = "Write the table in front";
		return false;
	}
	it->index = found[0];
	return true;
}

/* One name of NON ADDITIVE BY or PER: a dimension that was not named before. */
static void check_list_dimension(checker *c, const sv_member *metric, sv_named *it, sv_map *seen)
{
	if (!find_dimension(c, metric->table.index, it))
		return;
	size_t *first = sv_map_at(seen, it->index, SV_LIT("-")); /* the scope tells them apart */
	if (*first != SV_NONE)
		sv_diags_add(c->diags, SV_E_DUPLICATE, it->place,
		             "metric '%.*s' names dimension '%.*s' twice", SV_FMT(metric->name),
		             SV_FMT(it->name));
	*first = 0;
}

static void check_non_additive(checker *c, sv_member *metric)
{
	size_t count = metric->non_additive_count + metric->per.count;
	sv_map seen = sv_map_make(c->arena, count);
	if (count == 0)
		return;
	if (sv_member_is_derived(metric)) {
		sv_diags_add(c->diags, SV_E_INVALID, metric->place,
		             "metric '%.*s' belongs to no table: NON ADDITIVE BY is for metrics that "
		             "aggregate",
		             SV_FMT(metric->name))
		    ->hint = "Write it on the metrics that it names";
		return;
	}
	if (metric->non_additive_count == 0)
		sv_diags_add(c->diags, SV_E_INVALID, metric->place,
		             "metric '%.*s' has PER without NON ADDITIVE BY", SV_FMT(metric->name));
	for (size_t i = 0; i < metric->non_additive_count; i++)
		check_list_dimension(c, metric, &metric->non_additive[i].dimension, &seen);
	for (size_t i = 0; i < metric->per.count; i++)
		check_list_dimension(c, metric, &metric->per.items[i], &seen);
}

static void check_uses(checker *c, sv_member *metric)
{
	sv_map seen = sv_map_make(c->arena, metric->uses.count);
	if (metric->uses.count && sv_member_is_derived(metric))
		sv_diags_add(c->diags, SV_E_INVALID, metric->place,
		             "metric '%.*s' belongs to no table: USING is for metrics that aggregate",
		             SV_FMT(metric->name))
		    ->hint = "Write it on the metrics that it names";
	for (size_t i = 0; i < metric->uses.count; i++) {
		sv_named *use = &metric->uses.items[i];
		size_t *first = sv_map_at(&seen, 0, use->name);
		use->index = sv_index_relationship(c->names, use->name);
		if (use->index == SV_NONE)
			sv_diags_add(c->diags, SV_E_UNKNOWN_NAME, use->place, "unknown relationship '%.*s'",
			             SV_FMT(use->name))
			    ->hint =
			    is_shown(c) ? sv_names_hint_relationships(c->arena, c->model, use->name) : NULL;
		else if (*first != SV_NONE)
			sv_diags_add(c->diags, SV_E_DUPLICATE, use->place,
			             "metric '%.*s' names relationship '%.*s' twice", SV_FMT(metric->name),
			             SV_FMT(use->name));
		*first = 0;
	}
}

static void refuse(checker *c, const sv_member *it, bool is_set, const char *what)
{
	if (is_set)
		sv_diags_add(c->diags, SV_E_INVALID, it->place, "%s '%.*s' cannot %s",
		             sv_member_kind_name(it->kind), SV_FMT(it->name), what);
}

static void check_member(checker *c, sv_member *it)
{
	if (it->kind == SV_METRIC) {
		refuse(c, it, it->is_filter, "be labelled a filter");
		if (it->table.index == SV_NONE && it->table.name.ptr)
			return;
		check_uses(c, it);
		check_non_additive(c, it);
		return;
	}
	refuse(c, it, it->kind == SV_DIMENSION && it->is_private, "be private");
	refuse(c, it, it->uses.count, "have USING");
	refuse(c, it, it->non_additive_count || it->per.count, "have NON ADDITIVE BY");
}

static void check_members(checker *c)
{
	for (size_t i = 0; i < sv_model_member_count(c->model); i++) {
		sv_member *it = &c->model->members[i];
		check_member_name(c, i);
		if (sv_member_is_derived(it) && !it->table.name.ptr)
			check_derived_name(c, i);
		check_member(c, it);
	}
}

const sv_index *sv_model_validate(sv_arena *a, sv_model *m, sv_diags *diags)
{
	checker c = {.arena = a, .model = m, .diags = diags};
	int before = diags->count;
	check_limits(&c);
	check_tables(&c);
	if (m->table_count == 0)
		return NULL;
	c.names = sv_index_build(a, m); /* of tables; the rest is not known yet */
	place_members(&c);
	for (size_t i = 0; i < m->relationship_count; i++) {
		find_table(&c, &m->relationships[i].from);
		find_table(&c, &m->relationships[i].to);
	}
	name_relationships(&c);
	c.names = sv_index_build(a, m);
	check_relationships(&c);
	check_members(&c);
	return diags->count == before ? c.names : NULL;
}
