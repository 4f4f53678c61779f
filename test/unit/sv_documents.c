#include "sv_documents.h"

#include "sv_test.h"

static void put_doc(sv_buf *b, const sv_doc *d)
{
	static const char brackets[][3] = {"[]", "{}"};
	if (d->key_span.end)
		sv_buf_putf(b, "%.*s@%u-%u: ", SV_FMT(d->key), d->key_span.start, d->key_span.end);
	switch (d->kind) {
	case SV_DOC_NULL:
		sv_buf_puts(b, "null");
		break;
	case SV_DOC_BOOL:
	case SV_DOC_NUMBER:
		sv_buf_put(b, d->text);
		break;
	case SV_DOC_STRING:
		sv_buf_puts(b, d->is_plain ? "'" : "");
		sv_doc_put_json_string(b, d->text);
		break;
	case SV_DOC_LIST:
	case SV_DOC_MAP:
		sv_buf_putc(b, brackets[d->kind - SV_DOC_LIST][0]);
		for (const sv_doc *e = d->first; e; e = e->next) {
			assert_ptr_equal(e->parent, d);
			sv_buf_puts(b, e == d->first ? "" : ", ");
			put_doc(b, e);
		}
		sv_buf_putc(b, brackets[d->kind - SV_DOC_LIST][1]);
		break;
	}
	sv_buf_putf(b, "@%u-%u", d->span.start, d->span.end);
}

const char *sv_show_document(sv_arena *a, sv_parse_document parse, sv_str source)
{
	sv_diags d;
	sv_buf b = SV_BUF_INIT(a);
	sv_diags_init(&d, a, NULL, source);
	const sv_doc *root = parse(a, source, &d);
	assert_int_equal(root == NULL, d.count > 0);
	if (!root)
		return NULL;
	put_doc(&b, root);
	return sv_buf_cstr(&b);
}

const char *sv_show_problems(sv_arena *a, sv_parse_document parse, sv_str source)
{
	sv_diags d;
	sv_buf b = SV_BUF_INIT(a);
	sv_diags_init(&d, a, NULL, source);
	assert_null(parse(a, source, &d));
	sv_diags_render(&d, &b);
	assert_true(d.count > 0);
	assert_true(b.len < 100000);
	return sv_buf_cstr(&b);
}

sv_str sv_repeat(sv_arena *a, const char *text, size_t count)
{
	size_t len = strlen(text);
	char *out = sv_arena_alloc(a, len * count);
	for (size_t i = 0; i < count; i++)
		memcpy(out + i * len, text, len); /* NOLINT: a slice has no NUL */
	return (sv_str){out, len * count};
}

typedef struct {
	sv_arena *arena;
	sv_parse_document parse;
	sv_str source;
} parse_args;

static void parse_and_show(void *arg)
{
	const parse_args *p = arg;
	sv_diags d;
	sv_buf b = SV_BUF_INIT(p->arena);
	sv_diags_init(&d, p->arena, NULL, p->source);
	p->parse(p->arena, p->source, &d);
	sv_diags_render(&d, &b);
}

void sv_fail_each_allocation(sv_parse_document parse, sv_str source)
{
	bool done = false;
	size_t n = 0;
	while (!done) {
		sv_arena a = {.fail_at = ++n};
		parse_args args = {&a, parse, source};
		done = sv_arena_try(&a, parse_and_show, &args);
		sv_arena_free(&a);
	}
	assert_true(n > 5);
}
