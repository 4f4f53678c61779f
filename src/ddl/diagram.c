/*
 * What may stand where is that of erDiagram.jison in Mermaid 10.9 to 12.3;
 * scripts/mermaid.sh gives the parser itself everything that is written here.
 */
#include "ddl/diagram.h"

#include <stdlib.h>

#include "base/ident.h"
#include "base/utf8.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

/* ---- texts in quotes: tables, relationships, comments ---- */

/* A byte of a letter or digit of any script. */
static bool is_plain(sv_str s, size_t i)
{
	return i < s.len && (is_letter(s.ptr[i]) || is_digit(s.ptr[i]) || !is_ascii(s.ptr[i]));
}

/* Mermaid takes a whole line for a statement that has "direction TB" anywhere, even
 * in quotes. */
static bool begins_direction(sv_str s, size_t i)
{
	sv_str word = SV_LIT("direction");
	sv_str rest = {s.ptr + i, s.len - i};
	return rest.len > word.len && sv_str_ieq((sv_str){rest.ptr, word.len}, word) &&
	       (rest.ptr[word.len] == ' ' || !is_ascii(rest.ptr[word.len]));
}

/* Labels are Markdown: _a_, - a and 1. a mean something, a_b and a-b do not. */
static bool stays(sv_str s, size_t i)
{
	if (is_plain(s, i))
		return !begins_direction(s, i);
	return strchr(" _-.", s.ptr[i]) && i > 0 && is_plain(s, i - 1) && is_plain(s, i + 1);
}

/* Mermaid writes #34; as "ﬂ°°34¶ß" to itself, so the ligature must not come from a name. */
static bool is_ligature(sv_str s, size_t i)
{
	return s.len - i >= 3 && memcmp(s.ptr + i, "\xEF\xAC\x82", 3) == 0;
}

/*
 * Any other character as Mermaid's #code;, a control character, which no page can
 * show, as its picture:
 *
 *   order items     order items
 *   a "b"           a#32;#34;b#34;
 */
static void put_text(sv_buf *b, sv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c < 0x20 || c == 0x7F) {
			sv_buf_putf(b, "\xE2\x90%c", c == 0x7F ? 0xA1 : 0x80 + c); /* U+2400 and on */
		} else if (is_ligature(s, i)) {
			sv_buf_puts(b, "#64258;");
			i += 2;
		} else if (stays(s, i)) {
			sv_buf_putc(b, s.ptr[i]);
		} else {
			sv_buf_putf(b, "#%u;", c);
		}
	}
}

static void put_quoted(sv_buf *b, sv_str s)
{
	sv_buf_putc(b, '"');
	put_text(b, s);
	sv_buf_putc(b, '"');
}

/* ---- words: columns and members ---- */

/*
 * Characters from U+00C0 on are letters to Mermaid.  Blanks among them would end
 * the word: U+1680, U+3000, U+FEFF and some from U+2000 to U+206F, where no
 * character is a letter.
 */
static bool is_foreign_letter(sv_str c)
{
	const unsigned char *u = (const unsigned char *)c.ptr;
	if (c.len == 3)
		return !(u[0] == 0xE2 && u[1] <= 0x81) && memcmp(u, "\xE1\x9A\x80", 3) != 0 &&
		       memcmp(u, "\xE3\x80\x80", 3) != 0 && memcmp(u, "\xEF\xBB\xBF", 3) != 0;
	return c.len == 4 || u[0] >= 0xC3;
}

static bool is_word_part(sv_str c)
{
	if (c.len == 1)
		return is_letter(c.ptr[0]) || is_digit(c.ptr[0]) || c.ptr[0] == '_';
	return is_foreign_letter(c);
}

/* PK, FK or UK, which end before anything but an ASCII letter, digit or underscore. */
static bool begins_key(sv_str name)
{
	if (name.len < 2 || (name.len > 2 && is_ascii(name.ptr[2])))
		return false;
	sv_str start = {name.ptr, 2};
	return sv_str_ieq(start, SV_LIT("PK")) || sv_str_ieq(start, SV_LIT("FK")) ||
	       sv_str_ieq(start, SV_LIT("UK"));
}

/*
 * A name as a word.  False: it is not shown as it is written.
 *
 *   order_day     order_day
 *   order day     order_day
 *   2024          _2024
 *   pk            _pk
 *   __x__         __x__        which Mermaid shows as a bold x
 */
