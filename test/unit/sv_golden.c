#include "sv_golden.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "ddl/definition.h"
#include "ddl/parser.h"
#include "sv_test.h"

static const char separator[] = "\n----\n";

static sv_str read_file(sv_arena *a, const char *path)
{
	char block[4096];
	size_t n;
	sv_buf b = SV_BUF_INIT(a);
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot read %s", path);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		sv_buf_put(&b, (sv_str){block, n});
	fclose(f);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static void split(sv_str text, sv_golden *out)
{
	size_t len = sizeof(separator) - 1;
	out->given = text;
	for (size_t i = 0; i + len <= text.len; i++) {
		if (memcmp(text.ptr + i, separator, len) != 0)
			continue;
		out->given.len = i;
		out->expected = (sv_str){text.ptr + i + len, text.len - i - len};
		if (out->expected.len && out->expected.ptr[out->expected.len - 1] == '\n')
			out->expected.len--;
		return;
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const sv_golden *)a)->name, ((const sv_golden *)b)->name);
}

size_t sv_golden_list(sv_arena *a, const char *folder, sv_golden **out)
{
	enum { FILES_MAX = 1000 };
	size_t count = 0;
	sv_buf dir = SV_BUF_INIT(a);
	sv_buf_putf(&dir, "%s/%s", SV_GOLDEN_DIR, folder);
	*out = SV_NEW_N(a, sv_golden, FILES_MAX);
	DIR *d = opendir(sv_buf_cstr(&dir));
	if (!d) {
		fail_msg("cannot read %s", sv_buf_cstr(&dir));
		return 0;
	}
	for (struct dirent *e = readdir(d); e && count < FILES_MAX; e = readdir(d)) {
		if (e->d_name[0] == '.')
			continue;
		sv_golden *g = &(*out)[count++];
		sv_buf path = SV_BUF_INIT(a);
		sv_buf_putf(&path, "%s/%s", sv_buf_cstr(&dir), e->d_name);
		g->name = sv_str_dup(a, (sv_str){e->d_name, strlen(e->d_name)});
		g->path = sv_buf_cstr(&path);
		split(read_file(a, g->path), g);
	}
	closedir(d);
	qsort(*out, count, sizeof(**out), by_name);
	return count;
}

bool sv_golden_check(sv_arena *a, const sv_golden *g, sv_str got)
{
	if (sv_str_eq(got, g->expected))
		return true;
	if (getenv("SV_UPDATE_GOLDEN")) {
		FILE *f = fopen(g->path, "wb");
		if (!f)
			fail_msg("cannot write %s", g->path);
		fwrite(g->given.ptr, 1, g->given.len, f);
		fputs(separator, f);
		fwrite(got.ptr, 1, got.len, f);
		fputc('\n', f);
		fclose(f);
		return true;
	}
	print_error("%s: got\n%s\n", g->name, sv_str_dup(a, got));
	return false;
}

bool sv_golden_is(const sv_golden *g, const char *suffix)
{
	size_t len = strlen(g->name);
	size_t end = strlen(suffix);
	return len >= end && strcmp(g->name + len - end, suffix) == 0;
}

void sv_golden_each(const char *folder, size_t at_least,
                    bool (*body)(sv_arena *a, const sv_golden *g))
{
	sv_arena files = {0};
	sv_golden *all;
	size_t failed = 0;
	size_t count = sv_golden_list(&files, folder, &all);
	assert_true(count >= at_least);
	for (size_t i = 0; i < count; i++) {
		sv_arena a = {0};
		failed += !body(&a, &all[i]);
		sv_arena_free(&a);
	}
	sv_arena_free(&files);
	assert_int_equal(failed, 0);
}

sv_model *sv_golden_read(sv_arena *a, sv_str text, bool is_statement, sv_diags *d)
{
	if (!is_statement)
		return sv_definition_read(a, text, d);
	const sv_statement *s = sv_ddl_parse_statement(a, text, d);
	return s ? sv_definition_of_create(a, s, d) : NULL;
}
