/* What a request names: "region", "o.*", "departs.city AS c". */
#include <stdlib.h>

#include "base/ident.h"
#include "model/names.h"
#include "plan/plan_int.h"

static const unsigned names_of[] = {
    [SV_FACT] = SV_NAMES_FACTS,
    [SV_DIMENSION] = SV_NAMES_DIMENSIONS,
    [SV_METRIC] = SV_NAMES_METRICS,
};

static sv_diag *problem(sv_planner *p, sv_code code, const char *message)
{
	return sv_diags_add(p->diags, code, SV_NOWHERE, "%s", message);
}

static const char *text_of(sv_buf *b)
{
	return sv_buf_cstr(b);
}

/* The item as the caller named it, for messages. */
static sv_str written(sv_planner *p, const sv_ident *name)
{
	sv_buf b = SV_BUF_INIT(p->arena);
	for (size_t i = 0; i < name->count; i++) {
		sv_buf_puts(&b, i ? "." : "");
		sv_buf_put(&b, name->parts[i]);
	}
	return (sv_str){sv_buf_cstr(&b), b.len};
}

/* A name that is no member of the kind asked for: perhaps it is one of another. */
static bool refuse_unknown(sv_planner *p, sv_member_kind kind, const sv_ident *name)
{
	const sv_model *m = p->model;
	sv_str last = name->parts[name->count - 1];
	for (size_t i = sv_index_next_named(p->view->names, last, SV_NONE); i != SV_NONE;
	     i = sv_index_next_named(p->view->names, last, i)) {
		const sv_member *other = &m->members[i];
		bool is_meant =
		    name->count == 1 || (other->table.index != SV_NONE &&
		                         sv_str_ieq(m->tables[other->table.index].name, name->parts[0]));
		if (!is_meant || other->kind == kind || other->is_private)
			continue;
		sv_buf b = SV_BUF_INIT(p->arena);
		const char *is = sv_member_kind_name(other->kind);
		sv_buf_putf(&b, "unknown %s '%.*s': it is a %s", sv_member_kind_name(kind),
		            SV_FMT(written(p, name)), is);
		sv_buf hint = SV_BUF_INIT(p->arena);
		sv_buf_putf(&hint, "Ask for it under %ss", is);
		problem(p, SV_E_UNKNOWN_NAME, text_of(&b))->hint = text_of(&hint);
		return false;
	}
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "unknown %s '%.*s'", sv_member_kind_name(kind), SV_FMT(written(p, name)));
	problem(p, SV_E_UNKNOWN_NAME, text_of(&b))->hint =
	    sv_names_hint(p->arena, m, names_of[kind], written(p, name));
	return false;
}

static bool refuse_ambiguous(sv_planner *p, sv_member_kind kind, sv_str name)
{
	enum { SHOWN = 20 };
	size_t found[SHOWN];
	size_t count = 0;
	for (size_t i = sv_index_next_named(p->view->names, name, SV_NONE);
	     i != SV_NONE && count < SHOWN; i = sv_index_next_named(p->view->names, name, i))
		if (p->model->members[i].kind == kind)
			found[count++] = i;
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf hint = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "%s '%.*s' is ambiguous: several tables have it", sv_member_kind_name(kind),
	            SV_FMT(name));
	sv_buf_putf(&hint, "Ask for one of %s", sv_names_members(p->arena, p->model, found, count));
	problem(p, SV_E_AMBIGUOUS, text_of(&b))->hint = text_of(&hint);
	return false;
}

/* A bare name: the only member of the kind in the view. */
static bool find_bare(sv_planner *p, sv_member_kind kind, const sv_ident *name, sv_item *out)
{
	sv_str last = name->parts[0];
	size_t found = SV_NONE;
	for (size_t i = sv_index_next_named(p->view->names, last, SV_NONE); i != SV_NONE;
	     i = sv_index_next_named(p->view->names, last, i)) {
		if (p->model->members[i].kind != kind)
			continue;
		if (found != SV_NONE)
			return refuse_ambiguous(p, kind, last);
		found = i;
	}
	if (found == SV_NONE)
		return refuse_unknown(p, kind, name);
	*out = (sv_item){.member = found, .role = SV_NONE};
	return true;
}