static bool put_word(sv_buf *b, sv_str name)
{
	bool is_same = !(name.ptr[0] == '_' && name.ptr[name.len - 1] == '_');
	if (is_digit(name.ptr[0]) || begins_key(name)) {
		sv_buf_putc(b, '_');
		is_same = false;
	}
	for (size_t i = 0; i < name.len;) {
		sv_str c = {name.ptr + i, sv_utf8_width(name.ptr[i])};
		bool fits = is_word_part(c);
		sv_buf_put(b, fits ? c : SV_LIT("_"));
		is_same = is_same && fits;
		i += c.len;
	}
	return is_same;
}

/* The start of a line in an entity; returns whether the name is shown as it is. */
static bool put_attribute(sv_buf *b, const char *kind, sv_str name)
{
	sv_buf_puts(b, "\n    ");
	sv_buf_puts(b, kind);
	sv_buf_putc(b, ' ');
	return put_word(b, name);
}

/* ---- what belongs to each table ---- */

/* Items by table: the first of each, and the one after each; SV_NONE ends. */
typedef struct {
	size_t *first;
	size_t *next;
} lists;

static lists make_lists(sv_arena *a, size_t tables, size_t items)
{
	lists l = {SV_NEW_N(a, size_t, tables), SV_NEW_N(a, size_t, items)};
	for (size_t i = 0; i < tables; i++)
		l.first[i] = SV_NONE;
	return l;
}

/* From the last item to the first, so that lists are in the author's order. */
static void add_before(lists *l, size_t table, size_t item)
{
	l->next[item] = l->first[table];
	l->first[table] = item;
}

/* Derived metrics are behind the last table. */
static lists members_of_tables(sv_arena *a, const sv_model *m)
{
	size_t count = sv_model_member_count(m);
	lists l = make_lists(a, m->table_count + 1, count);
	for (size_t i = count; i-- > 0;) {
		size_t table = m->members[i].table.index;
		add_before(&l, table == SV_NONE ? m->table_count : table, i);
	}
	return l;
}

static lists relationships_of_tables(sv_arena *a, const sv_model *m)
{
	lists l = make_lists(a, m->table_count, m->relationship_count);
	for (size_t i = m->relationship_count; i-- > 0;)
		add_before(&l, m->relationships[i].from.index, i);
	return l;
}

/* ---- columns of keys ---- */

enum { PRIMARY = 1, FOREIGN = 2, UNIQUE = 4 };

typedef struct {
	sv_str name;
	unsigned keys;
	size_t order;
} column;

typedef struct {
	column *items;
	size_t count;
} columns;

static void add_columns(columns *c, sv_strs names, unsigned key)
{
	for (size_t i = 0; i < names.count; i++, c->count++)
		c->items[c->count] = (column){names.items[i], key, c->count};
}

static int by_name(const void *a, const void *b)
{
	const column *x = a;
	const column *y = b;
	int difference = sv_str_icmp(x->name, y->name);
	return difference ? difference : (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b)
{
	const column *x = a;
	const column *y = b;
	return (x->order > y->order) - (x->order < y->order);
}

/* A column of several keys once, where it was first. */
static void merge_columns(columns *c)
{
	if (c->count == 0)
		return;
	qsort(c->items, c->count, sizeof(column), by_name);
	size_t last = 0;
	for (size_t i = 1; i < c->count; i++) {
		if (sv_str_ieq(c->items[last].name, c->items[i].name))
			c->items[last].keys |= c->items[i].keys;
		else
			c->items[++last] = c->items[i];
	}
	c->count = last + 1;
	qsort(c->items, c->count, sizeof(column), by_order);
}

static columns columns_of(sv_arena *a, const sv_model *m, size_t table, const lists *relationships)
{
	const sv_table *t = &m->tables[table];
	size_t count = t->primary_key.count;
	for (size_t i = 0; i < t->unique_key_count; i++)
		count += t->unique_keys[i].count;
	for (size_t r = relationships->first[table]; r != SV_NONE; r = relationships->next[r])
		count += m->relationships[r].from_columns.count;

	columns c = {.items = SV_NEW_N(a, column, count)};
	add_columns(&c, t->primary_key, PRIMARY);
	for (size_t i = 0; i < t->unique_key_count; i++)
		add_columns(&c, t->unique_keys[i], UNIQUE);
	for (size_t r = relationships->first[table]; r != SV_NONE; r = relationships->next[r])
		add_columns(&c, m->relationships[r].from_columns, FOREIGN);
	merge_columns(&c);
	return c;
}

static void put_column(sv_buf *b, const column *c)
{
	static const struct {
		unsigned key;
		const char *name;
	} keys[] = {{PRIMARY, "PK"}, {FOREIGN, "FK"}, {UNIQUE, "UK"}};
	bool is_same = put_attribute(b, "column", c->name);
	const char *separator = " ";
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!(c->keys & keys[i].key))
			continue;
		sv_buf_puts(b, separator);
		sv_buf_puts(b, keys[i].name);
		separator = ", ";
	}
	if (!is_same) {
		sv_buf_putc(b, ' ');
		put_quoted(b, c->name);
	}
}

