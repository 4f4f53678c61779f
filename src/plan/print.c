#include "plan/print.h"

typedef struct {
	sv_buf *out;
	const sv_model *model;
	size_t depth;
} printer;

static void put_select(printer *p, const sv_select *s);

static void start_line(printer *p, const char *word)
{
	for (size_t i = 0; i < p->depth; i++)
		sv_buf_puts(p->out, "  ");
	sv_buf_puts(p->out, word);
}

static void put_text(printer *p, const sv_text *t);

static void put_call(printer *p, const char *name, const sv_text *inner)
{
	sv_buf_puts(p->out, name);
	sv_buf_putc(p->out, '(');
	put_text(p, inner);
	sv_buf_putc(p->out, ')');
}

static void put_piece(printer *p, const sv_piece *piece)
{
	switch (piece->kind) {
	case SV_PIECE_SQL:
		sv_buf_put(p->out, piece->text);
		return;
	case SV_PIECE_COLUMN:
		sv_buf_putf(p->out, "%.*s.%.*s", SV_FMT(piece->from->alias), SV_FMT(piece->text));
		return;
	case SV_PIECE_TABLE:
		sv_buf_putf(p->out, "%.*s.%.*s", SV_FMT(piece->read->found_schema),
		            SV_FMT(piece->read->found_name));
		return;
	case SV_PIECE_NEST:
		put_call(p, "", piece->inner);
		return;
	case SV_PIECE_ZERO:
		put_call(p, "zero", piece->inner);
		return;
	case SV_PIECE_ANY:
		put_call(p, "any", piece->inner);
		return;
	case SV_PIECE_PRESENT:
		put_call(p, "present", piece->inner);
		return;
	case SV_PIECE_WHEN:
		put_call(p, "when ", piece->test);
		put_call(p, " then ", piece->inner);
		if (piece->other)
			put_call(p, " else ", piece->other);
		return;
	case SV_PIECE_SCALAR:
		sv_buf_puts(p->out, "scalar\n");
		p->depth++;
		put_select(p, piece->select);
		p->depth--;
		start_line(p, "");
		return;
	}
}

static void put_text(printer *p, const sv_text *t)
{
	for (size_t i = 0; i < t->count; i++)
		put_piece(p, &t->items[i]);
}

static const char *const from_words[] = {
    [SV_FROM_TABLE] = "",
    [SV_FROM_SELECT] = " query",
    [SV_FROM_UNION] = " union",
    [SV_FROM_CROSS] = " cross",
};

static void put_from(printer *p, const sv_from *f, const char *word)
{
	start_line(p, word);
	sv_buf_putf(p->out, " %.*s%s", SV_FMT(f->alias), from_words[f->kind]);
	if (f->relationship != SV_NONE)
		sv_buf_putf(p->out, " by %.*s%s", SV_FMT(p->model->relationships[f->relationship].name),
		            f->is_backward ? " backward" : "");
	for (size_t i = 0; i < f->on_count; i++) {
		sv_buf_puts(p->out, i ? " and " : " on ");
		put_text(p, &f->on[i]);
	}
	sv_buf_putc(p->out, '\n');
	p->depth++;
	for (size_t i = 0; i < f->select_count; i++)
		put_select(p, f->selects[i]);
	for (const sv_from *c = f->first; c; c = c->next)
		put_from(p, c, c->is_inner ? "inner" : "left");
	p->depth--;
}

static void put_last(printer *p, const sv_select *s)
{
	start_line(p, "last by");
	for (size_t i = 0; i < s->last_order_count; i++)
		sv_buf_putf(p->out, " %zu%s%s", s->last_order[i].output + 1,
		            s->last_order[i].is_descending ? " desc" : "",
		            s->last_order[i].is_null_last ? " nulls last" : "");
	sv_buf_putf(p->out, " of %zu keys\n", s->key_count);
}

static void put_select(printer *p, const sv_select *s)
{
	start_line(p, s->is_distinct ? "select distinct\n" : "select\n");
	p->depth++;
	for (size_t i = 0; i < s->output_count; i++) {
		start_line(p, "");
		sv_buf_putf(p->out, "%.*s = ", SV_FMT(s->outputs[i].name));
		put_text(p, &s->outputs[i].value);
		sv_buf_putc(p->out, '\n');
	}
	put_from(p, s->from, "from");
	for (size_t i = 0; i < s->where_count; i++) {
		start_line(p, "where ");
		put_text(p, &s->where[i]);
		sv_buf_putc(p->out, '\n');
	}
	if (s->is_grouped) {
		start_line(p, "group by");
		sv_buf_putf(p->out, " %zu keys\n", s->key_count);
	}
	if (s->last_order_count)
		put_last(p, s);
	p->depth--;
}

void sv_plan_put(const sv_plan *plan, const sv_model *m, sv_buf *out)
{
	printer p = {.out = out, .model = m};
	put_select(&p, plan->root);
}