/* A dimension that the view has, but not where the relationship leads. */
static bool refuse_role(sv_planner *p, sv_member_kind kind, size_t role, const sv_ident *name)
{
	const sv_model *m = p->model;
	const sv_relationship *rel = &m->relationships[role];
	for (size_t i = sv_index_next_named(p->view->names, name->parts[1], SV_NONE); i != SV_NONE;
	     i = sv_index_next_named(p->view->names, name->parts[1], i)) {
		if (m->members[i].kind != kind || m->members[i].table.index == SV_NONE)
			continue;
		sv_diags_add(p->diags, SV_E_FAN_OUT, SV_NOWHERE,
		             "%s '%.*s' of table '%.*s' is not reached through relationship '%.*s', which "
		             "leads to table '%.*s'",
		             sv_member_kind_name(kind), SV_FMT(m->members[i].name),
		             SV_FMT(m->tables[m->members[i].table.index].name), SV_FMT(rel->name),
		             SV_FMT(m->tables[rel->to.index].name))
		    ->hint = "Name a relationship on the way to that table";
		return false;
	}
	return refuse_unknown(p, kind, name);
}

/* The dimension or fact that is seen through a relationship: that of the table it
 * leads to, else the only one of this name at or beyond that table. */
static bool find_through(sv_planner *p, sv_member_kind kind, size_t role, const sv_ident *name,
                         sv_item *out)
{
	const sv_relationship *rel = &p->model->relationships[role];
	sv_str last = name->parts[1];
	size_t found = sv_index_member(p->view->names, rel->to.index, last);
	if (found != SV_NONE && p->model->members[found].kind != kind)
		found = SV_NONE;
	if (found == SV_NONE) {
		const bool *reach = sv_graph_reach(p->arena, p->view->graph, rel->to.index);
		for (size_t i = sv_index_next_named(p->view->names, last, SV_NONE); i != SV_NONE;
		     i = sv_index_next_named(p->view->names, last, i)) {
			const sv_member *m = &p->model->members[i];
			if (m->kind != kind || m->table.index == SV_NONE || !reach[m->table.index])
				continue;
			if (found != SV_NONE)
				return refuse_ambiguous(p, kind, last);
			found = i;
		}
	}
	if (found == SV_NONE)
		return refuse_role(p, kind, role, name);
	*out = (sv_item){.member = found, .role = role};
	return true;
}

static bool find_member(sv_planner *p, sv_member_kind kind, const sv_ident *name, sv_item *out)
{
	const sv_index *names = p->view->names;
	if (name->count == 1) {
		if (!find_bare(p, kind, name, out))
			return false;
	} else if (name->count == 2) {
		size_t table = sv_index_table(names, name->parts[0]);
		size_t role = sv_index_relationship(names, name->parts[0]);
		if (table == SV_NONE && role != SV_NONE && kind != SV_METRIC) {
			if (!find_through(p, kind, role, name, out))
				return false;
		} else {
			size_t found =
			    table == SV_NONE ? SV_NONE : sv_index_member(names, table, name->parts[1]);
			if (found == SV_NONE || p->model->members[found].kind != kind)
				return refuse_unknown(p, kind, name);
			*out = (sv_item){.member = found, .role = SV_NONE};
		}
	} else {
		return refuse_unknown(p, kind, name);
	}
	const sv_member *m = &p->model->members[out->member];
	if (m->is_private) {
		sv_buf b = SV_BUF_INIT(p->arena);
		sv_buf_putf(&b, "%s '%.*s' is private", sv_member_kind_name(kind), SV_FMT(m->name));
		problem(p, SV_E_INVALID, text_of(&b))->hint =
		    sv_names_hint(p->arena, p->model, names_of[kind], (sv_str){0});
		return false;
	}
	out->name = m->name;
	return true;
}

typedef enum {
	ITEM_MEMBER,
	ITEM_ALL, /* o.* */
} item_form;