/* ---- entities and relationships ---- */

static void put_member(sv_buf *b, const sv_member *m)
{
	bool is_same = put_attribute(b, sv_member_kind_name(m->kind), m->name);
	if (is_same && !m->is_private)
		return;
	sv_buf_puts(b, " \"");
	if (!is_same)
		put_text(b, m->name);
	sv_buf_puts(b, !is_same && m->is_private ? ", " : "");
	sv_buf_puts(b, m->is_private ? "private" : "");
	sv_buf_putc(b, '"');
}

static void put_members(sv_buf *b, const sv_model *m, const lists *members, size_t table)
{
	for (size_t i = members->first[table]; i != SV_NONE; i = members->next[i])
		put_member(b, &m->members[i]);
}

/* The source as a person says it: main.orders, Order Items without its quotes. */
static sv_str source_of(sv_arena *a, const sv_table *t)
{
	sv_ident name;
	sv_buf b = SV_BUF_INIT(a);
	if (t->is_query)
		return SV_LIT("query");
	if (!sv_ident_parse(a, t->source, &name))
		return t->source;
	for (size_t i = 0; i < name.count; i++) {
		sv_buf_puts(&b, i ? "." : "");
		sv_buf_put(&b, name.parts[i]);
	}
	return (sv_str){b.ptr, b.len};
}

/* The alias; what it stands for, where that says more. */
static void put_table_name(sv_buf *b, const sv_table *t)
{
	sv_str source = source_of(b->arena, t);
	sv_buf_puts(b, "\n  ");
	put_quoted(b, t->name);
	if (!t->is_query && sv_str_ieq(t->name, source))
		return;
	sv_buf_puts(b, "[\"");
	put_text(b, t->name);
	sv_buf_puts(b, " (");
	put_text(b, source);
	sv_buf_puts(b, ")\"]");
}

static void put_tables(sv_buf *b, const sv_model *m, const lists *members)
{
	lists relationships = relationships_of_tables(b->arena, m);
	for (size_t t = 0; t < m->table_count; t++) {
		columns c = columns_of(b->arena, m, t, &relationships);
		put_table_name(b, &m->tables[t]);
		if (c.count == 0 && members->first[t] == SV_NONE)
			continue;
		sv_buf_puts(b, " {");
		for (size_t i = 0; i < c.count; i++)
			put_column(b, &c.items[i]);
		put_members(b, m, members, t);
		sv_buf_puts(b, "\n  }");
	}
}

static bool is_table(const sv_model *m, sv_str name)
{
	for (size_t i = 0; i < m->table_count; i++)
		if (sv_str_eq(m->tables[i].name, name))
			return true;
	return false;
}

/* Under a name that no table has. */
static void put_derived(sv_buf *b, const sv_model *m, const lists *members)
{
	if (members->first[m->table_count] == SV_NONE)
		return;
	sv_buf name = SV_BUF_INIT(b->arena);
	sv_buf_puts(&name, "derived metrics");
	while (is_table(m, (sv_str){name.ptr, name.len}))
		sv_buf_puts(&name, " of the view");
	sv_buf_puts(b, "\n  ");
	put_quoted(b, (sv_str){name.ptr, name.len});
	sv_buf_puts(b, " {");
	put_members(b, m, members, m->table_count);
	sv_buf_puts(b, "\n  }");
}

static void put_relationship(sv_buf *b, const sv_model *m, const sv_relationship *r)
{
	sv_buf_puts(b, "\n  ");
	put_quoted(b, m->tables[r->from.index].name);
	sv_buf_puts(b, r->is_one_to_one ? " |o--" : " }o--");
	sv_buf_puts(b, r->assumes_integrity ? "|| " : "o| ");
	put_quoted(b, m->tables[r->to.index].name);
	sv_buf_puts(b, " : \"");
	put_text(b, r->name);
	sv_buf_puts(b, r->is_default ? " (default)\"" : "\"");
}

void sv_ddl_put_diagram(const sv_model *m, sv_buf *out)
{
	lists members = members_of_tables(out->arena, m);
	sv_buf_puts(out, "erDiagram");
	put_tables(out, m, &members);
	put_derived(out, m, &members);
	for (size_t i = 0; i < m->relationship_count; i++)
		put_relationship(out, m, &m->relationships[i]);
}