/* item ::= name [ '.' '*' | [ 'AS' ] ... ] */
static bool parse_item(sv_planner *p, sv_member_kind kind, sv_str text, item_form *form,
                       sv_ident *name, sv_ident *as)
{
	size_t at = 0;
	*form = ITEM_MEMBER;
	as->count = 0;
	sv_ident_skip_blanks(text, &at);
	if (sv_ident_read(p->arena, text, &at, name)) {
		sv_ident_skip_blanks(text, &at);
		if (at < text.len && text.ptr[at] == '.') {
			at++;
			sv_ident_skip_blanks(text, &at);
			if (at < text.len && text.ptr[at] == '*' && name->count == 1) {
				*form = ITEM_ALL;
				at++;
			}
		} else if (at + 2 < text.len && sv_str_ieq((sv_str){text.ptr + at, 2}, SV_LIT("as"))) {
			size_t behind = at + 2;
			sv_ident_skip_blanks(text, &behind);
			if (behind > at + 2 || text.ptr[behind] == '"')
				at = sv_ident_read(p->arena, text, &behind, as) && as->count == 1 ? behind : at;
		}
		sv_ident_skip_blanks(text, &at);
		if (at == text.len)
			return true;
	}
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "'%.*s' is no name of a %s", SV_FMT(text), sv_member_kind_name(kind));
	problem(p, SV_E_SYNTAX, text_of(&b))->hint =
	    "Write name, table.name, table.* or name AS other_name; put names that are not plain words "
	    "in double quotes";
	return false;
}

void sv_items_add(sv_planner *p, sv_items *items, sv_item item)
{
	if (items->count == items->cap) {
		size_t cap = items->cap ? items->cap * 2 : 8;
		items->items = sv_arena_grow(p->arena, items->items, items->cap * sizeof(sv_item),
		                             cap * sizeof(sv_item));
		items->cap = cap;
	}
	items->items[items->count++] = item;
}

typedef struct {
	item_form form;
	sv_item item;
	size_t table; /* ALL */
} parsed_item;

static bool read_one(sv_planner *p, sv_member_kind kind, sv_str text, parsed_item *out)
{
	sv_ident name;
	sv_ident as;
	if (!parse_item(p, kind, text, &out->form, &name, &as))
		return false;
	if (out->form == ITEM_ALL) {
		out->table = sv_index_table(p->view->names, name.parts[0]);
		if (out->table != SV_NONE)
			return true;
		sv_buf b = SV_BUF_INIT(p->arena);
		sv_buf_putf(&b, "unknown table '%.*s'", SV_FMT(name.parts[0]));
		problem(p, SV_E_UNKNOWN_NAME, text_of(&b))->hint =
		    sv_names_hint_tables(p->arena, p->model, name.parts[0]);
		return false;
	}
	if (!find_member(p, kind, &name, &out->item))
		return false;
	if (as.count)
		out->item.name = as.parts[0];
	return true;
}

/* o.*: without private members and those that are named beside it. */
static bool add_all(sv_planner *p, sv_member_kind kind, size_t table, const bool *is_named,
                    sv_items *out)
{
	const sv_model *m = p->model;
	bool any = false;
	for (size_t i = 0; i < sv_model_member_count(m); i++) {
		const sv_member *member = &m->members[i];
		if (member->kind != kind || member->table.index != table || member->is_private)
			continue;
		any = true;
		if (!is_named[i])
			sv_items_add(p, out, (sv_item){.member = i, .role = SV_NONE, .name = member->name});
	}
	if (any)
		return true;
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf_putf(&b, "table '%.*s' has no %ss", SV_FMT(m->tables[table].name),
	            sv_member_kind_name(kind));
	problem(p, SV_E_UNKNOWN_NAME, text_of(&b))->hint =
	    sv_names_hint(p->arena, m, names_of[kind], (sv_str){0});
	return false;
}

static bool read_list(sv_planner *p, sv_member_kind kind, const sv_strs *list, sv_items *out)
{
	parsed_item *parsed = SV_NEW_N(p->arena, parsed_item, list->count);
	bool *is_named = NULL;
	bool ok = true;
	for (size_t i = 0; i < list->count; i++) {
		ok = read_one(p, kind, list->items[i], &parsed[i]) && ok;
		if (parsed[i].form == ITEM_ALL && !is_named)
			is_named = SV_NEW_N(p->arena, bool, sv_model_member_count(p->model));
	}
	if (!ok)
		return false;
	for (size_t i = 0; i < list->count && is_named; i++)
		if (parsed[i].form == ITEM_MEMBER)
			is_named[parsed[i].item.member] = true;
	for (size_t i = 0; i < list->count; i++) {
		if (parsed[i].form == ITEM_MEMBER)
			sv_items_add(p, out, parsed[i].item);
		else if (!add_all(p, kind, parsed[i].table, is_named, out))
			return false;
	}
	return true;
}

static bool refuse_twice(sv_planner *p, const sv_item *x, const sv_item *y)
{
	const sv_member *m = &p->model->members[x->member];
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_buf hint = SV_BUF_INIT(p->arena);
	if (x->member == y->member && x->role == y->role) {
		sv_buf_putf(&b, "%s '%.*s' is requested twice", sv_member_kind_name(m->kind),
		            SV_FMT(m->name));
		sv_buf_puts(&hint, "Leave one of them out");
	} else {
		sv_buf_putf(&b, "two columns are named '%.*s'", SV_FMT(x->name));
		sv_buf_putf(&hint, "Give one of them another name, as in '%.*s AS other_name'",
		            SV_FMT(x->name));
	}
	problem(p, SV_E_DUPLICATE, text_of(&b))->hint = text_of(&hint);
	return false;
}

typedef struct {
	const sv_item *item;
	size_t position;
} named_item;

static int by_name(const void *a, const void *b)
{
	const named_item *x = a;
	const named_item *y = b;
	int difference = sv_str_icmp(x->item->name, y->item->name);
	return difference ? difference : (x->position > y->position) - (x->position < y->position);
}

/* Column names are unique over all lists; sorted, equal ones stand together. */
static bool check_names(sv_planner *p, const sv_items *const lists[3])
{
	size_t total = lists[0]->count + lists[1]->count + lists[2]->count;
	named_item *all = SV_NEW_N(p->arena, named_item, total);
	size_t count = 0;
	for (size_t l = 0; l < 3; l++)
		for (size_t i = 0; i < lists[l]->count; i++, count++)
			all[count] = (named_item){&lists[l]->items[i], count};
	if (count)
		qsort(all, count, sizeof(named_item), by_name);
	for (size_t i = 1; i < count; i++)
		if (sv_str_ieq(all[i - 1].item->name, all[i].item->name))
			return refuse_twice(p, all[i - 1].item, all[i].item);
	return true;
}

bool sv_items_read(sv_planner *p, const sv_request *r, sv_items *dimensions, sv_items *metrics,
                   sv_items *facts)
{
	size_t total = r->dimensions.count + r->metrics.count + r->facts.count;
	if (total == 0) {
		problem(p, SV_E_INVALID, "the request names no dimensions, metrics or facts")->hint =
		    sv_names_hint(p->arena, p->model,
		                  SV_NAMES_DIMENSIONS | SV_NAMES_METRICS | SV_NAMES_FACTS, (sv_str){0});
		return false;
	}
	if (total > SV_MAX_MEMBERS) {
		sv_diags_add(p->diags, SV_E_LIMIT, SV_NOWHERE,
		             "a request may name %d members, this one names %zu", (int)SV_MAX_MEMBERS,
		             total);
		return false;
	}
	if (r->facts.count && r->metrics.count) {
		problem(p, SV_E_INVALID, "facts and metrics cannot be requested together")->hint =
		    "Facts are rows, metrics are aggregates of rows: ask for them in two queries";
		return false;
	}
	bool ok = read_list(p, SV_DIMENSION, &r->dimensions, dimensions);
	ok = read_list(p, SV_METRIC, &r->metrics, metrics) && ok;
	ok = read_list(p, SV_FACT, &r->facts, facts) && ok;
	return ok && check_names(p, (const sv_items *const[3]){dimensions, metrics, facts});
}
